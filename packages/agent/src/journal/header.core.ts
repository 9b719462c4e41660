/** The 64 bytes at the head of a segment. Pure. */
import { crc32c } from '@cardwatch/kernel';
import { hashBytes, segmentHeaderBytes, streamCode } from './format.ts';
import { type FrameStamp, type SegmentKey, viewOf } from './frame.core.ts';

const segmentMagic = 0x5743;
const formatVersion = 1;
const twoTo32 = 4_294_967_296;

export interface SegmentHeader {
  readonly key: SegmentKey;
  /** First four bytes of SHA-256(agent id), as a little-endian number. */
  readonly agent: number;
  readonly createdMs: number;
  /** Chain hash of number base - 1. */
  readonly prevHash: Uint8Array;
}

export function encodeHeader(header: SegmentHeader, stamp: FrameStamp): Uint8Array {
  const bytes = new Uint8Array(segmentHeaderBytes);
  const view = viewOf(bytes);
  view.setUint16(0, segmentMagic, true);
  view.setUint8(2, formatVersion);
  view.setUint8(3, streamCode[header.key.stream]);
  view.setUint32(4, header.key.epoch, true);
  view.setUint32(8, header.agent, true);
  view.setUint32(12, Math.floor(stamp.monoMs / 1000), true);
  putU48(view, 16, header.key.base);
  putU48(view, 22, Math.max(0, header.createdMs));
  bytes.set(header.prevHash, 28);
  view.setUint32(60, crc32c(bytes.subarray(0, 60)), true);
  return bytes;
}

/** Undefined unless the CRC is right and the header belongs to the file of this name. */
export function decodeHeader(bytes: Uint8Array, key: SegmentKey): SegmentHeader | undefined {
  if (bytes.length < segmentHeaderBytes) return undefined;
  const view = viewOf(bytes);
  if (view.getUint16(0, true) !== segmentMagic || view.getUint8(2) !== formatVersion) return undefined;
  if (crc32c(bytes.subarray(0, 60)) !== view.getUint32(60, true)) return undefined;
  const same =
    view.getUint8(3) === streamCode[key.stream] && view.getUint32(4, true) === key.epoch && getU48(view, 16) === key.base;
  if (!same) return undefined;
  return { key, agent: view.getUint32(8, true), createdMs: getU48(view, 22), prevHash: bytes.slice(28, 28 + hashBytes) };
}

function putU48(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint16(at + 4, Math.floor(value / twoTo32), true);
}

const getU48 = (view: DataView, at: number): number => view.getUint16(at + 4, true) * twoTo32 + view.getUint32(at, true);
