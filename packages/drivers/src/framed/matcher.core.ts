/** Finds the reply to a request among what a line brings: noise, echoes, other terminals, late replies. Pure. */
import { unreachable } from '@cardwatch/kernel';
import { type FrameMatcher, type Match, type MatchContext, type Sightings, nothingSeen } from '../line/transaction.ts';
import { type Arguments, echoes } from './command.core.ts';
import type { CommandSpec } from './command-model.ts';
import type { Frame, FrameCodec } from './frame.core.ts';

export interface Asked {
  readonly codec: FrameCodec;
  readonly command: CommandSpec;
  readonly given: Arguments;
  /** Undefined where frames have no address or no sequence. */
  readonly address: number | undefined;
  readonly sequence: number | undefined;
  /** Command code that means no. */
  readonly refusal: number | undefined;
  /** The request as it stood on the wire. */
  readonly sent: Uint8Array;
}

/** Accepts the frame whose address, sequence, command and echoed arguments are those of the request, and no other. The body is a copy. */
export const replyMatcher =
  (asked: Asked): FrameMatcher<Frame> =>
  (buffer, context) =>
    scan(asked, buffer, context);

type Met =
  | { readonly kind: 'reply'; readonly length: number; readonly frame: Frame }
  | { readonly kind: 'echo' | 'wrongSlave' | 'late'; readonly length: number }
  /** The beginning of what may be our reply. */
  | { readonly kind: 'ours' }
  /** The beginning of what may be somebody's frame. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'noise' };

type Tally = { -readonly [K in keyof Sightings]: Sightings[K] };

function scan(asked: Asked, buffer: Uint8Array, { last, echoing }: MatchContext): Match<Frame> {
  const tally: Tally = { ...nothingSeen };
  let kept: { readonly used: number; readonly seen: Sightings } | undefined;
  let echoDue = echoing;
  let at = 0;
  while (at < buffer.length) {
    const met = meet(asked, buffer.subarray(at), echoDue);
    if (met.kind === 'reply') return { kind: 'reply', used: at + met.length, seen: tally, value: met.frame };
    if (met.kind === 'ours' && !last) return { kind: 'wait', ...(kept ?? { used: at, seen: tally }) };
    if (!last && (met.kind === 'unfinished' || (met.kind === 'echo' && echoDue))) kept ??= { used: at, seen: { ...tally } };
    if (met.kind === 'echo') echoDue = false;
    count(tally, met);
    at += 'length' in met ? met.length : 1;
  }
  return { kind: 'wait', ...(kept ?? { used: at, seen: tally }) };
}

const startsWith = (bytes: Uint8Array, head: Uint8Array): boolean =>
  bytes.length >= head.length && head.every((byte, index) => bytes[index] === byte);

function meet(asked: Asked, rest: Uint8Array, echoDue: boolean): Met {
  const echo = startsWith(rest, asked.sent);
  if (echo && echoDue) return { kind: 'echo', length: asked.sent.length };
  const found = asked.codec.at(rest, 'reply');
  if (found.kind === 'frame') {
    const whose = judge(asked, found.frame);
    if (whose === 'reply') return { kind: 'reply', length: found.length, frame: found.frame };
    return echo ? { kind: 'echo', length: asked.sent.length } : { kind: whose, length: found.length };
  }
  if (echo) return { kind: 'echo', length: asked.sent.length };
  if (found.kind === 'partial') return { kind: mayBeOurs(asked, found.head) ? 'ours' : 'unfinished' };
  if (startsWith(asked.sent, rest)) return { kind: 'unfinished' };
  if (found.kind === 'damaged') return { kind: 'damaged' };
  return { kind: 'noise' };
}

function judge({ address, sequence, command, refusal, given }: Asked, frame: Frame): 'reply' | 'wrongSlave' | 'late' {
  if (frame.address !== address) return 'wrongSlave';
  if (frame.sequence !== sequence) return 'late';
  if (frame.command === refusal) return 'reply';
  return frame.command === command.reply && echoes(command, frame.body, given) ? 'reply' : 'late';
}

/** As far as the head has come, nothing speaks against it. A head that has only begun may be ours. */
function mayBeOurs({ codec, address, command, refusal }: Asked, head: Uint8Array): boolean {
  const met = codec.headOf(head);
  if (met.address !== undefined && met.address !== address) return false;
  return met.command === undefined || met.command === command.reply || met.command === refusal;
}

function count(tally: Tally, met: Met): void {
  switch (met.kind) {
    case 'reply':
      return;
    case 'echo':
      tally.echoes++;
      return;
    case 'wrongSlave':
      tally.wrongSlave++;
      return;
    case 'late':
      tally.lateFrames++;
      return;
    case 'damaged':
      tally.crcErrors++;
      tally.noiseBytes++;
      return;
    case 'ours':
    case 'unfinished':
    case 'noise':
      tally.noiseBytes++;
      return;
    default:
      unreachable(met);
  }
}
