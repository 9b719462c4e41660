import type { OutboxRow } from '../../store/read/roles.ts';

/** What changed between two outbox positions, each thing once. */
export interface Changes {
  readonly devices: readonly string[];
  readonly agents: readonly string[];
  readonly readings: readonly string[];
  readonly gaps: readonly string[];
  readonly minutes: readonly number[];
  readonly passMinutes: readonly number[];
  /** Something that the overview counts has moved. */
  readonly figures: boolean;
}

export function coalesce(rows: readonly OutboxRow[]): Changes {
  const keys = (topic: string): string[] => [...new Set(rows.filter((row) => row.topic === topic).map((row) => row.key))];
  return {
    devices: keys('device'),
    agents: keys('agent'),
    readings: keys('readings'),
    gaps: keys('gap'),
    minutes: keys('flow').map(Number).filter(Number.isSafeInteger),
    passMinutes: keys('passes').map(Number).filter(Number.isSafeInteger),
    figures: rows.some((row) => row.topic !== 'readings'),
  };
}
