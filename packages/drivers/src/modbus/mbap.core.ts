/**
 * MBAP frames of Modbus/TCP (MODBUS Messaging on TCP/IP V1.0b, 3.1.3): transaction id, protocol id 0, length of what follows, unit, PDU.
 * The transaction id is what keeps a late reply from answering another request.
 */
import { ByteReader, ByteWriter } from '@cardwatch/kernel';
import { type FrameMatcher, type Match, type Sightings, nothingSeen } from '../line/transaction.ts';
import { limits, malformed } from './pdu.core.ts';

export const mbapBytes = 7;
export const mbapFrameBytesMax = mbapBytes + limits.pduBytesMax;

export interface MbapAddress {
  /** 0 to 65535. */
  readonly transaction: number;
  readonly unit: number;
}

export function mbapFrame({ transaction, unit }: MbapAddress, pdu: Uint8Array): Uint8Array {
  return new ByteWriter(mbapBytes + pdu.length)
    .u16(transaction)
    .u16(0)
    .u16(pdu.length + 1)
    .u8(unit)
    .put(pdu).bytes;
}

export type MbapRead =
  | { readonly kind: 'more' }
  | { readonly kind: 'frame'; readonly address: MbapAddress; readonly pdu: Uint8Array; readonly length: number }
  | { readonly kind: 'notMbap'; readonly detail: string };

/** Reads one frame from the front of what came in; `notMbap` when the stream speaks something else, RTU for instance. */
export function readMbap(buffer: Uint8Array): MbapRead {
  if (buffer.length < mbapBytes) return { kind: 'more' };
  const reader = new ByteReader(buffer);
  const transaction = reader.u16();
  const protocol = reader.u16();
  const length = reader.u16();
  const unit = reader.u8();
  if (protocol !== 0) return { kind: 'notMbap', detail: `protocol id ${protocol}: is the port in RTU mode?` };
  if (length < 3 || length > limits.pduBytesMax + 1) return { kind: 'notMbap', detail: `MBAP length ${length}` };
  if (reader.remaining < length - 1) return { kind: 'more' };
  return { kind: 'frame', address: { transaction, unit }, pdu: reader.take(length - 1).slice(), length: 6 + length };
}

/** Waits for the reply with this transaction id and unit. Replies to earlier requests are counted as late and dropped. */
export function mbapMatcher(wanted: MbapAddress): FrameMatcher<Uint8Array> {
  return (buffer) => {
    let seen: Sightings = nothingSeen;
    let used = 0;
    for (;;) {
      const read = readMbap(buffer.subarray(used));
      if (read.kind === 'more') return { kind: 'wait', used, seen };
      if (read.kind === 'notMbap') return outOfStep(buffer.subarray(used), buffer.length, seen, read.detail);
      used += read.length;
      if (read.address.transaction !== wanted.transaction) seen = { ...seen, lateFrames: seen.lateFrames + 1 };
      else if (read.address.unit !== wanted.unit) seen = { ...seen, wrongSlave: seen.wrongSlave + 1 };
      else return { kind: 'reply', used, seen, value: read.pdu };
    }
  };
}

const outOfStep = (rest: Uint8Array, used: number, seen: Sightings, detail: string): Match<Uint8Array> => ({
  kind: 'broken',
  used,
  seen: { ...seen, noiseBytes: seen.noiseBytes + rest.length },
  failure: malformed(detail, rest),
});
