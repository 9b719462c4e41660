/** Bugs in the collector: acknowledging, booking, gaps, epochs, presence. */
import type { Plant } from './plant.ts';

const collector = 'packages/collector/src';

export const collectorPlants: readonly Plant[] = [
  {
    name: 'ack-before-commit',
    story: 'the collector commits with its next transaction and acknowledges before',
    file: `${collector}/store/sqlite/ingest/statements.ts`,
    find: `this.run('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.run('COMMIT');`,
    replace: `if (this.db.isTransaction) this.run('COMMIT');
    this.run('BEGIN IMMEDIATE');
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
    find: 'if (entry.family.length === 1 && entry.booked.add(recordNo)) {',
    replace: 'if (entry.booked.add(recordNo) || batch.stream === "money") {',
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
    name: 'reversal-counted-as-sale',
    story: 'what is given back counts as turnover like what is taken',
    file: `${collector}/ingest/money-rows.core.ts`,
    find: 'turnoverFen(recordKinds[kind] as RecordKind, amountFen);',
    replace: 'Math.abs(turnoverFen(recordKinds[kind] as RecordKind, amountFen));',
    mode: 'liveness',
  },
  {
    name: 'minute-counted-again',
    story: 'the sums of a minute are added once more with the next commit',
    file: `${collector}/store/sqlite/ingest/commit.ts`,
    find: '    entry.flow = new Map();\n',
    replace: '',
    mode: 'liveness',
  },
  {
    name: 'merged-over-a-hole',
    story: 'two ranges with one number missing between them become one',
    file: `${collector}/ingest/accept.core.ts`,
    find: 'const before = ranges.filter((range) => range.last < added.first - 1);',
    replace: 'const before = ranges.filter((range) => range.last < added.first - 2);',
    mode: 'liveness',
  },
  {
    name: 'sparse-one-too-low',
    story: 'a range above a hole is acknowledged from one number too low',
    file: `${collector}/ingest/accept.core.ts`,
    find: 'sparse: sparse.map(({ first, last }) => [first, last] as const) };',
    replace: 'sparse: sparse.map(({ first, last }) => [first - 1, last] as const) };',
    mode: 'liveness',
  },
  {
    name: 'dead-letter-dropped',
    story: 'a record that cannot be decoded is acknowledged and kept nowhere',
    file: `${collector}/store/sqlite/ingest/dead-letters.ts`,
    find: 'const open = this.#openOf(agent);\n    if',
    replace: "const open = this.#openOf(agent);\n    if (kind === 'undecoded') return true;\n    if",
    mode: 'safety',
  },
  {
    name: 'read-well-too-late',
    story: 'a record that could not be decoded at first is a duplicate when it comes in order',
    file: `${collector}/ingest/book.core.ts`,
    find: "if (bookedHash === undefined) return 'new';",
    replace: "if (bookedHash === undefined) return counted ? 'duplicate' : 'new';",
    mode: 'safety',
  },
  {
    name: 'dead-hello-believed',
    story: 'a hello is answered whether or not the process that said it lives',
    file: `${collector}/ingest/challenge.core.ts`,
    find: "if (before.alive === instance) return [before, { kind: 'alive' }];",
    replace: "if (before.alive === instance || answers === null) return [before, { kind: 'alive' }];",
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
    name: 'doubtful-taken-for-known',
    story: 'numbers that were accepted before are left out although another journal wrote them',
    file: `${collector}/store/sqlite/ingest/commit.ts`,
    find: "return inRanges(doubtful, seq) ? 'doubtful' : 'known';",
    replace: "return 'known';",
    mode: 'safety',
  },
  {
    name: 'loss-told-from-the-end',
    story: 'what a lost journal left missing below its highest number is not told',
    file: `${collector}/store/sqlite/ingest/hello.ts`,
    find: 'const first = Math.max(contiguousOf(entry.ranges), lost.heldUpto) + 1;',
    replace: 'const first = Math.max(highest, lost.heldUpto) + 1;',
    mode: 'safety',
  },
  {
    name: 'silence-unseen',
    story: 'an agent that is not heard any more stays online',
    file: `${collector}/core/presence/presence.step.ts`,
    find: 'return now - state.heardAt >= event.silentMs ? lose(state, now) : [state, []];',
    replace: 'return [state, []];',
    mode: 'liveness',
  },
  {
    name: 'overlap-not-booked',
    story: 'of a batch that overlaps with what is accepted nothing is booked, and all of it is acknowledged',
    file: `${collector}/store/sqlite/ingest/commit.ts`,
    find: "if (doubtful.length === 0 && fresh.length === 0) return () => 'known';",
    replace: "if (doubtful.length > 0 || fresh.length !== 1) return () => 'known';",
    mode: 'safety',
  },
  {
    name: 'one-sparse-range-told',
    story: 'the accepted ranges of the table are read without their order after a start',
    file: `${collector}/store/sqlite/ingest/streams.ts`,
    find: "AND stream = ? ORDER BY first',",
    replace: "AND stream = ? ORDER BY first DESC',",
    mode: 'liveness',
  },
  {
    name: 'rolled-back-unseen',
    story: 'an older copy of a card goes on under the numbers that the newer one has used',
    file: `${collector}/store/sqlite/ingest/hello.ts`,
    find: 'streams.some((stream) => highestOf(parts.streams.entry(hello.agent, epoch, stream).ranges) > hello.last[stream]);',
    replace:
      'streams.some((stream) => highestOf(parts.streams.entry(hello.agent, epoch, stream).ranges) > hello.last[stream] + 1e9);',
    mode: 'safety',
  },
  {
    name: 'lost-row-swallowed',
    story: 'numbers that are lost right behind others are told by a row that does not reach them',
    file: `${collector}/ingest/gaps.core.ts`,
    find: 'const joined = { ...before, last: added.last, closedAt: added.closedAt };',
    replace: 'const joined = { ...before, closedAt: added.closedAt };',
    mode: 'safety',
  },
];
