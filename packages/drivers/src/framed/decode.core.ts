/** Frames of either direction taken apart by the driver's own codec: what `decode --protocol framed --profile …` prints. Pure. */
import type { RawRecord, RawValue } from '../contract.ts';
import {
  type Decoded,
  type DecodedHealth,
  type DecodedObservation,
  type Decoder,
  type Rejection,
  decodeLimits,
} from '../decode.ts';
import { joined } from '../line/frame-decode.core.ts';
import { type ReplyParts, readArguments, readReply } from './command.core.ts';
import type { CommandSpec } from './command-model.ts';
import { type Frame, type FrameCodec, type Found, frameCodec } from './frame.core.ts';
import { readingOf, transactionOf } from '../profile/decoded-record.core.ts';
import type { CommonProfile } from '../profile.ts';
import { FramedProfile } from './model.ts';
import { decodeRecord } from './record.core.ts';

type Keys = Readonly<Record<string, unknown>>;

const nothing = (reason: string): Decoded => ({ frames: [], observations: [], rejected: [{ atByte: 0, reason }] });

/** A decoder that checks each profile once, however many inputs come with it. */
export function framedDecoder(): Decoder {
  const checked = new WeakMap<CommonProfile, FramedProfile | 'other'>();
  return ({ chunks, profile: given }) => {
    if (given === undefined) return nothing('frames are told apart by a profile: --profile framed/<vendor>/<model>');
    const profile = checked.get(given) ?? FramedProfile.safeParse(given).data ?? 'other';
    checked.set(given, profile);
    return profile === 'other' ? nothing('the profile is none of protocol framed') : decodeAll(chunks, profile);
  };
}

function decodeAll(chunks: readonly Uint8Array[], profile: FramedProfile): Decoded {
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (size > decodeLimits.inputBytes) return nothing(`${size} bytes, at most ${decodeLimits.inputBytes} are taken`);
  return size === 0 ? nothing('no bytes') : new Walk(profile).over(joined(chunks));
}

class Walk {
  readonly #profile: FramedProfile;
  readonly #codec: FrameCodec;
  readonly #frames: Keys[] = [];
  readonly #observations: DecodedObservation[] = [];
  readonly #rejected: Rejection[] = [];
  #noiseFrom: number | undefined;

  constructor(profile: FramedProfile) {
    this.#profile = profile;
    this.#codec = frameCodec(profile.frame);
  }

  over(bytes: Uint8Array): Decoded {
    let at = 0;
    while (at < bytes.length && !this.#full()) at += this.#step(bytes.subarray(at, at + this.#profile.frame.bytesMax), at);
    this.#endNoise(at);
    return { frames: this.#frames, observations: this.#observations, rejected: this.#rejected };
  }

  #full(): boolean {
    return this.#frames.length >= decodeLimits.frames || this.#rejected.length >= decodeLimits.rejected - 1;
  }

  /** Bytes that are done with. */
  #step(rest: Uint8Array, at: number): number {
    const tries = (['request', 'reply'] as const).map((direction) => ({ direction, found: this.#codec.at(rest, direction) }));
    let reason: string | undefined;
    let length = 1;
    for (const { direction, found } of tries) {
      if (found.kind !== 'frame') {
        reason ??= whyNot(found);
        continue;
      }
      const told = direction === 'request' ? this.#request(found.frame) : this.#reply(found.frame);
      if (typeof told !== 'string') {
        this.#endNoise(at);
        this.#take(told);
        return found.length;
      }
      reason = reason === undefined || reason.startsWith('no command') ? told : reason;
      length = found.length;
    }
    if (reason === undefined) this.#noiseFrom ??= at;
    else {
      this.#endNoise(at);
      this.#rejected.push({ atByte: at, reason });
    }
    return length;
  }

  #endNoise(at: number): void {
    const from = this.#noiseFrom;
    this.#noiseFrom = undefined;
    if (from !== undefined) this.#rejected.push({ atByte: from, reason: `${at - from} bytes that begin no frame` });
  }

  #take({ keys, records, health }: Told): void {
    this.#frames.push(keys);
    if (health !== undefined) this.#observations.push(health);
    for (const record of records) this.#observations.push(transactionOf(record, this.#profile.records));
  }

  #request(frame: Frame): Told | string {
    let reason = `no command with code ${hexCode(frame.command)}`;
    for (const [name, command] of Object.entries(this.#profile.commands)) {
      if (command.code !== frame.command) continue;
      const given = readArguments(command, frame.body);
      if (given !== undefined) return { keys: { ...headKeys('request', name, frame), arguments: given }, records: [] };
      reason = `${name}: a request of ${frame.body.length} bytes is none of this command`;
    }
    return reason;
  }

  #reply(frame: Frame): Told | string {
    const { frame: spec, commands } = this.#profile;
    const { refusal, status } = spec;
    if (refusal !== undefined && frame.command === refusal.code)
      return refused('refusal', frame, frame.body[refusal.reasonAt] ?? 0);
    let reason = `no command with code ${hexCode(frame.command)}`;
    for (const [name, command] of Object.entries(commands)) {
      if (command.reply !== frame.command) continue;
      if (status !== undefined && frame.body.length > 0 && frame.body[0] !== status.ok)
        return refused(name, frame, frame.body[0] ?? 0);
      const told = this.#parts(name, command, frame);
      if (typeof told !== 'string') return told;
      reason = told;
    }
    return reason;
  }

