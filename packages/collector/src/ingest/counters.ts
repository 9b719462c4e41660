import type { IngestStats } from './ports.ts';

/** Totals since the start. */
export type Counters = { -readonly [K in Extract<keyof IngestStats, `${string}Total`>]: number } & {
  -readonly [K in Extract<keyof IngestStats, `last${string}At`>]: IngestStats[K];
};

export const newCounters = (): Counters => ({
  recordsTotal: 0,
  batchesTotal: 0,
  duplicatesTotal: 0,
  conflictsTotal: 0,
  rejectedTotal: 0,
  refusedBatchesTotal: 0,
  shedTotal: 0,
  commitsTotal: 0,
  commitFailuresTotal: 0,
  lastCommitAt: null,
  lastShedAt: null,
  deferredTotal: 0,
  lastDeferredAt: null,
  withheldTotal: 0,
  lastWithheldAt: null,
});
