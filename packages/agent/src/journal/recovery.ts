/**
 * What stands on the disk becomes lives in memory again.
 *
 * A segment that ends in a good footer is known by its header and footer alone. Every other one is walked (scan.core.ts): at the end of an
 * epoch an unfinished write is cut off; damage in the middle is copied to quarantine and its numbers become a durable hole; what stands behind it
 * stays readable. Numbers that are missing between two segments are a hole too. Numbers before the first segment were acknowledged:
 * nothing else is ever reclaimed without a recorded hole, and acked.state is written before a segment is removed.
 * Nothing is deleted, and no damage keeps the agent from starting.
 */
import { EpochNo, type Stream } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { chainStart } from './chain.ts';
import { replaceFile } from './disk-io.ts';
import { footerBytes, frameBytes, parseHolesName, parseSegmentName, segmentHeaderBytes } from './format.ts';
import type { SegmentFooter, SegmentKey } from './frame.core.ts';
import { decodeHeader, type SegmentHeader } from './header.core.ts';
import { loadHoles } from './holes.ts';
import { emptyLife, type Life, type Segment } from './life.ts';
import type { JournalParts } from './parts.ts';
import { copyToQuarantine, quarantineFolder } from './quarantine.ts';
import { loseNumbers } from './repair.ts';
import { type Damage, type SegmentScan, scanSegment } from './scan.core.ts';
import { emptySegment, footerOf, nextHolding, readWhole, saltOf, segmentPath, type WholeFile } from './segment-file.ts';
import type { AckedEntry } from './state.core.ts';

export interface RecoveredLife {
  readonly life: Life;
  /** The last segment may be written on: unsealed, undamaged, its tail cut clean. */
  readonly continues: boolean;
}

/**
 * All lives of a stream, oldest first. Fails when the folder cannot be read, and while `patient` when any part of a file cannot:
 * what a disk refuses to read may come back, what was declared lost does not.
 */
export async function recoverStream(
  parts: JournalParts,
  stream: Stream,
  acked: readonly AckedEntry[],
  patient: boolean,
): Promise<Result<RecoveredLife[], DiskFailure>> {
  const names = await parts.disk.list(stream);
  if (!names.ok) return names;
  const lives: RecoveredLife[] = [];
  const own = acked.filter((entry) => entry.stream === stream);
  for (const [epoch, bases] of groupByEpoch(names.value, own)) {
    const entry = own.find((candidate) => candidate.epoch === epoch);
    const life = await recoverLife(parts, { stream, epoch, bases, entry, patient });
    if (!life.ok) return life;
    lives.push(life.value);
  }
  return ok(lives);
}

/** A life whose files are all reclaimed is known by its acknowledged position alone: its numbers must not be given again. */
function groupByEpoch(names: readonly string[], acked: readonly AckedEntry[]): Map<EpochNo, number[]> {
  const epochs = new Map<number, number[]>(acked.map(({ epoch }) => [epoch, []]));
  for (const name of names) {
    const segment = parseSegmentName(name);
    const epoch = segment?.epoch ?? parseHolesName(name);
    if (epoch === undefined) continue;
    const bases = epochs.get(epoch) ?? [];
    if (segment !== undefined) bases.push(segment.base);
    epochs.set(epoch, bases);
  }
  const sorted = [...epochs].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([epoch, bases]) => [EpochNo.parse(epoch), bases.sort((a, b) => a - b)]));
}

interface LifeOnDisk {
  readonly stream: Stream;
  readonly epoch: EpochNo;
  readonly bases: readonly number[];
  /** Undefined when no acknowledged position was kept. */
  readonly entry: AckedEntry | undefined;
  readonly patient: boolean;
}

async function recoverLife(parts: JournalParts, found: LifeOnDisk): Promise<Result<RecoveredLife, DiskFailure>> {
  const life = emptyLife(found.stream, found.epoch);
  const holes = await loadHoles(parts.disk, life);
  if (!holes.ok && found.patient) return holes;
  if (!holes.ok)
    parts.log.log('error', 'journal.holesUnreadable', { stream: life.stream, epoch: life.epoch, kind: holes.error.kind });
  let continues = false;
  const keys = found.bases.map((base) => ({ stream: life.stream, epoch: life.epoch, base }));
  for (const [index, key] of keys.entries()) {
    const nextBase = await nextHolding(parts.disk, keys, index + 1);
    const opened = await openSegment(parts, key, life, { nextBase, patient: found.patient });
    if (!opened.ok) return opened;
    if (opened.value === undefined || (await isShell(parts, life, opened.value))) continue;
    const taken = await takeIn(parts, life, opened.value, found);
    if (!taken.ok) return taken;
    continues = taken.value;
  }
  await settle(parts, life, found.entry);
  return ok({ life, continues: continues && life.segments.at(-1)?.lastSeq === life.durable });
}

