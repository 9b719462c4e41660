/** Which rows the list has, in which order, and how old they look. */
import type { AlarmDto } from '@cardwatch/contracts/api';
import { hourMs, minuteMs } from '@cardwatch/kernel';
import { type AlarmFilter, type AlarmOrder, clearedStaysMs } from '../../api/alarms-queries.ts';
import type { GridRow } from '../../grid/column.ts';
import { fitsAlarm, orderOf } from '../../live/alarms.core.ts';

/** An alarm that burns may be in both lists for a moment: the later word of it counts. */
export function together(open: readonly AlarmDto[], cleared: readonly AlarmDto[], order: AlarmOrder): readonly AlarmDto[] {
  const all = new Map(open.map((alarm) => [alarm.alarmId, alarm]));
  for (const alarm of cleared) all.set(alarm.alarmId, alarm);
  return [...all.values()].sort(orderOf(order));
}

export const isJustCleared = ({ clearedAt, condition }: AlarmDto, now: number): boolean =>
  condition === 'cleared' && clearedAt !== null && clearedAt > now - clearedStaysMs;

/** A row of the list: it fits, or cleared a moment ago and fitted before. */
export const showsAlarm = (
  alarm: AlarmDto,
  filters: { readonly open: AlarmFilter; readonly cleared: AlarmFilter | undefined },
  now: number,
): boolean =>
  fitsAlarm(alarm, filters.open) ||
  (filters.cleared !== undefined && isJustCleared(alarm, now) && fitsAlarm(alarm, filters.cleared));

interface Symptoms {
  readonly items: readonly AlarmDto[];
  readonly more: boolean;
}

/** Causes, each with its symptoms under it where it is unfolded. */
export function rowsOf(
  causes: readonly AlarmDto[],
  symptomsOf: (alarmId: string) => Symptoms | undefined,
  moreNote: (cause: AlarmDto) => GridRow<AlarmDto>,
  now: number,
): readonly GridRow<AlarmDto>[] {
  return causes.flatMap((cause) => {
    const own: GridRow<AlarmDto> = { type: 'row', key: cause.alarmId, value: cause, dim: isJustCleared(cause, now) };
    const symptoms = symptomsOf(cause.alarmId);
    if (symptoms === undefined) return [own];
    const under = symptoms.items.map(
      (value): GridRow<AlarmDto> => ({ type: 'row', key: `${cause.alarmId}/${value.alarmId}`, value, under: true }),
    );
    return [own, ...under, ...(symptoms.more ? [moreNote(cause)] : [])];
  });
}

/** Age heats from grey to ink: 0 fresh, 3 after four hours. */
export function heatOf(ageMs: number): 0 | 1 | 2 | 3 {
  if (ageMs < 10 * minuteMs) return 0;
  if (ageMs < hourMs) return 1;
  return ageMs < 4 * hourMs ? 2 : 3;
}

/** How long it burns or burned. */
export const burnsMs = ({ foundAt, clearedAt }: Pick<AlarmDto, 'foundAt' | 'clearedAt'>, now: number): number =>
  Math.max(0, (clearedAt ?? now) - foundAt);

/** `campus/building/area` as people say it: the last part that is there first. */
export function placeOf({ area, campus }: Pick<AlarmDto, 'area' | 'campus'>): { readonly near: string; readonly far: string } {
  const parts = (area ?? campus ?? '').split('/').filter(Boolean);
  return { near: parts.at(-1) ?? '', far: parts.slice(0, -1).join(' / ') };
}
