/** Encoding and decoding of what format.ts describes. Pure. */
import type { EpochNo, Stream } from '@cardwatch/contracts';
import { crc32c } from '@cardwatch/kernel';
import {
  bodyCrcBytes,
  footerPayloadBytes,
  frameBytes,
  frameHeadBytes,
  frameType,
  hashBytes,
  holePayloadBytes,
} from './format.ts';
import type { JournalHole } from './journal.ts';
import { journalBounds } from './limits.ts';

const frameMagic = 0x4ac7;
const formatVersion = 1;
const twoTo32 = 4_294_967_296;

export function putU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / twoTo32), true);
}

export const getU64 = (view: DataView, at: number): number => view.getUint32(at + 4, true) * twoTo32 + view.getUint32(at, true);
const getI64 = (view: DataView, at: number): number => view.getInt32(at + 4, true) * twoTo32 + view.getUint32(at, true);

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export interface FrameStamp {
  readonly wallMs: number;
  readonly monoMs: number;
}

export interface FrameTarget {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly salt: number;
}

/** For `length` bytes; a buffer of an earlier target that is large enough may be given again. */
export const frameTarget = (length: number, salt: number, again?: FrameTarget): FrameTarget => {
  const bytes = again !== undefined && again.bytes.length >= length ? again.bytes : new Uint8Array(length);
  return { bytes, view: again?.bytes === bytes ? again.view : viewOf(bytes), salt };
};

/** Writes one frame at `at` and returns the offset behind it. */
export function putFrame(
  target: FrameTarget,
  at: number,
  frame: { readonly type: number; readonly seq: number; readonly payload: Uint8Array },
  stamp: FrameStamp,
): number {
  const { bytes, view } = target;
  const length = frame.payload.length;
  view.setUint16(at, frameMagic, true);
  view.setUint8(at + 2, formatVersion);
  view.setUint8(at + 3, frame.type);
  view.setUint32(at + 4, length, true);
  putU64(view, at + 8, frame.seq);
  putU64(view, at + 16, stamp.wallMs);
  putU64(view, at + 24, Math.floor(stamp.monoMs));
  view.setUint32(at + 32, 0, true);
  const headCrc = crc32c(bytes, target.salt, at, at + 36);
  view.setUint32(at + 36, headCrc, true);
  const body = at + frameHeadBytes;
  const end = at + frameBytes(length);
  bytes.set(frame.payload, body);
  view.setUint32(body + length, crc32c(bytes, headCrc, body, body + length), true);
  for (let pad = body + length + bodyCrcBytes; pad < end; pad++) bytes[pad] = 0;
  return end;
}

/** A file or a part of it, with the salt of its frames. */
export interface FrameSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly salt: number;
}

export const frameSource = (bytes: Uint8Array, salt: number): FrameSource => ({ bytes, view: viewOf(bytes), salt });

export interface FrameHead {
  readonly type: number;
  readonly length: number;
  readonly seq: number;
  readonly wallMs: number;
  /** Whole frame in the file, padding included. */
  readonly total: number;
}

/** The head at `at`, or undefined when it does not stand there in full with a right CRC and sane fields. */
export function readHead(source: FrameSource, at: number): FrameHead | undefined {
  const { bytes, view } = source;
  if (at + frameHeadBytes > bytes.length || view.getUint16(at, true) !== frameMagic) return undefined;
  if (crc32c(bytes, source.salt, at, at + 36) !== view.getUint32(at + 36, true)) return undefined;
  const length = view.getUint32(at + 4, true);
  const type = view.getUint8(at + 3);
  if (view.getUint8(at + 2) !== formatVersion || type < frameType.record || type > frameType.footer) return undefined;
  if (length > journalBounds.lineBytes) return undefined;
  return { type, length, seq: getU64(view, at + 8), wallMs: getI64(view, at + 16), total: frameBytes(length) };
}

/** Payload of a frame whose head was read at `at`, a view; undefined when it is cut off or its CRC is wrong. */
export function readBody(source: FrameSource, at: number, head: FrameHead): Uint8Array | undefined {
  const start = at + frameHeadBytes;
  const end = start + head.length;
  if (end + bodyCrcBytes > source.bytes.length) return undefined;
  const crc = crc32c(source.bytes, source.view.getUint32(at + 36, true), start, end);
  return crc === source.view.getUint32(end, true) ? source.bytes.subarray(start, end) : undefined;
}

/**
 * True when one flipped bit explains why no head is read at `at`. Tells damage of a written frame from a torn write,
 * which leaves zeros or old bytes; the odds of an accident are 320 in 2^32.
 */
export function isFlippedHead(source: FrameSource, at: number): FrameHead | undefined {
  if (at + frameHeadBytes > source.bytes.length) return undefined;
  const copy = source.bytes.slice(at, at + frameHeadBytes);
  const trial = frameSource(copy, source.salt);
  for (let bit = 0; bit < frameHeadBytes * 8; bit++) {
    const index = bit >> 3;
    const original = copy[index] ?? 0;
    copy[index] = original ^ (1 << (bit & 7));
    const head = readHead(trial, 0);
    if (head !== undefined) return head;
    copy[index] = original;
  }
  return undefined;
}

const causeCode = { journalDamage: 1, dropped: 2 } as const;

export interface StoredHole extends JournalHole {
  /** Chain hash of number first - 1. */
  readonly prevHash: Uint8Array;
}

export function encodeHole(hole: StoredHole): Uint8Array {
  const payload = new Uint8Array(holePayloadBytes);
  const view = viewOf(payload);
  putU64(view, 0, hole.last);
  view.setUint8(8, causeCode[hole.cause]);
  payload.set(hole.prevHash, 16);
  return payload;
}

export function decodeHole(head: FrameHead, payload: Uint8Array): StoredHole | undefined {
  if (head.type !== frameType.hole || payload.length !== holePayloadBytes) return undefined;
  const view = viewOf(payload);
  const last = getU64(view, 0);
  if (head.seq < 1 || last < head.seq || !Number.isSafeInteger(last)) return undefined;
  const cause = view.getUint8(8) === causeCode.dropped ? 'dropped' : 'journalDamage';
  return { first: head.seq, last, cause, prevHash: payload.slice(16, 16 + hashBytes) };
}

export interface SegmentFooter {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly endHash: Uint8Array;
  readonly fileHash: Uint8Array;
}

export function encodeFooter(footer: SegmentFooter): Uint8Array {
  const payload = new Uint8Array(footerPayloadBytes);
  const view = viewOf(payload);
  view.setUint32(0, footer.count, true);
  putU64(view, 8, footer.first);
  putU64(view, 16, footer.last);
  payload.set(footer.endHash, 24);
  payload.set(footer.fileHash, 56);
  return payload;
}

export function decodeFooter(head: FrameHead, payload: Uint8Array): SegmentFooter | undefined {
  if (head.type !== frameType.footer || payload.length !== footerPayloadBytes) return undefined;
  const view = viewOf(payload);
  return {
    count: view.getUint32(0, true),
    first: getU64(view, 8),
    last: getU64(view, 16),
    endHash: payload.slice(24, 24 + hashBytes),
    fileHash: payload.slice(56, 56 + hashBytes),
  };
}

/** Identity of one segment. */
export interface SegmentKey {
  readonly stream: Stream;
  readonly epoch: EpochNo;
  readonly base: number;
}
