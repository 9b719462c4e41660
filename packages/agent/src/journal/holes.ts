/** Numbers that are gone, kept durably per stream and epoch in `<epoch>.holes`. */
import { ok, type Result } from '@cardwatch/kernel';
import type { Disk, DiskFailure } from '../ports.ts';
import { folderOf, readFile, writeAll } from './disk-io.ts';
import { fileSalt, frameBytes, frameHeadBytes, frameType, holePayloadBytes, holesName } from './format.ts';
import { decodeHole, encodeHole, frameSource, frameTarget, putFrame, readBody, readHead, type StoredHole } from './frame.core.ts';
import { insertHole, type Life } from './life.ts';
import { journalBounds } from './limits.ts';
import { type JournalParts, stampOf } from './parts.ts';

const holeFrameBytes = frameBytes(holePayloadBytes);

export const holesPath = (life: Pick<Life, 'stream' | 'epoch'>): string => `${life.stream}/${holesName(life.epoch)}`;

/** Reads the holes of a life; a damaged entry is stepped over: its hole is found again where the numbers are missing. */
export async function loadHoles(disk: Disk, life: Life): Promise<Result<void, DiskFailure>> {
  const bytes = await readFile(disk, holesPath(life), journalBounds.segmentFileBytes);
  if (!bytes.ok) return bytes.error.kind === 'missing' ? ok(undefined) : bytes;
  const source = frameSource(bytes.value, fileSalt(life.stream, life.epoch, 0));
  for (let at = 0; at + frameHeadBytes <= bytes.value.length; at += holeFrameBytes) {
    const head = readHead(source, at);
    const body = head === undefined ? undefined : readBody(source, at, head);
    const hole = head === undefined || body === undefined ? undefined : decodeHole(head, body);
    if (hole === undefined) continue;
    if (missingOf(life, hole.first, hole.last) !== undefined) insertHole(life, hole);
    life.holesEnd = at + holeFrameBytes;
  }
  return ok(undefined);
}

/** What of `first..last` is in no hole yet, as one range; undefined when all of it is. */
export function missingOf(
  life: Life,
  first: number,
  last: number,
): { readonly first: number; readonly last: number } | undefined {
  let low = first;
  let high = last;
  for (const hole of life.holes) if (hole.first <= low && low <= hole.last) low = hole.last + 1;
  for (const hole of life.holes.toReversed()) if (hole.first <= high && high <= hole.last) high = hole.first - 1;
  return low <= high ? { first: low, last: high } : undefined;
}

/** Adds a hole to the life at once and to its file; when the file cannot be written the hole is known until the next start finds it again. */
export async function addHole(parts: JournalParts, life: Life, hole: StoredHole): Promise<Result<void, DiskFailure>> {
  takeHole(parts, life, hole);
  return writeHole(parts, life, hole);
}

export function takeHole(parts: JournalParts, life: Life, hole: StoredHole): void {
  insertHole(life, hole);
  life.durable = Math.max(life.durable, hole.last);
  const { first, last, cause } = hole;
  parts.log.log('error', 'journal.hole', { stream: life.stream, epoch: life.epoch, first, last, cause });
}

/** Durable when it resolves well. */
export async function writeHole(parts: JournalParts, life: Life, hole: StoredHole): Promise<Result<void, DiskFailure>> {
  const path = holesPath(life);
  const known = await parts.disk.open(path, 'readWrite');
  const file = !known.ok && known.error.kind === 'missing' ? await parts.disk.open(path, 'create') : known;
  if (!file.ok) return file;
  const target = frameTarget(holeFrameBytes, fileSalt(life.stream, life.epoch, 0));
  putFrame(target, 0, { type: frameType.hole, seq: hole.first, payload: encodeHole(hole) }, stampOf(parts.clock));
  const written = await writeAll(file.value, target.bytes, life.holesEnd);
  const synced = written.ok ? await file.value.sync() : written;
  await file.value.close();
  const named = synced.ok && !life.holesNamed ? await parts.disk.syncFolder(folderOf(path)) : synced;
  if (!named.ok) return named;
  life.holesNamed = true;
  life.holesEnd += holeFrameBytes;
  return ok(undefined);
}
