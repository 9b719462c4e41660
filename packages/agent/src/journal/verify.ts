/** Reads a journal as it lies on the disk and changes nothing: for `cardwatch-agent journal verify` and `journal export`. */
import { EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { ok, type Result } from '@cardwatch/kernel';
import type { Disk, DiskFailure, Hasher } from '../ports.ts';
import { Chain, chainStart } from './chain.ts';
import { readFile } from './disk-io.ts';
import { footerBytes, parseHolesName, parseSegmentName } from './format.ts';
import type { SegmentKey } from './frame.core.ts';
import { decodeHeader } from './header.core.ts';
import { loadHoles } from './holes.ts';
import type { JournalHole } from './journal.ts';
import { emptyLife } from './life.ts';
import { sameBytes } from './repair.ts';
import { type SegmentScan, scanSegment } from './scan.core.ts';
import { holdsRecord, nextHolding, readWhole, saltOf, segmentPath } from './segment-file.ts';
import { ackedSlotBytes, type AckedEntry, decodeAcked, decodeEpoch } from './state.core.ts';

export type JournalProblem =
  /** Bytes that are no good frames; the numbers `first..last` stood there, none when last < first. */
  | {
      readonly kind: 'badSpan';
      readonly path: string;
      readonly from: number;
      readonly to: number;
      readonly first: number;
      readonly last: number;
    }
  /** An unfinished write at the end; cut off at the next start. */
  | { readonly kind: 'tornTail'; readonly path: string; readonly from: number; readonly bytes: number }
  | { readonly kind: 'header'; readonly path: string }
  /** Footer or SHA-256 of a sealed segment do not agree with it. */
  | { readonly kind: 'footer'; readonly path: string }
  /** The chain hash in a header is not the end of the segment before it. */
  | { readonly kind: 'chain'; readonly path: string }
  | {
      readonly kind: 'missingNumbers';
      readonly stream: Stream;
      readonly epoch: number;
      readonly first: number;
      readonly last: number;
    }
  | { readonly kind: 'unreadable'; readonly path: string; readonly cause: DiskFailure };

export interface LifeReport {
  readonly stream: Stream;
  readonly epoch: EpochNo;
  readonly segments: number;
  readonly sealed: number;
  readonly records: number;
  readonly bytes: number;
  /** First and last number on the disk, 0 when there is none. */
  readonly first: number;
  readonly last: number;
  readonly acked: number | undefined;
  readonly holes: readonly JournalHole[];
}

export interface JournalReport {
  readonly epoch: { readonly no: EpochNo; readonly uuid: string } | undefined;
  readonly lives: readonly LifeReport[];
  readonly problems: readonly JournalProblem[];
  /** Every chain hash that the disk states is what its records give; through a hole it cannot be checked. */
  readonly chainOk: boolean;
}

/** Walks everything. Fails only when a folder cannot be listed. */
export async function verifyJournal(disk: Disk, hasher: Hasher): Promise<Result<JournalReport, DiskFailure>> {
  const chain = new Chain(hasher);
  const state = await readFile(disk, 'epoch.state', 4_096);
  const open = state.ok ? decodeEpoch(state.value) : undefined;
  const slots = await readFile(disk, 'acked.state', 2 * ackedSlotBytes);
  const acked = (slots.ok ? decodeAcked(slots.value)?.entries : undefined) ?? [];
  const lives: LifeReport[] = [];
  const problems: JournalProblem[] = [];
  for (const stream of streams) {
    const keys = await segmentsOf(disk, stream);
    if (!keys.ok) return keys;
    for (const life of keys.value) lives.push(await new LifeCheck(disk, chain, life, problems).run(acked));
  }
  const chainOk = !problems.some((problem) => problem.kind === 'chain' || problem.kind === 'footer');
  return ok({ epoch: open === undefined ? undefined : { no: open.no, uuid: open.uuid }, lives, problems, chainOk });
}

export interface ExportedEntry {
  readonly epoch: EpochNo;
  readonly seq: number;
  readonly line: Uint8Array;
}

/** Every good record of a stream, oldest first. Ends early when the folder cannot be listed; a file that cannot be read is left out. */
export async function* exportJournal(disk: Disk, stream: Stream): AsyncGenerator<ExportedEntry, void, void> {
  const unproved = new Chain({ sha256: () => chainStart() });
  const lives = await segmentsOf(disk, stream);
  for (const { keys } of lives.ok ? lives.value : []) {
    for (const [index, key] of keys.entries()) {
      const bytes = await readWhole(disk, segmentPath(key));
      const entries: ExportedEntry[] = [];
      const onRecord = (seq: number, line: Uint8Array): void => void entries.push({ epoch: key.epoch, seq, line });
      const nextBase = await nextHolding(disk, keys, index + 1);
      if (bytes.ok)
        scanSegment(
          { bytes: bytes.value.bytes, base: key.base, salt: saltOf(key), prevHash: chainStart(), nextBase, onRecord },
          unproved,
        );
      yield* entries;
    }
  }
}

interface LifeKeys {
  readonly stream: Stream;
  readonly epoch: EpochNo;
  readonly keys: readonly SegmentKey[];
}

/** Segments by epoch, both ascending; an epoch of which only a holes file is left has none. */
async function segmentsOf(disk: Disk, stream: Stream): Promise<Result<readonly LifeKeys[], DiskFailure>> {
  const names = await disk.list(stream);
  if (!names.ok) return names.error.kind === 'missing' ? ok([]) : names;
  const epochs = new Map<number, number[]>();
  for (const name of names.value) {
    const segment = parseSegmentName(name);
    const epoch = segment?.epoch ?? parseHolesName(name);
    if (epoch !== undefined) epochs.set(epoch, [...(epochs.get(epoch) ?? []), ...(segment === undefined ? [] : [segment.base])]);
  }
  const sorted = [...epochs].sort(([a], [b]) => a - b);
  return ok(
    sorted.map(([no, bases]) => {
      const epoch = EpochNo.parse(no);
      return { stream, epoch, keys: bases.sort((a, b) => a - b).map((base) => ({ stream, epoch, base })) };
    }),
  );
}

/** One life, segment by segment. */
class LifeCheck {
  readonly #disk: Disk;
  readonly #chain: Chain;
  readonly #life: LifeKeys;
  readonly #problems: JournalProblem[];
  #records = 0;
  #bytes = 0;
  #sealed = 0;
  #last = 0;
  /** Chain hash of the last number; undefined when it is not known. */
  #hash: Uint8Array | undefined;

  constructor(disk: Disk, chain: Chain, life: LifeKeys, problems: JournalProblem[]) {
    this.#disk = disk;
    this.#chain = chain;
    this.#life = life;
    this.#problems = problems;
  }

  async run(acked: readonly AckedEntry[]): Promise<LifeReport> {
    const { stream, epoch, keys } = this.#life;
    const known = emptyLife(stream, epoch);
    await loadHoles(this.#disk, known);
    const holes = known.holes.map(({ first, last, cause }) => ({ first, last, cause }));
    for (const [index, key] of keys.entries()) {
      const isShell = key.base <= this.#last && !(await holdsRecord(this.#disk, key));
      if (!isShell) await this.#segment(key, await nextHolding(this.#disk, keys, index + 1), holes);
    }
    return {
      stream,
      epoch,
      segments: keys.length,
      sealed: this.#sealed,
      records: this.#records,
      bytes: this.#bytes,
      first: keys[0]?.base ?? 0,
      last: this.#last,
      acked: acked.find((entry) => entry.stream === stream && entry.epoch === epoch)?.acked,
      holes,
    };
  }

  async #segment(key: SegmentKey, nextBase: number | undefined, holes: readonly JournalHole[]): Promise<void> {
    const path = segmentPath(key);
    if (this.#last > 0 && key.base > this.#last + 1) this.#missing(this.#last + 1, key.base - 1, holes);
    const bytes = await readWhole(this.#disk, path);
    if (!bytes.ok) return void this.#problems.push({ kind: 'unreadable', path, cause: bytes.error });
    const file = bytes.value.bytes;
    const header = decodeHeader(file, key);
    if (header === undefined) this.#problems.push({ kind: 'header', path });
    const follows = this.#hash !== undefined && this.#last === key.base - 1;
    if (header !== undefined && follows && !sameBytes(header.prevHash, this.#hash ?? chainStart()))
      this.#problems.push({ kind: 'chain', path });
    const prevHash = header?.prevHash ?? this.#hash ?? chainStart();
    const scan = scanSegment({ bytes: file, base: key.base, salt: saltOf(key), prevHash, nextBase }, this.#chain);
    this.#note(path, scan, file, nextBase === undefined);
    this.#last = Math.max(this.#last, scan.lastSeq);
    this.#hash = scan.damages.length === 0 ? scan.endHash : undefined;
  }

  #note(path: string, scan: SegmentScan, bytes: Uint8Array, isLast: boolean): void {
    this.#records += scan.count;
    this.#bytes += bytes.length;
    for (const { from, to, first, last } of scan.damages) this.#problems.push({ kind: 'badSpan', path, from, to, first, last });
    const rest = bytes.length - scan.end;
    if (isLast && scan.tail === 'torn') this.#problems.push({ kind: 'tornTail', path, from: scan.end, bytes: rest });
    else if (scan.footer === undefined && rest === footerBytes) this.#problems.push({ kind: 'footer', path });
    if (scan.footer === undefined) return;
    this.#sealed++;
    const hashed = sameBytes(scan.footer.fileHash, this.#chain.sha256(bytes.subarray(0, scan.end)));
    const chained = scan.damages.length > 0 || sameBytes(scan.footer.endHash, scan.endHash);
    if (!hashed || !chained) this.#problems.push({ kind: 'footer', path });
  }

  #missing(first: number, last: number, holes: readonly JournalHole[]): void {
    let next = first;
    for (const hole of holes) if (hole.first <= next && next <= hole.last) next = hole.last + 1;
    if (next <= last)
      this.#problems.push({ kind: 'missingNumbers', stream: this.#life.stream, epoch: this.#life.epoch, first: next, last });
  }
}
