/** One segment file: made, sealed, read as a whole. */
import { err, ok, type Result } from '@cardwatch/kernel';
import type { Disk, DiskFailure, DiskFile, RunningHash } from '../ports.ts';
import { createFresh, writeAll } from './disk-io.ts';
import { fileSalt, footerBytes, frameBytes, frameType, segmentHeaderBytes, segmentName } from './format.ts';
import {
  decodeFooter,
  encodeFooter,
  frameSource,
  frameTarget,
  putFrame,
  readBody,
  readHead,
  type SegmentFooter,
  type SegmentKey,
} from './frame.core.ts';
import { encodeHeader } from './header.core.ts';
import type { Segment } from './life.ts';
import { journalBounds } from './limits.ts';
import { type JournalParts, stampOf } from './parts.ts';

export const segmentPath = (key: SegmentKey): string => `${key.stream}/${segmentName(key.epoch, key.base)}`;

export const saltOf = (key: SegmentKey): number => fileSalt(key.stream, key.epoch, key.base);

export interface OpenSegment {
  readonly segment: Segment;
  readonly file: DiskFile;
  readonly salt: number;
  /** Running hash of all bytes written so far; undefined when the file was continued after a restart. */
  readonly fileHash: RunningHash | undefined;
}

export function emptySegment(key: SegmentKey, prevHash: Uint8Array, createdMs: number): Segment {
  return {
    key,
    path: segmentPath(key),
    createdMs,
    prevHash,
    end: segmentHeaderBytes,
    bytes: segmentHeaderBytes,
    lastSeq: key.base - 1,
    sealed: false,
    points: [],
    readFailed: undefined,
  };
}

/** A new file with its header written; durable only after the first commit's sync and the folder's. */
export async function createSegment(
  parts: JournalParts,
  key: SegmentKey,
  prevHash: Uint8Array,
): Promise<Result<OpenSegment, DiskFailure>> {
  const stamp = stampOf(parts.clock);
  const segment = emptySegment(key, prevHash, stamp.wallMs);
  const file = await createFresh(parts.disk, segment.path);
  if (!file.ok) return file;
  const header = encodeHeader({ key, agent: parts.agent, createdMs: stamp.wallMs, prevHash }, stamp);
  const written = await writeAll(file.value, header, 0);
  if (written.ok) {
    const fileHash = parts.chain.startSha256();
    fileHash?.update(header);
    return ok({ segment, file: file.value, salt: saltOf(key), fileHash });
  }
  await file.value.close();
  return written;
}

/** Writes the footer behind the last frame and syncs. */
export async function sealSegment(
  parts: JournalParts,
  open: OpenSegment,
  endHash: Uint8Array,
): Promise<Result<void, DiskFailure>> {
  const { segment, file } = open;
  const fileHash = open.fileHash === undefined ? await hashFile(parts, open) : ok(open.fileHash.digest());
  if (!fileHash.ok) return fileHash;
  const first = segment.key.base;
  const footer = { count: segment.lastSeq - first + 1, first, last: segment.lastSeq, endHash, fileHash: fileHash.value };
  const target = frameTarget(footerBytes, saltOf(segment.key));
  putFrame(target, 0, { type: frameType.footer, seq: footer.last, payload: encodeFooter(footer) }, stampOf(parts.clock));
  const written = await writeAll(file, target.bytes, segment.end);
  const synced = written.ok ? await file.sync() : written;
  if (!synced.ok) return synced;
  segment.sealed = true;
  segment.bytes = segment.end + footerBytes;
  return ok(undefined);
}

async function hashFile(parts: JournalParts, open: OpenSegment): Promise<Result<Uint8Array, DiskFailure>> {
  const bytes = await open.file.read(0, open.segment.end);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === open.segment.end) return ok(parts.chain.sha256(bytes.value));
  return err({ kind: 'io', detail: `${open.segment.path} is shorter than what was written` });
}

