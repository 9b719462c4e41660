/** What the watch remembers of an incident beside its row: what it told already. Kept as one machine row an incident, so that a restart tells nothing twice. */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { MachineRow } from '../../store/watch/roles.ts';

export const trackedKind = 'incident';
export const lastNumberKind = 'incidentNumber';

export interface Tracked {
  /** Keys of SLA warnings, `restore:75`. */
  readonly told: readonly string[];
  readonly remindedAt: EpochMs | null;
  readonly healthySince: EpochMs | null;
  /** What the end of its response still waits for; empty: it may end. */
  readonly blocks: readonly string[];
  /** An evidence pack is still to be made. */
  readonly evidenceDue: boolean;
}

export const trackedAtStart: Tracked = {
  told: [],
  remindedAt: null,
  healthySince: null,
  blocks: ['notLongEnough'],
  evidenceDue: false,
};

export const trackedRow = (incidentId: string, tracked: Tracked): MachineRow => ({
  kind: trackedKind,
  key: incidentId,
  state: JSON.stringify(tracked),
  dueAt: null,
});

/** Null: not ours to read; the incident is then tracked anew. */
export function trackedFrom({ state }: Pick<MachineRow, 'state'>): Tracked | null {
  const row = recordOf(state);
  const told = row?.['told'];
  const blocks = row?.['blocks'];
  if (row === null || row === undefined || !Array.isArray(told) || !Array.isArray(blocks)) return null;
  const time = (value: unknown): EpochMs | null => (typeof value === 'number' ? epochMs(value) : null);
  return {
    told: told.filter((key) => typeof key === 'string'),
    remindedAt: time(row['remindedAt']),
    healthySince: time(row['healthySince']),
    blocks: blocks.filter((block) => typeof block === 'string'),
    evidenceDue: row['evidenceDue'] === true,
  };
}

function recordOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
