/** What the stores know of devices around a fault, for its evidence pack. */
import type { Alarm } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { ChangeRow, EvidenceRow } from '../core/incident/evidence.core.ts';
import type { WatchReader } from '../store/watch/roles.ts';

export const factLimits = {
  /** Devices that a pack asks for, of those that an incident names. */
  devices: 200,
  /** Rows of one kind that go into a pack. */
  rows: 500,
  /** States of one device. */
  statesPerDevice: 50,
} as const;

/** A part that could not be read is null and counts as missing; an empty one says that nothing was there. */
export interface FactRows {
  readonly health: readonly EvidenceRow[] | null;
  readonly gaps: readonly EvidenceRow[] | null;
  /** Also those that are over. */
  readonly alarms: readonly Alarm[] | null;
  /** Parameters, firmware, ports, what operators did. */
  readonly changes: readonly ChangeRow[] | null;
}

/** Rows in `[from, to)`. At most `factLimits.devices` are asked for, of a kind the latest `factLimits.rows` of its time are used. */
export type IncidentFacts = (devices: readonly string[], from: EpochMs, to: EpochMs) => Promise<FactRows>;

/** The watch's own part: how the devices were, which alarms there were. Gaps and changes are the custody store's and the trail's: null here. */
export function watchFacts(store: Pick<WatchReader, 'states' | 'alarms'>): IncidentFacts {
  return async (devices, from, to) => {
    const health: EvidenceRow[] = [];
    for (const subjectId of devices.slice(0, factLimits.devices)) {
      const states = await store.states({ subjectId, from, to });
      for (const { at, state, cause } of states.slice(-factLimits.statesPerDevice))
        health.push({ at: epochMs(at), ref: subjectId, what: { state, cause } });
    }
    const alarms = await store.alarms({ from, to, limit: factLimits.rows });
    return { health, gaps: null, alarms: alarms.ok ? alarms.value.items : null, changes: null };
  };
}
