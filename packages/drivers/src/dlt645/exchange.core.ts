/** Which DL/T 645 reply answers which request, and what it says. Pure. */
import { type Result, bcdDigits, err, ok, toHex } from '@cardwatch/kernel';
import type { DriverFailure, RawValue } from '../contract.ts';
import { type Judgement, frameMatcher } from '../line/frame-scan.core.ts';
import type { FrameMatcher } from '../line/transaction.ts';
import {
  type Dlt645Frame,
  controls,
  diOf,
  errorText,
  isAbnormal,
  isReply,
  readFrame,
  reversed,
  wireDi,
  writeFrame,
} from './frame.core.ts';

export interface Dlt645Request {
  /** As on the wire. */
  readonly address: Uint8Array;
  readonly control: number;
  readonly di: number | undefined;
  /** Of a follow-up request: 1 for the first one. */
  readonly sequence: number | undefined;
}

export function encodeRequest({ address, control, di, sequence }: Dlt645Request, preamble: number): Uint8Array {
  const data = Uint8Array.of(...(di === undefined ? [] : wireDi(di)), ...(sequence === undefined ? [] : [sequence]));
  return writeFrame({ address, control, data }, preamble);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

/** The reply to exactly this request: address, function, identifier and, in a follow-up, its number. An abnormal reply names no identifier. */
export function replyMatcher(request: Dlt645Request): FrameMatcher<Dlt645Frame> {
  const wild = request.address.every((byte) => byte === 0xaa);
  return frameMatcher({
    read: readFrame,
    judge: (frame): Judgement => {
      if (!isReply(frame.control)) return sameBytes(frame.address, request.address) ? 'echo' : 'wrongSlave';
      if (!wild && !sameBytes(frame.address, request.address)) return 'wrongSlave';
      return answers(request, frame) ? 'reply' : 'late';
    },
    mayBeReply: (rest) => {
      const head = [0x68, ...(wild ? [] : request.address)];
      if (!head.every((byte, index) => rest[index] === undefined || rest[index] === byte)) return false;
      return rest[8] === undefined || isReply(rest[8]);
    },
  });
}

function answers({ control: asked, di, sequence }: Dlt645Request, { control, data }: Dlt645Frame): boolean {
  if ((control & 0x1f) !== asked) return false;
  if (isAbnormal(control)) return data.length === 1;
  if (di === undefined) return true;
  if (data.length < 4 || diOf(data) !== di) return false;
  return sequence === undefined || data.at(-1) === sequence;
}

/** Data behind the identifier, without the number of a follow-up. */
export function contentOf(request: Dlt645Request, { control, data }: Dlt645Frame): Result<Uint8Array, DriverFailure> {
  if (isAbnormal(control)) {
    const code = data[0] ?? 0;
    const detail = errorText(code);
    return (code & 4) === 0 ? err({ kind: 'refused', deviceCode: code, detail }) : err({ kind: 'unauthorised', detail });
  }
  return ok(data.slice(request.di === undefined ? 0 : 4, request.control === controls.readFollowing ? -1 : undefined));
}

export interface ValueSpec {
  readonly at: number;
  readonly bytes: number;
  /** Highest bit of the value is its sign, as of current and power. */
  readonly signed: boolean;
}

/** A BCD value, low byte first, as a whole number. FF in every byte: the meter has none now. */
export function valueOf(content: Uint8Array, { at, bytes, signed }: ValueSpec): Result<RawValue, string> {
  const wire = content.subarray(at, at + bytes);
  if (wire.length < bytes) return err(`${content.length} bytes of data, the value ends at ${at + bytes}`);
  if (wire.every((byte) => byte === 0xff)) return ok(undefined);
  const highFirst = reversed(wire);
  const negative = signed && ((highFirst[0] ?? 0) & 0x80) !== 0;
  if (negative) highFirst[0] = (highFirst[0] ?? 0) & 0x7f;
  const digits = bcdDigits(highFirst);
  if (digits === undefined) return err(`${toHex(wire)} is not decimal`);
  return ok(negative ? -Number(digits) : Number(digits));
}
