/** What one look at the incidents comes to, gathered row by row; of each incident the last word counts. */
import type { AlarmId, Incident } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { type Tracked, trackedKind, trackedRow } from '../core/incident/tracked.core.ts';
import type { HistoryRow, MachineRow } from '../store/watch/roles.ts';

export interface IncidentLink {
  readonly alarmIds: readonly AlarmId[];
  readonly incidentId: string;
}

/** All of it belongs into one commit; `links` are for `linkIncident` of the book. */
export interface IncidentsOut {
  readonly incidents: readonly Incident[];
  readonly history: readonly HistoryRow[];
  readonly machines: readonly MachineRow[];
  readonly machinesGone: readonly { readonly kind: string; readonly key: string }[];
  readonly links: readonly IncidentLink[];
}

export interface IncidentWord {
  readonly what: string;
  readonly by?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export const incidentHistory = (
  { incidentId }: Pick<Incident, 'incidentId'>,
  { what, by = 'watch', detail }: IncidentWord,
  now: EpochMs,
): HistoryRow => ({ subjectId: incidentId, at: now, what, by, detail: JSON.stringify(detail) });

export class IncidentTurn {
  readonly #keep: (incident: Incident) => void;
  readonly #incidents = new Map<string, Incident>();
  readonly #history: HistoryRow[] = [];
  readonly #machines = new Map<string, MachineRow>();
  readonly #gone = new Set<string>();
  readonly #links = new Map<AlarmId, string>();

  /** `keep`: takes an incident into memory as it becomes. */
  constructor(keep: (incident: Incident) => void) {
    this.#keep = keep;
  }

  put(incident: Incident): void {
    this.#incidents.set(incident.incidentId, incident);
    this.#keep(incident);
  }

  tell(incident: Incident, word: IncidentWord, now: EpochMs): void {
    this.#history.push(incidentHistory(incident, word, now));
  }

  write(row: HistoryRow): void {
    this.#history.push(row);
  }

  link(alarmId: AlarmId, incidentId: string): void {
    this.#links.set(alarmId, incidentId);
  }

  machine(row: MachineRow): void {
    this.#machines.set(`${row.kind} ${row.key}`, row);
  }

  track(incidentId: string, tracked: Tracked): void {
    this.#gone.delete(incidentId);
    this.machine(trackedRow(incidentId, tracked));
  }

  untrack(incidentId: string): void {
    this.#machines.delete(`${trackedKind} ${incidentId}`);
    this.#gone.add(incidentId);
  }

  out(): IncidentsOut {
    const links = new Map<string, AlarmId[]>();
    for (const [alarmId, incidentId] of this.#links) {
      const of = links.get(incidentId);
      if (of === undefined) links.set(incidentId, [alarmId]);
      else of.push(alarmId);
    }
    return {
      incidents: [...this.#incidents.values()],
      history: this.#history,
      machines: [...this.#machines.values()],
      machinesGone: [...this.#gone].map((key) => ({ kind: trackedKind, key })),
      links: [...links].map(([incidentId, alarmIds]) => ({ alarmIds, incidentId })),
    };
  }
}
