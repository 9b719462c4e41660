/** The journal against the bare disk: as many bytes in as many write + fdatasync, in the same run, in the same folder, turn and turn about. */
import { closeSync, fdatasync, openSync, write } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { realDisk } from '@cardwatch/agent/disk';
import { hasher } from '@cardwatch/agent/hasher';
import { type Disk, type DiskFile, type Journal, journalLimits, openJournal } from '@cardwatch/agent/journal';
import { AgentId, EpochNo } from '@cardwatch/contracts';
import { type Clock, durationMs, epochMs, silentLogger } from '@cardwatch/kernel';

const lineBytes = 640;
const rounds = 16;
/** From this size on a commit is full by itself, so two callers keep one ahead without growing it. */
const fullCommit = 64;

export interface JournalBench {
  /** As asked for; what came together in the end is `recordsPerSync`. */
  readonly recordsPerCommit: number;
  readonly recordsPerSync: number;
  readonly recordsPerSecond: number;
  readonly rawRecordsPerSecond: number;
  /** Journal over raw. */
  readonly ratio: number;
}

/** Journal throughput at 1, 8 and 64 records a commit; at 64 two callers, so that the next commit stands ready, as under load. `folder` must be on the disk that is meant. */
export async function benchJournal(
  options: { readonly folder?: string; readonly commits?: number } = {},
): Promise<readonly JournalBench[]> {
  const folder = await fs.mkdtemp(join(options.folder ?? tmpdir(), 'cardwatch-bench-'));
  const disk = new CountingDisk(realDisk(join(folder, 'journal')));
  const journal = await open(disk);
  const results: JournalBench[] = [];
  try {
    for (const recordsPerCommit of [1, 8, 64]) {
      const result = await compare({ journal, disk, folder }, { recordsPerCommit, commits: options.commits ?? 1_600 });
      results.push(result);
      report(result);
    }
  } finally {
    await journal.close();
    await fs.rm(folder, { recursive: true, force: true });
  }
  return results;
}

function report(result: JournalBench): void {
  const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
  console.log(
    `journal, ${result.recordsPerCommit} records a commit (${result.recordsPerSync.toFixed(1)} a sync): ${perSecond(result.recordsPerSecond)}, ` +
      `raw write + fdatasync of the same bytes and syncs ${perSecond(result.rawRecordsPerSecond)}, ratio ${result.ratio.toFixed(2)}`,
  );
}

async function open(disk: Disk): Promise<Journal> {
  const commit = {
    ...journalLimits.commit,
    money: { ...journalLimits.commit.money, delayMs: 0 },
  };
  const journal = await openJournal({
    disk,
    clock: benchClock,
    hasher,
    log: silentLogger,
    agent: AgentId.parse('bench'),
    limits: { commit, ballastShare: 0 },
    budgetBytes: 2 ** 30,
  });
  await journal.openEpoch(EpochNo.parse(1), '018f4d2e-0000-7000-8000-000000000001');
  return journal;
}

const benchClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Counts what the journal asks of the disk. */
class CountingDisk implements Disk {
  readonly #disk: Disk;
  syncs = 0;
  bytes = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async open(path: string, mode: 'create' | 'readWrite' | 'read'): ReturnType<Disk['open']> {
    const opened = await this.#disk.open(path, mode);
    return opened.ok ? { ok: true, value: this.#counted(opened.value) } : opened;
  }

  list = (folder: string): ReturnType<Disk['list']> => this.#disk.list(folder);
  makeFolder = (folder: string): ReturnType<Disk['makeFolder']> => this.#disk.makeFolder(folder);
  remove = (path: string): ReturnType<Disk['remove']> => this.#disk.remove(path);
  rename = (from: string, to: string): ReturnType<Disk['rename']> => this.#disk.rename(from, to);
  syncFolder = (folder: string): ReturnType<Disk['syncFolder']> => this.#disk.syncFolder(folder);
  space = (): ReturnType<Disk['space']> => this.#disk.space();

  #counted(file: DiskFile): DiskFile {
    return {
      write: (parts, offset) => {
        for (const part of parts) this.bytes += part.length;
        return file.write(parts, offset);
      },
      sync: () => {
        this.syncs++;
        return file.sync();
      },
      read: (offset, length) => file.read(offset, length),
      truncate: (length) => file.truncate(length),
      size: () => file.size(),
      close: () => file.close(),
    };
  }
}