/** One segment as it was found. */
interface Found {
  readonly segment: Segment;
  readonly header: SegmentHeader | undefined;
  readonly footer: SegmentFooter | undefined;
  readonly scan: SegmentScan | undefined;
  readonly bytes: Uint8Array | undefined;
  /** Bytes that could not be read. */
  readonly unreadable: number;
  readonly isLast: boolean;
  readonly endHash: Uint8Array;
}

async function openSegment(
  parts: JournalParts,
  key: SegmentKey,
  life: Life,
  how: { readonly nextBase: number | undefined; readonly patient: boolean },
): Promise<Result<Found | undefined, DiskFailure>> {
  const { nextBase, patient } = how;
  const ends = await readEnds(parts, key);
  if (ends?.header !== undefined && ends.header.agent !== parts.agent)
    return ok(await setAside(parts, key, 'journal.foreignSegment'));
  if (ends?.header !== undefined && ends.footer !== undefined)
    return ok(fromEnds(key, ends.header, ends.footer, ends.size, nextBase));
  const whole = await readWhole(parts.disk, segmentPath(key));
  if (patient && !(whole.ok && whole.value.unreadable === 0))
    return whole.ok ? err({ kind: 'io', detail: 'a part cannot be read' }) : whole;
  if (whole.ok) return ok(fromWhole(parts, key, life, whole.value, nextBase));
  await setAside(parts, key, 'journal.unreadableSegment');
  if (nextBase === undefined) await loseUnread(parts, life, key.base, parts.limits.segmentBytes);
  return ok(undefined);
}

function fromWhole(parts: JournalParts, key: SegmentKey, life: Life, whole: WholeFile, nextBase: number | undefined): Found {
  const { bytes, unreadable } = whole;
  const header = decodeHeader(bytes, key);
  const prevHash = header?.prevHash ?? (life.durable === key.base - 1 ? life.durableHash : chainStart());
  const scan = scanSegment({ bytes, base: key.base, salt: saltOf(key), prevHash, nextBase }, parts.chain);
  const segment = emptySegment(key, prevHash, header?.createdMs ?? scan.points[0]?.wallMs ?? parts.clock.now());
  segment.points = [...scan.points];
  segment.end = scan.end;
  segment.bytes = bytes.length;
  segment.lastSeq = scan.lastSeq;
  segment.sealed = scan.footer !== undefined;
  const { footer, endHash } = scan;
  return { segment, header, footer, scan, bytes, unreadable, isLast: nextBase === undefined, endHash };
}

/** Nobody knows how many numbers stood in those bytes: as many as fit are declared, so that none of them is given again. */
async function loseUnread(parts: JournalParts, life: Life, first: number, bytes: number): Promise<void> {
  const last = first + Math.floor(bytes / frameBytes(0)) - 1;
  await loseNumbers(parts, life, { first, last, prevHash: life.durable === first - 1 ? life.durableHash : chainStart() });
}

interface Ends {
  readonly header: SegmentHeader | undefined;
  readonly footer: SegmentFooter | undefined;
  readonly size: number;
}

async function readEnds(parts: JournalParts, key: SegmentKey): Promise<Ends | undefined> {
  const file = await parts.disk.open(segmentPath(key), 'read');
  if (!file.ok) return undefined;
  const size = await file.value.size();
  const bytes = size.ok ? size.value : 0;
  const head = await file.value.read(0, segmentHeaderBytes);
  const hasFooter = bytes >= segmentHeaderBytes + footerBytes && bytes % 8 === 0;
  const tail = hasFooter ? await file.value.read(bytes - footerBytes, footerBytes) : undefined;
  await file.value.close();
  return {
    header: head.ok ? decodeHeader(head.value, key) : undefined,
    footer: tail?.ok === true ? footerOf(tail.value, key) : undefined,
    size: bytes,
  };
}

function fromEnds(
  key: SegmentKey,
  header: SegmentHeader,
  footer: SegmentFooter,
  size: number,
  nextBase: number | undefined,
): Found {
  const segment = emptySegment(key, header.prevHash, header.createdMs);
  segment.sealed = true;
  segment.bytes = size;
  segment.end = size - footerBytes;
  segment.lastSeq = footer.last;
  return {
    segment,
    header,
    footer,
    scan: undefined,
    bytes: undefined,
    unreadable: 0,
    isLast: nextBase === undefined,
    endHash: footer.endHash,
  };
}

/** Moves a file that is not ours to use out of the way, whole. */
async function setAside(parts: JournalParts, key: SegmentKey, event: string): Promise<undefined> {
  const path = segmentPath(key);
  const moved = await parts.disk.rename(path, `${quarantineFolder}/${path.replace('/', '-')}`);
  if (moved.ok) await parts.disk.syncFolder(quarantineFolder);
  parts.log.log('error', event, { path, moved: moved.ok });
  return undefined;
}

/**
 * A file without any record that is no beginning of a segment: its header is not there, or it was given up and stands again, and the numbers
 * from its base on are known from the segment before it. It must not hide them. It is written over or removed.
 */
