/** Events, windows and silences as rows of one list: what holds first, then what is to come, then what is over. */
import type { ResponseOf } from '@cardwatch/contracts/api';

export interface WindowRow {
  readonly kind: 'event' | 'window' | 'silence';
  readonly id: string;
  readonly state: 'holds' | 'toCome' | 'over';
  readonly name: string | null;
  readonly rule: string | null;
  readonly about: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly marks: readonly ('freeze' | 'vip' | 'weekly')[];
  readonly by: string | null;
  readonly reason: string | null;
}

const order = { holds: 0, toCome: 1, over: 2 } as const;

export function rowsOf({ importantEvents, windows, silences }: ResponseOf<'windows'>, now: number): readonly WindowRow[] {
  const stateOf = (from: number, to: number): WindowRow['state'] => (to <= now ? 'over' : from <= now ? 'holds' : 'toCome');
  const rows: readonly WindowRow[] = [
    ...importantEvents.map(({ eventId, name, areas, from, to, freeze, vip }) => ({
      kind: 'event' as const,
      id: eventId,
      state: stateOf(from, to),
      name,
      rule: null,
      about: areas,
      from,
      to,
      marks: [...(freeze ? (['freeze'] as const) : []), ...(vip ? (['vip'] as const) : [])],
      by: null,
      reason: null,
    })),
    ...windows.map(({ windowId, name, subjects, from, to, weekly, until, endedAt, createdBy, reason }) => ({
      kind: 'window' as const,
      id: windowId,
      state: stateOf(from, endedAt ?? (weekly ? (until ?? Number.POSITIVE_INFINITY) : to)),
      name,
      rule: null,
      about: subjects,
      from,
      to: endedAt ?? (weekly ? (until ?? to) : to),
      marks: weekly ? (['weekly'] as const) : [],
      by: createdBy,
      reason,
    })),
    ...silences.map(({ silenceId, rule, subject, area, from, to, createdBy, reason }) => ({
      kind: 'silence' as const,
      id: silenceId,
      state: stateOf(from, to),
      name: null,
      rule,
      about: [subject, area].filter((one): one is string => one !== null),
      from,
      to,
      marks: [],
      by: createdBy,
      reason,
    })),
  ];
  return rows.toSorted((a, b) => order[a.state] - order[b.state] || a.from - b.from);
}