interface Bench {
  readonly journal: Journal;
  readonly disk: CountingDisk;
  readonly folder: string;
}

/** Alternates short rounds of both, so that a busy neighbour slows both alike; of each the quickest quarter counts, that is the least disturbed. */
async function compare(
  bench: Bench,
  load: { readonly recordsPerCommit: number; readonly commits: number },
): Promise<JournalBench> {
  const lines = Array.from({ length: load.recordsPerCommit }, (_, index) => lineOf(index));
  const commits = Math.ceil(load.commits / rounds);
  const own: number[] = [];
  const raw: number[] = [];
  let syncsOfAll = 0;
  for (let round = 0; round < rounds; round++) {
    const { disk, journal, folder } = bench;
    disk.syncs = 0;
    disk.bytes = 0;
    own.push(await ownRound(journal, lines, commits));
    raw.push(await rawRound(join(folder, 'raw'), disk.syncs, Math.round(disk.bytes / disk.syncs)));
    syncsOfAll += disk.syncs;
  }
  const records = commits * lines.length;
  const ownMs = leastDisturbed(own);
  const rawMs = leastDisturbed(raw);
  return {
    recordsPerCommit: load.recordsPerCommit,
    recordsPerSync: (records * rounds) / syncsOfAll,
    recordsPerSecond: (records * 1_000) / ownMs,
    rawRecordsPerSecond: (records * 1_000) / rawMs,
    ratio: rawMs / ownMs,
  };
}

/** Mean of the lowest quarter. */
function leastDisturbed(values: readonly number[]): number {
  const quickest = values.toSorted((a, b) => a - b).slice(0, Math.ceil(values.length / 4));
  return quickest.reduce((sum, value) => sum + value, 0) / quickest.length;
}

async function ownRound(journal: Journal, lines: readonly Uint8Array[], commits: number): Promise<number> {
  const startedAt = performance.now();
  let left = commits;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const appended = await journal.append('money', lines);
      if (!appended.ok) throw new Error(`append failed: ${appended.error.kind}`);
    }
  };
  await Promise.all(lines.length >= fullCommit ? [caller(), caller()] : [caller()]);
  return performance.now() - startedAt;
}

async function rawRound(path: string, syncs: number, bytesPerSync: number): Promise<number> {
  const bytes = new Uint8Array(bytesPerSync).fill(120);
  const fd = openSync(path, 'w');
  const startedAt = performance.now();
  for (let commit = 0; commit < syncs; commit++) {
    await writeAt(fd, bytes, commit * bytesPerSync);
    await syncFd(fd);
  }
  const tookMs = performance.now() - startedAt;
  closeSync(fd);
  await fs.rm(path);
  return tookMs;
}

const syncFd = promisify(fdatasync);
const writeAt = (fd: number, bytes: Uint8Array, at: number): Promise<void> =>
  new Promise((resolve, reject) => {
    write(fd, bytes, 0, bytes.length, at, (failure) => (failure ? reject(failure) : resolve()));
  });

function lineOf(index: number): Uint8Array {
  const head = `{"deviceId":"yb-b3-bath-07","generation":1,"recordNo":${1_000 + index},"kind":"consume","amountFen":135,"rawSealed":"k1.`;
  return new TextEncoder().encode(`${head.padEnd(lineBytes - 2, 'A')}"}`);
}

if (import.meta.main) await benchJournal();
