/** Walks one segment that is no longer written and takes in what is wrong with it. */
import { err, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { decodeHeader } from './header.core.ts';
import { addHole, missingOf } from './holes.ts';
import type { JournalHole } from './journal.ts';
import { type Life, type Segment, segmentIndex } from './life.ts';
import type { JournalParts } from './parts.ts';
import { copyToQuarantine } from './quarantine.ts';
import { type Damage, type SegmentScan, scanSegment } from './scan.core.ts';
import { readWhole, saltOf } from './segment-file.ts';

export interface Examined {
  /** Numbers that were found to be lost now; those known before are not counted again. */
  readonly lost: number;
  /** Bytes that are no good frames, or a footer or hash that is wrong. */
  readonly sound: boolean;
}

/**
 * Records every number that the segment should hold and does not hold. Fails when a part of the file cannot be read now, unless
 * that is to count as damage: then only when nothing of it can be read.
 */
export async function examineSegment(
  parts: JournalParts,
  life: Life,
  segment: Segment,
  unreadableIsDamage = false,
): Promise<Result<Examined, DiskFailure>> {
  const whole = await readWhole(parts.disk, segment.path);
  if (!whole.ok) return whole;
  if (whole.value.unreadable > 0 && !unreadableIsDamage) return err({ kind: 'io', detail: 'a part cannot be read' });
  const { bytes } = whole.value;
  const upto = Math.min(life.durable, segment.lastSeq);
  const nextBase = Math.min(life.segments[segmentIndex(life, segment.key.base) + 1]?.key.base ?? upto + 1, upto + 1);
  const { key, prevHash } = segment;
  const scan = scanSegment({ bytes, base: key.base, salt: saltOf(key), prevHash, nextBase }, parts.chain);
  let lost = 0;
  for (const damage of scan.damages) {
    await copyToQuarantine(parts, key, damage.from, bytes.subarray(damage.from, damage.to));
    lost += await loseNumbers(parts, life, damage);
  }
  const rest = { first: scan.lastSeq + 1, last: nextBase - 1, prevHash: scan.endHash };
  if (rest.last >= rest.first) await copyToQuarantine(parts, key, scan.end, bytes.subarray(scan.end));
  lost += await loseNumbers(parts, life, rest);
  segment.points = [...scan.points];
  return ok({ lost, sound: isSound(parts, segment, scan, bytes) });
}

/** Makes a hole of those numbers as far as they are in none yet; returns how many that were. */
export async function loseNumbers(
  parts: JournalParts,
  life: Life,
  range: Pick<Damage, 'first' | 'last' | 'prevHash'>,
  cause: JournalHole['cause'] = 'journalDamage',
): Promise<number> {
  const missing = missingOf(life, range.first, range.last);
  if (missing === undefined) return 0;
  const prevHash = parts.chain.overHole(range.prevHash, range.first, missing.first - 1);
  const written = await addHole(parts, life, { ...missing, cause, prevHash });
  if (!written.ok) parts.log.log('error', 'journal.holeNotWritten', { stream: life.stream, kind: written.error.kind });
  return missing.last - missing.first + 1;
}

function isSound(parts: JournalParts, segment: Segment, scan: SegmentScan, bytes: Uint8Array): boolean {
  if (scan.damages.length > 0 || scan.tail === 'torn' || decodeHeader(bytes, segment.key) === undefined) return false;
  if (!segment.sealed) return true;
  const { footer } = scan;
  if (footer === undefined || footer.last !== scan.lastSeq) return false;
  return sameBytes(footer.endHash, scan.endHash) && sameBytes(footer.fileHash, parts.chain.sha256(bytes.subarray(0, scan.end)));
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
