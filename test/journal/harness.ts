/** A journal on a memory disk under virtual time. */
import { hasher } from '@cardwatch/agent/hasher';
import {
  type Hasher,
  type Journal,
  type JournalEntry,
  type JournalHole,
  type JournalLimits,
  journalLimits,
  openJournal,
} from '@cardwatch/agent/journal';
import { AgentId, chainInput, EpochNo, type Stream } from '@cardwatch/contracts';
import { crc32c, epochMs, type Logger, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { MemoryDisk } from './memory-disk.ts';

/** 32 bytes that differ when the input does, fast: for tests of thousands of starts that do not turn on the hash. */
export const quickHasher: Hasher = {
  sha256: (bytes) => new Uint8Array(32).fill(crc32c(bytes) & 255, 4).fill(crc32c(bytes, 1) & 255, 0, 4),
};
export { hasher };
export const agent = AgentId.parse('yb-bath-1');
export const epoch1 = EpochNo.parse(1);
export const epoch2 = EpochNo.parse(2);
export const uuid1 = '018f4d2e-0000-7000-8000-000000000001';
export const uuid2 = '018f4d2e-0000-7000-8000-000000000002';
export const startAt = epochMs(Date.UTC(2026, 10, 23, 4, 0, 0));

/** Commits at once: every append is its own commit unless calls overlap. */
export const atOnce: JournalLimits['commit'] = {
  money: { ...journalLimits.commit.money, delayMs: 0 },
  event: { ...journalLimits.commit.event, delayMs: 0 },
  health: { ...journalLimits.commit.health, delayMs: 0 },
};

export interface Rig {
  readonly disk: MemoryDisk;
  readonly clock: VirtualClock;
  readonly journal: Journal;
}

export async function rig(
  options: {
    readonly disk?: MemoryDisk;
    readonly clock?: VirtualClock;
    readonly limits?: Partial<JournalLimits>;
    readonly log?: Logger;
    readonly hasher?: Hasher;
    readonly budgetBytes?: number;
    readonly epoch?: boolean;
  } = {},
): Promise<Rig> {
  const disk = options.disk ?? new MemoryDisk();
  const clock = options.clock ?? new VirtualClock(startAt);
  const log = options.log ?? silentLogger;
  const journal = await openJournal({
    disk,
    clock,
    hasher: options.hasher ?? hasher,
    log,
    agent,
    limits: { commit: atOnce, ballastShare: 0, ...options.limits },
    ...(options.budgetBytes === undefined ? {} : { budgetBytes: options.budgetBytes }),
  });
  if (options.epoch !== false && journal.epoch() === undefined) await journal.openEpoch(epoch1, uuid1);
  return { disk, clock, journal };
}

export const line = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const lines = (from: number, to: number): Uint8Array[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(`{"n":${from + index},"v":"${'x'.repeat((from + index) % 23)}"}`));

/** Lets all pending promises of a memory disk run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}

/** Moves virtual time in small steps so that promises run between timers. */
export async function pass(clock: VirtualClock, ms: number): Promise<void> {
  const end = clock.mono() + ms;
  await settle();
  while ((clock.nextDueMs() ?? Number.POSITIVE_INFINITY) <= end) {
    clock.fireNext(end);
    await settle();
  }
  clock.advance(end - clock.mono());
  await settle();
}

export interface Walked {
  readonly entries: readonly JournalEntry[];
  readonly holes: readonly JournalHole[];
  /** Slices whose prevHash is not the endHash before. */
  readonly breaks: number;
}

/** Reads everything of one life from `from` on; proves each slice's own chain. */
export async function walk(
  journal: Journal,
  options: {
    readonly stream?: Stream;
    readonly epoch?: EpochNo;
    readonly from?: number;
    readonly records?: number;
    readonly bytes?: number;
    /** How a slice's chain is proved. */
    readonly hasher?: Hasher;
  } = {},
): Promise<Walked> {
  const { hasher: prove = hasher, stream = 'money', epoch = epoch1, records = 256, bytes = 64 * 1024 } = options;
  const entries: JournalEntry[] = [];
  const holes: JournalHole[] = [];
  let breaks = 0;
  let before: Uint8Array | undefined;
  for (let seq = options.from ?? 1; ; ) {
    const slice = await journal.read(stream, epoch, seq, { records, bytes });
    if (!slice.ok) throw new Error(`read failed at ${seq}: ${JSON.stringify(slice.error)}`);
    if (slice.value === undefined) return { entries, holes, breaks };
    const { prevHash, endHash, hole } = slice.value;
    if (before !== undefined && !same(before, prevHash)) breaks++;
    let chain = prevHash;
    const covered =
      hole === undefined
        ? slice.value.entries
        : Array.from({ length: hole.last - hole.first + 1 }, (_, i) => ({ seq: hole.first + i, line: new Uint8Array() }));
    for (const entry of covered) {
      if (entry.seq !== seq) throw new Error(`number ${entry.seq} where ${seq} is due`);
      chain = prove.sha256(chainInput(chain, entry.seq, entry.line));
      seq++;
    }
    if (covered.length === 0 || !same(chain, endHash)) throw new Error(`a slice at ${seq} does not prove itself`);
    if (hole === undefined) entries.push(...slice.value.entries);
    else holes.push(hole);
    before = endHash;
  }
}

export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
