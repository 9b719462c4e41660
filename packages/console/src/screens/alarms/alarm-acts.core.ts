/** What people have alarms do: which acts there are, what each needs, and what it asks of the API. */
import type { AlarmDto, BodyOf, Scope } from '@cardwatch/contracts/api';
import { hourMs, minuteMs } from '@cardwatch/kernel';
import type { AlarmFilter } from '../../api/alarms-queries.ts';
import { bulkFilterOf } from './alarm-filter.core.ts';

export const alarmActs = ['acknowledge', 'assign', 'silence', 'incident', 'start', 'finish', 'close'] as const;
export type AlarmAct = (typeof alarmActs)[number];

export const actScopes: Readonly<Record<AlarmAct, Scope>> = {
  acknowledge: 'alarms:handle',
  assign: 'alarms:handle',
  start: 'alarms:handle',
  finish: 'alarms:handle',
  close: 'alarms:handle',
  silence: 'windows:edit',
  incident: 'incidents:handle',
};

export const acknowledgeTimes = [30 * minuteMs, hourMs, 2 * hourMs, 4 * hourMs, 8 * hourMs, 24 * hourMs] as const;
export const silenceTimes = [hourMs, 4 * hourMs, 8 * hourMs, 24 * hourMs, 72 * hourMs, 168 * hourMs] as const;

/** Those that are named, or all that a filter gives. */
export type ActTarget =
  | { readonly type: 'some'; readonly alarms: readonly AlarmDto[] }
  | { readonly type: 'filter'; readonly filter: AlarmFilter; readonly count: number };

export const countOf = (target: ActTarget): number => (target.type === 'some' ? target.alarms.length : target.count);

export interface ActForm {
  readonly act: AlarmAct;
  readonly note: string;
  readonly forMs: number;
  readonly to: string;
  readonly title: string;
}

export const actLimits = { note: 1_000, reason: 200, title: 120, incidentAlarms: 200, silences: 50, bulk: 2_000 } as const;

/** What is still missing; null: it can be done. The API wants a note of an act on many, and of what is finished or closed. */
export function missingOf(
  form: ActForm,
  target: ActTarget,
): 'note' | 'person' | 'title' | 'tooMany' | 'filterTooWide' | 'inIncident' | null {
  const count = countOf(target);
  if (form.act === 'incident' && count > actLimits.incidentAlarms) return 'tooMany';
  if (form.act === 'incident' && target.type === 'some' && free(target.alarms).length === 0) return 'inIncident';
  if (form.act === 'silence' && target.type === 'some' && count > actLimits.silences) return 'tooMany';
  if (form.act === 'silence' && target.type === 'filter' && silenceOf(target.filter) === null) return 'filterTooWide';
  if (count > actLimits.bulk) return 'tooMany';
  if (form.act === 'assign' && form.to.trim() === '') return 'person';
  if (form.act === 'incident' && form.title.trim() === '') return 'title';
  return needsNote(form.act, count) && form.note.trim() === '' ? 'note' : null;
}

/** An alarm belongs to one incident at most. */
export const free = (alarms: readonly AlarmDto[]): readonly AlarmDto[] => alarms.filter(({ incidentId }) => incidentId === null);

export const needsNote = (act: AlarmAct, count: number): boolean =>
  count > 1 || act === 'finish' || act === 'close' || act === 'silence' || act === 'incident';

type Move = BodyOf<'handleAlarm'>['move'];

export function moveOf({ act, forMs, to }: ActForm): Move | null {
  switch (act) {
    case 'acknowledge':
      return { type: 'acknowledge', forMs };
    case 'assign':
      return { type: 'assign', to: to.trim() };
    case 'start':
    case 'finish':
    case 'close':
      return { type: act };
    default:
      return null;
  }
}

/** The filter of a bulk act: the alarms by name, or what the list was narrowed by. */
export const bulkTargetOf = (target: ActTarget): BodyOf<'handleAlarms'>['filter'] =>
  target.type === 'filter' ? bulkFilterOf(target.filter) : { alarmIds: target.alarms.map(({ alarmId }) => alarmId) };

type SilenceOf = Pick<BodyOf<'addSilence'>, 'rule' | 'subject' | 'area'>;

/** A silence of a whole filter is one of its rule and place; null: it names neither. */
export function silenceOf({ rule, area, campus }: AlarmFilter): SilenceOf | null {
  const place = area ?? campus ?? null;
  return rule === undefined && place === null ? null : { rule: rule ?? null, subject: null, area: place };
}

export const silencesOf = (target: ActTarget): readonly SilenceOf[] => {
  if (target.type === 'some') return target.alarms.map(({ rule, subject }) => ({ rule, subject: subject.id, area: null }));
  const one = silenceOf(target.filter);
  return one === null ? [] : [one];
};

/** What came of it, for the line that says so. */
export interface ActDone {
  readonly changed: number;
  /** Refusals by reason: a code of the handling, or a sentence. */
  readonly refused: readonly { readonly why: string; readonly count: number }[];
}

export function tally(changed: number, refused: readonly { readonly why: string }[]): ActDone {
  const counts = new Map<string, number>();
  for (const { why } of refused) counts.set(why, (counts.get(why) ?? 0) + 1);
  return { changed, refused: [...counts].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count) };
}