  #parts(name: string, command: CommandSpec, frame: Frame): Told | string {
    const layout = this.#profile.store?.record;
    const read = readReply(command, frame.body, layout?.bytes ?? 1);
    if (!read.ok) return `${name}: ${read.error}`;
    const records = layout === undefined ? [] : read.value.records.map((raw) => decodeRecord(layout, raw, undefined));
    return {
      keys: { ...headKeys('reply', name, frame), ...partKeys(read.value), records: records.length },
      records,
      ...healthOf(name, frame, read.value, this.#profile),
    };
  }
}

interface Told {
  readonly keys: Keys;
  readonly records: readonly RawRecord[];
  readonly health?: DecodedHealth;
}

const deviceOf = ({ address }: Frame): { readonly device?: string } => (address === undefined ? {} : { device: String(address) });

const refused = (name: string, frame: Frame, code: number): Told => ({
  keys: { ...headKeys('reply', name, frame), refused: code },
  records: [],
  health: { kind: 'health', about: name, ...deviceOf(frame), result: 'refused', code: String(code) },
});

/** Points of a reply by their meaning, facts as they are, the device's clock as its own. */
function healthOf(
  name: string,
  frame: Frame,
  { facts, points }: ReplyParts,
  profile: FramedProfile,
): { readonly health?: DecodedHealth } {
  const known = profile.points.flatMap((point) => (points.has(point.name) ? [readingOf(point, points.get(point.name))] : []));
  const told = [...facts].flatMap(([point, value]) =>
    point === 'deviceClock' || points.has(point)
      ? []
      : [{ point, value: typeof value === 'bigint' ? String(value) : (value ?? null) }],
  );
  const clock = facts.get('deviceClock');
  const readings = [...known, ...told];
  if (readings.length === 0 && clock === undefined) return {};
  const observed = typeof clock === 'string' ? { observedText: clock } : {};
  return { health: { kind: 'health', about: name, ...deviceOf(frame), ...observed, readings } };
}

const hexCode = (code: number): string => `0x${code.toString(16).toUpperCase().padStart(2, '0')}`;

function whyNot(found: Found): string | undefined {
  if (found.kind === 'damaged') return found.reason;
  return found.kind === 'partial' && found.head.length > 1 ? 'truncated: the frame is not complete' : undefined;
}

const headKeys = (direction: 'request' | 'reply', name: string, { address, sequence, command }: Frame): Keys => ({
  direction,
  command: name,
  code: hexCode(command),
  ...(address === undefined ? {} : { address }),
  ...(sequence === undefined ? {} : { sequence }),
});

const plainOf = (values: ReadonlyMap<string, RawValue>): Keys =>
  Object.fromEntries([...values].map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : (value ?? null)]));

const partKeys = ({ facts, points, bad }: ReplyParts): Keys => ({
  ...(facts.size === 0 ? {} : { facts: plainOf(facts) }),
  ...(points.size === 0 ? {} : { points: plainOf(points) }),
  ...(bad.length === 0 ? {} : { unreadable: bad }),
});
