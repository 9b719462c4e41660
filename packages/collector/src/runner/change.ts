/** Several pieces of one turn's work as one commit: of each row the last word counts. */
import type { MachineRow, WatchChange } from '../store/watch/roles.ts';

export type Part = Pick<
  WatchChange,
  | 'alarms'
  | 'notices'
  | 'incidents'
  | 'machines'
  | 'machinesGone'
  | 'history'
  | 'states'
  | 'acts'
  | 'suggestions'
  | 'settings'
  | 'imports'
>;

export function together(parts: readonly Part[]): WatchChange {
  const machines = new Map<string, MachineRow | undefined>();
  const keyOf = ({ kind, key }: { readonly kind: string; readonly key: string }): string => `${kind} ${key}`;
  const gone = new Map<string, { readonly kind: string; readonly key: string }>();
  for (const part of parts) {
    for (const row of part.machinesGone ?? []) {
      machines.delete(keyOf(row));
      gone.set(keyOf(row), row);
    }
    for (const row of part.machines ?? []) {
      gone.delete(keyOf(row));
      machines.set(keyOf(row), row);
    }
  }
  return {
    alarms: last(parts, 'alarms', ({ alarmId }) => alarmId),
    notices: last(parts, 'notices', ({ noticeId }) => noticeId),
    incidents: last(parts, 'incidents', ({ incidentId }) => incidentId),
    suggestions: last(parts, 'suggestions', ({ suggestionId }) => suggestionId),
    machines: [...machines.values()].filter((row) => row !== undefined),
    machinesGone: [...gone.values()],
    history: parts.flatMap(({ history }) => history ?? []),
    states: parts.flatMap(({ states }) => states ?? []),
    acts: parts.flatMap(({ acts }) => acts ?? []),
    settings: parts.flatMap(({ settings }) => settings ?? []),
    imports: parts.flatMap(({ imports }) => imports ?? []),
  };
}

type Rows<K extends keyof Part> = NonNullable<Part[K]>[number];

function last<K extends keyof Part>(parts: readonly Part[], name: K, idOf: (row: Rows<K>) => string): readonly Rows<K>[] {
  const rows = new Map<string, Rows<K>>();
  for (const part of parts) for (const row of (part[name] ?? []) as readonly Rows<K>[]) rows.set(idOf(row), row);
  return [...rows.values()];
}

/** Nothing in it that a store would write. */
export const isEmpty = (change: WatchChange): boolean =>
  Object.values(change).every((rows: unknown) => !Array.isArray(rows) || rows.length === 0);