/** The footer if the file ends in a good one that agrees with its name. */
export function footerOf(tail: Uint8Array, key: SegmentKey): SegmentFooter | undefined {
  const source = frameSource(tail, saltOf(key));
  const head = readHead(source, 0);
  const body = head === undefined ? undefined : readBody(source, 0, head);
  const footer = head === undefined || body === undefined ? undefined : decodeFooter(head, body);
  return footer?.first === key.base && footer.last >= key.base - 1 ? footer : undefined;
}

/** Whether a whole record stands behind the header. A file that cannot be read is taken to hold some. */
export async function holdsRecord(disk: Disk, key: SegmentKey): Promise<boolean> {
  const file = await disk.open(segmentPath(key), 'read');
  if (!file.ok) return true;
  const first = await file.value.read(segmentHeaderBytes, frameBytes(journalBounds.lineBytes));
  await file.value.close();
  if (!first.ok) return true;
  const source = frameSource(first.value, saltOf(key));
  const head = readHead(source, 0);
  return head?.type === frameType.record && readBody(source, 0, head) !== undefined;
}

/**
 * The next segment that holds anything. One that was given up while it was empty may stand again after a power cut, because its removal was not
 * durable yet: it must not hide the numbers that went into the segment before it.
 */
export async function nextHolding(disk: Disk, keys: readonly SegmentKey[], from: number): Promise<number | undefined> {
  for (const key of keys.slice(from)) if (await holdsRecord(disk, key)) return key.base;
  return undefined;
}

const pieceBytes = 4_096;

const pieceAttempts = 3;

export interface WholeFile {
  readonly bytes: Uint8Array;
  /** Bytes that the disk refused to read, again and again; zeros stand for them. */
  readonly unreadable: number;
}

/** All bytes of a file up to the bound. Fails only when nothing at all can be read. */
export async function readWhole(disk: Disk, path: string): Promise<Result<WholeFile, DiskFailure>> {
  const file = await disk.open(path, 'read');
  if (!file.ok) return file;
  const size = await file.value.size();
  const length = size.ok ? Math.min(size.value, journalBounds.segmentFileBytes) : 0;
  const whole = size.ok ? await file.value.read(0, length) : size;
  const read = whole.ok ? ok({ bytes: whole.value, unreadable: 0 }) : size.ok ? await readPieces(file.value, length) : whole;
  await file.value.close();
  return read;
}

async function readPieces(file: DiskFile, length: number): Promise<Result<WholeFile, DiskFailure>> {
  const bytes = new Uint8Array(length);
  let unreadable = 0;
  let failure: DiskFailure = { kind: 'io', detail: 'nothing can be read' };
  for (let at = 0; at < length; at += pieceBytes) {
    const piece = await readPiece(file, at, Math.min(pieceBytes, length - at));
    if (piece.ok) bytes.set(piece.value, at);
    else {
      failure = piece.error;
      unreadable += Math.min(pieceBytes, length - at);
    }
  }
  return unreadable < length || length === 0 ? ok({ bytes, unreadable }) : err(failure);
}

async function readPiece(file: DiskFile, at: number, length: number): Promise<Result<Uint8Array, DiskFailure>> {
  let piece = await file.read(at, length);
  for (let attempt = 1; attempt < pieceAttempts && !piece.ok; attempt++) piece = await file.read(at, length);
  return piece;
}

export interface PartRead {
  readonly bytes: Uint8Array;
  /** Why it ends early. */
  readonly failure: DiskFailure | undefined;
}

/** Bytes from `offset` on; where a part of them cannot be read, those before it. */
export async function readUpTo(file: DiskFile, offset: number, length: number): Promise<PartRead> {
  const whole = await file.read(offset, length);
  if (whole.ok) return { bytes: whole.value, failure: undefined };
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const at = offset + filled;
    const piece = await file.read(at, Math.min(length - filled, pieceBytes - (at % pieceBytes)));
    if (!piece.ok || piece.value.length === 0)
      return { bytes: bytes.subarray(0, filled), failure: piece.ok ? undefined : piece.error };
    bytes.set(piece.value, filled);
    filled += piece.value.length;
  }
  return { bytes, failure: undefined };
}

/** Bytes that a line takes in a segment. */
export const recordBytes = (line: Uint8Array): number => frameBytes(line.length);
