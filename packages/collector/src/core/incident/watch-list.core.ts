/** 恢复观察 (domain E-4): what was restored is watched with halved deadlines until its time is over. */
import type { Incident } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';

export const watchPace = 0.5;

export interface WatchEntry {
  readonly incidentId: string;
  readonly number: string;
  readonly devices: readonly string[];
  readonly rules: readonly string[];
  readonly until: number;
}

/** Incidents whose scope is watched now. */
export const watchList = (incidents: readonly Incident[], now: EpochMs): readonly WatchEntry[] =>
  incidents.flatMap(({ incidentId, number, scope, restoredAt, watchUntil }) =>
    restoredAt !== null && watchUntil !== null && now <= watchUntil
      ? [{ incidentId, number, devices: scope?.devices ?? [], rules: scope?.rules ?? [], until: watchUntil }]
      : [],
  );

/** Factor on the durations of rules for this device: halved while it is watched. */
export const paceOf = (list: readonly WatchEntry[], deviceId: string): number =>
  list.some(({ devices }) => devices.includes(deviceId)) ? watchPace : 1;
