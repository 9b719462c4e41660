/** What the stores know of devices around a fault, for its evidence pack. */
import type { Alarm } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { Json } from '../core/incident/canonical.core.ts';
import type { ChangeRow, EvidenceRow, ReadPart, TrailProof } from '../core/incident/evidence.core.ts';
import type { WatchReader } from '../store/watch/roles.ts';

export const factLimits = {
  /** Devices that a pack asks for, of those that an incident names. */
  devices: 200,
  /** Agents of these devices. */
  agents: 16,
  /** Rows of one kind that are read. */
  rows: 500,
  /** States, events of one kind, measures of one device. */
  perDevice: 50,
  /** Lines of the trail that are looked through, newest first. */
  trailRows: 5_000,
  /** What a pack may take of the watch's time; devices that it does not come to are counted. */
  buildMs: 1_500,
} as const;

export interface FactsAsk {
  /** At most `factLimits.devices`. */
  readonly devices: readonly string[];
  /** Agents, switches and other nodes between them and the collector. */
  readonly nodes: readonly string[];
  readonly agents: readonly string[];
  /** Rows in `[from, to)`. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A part that could not be read is null and counts as missing; an empty one says that nothing was there. */
export interface FactRows {
  readonly health: readonly EvidenceRow[] | null;
  readonly gaps: readonly EvidenceRow[] | null;
  readonly deadLetters: readonly EvidenceRow[] | null;
  /** Also those that are over. */
  readonly alarms: readonly Alarm[] | null;
  /** Parameters, firmware, ports, what operators did. */
  readonly changes: readonly ChangeRow[] | null;
  /** What each device shows now. */
  readonly now: ReadonlyMap<string, Json>;
  readonly trail: TrailProof | null;
  readonly leftOut: Readonly<Partial<Record<ReadPart | 'devices', number>>>;
}

export type IncidentFacts = (ask: FactsAsk) => Promise<FactRows>;

export const unread: FactRows = {
  health: null,
  gaps: null,
  deadLetters: null,
  alarms: null,
  changes: null,
  now: new Map(),
  trail: null,
  leftOut: {},
};

/** What a device or agent runs by became another; the history of that device or agent has it. */
export const versionChanged = 'version';

/** The watch's own part: how the devices were, which alarms there were, which versions changed. Gaps, dead letters and the trail are the custody store's: null here. */
export function watchFacts(store: Pick<WatchReader, 'states' | 'alarms' | 'history'>): IncidentFacts {
  return async ({ devices, nodes, from, to }) => {
    const health: EvidenceRow[] = [];
    const changes: ChangeRow[] = [];
    for (const subjectId of devices) {
      const states = await store.states({ subjectId, from, to });
      for (const { at, state, cause } of states.slice(-factLimits.perDevice))
        health.push({ at: epochMs(at), ref: subjectId, what: { state, cause } });
    }
    for (const subjectId of new Set([...devices, ...nodes]))
      for (const { at, what, detail } of await store.history(subjectId))
        if (what === versionChanged && at >= from && at < to)
          changes.push({ at: epochMs(at), ref: subjectId, what: { version: detailOf(detail) }, touches: [subjectId] });
    const alarms = await store.alarms({ from, to, limit: factLimits.rows });
    return { ...unread, health, alarms: alarms.ok ? alarms.value.items : null, changes };
  };
}

/** Rows that the watch wrote itself. */
const detailOf = (detail: string): Json => JSON.parse(detail) as Json;
