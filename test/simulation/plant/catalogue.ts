/** Bugs that the simulation must find: one place of real code each, and what it would have cost. */
import type { RunMode } from '../simulate.ts';

export interface Plant {
  readonly name: string;
  readonly story: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly mode: RunMode;
}

const agent = 'packages/agent/src';
const collector = 'packages/collector/src';

export const plants: readonly Plant[] = [
  {
    name: 'ack-before-commit',
    story: 'the collector commits with its next transaction and acknowledges before',
    file: `${collector}/store/sqlite/ingest/statements.ts`,
    find: `this.db.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.db.exec('COMMIT');`,
    replace: `if (this.db.isTransaction) this.db.exec('COMMIT');
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const value = work();`,
    mode: 'liveness',
  },
  {
    name: 'ack-from-batch',
    story: 'the acknowledgement is computed from the batch, not from the database',
    file: `${collector}/ingest/commit-loop.ts`,
    find: '  outcome,\n});',
    replace: '  outcome: { ...outcome, progress: { contiguousUpto: head.lastSeq, sparse: [] } },\n});',
    mode: 'liveness',
  },
  {
    name: 'watermark-over-gap',
    story: 'the watermark is the highest number, whatever is missing below it',
    file: `${collector}/ingest/accept.core.ts`,
    find: 'return range !== undefined && range.first === 1 ? range.last : 0;',
    replace: 'return range !== undefined ? (ranges.at(-1)?.last ?? 0) : 0;',
    mode: 'liveness',
  },
  {
    name: 'dedupe-by-seq-only',
    story: 'the business key is not asked whether a record is booked',
    file: `${collector}/store/sqlite/ingest/book-money.ts`,
    find: 'if (entry.booked.add(recordNo)) {',
    replace: 'if (entry.booked.add(recordNo) || batch.stream === "money") {',
    mode: 'liveness',
  },
  {
    name: 'generation-raised-without-cause',
    story: 'a terminal that made no record since gets a new generation, and its records a second key',
    file: `${agent}/collect/generation.core.ts`,
    find: 'const fell = newest !== undefined && newest < seen;',
    replace: 'const fell = newest !== undefined && newest <= seen && seen > 0;',
    mode: 'liveness',
  },
  {
    name: 'book-kept-after-rollback',
    story: 'a transaction that failed leaves its traces in memory: what comes again is taken for a duplicate',
    file: `${collector}/store/sqlite/ingest/store.ts`,
    find: '      this.#forget();\n',
    replace: '',
    mode: 'liveness',
  },
  {
    name: 'failed-commit-acknowledged',
    story: 'a commit that failed is acknowledged like one that did not',
    file: `${collector}/store/sqlite/ingest/statements.ts`,
    find: `      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;`,
    replace: `      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      return [{ progress: { contiguousUpto: 1e9, sparse: [] }, accepted: 0, duplicates: 0, conflicts: 0, reject: [], forked: false }] as T;`,
    mode: 'liveness',
  },
  {
    name: 'lost-is-silent',
    story: 'numbers that are declared lost move the watermark and leave no gap behind',
    file: `${collector}/store/sqlite/ingest/commit.ts`,
    find: 'if (head.lost !== undefined) declareLost(parts, entry, batch, verdict.fresh);',
    replace: '',
    mode: 'safety',
  },
  {
    name: 'epoch-not-raised',
    story: 'an agent without a journal gets the number of the epoch that it lost',
    file: `${collector}/store/sqlite/ingest/hello.ts`,
    find: 'no: Math.max(newest?.no ?? 0, hello.epoch?.no ?? 0) + 1,',
    replace: 'no: Math.max(1, newest?.no ?? 0, hello.epoch?.no ?? 0),',
    mode: 'safety',
  },
  {
    name: 'epoch-granted-twice',
    story:
      'a hello that the broker repeats is granted a second epoch, and the first one is closed while the agent writes under it',
    file: `${collector}/store/sqlite/ingest/hello.ts`,
    find: 'if (again && newest?.closed === false && isAnswered(hello, newest))',
    replace: 'if (again && newest?.closed === undefined && newest !== undefined && isAnswered(hello, newest))',
    mode: 'liveness',
  },
  {
    name: 'journal-loss-is-silent',
    story: 'a journal that was lost behind its watermark leaves no gap',
    file: `${collector}/store/sqlite/ingest/hello.ts`,
    find: 'if (highest === 0) return;',
    replace: 'if (highest >= 0) return;',
    mode: 'safety',
  },
  {
    name: 'confirm-before-journal',
    story: 'the terminal is told before the record is in the journal',
    file: `${agent}/collect/custody.ts`,
    find: `  for (const life of livesOf(`,
    replace: `  await confirm(terminal, observation, parts, signal);
  for (const life of livesOf(`,
    mode: 'liveness',
  },
  {
    name: 'confirm-after-failure',
    story: 'the terminal is told although the journal refused the record',
    file: `${agent}/collect/custody.ts`,
    find: `    const taken = await takeLife(terminal, life, parts);
    if (!taken.ok) return taken;`,
    replace: `    const taken = await takeLife(terminal, life, parts);
    if (!taken.ok) return confirm(terminal, observation, parts, signal);`,
    mode: 'liveness',
  },
  {
    name: 'journal-answers-before-sync',
    story: 'an append resolves when the kernel has the bytes, not when they are durable',
    file: `${agent}/journal/tail.ts`,
    find: 'return written.ok && sync ? this.#sync() : written;',
    replace: 'return written;',
    mode: 'liveness',
  },
  {
    name: 'failed-sync-repeated',
    story: 'a sync that failed is repeated on the same file, where the kernel calls the pages clean',
    file: `${agent}/journal/tail.ts`,
    find: 'return first.ok ? first : this.#again(first.error);',
    replace: 'return first.ok ? first : this.#sync();',
    mode: 'liveness',
  },
  {
    name: 'folder-not-synced',
    story: 'a new segment has content and no durable name',
    file: `${agent}/journal/tail.ts`,
    find: 'const folder = synced.ok && this.#fresh ? await this.#parts.disk.syncFolder(this.life.stream) : synced;',
    replace: 'const folder = synced;',
    mode: 'drill',
  },
  {
    name: 'short-write-ignored',
    story: 'a short write is taken for a whole one',
    file: `${agent}/journal/disk-io.ts`,
    find: 'done += written.value;',
    replace: 'done = bytes.length;',
    mode: 'drill',
  },
  {
    name: 'cut-at-first-bad-frame',
    story: 'recovery truncates at the first bad frame, although good ones stand behind it',
    file: `${agent}/journal/scan.core.ts`,
    find: 'const good = this.#searchFrom(from + (head?.total ?? frameStep));',
    replace: `this.#torn = from >= 0;
    if (this.#torn) return;
    const good = this.#searchFrom(from + (head?.total ?? frameStep));`,
    mode: 'drill-damage',
  },
  {
    name: 'tail-of-killed-process-trusted',
    story: 'frames that a killed process left in the page cache count as durable without a sync',
    file: `${agent}/journal/recovery.ts`,
    find: 'const settled = await settleTail(parts, found);',
    replace: 'const settled = settleTail.length > 0 ? ok(undefined) : await settleTail(parts, found);',
    mode: 'drill',
  },
  {
    name: 'unacked-reclaimed',
    story: 'a full disk takes money that nobody has acknowledged',
    file: `${agent}/journal/space.ts`,
    find: 'const found = this.#oldest(stream, (life, index) => segmentUpto(life, index) <= life.acked);',
    replace: 'const found = this.#oldest(stream, () => true);',
    mode: 'drill',
  },
  {
    name: 'released-when-sent',
    story: 'the window is released when the broker has the batch',
    file: `${agent}/uplink/pump.ts`,
    find: 'this.#publish(upTopic(address, stream), wire);',
    replace: `this.#publish(upTopic(address, stream), wire);
    this.#update(stream, choice.epoch, { contiguousUpto: head.lastSeq, sparse: [], credit: window.credit });`,
    mode: 'liveness',
  },
  {
    name: 'sparse-taken-for-contiguous',
    story: 'a range committed above a hole releases the hole too',
    file: `${agent}/uplink/window.core.ts`,
    find: 'const acked = Math.max(told, contiguousUpto(ranges, told + 1));',
    replace: 'const acked = Math.max(told, contiguousUpto(ranges, told + 1), ranges.at(-1)?.[1] ?? 0);',
    mode: 'liveness',
  },
  {
    name: 'generation-not-raised',
    story: 'a store that was initialised goes on under the old generation',
    file: `${agent}/collect/generation.core.ts`,
    find: 'return cursor.generation + (rise > 0 && rise <= lifeRiseMax ? rise : 1);',
    replace: 'return cursor.generation + (rise > 0 && rise <= lifeRiseMax ? 0 : 1);',
    mode: 'safety',
  },
];

export function findPlant(name: string): Plant {
  const plant = plants.find((candidate) => candidate.name === name);
  if (plant === undefined) throw new Error(`no plant ${name}; there are ${plants.map((each) => each.name).join(', ')}`);
  return plant;
}