async function isShell(parts: JournalParts, life: Life, { segment, header, unreadable }: Found): Promise<boolean> {
  const { base } = segment.key;
  if (segment.lastSeq >= base || unreadable > 0) return false;
  if (header !== undefined && base > life.durable) return false;
  parts.log.log('warn', 'journal.emptySegment', { path: segment.path, bytes: segment.bytes });
  if (header !== undefined) await parts.disk.remove(segment.path);
  return true;
}

/** Adds a segment to its life; true when it may be written on. */
async function takeIn(
  parts: JournalParts,
  life: Life,
  found: Found,
  { entry, patient }: LifeOnDisk,
): Promise<Result<boolean, DiskFailure>> {
  const { segment, scan } = found;
  const { base } = segment.key;
  if (life.segments.length > 0)
    await loseNumbers(parts, life, { first: life.durable + 1, last: base - 1, prevHash: life.durableHash });
  else if (entry !== undefined) await loseFront(parts, life, entry, base - 1);
  for (const damage of scan?.damages ?? []) await takeDamage(parts, life, found, damage);
  life.segments.push(segment);
  if (segment.lastSeq >= life.durable) {
    life.durable = segment.lastSeq;
    life.durableHash = found.endHash;
  }
  if (!found.isLast) return ok(false);
  if (found.unreadable > 0) {
    await loseUnread(parts, life, segment.lastSeq + 1, segment.bytes - segment.end);
    return ok(false);
  }
  const settled = await settleTail(parts, found);
  if (!settled.ok && settled.error.kind === 'io' && patient) return settled;
  const clean = scan !== undefined && !segment.sealed && found.header !== undefined && scan.damages.length === 0;
  return ok(settled.ok && clean);
}

async function takeDamage(parts: JournalParts, life: Life, found: Found, damage: Damage): Promise<void> {
  const span = found.bytes?.subarray(damage.from, damage.to) ?? new Uint8Array();
  await copyToQuarantine(parts, found.segment.key, damage.from, span);
  await loseNumbers(parts, life, damage);
}

/**
 * Makes the last segment what it is taken for. A process that was killed leaves frames in the page cache that no sync ever covered, or that a failed
 * sync called clean: they are written again as a whole. Without room for that, or when some of it is damaged, they are cut and synced in place.
 */
async function settleTail(parts: JournalParts, { segment, scan, bytes }: Found): Promise<Result<void, DiskFailure>> {
  if (scan === undefined || bytes === undefined || segment.sealed) return syncInPlace(parts, segment, undefined);
  const torn = scan.tail === 'torn';
  const { path, end } = segment;
  const rewritten = scan.damages.length === 0 ? await replaceFile(parts.disk, path, bytes.subarray(0, end)) : undefined;
  const inPlace = rewritten === undefined || (!rewritten.ok && rewritten.error.kind === 'noSpace');
  const settled = inPlace ? await syncInPlace(parts, segment, torn ? end : undefined) : rewritten;
  if (torn) parts.log.log('warn', 'journal.tornTail', { path, from: end, bytes: segment.bytes - end, cut: settled.ok });
  if (settled.ok) segment.bytes = end;
  return settled;
}

async function syncInPlace(
  parts: JournalParts,
  segment: Segment,
  length: number | undefined,
): Promise<Result<void, DiskFailure>> {
  const file = await parts.disk.open(segment.path, 'readWrite');
  if (!file.ok) return file;
  const cut = length === undefined ? ok(undefined) : await file.value.truncate(length);
  const synced = cut.ok ? await file.value.sync() : cut;
  await file.value.close();
  return synced.ok ? parts.disk.syncFolder(segment.key.stream) : synced;
}

/** Numbers that are not acknowledged and stood before all that is on the disk: dropped as far as `gone` says, else damage. */
async function loseFront(parts: JournalParts, life: Life, entry: AckedEntry, last: number): Promise<void> {
  const first = entry.acked + 1;
  const dropped = Math.min(last, entry.gone);
  life.gone = entry.gone;
  await loseNumbers(parts, life, { first, last: dropped, prevHash: chainStart() }, 'dropped');
  await loseNumbers(parts, life, { first: Math.max(first, dropped + 1), last, prevHash: chainStart() });
}

/** Where the life stands now, after all its segments and holes. */
async function settle(parts: JournalParts, life: Life, entry: AckedEntry | undefined): Promise<void> {
  if (entry !== undefined && life.segments.length === 0) await loseFront(parts, life, entry, entry.gone);
  const firstBase = life.segments[0]?.key.base ?? 1;
  const firstKnown = Math.min(firstBase, life.holes[0]?.first ?? firstBase);
  life.acked = entry?.acked ?? firstKnown - 1;
  const lastHole = life.holes.at(-1);
  if (lastHole !== undefined && lastHole.last > (life.segments.at(-1)?.lastSeq ?? 0)) {
    life.durable = lastHole.last;
    life.durableHash = parts.chain.overHole(lastHole.prevHash, lastHole.first, lastHole.last);
  }
  life.durable = Math.max(life.durable, life.acked);
}
