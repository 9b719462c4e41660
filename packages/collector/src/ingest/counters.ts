import type { IngestStats } from './ports.ts';

/** Totals since the start. */
export type Counters = { -readonly [K in Extract<keyof IngestStats, `${string}Total`>]: number } & {
  lastCommitAt: IngestStats['lastCommitAt'];
  lastShedAt: IngestStats['lastShedAt'];
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
});
