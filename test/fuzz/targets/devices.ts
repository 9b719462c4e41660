/** Every decoder of the registry: what a device, or whoever sits at its wire, may send. */
import { type CommonProfile, type Decoded, type Decoder, decodeLimits, decoders } from '@cardwatch/drivers';
import { chance, intBetween, pick } from '@cardwatch/kernel';
import { contentTypes, profilesFor, seedsOf } from '../fuzz.ts';
import { chunked } from '../mutate.ts';
import { told, untouched, within } from '../same.ts';
import { choicesOf, type Feed, type Finding, fullShare, type Target } from '../target.ts';

/** Each piece is a datagram or a message: a post of a terminal without a length goes as far as its piece. Where these are cut is part of what is said. */
const byPiece: ReadonlySet<string> = new Set(['snmp-walk', 'ping', 'zk-push']);

/** Of those that take more than 20,000 a second; documents and streams have less. */
const shares: ReadonlyMap<string, number> = new Map([
  ['pboc-ep-record', fullShare],
  ['cjt188-2004', fullShare],
  ['dlt645-2007', fullShare],
  ...['iso8583-unionpay-tcp', 'iso8583-unionpay-nolength', 'iso8583-unionpay-body', 'framed', 'snmp-walk', 'ping'].map(
    (name) => [name, 60_000] as const,
  ),
]);

export const deviceTargets: readonly Target[] = [...decoders.keys()].map((name) => ({
  name,
  perChange: shares.get(name) ?? 30_000,
  open: () => openDecoder(name),
}));

async function openDecoder(name: string): Promise<Feed> {
  const decode = await decoders.get(name)?.();
  if (decode === undefined) throw new Error(`no decoder ${name}`);
  const profiles = [undefined, ...(await profilesFor(name))];
  const taken = { frames: 0 };
  return {
    seeds: seedsOf(name),
    feed: (input) => {
      const random = choicesOf(input);
      const profile = pick(random, profiles);
      const contentType = pick(random, contentTypes);
      const more = { ...(profile === undefined ? {} : { profile }), ...(contentType === undefined ? {} : { contentType }) };
      const given = within(input, 0xaa);
      const chunks = chunked(random, given);
      const decoded = decode({ chunks, ...more });
      taken.frames += decoded.frames.length;
      const problem = shapeProblem(decoded, input) ?? (untouched(given, input, 0xaa) ? undefined : 'wrote into its input');
      return (
        problem ??
        (chance(random, 0.05)
          ? otherwise(decode, { name, input, more, decoded, lengths: chunks.map(({ length }) => length) })
          : undefined)
      );
    },
    said: () => `${taken.frames} frames read`,
  };
}

function shapeProblem({ frames, observations, rejected }: Decoded, input: Uint8Array): Finding {
  if (input.length > 0 && frames.length === 0 && observations.length === 0 && rejected.length === 0)
    return 'neither a frame nor a reason';
  if (frames.length > decodeLimits.frames || rejected.length > decodeLimits.rejected) return 'more than the limit';
  if (rejected.some(({ reason }) => reason === '')) return 'an empty reason';
  const place = rejected.find(({ atByte }) => !Number.isInteger(atByte) || atByte < 0 || atByte > input.length);
  if (place !== undefined) return `a place outside the input: ${place.atByte} of ${input.length}`;
  const money = observations.find((each) => 'amountFen' in each && each.amountFen !== undefined && !isFen(each.amountFen));
  return money === undefined ? undefined : `money that is no whole number of fen: ${told(money)}`;
}

const isFen = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

interface Once {
  readonly name: string;
  readonly input: Uint8Array;
  readonly more: { readonly profile?: CommonProfile; readonly contentType?: string };
  readonly decoded: Decoded;
  /** Of its pieces. */
  readonly lengths: readonly number[];
}

/** The same bytes elsewhere in memory and cut elsewhere say the same; those whose pieces are messages are cut where they were. */
function otherwise(decode: Decoder, { name, input, more, decoded, lengths }: Once): Finding {
  const cut = intBetween(choicesOf(input), 0, input.length);
  const elsewhere = within(input, 0x55);
  const chunks = byPiece.has(name)
    ? ((at = 0): Uint8Array[] => lengths.map((length) => elsewhere.subarray(at, (at += length))))()
    : [elsewhere.subarray(0, cut), elsewhere.subarray(cut)].filter((chunk) => chunk.length > 0);
  return told(decode({ chunks, ...more })) === told(decoded) ? undefined : 'says something else when it comes in other pieces';
}
