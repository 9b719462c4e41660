/** Alarms that changed, laid over what the query cache holds of them. Counts cannot be: an event does not say what an alarm was before. */
import type { AlarmDetailDto, AlarmDto } from '@cardwatch/contracts/api';
import { type AlarmFilter, type AlarmOrder, clearedStaysMs } from '../api/alarms-queries.ts';
import type { Pages } from './apply.core.ts';

/** `cleared` and in nobody's hands: over, as the collector counts it. */
export const isOver = ({ condition, handling }: Pick<AlarmDto, 'condition' | 'handling'>): boolean =>
  condition === 'cleared' && handling !== 'assigned' && handling !== 'working' && handling !== 'onHold';

const agrees = (wanted: 'true' | 'false' | undefined, is: boolean): boolean => wanted === undefined || (wanted === 'true') === is;
const same = (wanted: unknown, is: unknown): boolean => wanted === undefined || wanted === is;

/** Whether an alarm belongs to a filtered list, as the collector decides it. */
export function fitsAlarm(alarm: AlarmDto, filter: AlarmFilter): boolean {
  return (
    agrees(filter.open, !isOver(alarm)) &&
    agrees(filter.suppressed, alarm.suppressedBy.length > 0) &&
    agrees(filter.root, alarm.causeId === null) &&
    agrees(filter.raised, alarm.raisedAt !== null) &&
    (filter.level === undefined || Number(filter.level) === alarm.level) &&
    same(filter.handling, alarm.handling) &&
    same(filter.condition, alarm.condition) &&
    same(filter.rule, alarm.rule) &&
    same(filter.subject, alarm.subject.id) &&
    same(filter.area, alarm.area) &&
    same(filter.campus, alarm.campus) &&
    same(filter.causeId, alarm.causeId) &&
    same(filter.owner, alarm.owner) &&
    (filter.from === undefined || alarm.foundAt >= Number(filter.from)) &&
    (filter.to === undefined || alarm.foundAt < Number(filter.to))
  );
}

/** Gravest first: by level, money at stake, age. The order of the collector. */
export function graver(a: AlarmDto, b: AlarmDto): number {
  return (
    a.level - b.level ||
    (b.exposure.fen ?? 0) - (a.exposure.fen ?? 0) ||
    a.foundAt - b.foundAt ||
    (a.alarmId < b.alarmId ? -1 : Number(a.alarmId > b.alarmId))
  );
}

export const newer = (a: AlarmDto, b: AlarmDto): number => b.foundAt - a.foundAt || (a.alarmId < b.alarmId ? 1 : -1);

export const orderOf = (order: AlarmOrder): typeof graver => (order === 'gravity' ? graver : newer);

/** `data` of a key that holds alarms, with those that changed; the same reference when none of them is its business. */
export function applyAlarms(key: readonly unknown[], data: unknown, alarms: readonly AlarmDto[]): unknown {
  switch (key[0]) {
    case 'alarms':
      return typeof key[1] === 'object' ? alarms.reduce(intoList(key[1] as AlarmFilter, key[2] as AlarmOrder), data) : data;
    case 'alarmsCleared':
      return alarms.reduce(intoCleared(key[1] as AlarmFilter), data);
    case 'symptoms':
      return alarms.reduce(intoSymptoms(key[1] as AlarmFilter), data);
    case 'alarm':
      return alarms.reduce(intoDetail, data);
    default:
      return data;
  }
}

const intoList =
  (filter: AlarmFilter, order: AlarmOrder) =>
  (data: unknown, alarm: AlarmDto): unknown => {
    const list = data as Pages<AlarmDto>;
    // the list of those that cleared a moment ago has it from here on; this one would grow with every shift
    if (filter.open === 'true' && isOver(alarm)) return without(list, alarm);
    const replaced = replace(list, alarm);
    if (replaced !== undefined) return replaced;
    return fitsAlarm(alarm, filter) ? place(list, alarm, orderOf(order)) : data;
  };

/** The filter says `open: 'false'`; what it says of the condition is that of the rows before they cleared. */
const intoCleared =
  (filter: AlarmFilter) =>
  (data: unknown, alarm: AlarmDto): unknown => {
    const list = data as Pages<AlarmDto>;
    const replaced = replace(list, alarm);
    if (replaced !== undefined) return replaced;
    return alarm.condition === 'cleared' && fitsAlarm(alarm, filter) ? prepend(list, alarm) : data;
  };

const intoSymptoms =
  (filter: AlarmFilter) =>
  (data: unknown, alarm: AlarmDto): unknown => {
    const list = data as { readonly items: readonly AlarmDto[]; readonly nextCursor: string | null };
    const at = list.items.findIndex(({ alarmId }) => alarmId === alarm.alarmId);
    if (fitsAlarm(alarm, filter)) return { ...list, items: at < 0 ? [...list.items, alarm] : list.items.with(at, alarm) };
    return at < 0 ? data : { ...list, items: list.items.toSpliced(at, 1) };
  };

function intoDetail(data: unknown, alarm: AlarmDto): unknown {
  const detail = data as AlarmDetailDto;
  if (detail.alarm.alarmId === alarm.alarmId) return { ...detail, alarm };
  return detail.cause?.alarmId === alarm.alarmId ? { ...detail, cause: alarm } : data;
}

function replace(list: Pages<AlarmDto>, alarm: AlarmDto): Pages<AlarmDto> | undefined {
  for (const [n, page] of list.pages.entries()) {
    const at = page.items.findIndex(({ alarmId }) => alarmId === alarm.alarmId);
    if (at >= 0) return { ...list, pages: list.pages.with(n, { ...page, items: page.items.with(at, alarm) }) };
  }
  return undefined;
}

/** Into the page where its order puts it; behind the last loaded row of a list that goes on, its own page brings it. */
function place(list: Pages<AlarmDto>, alarm: AlarmDto, before: typeof graver): Pages<AlarmDto> {
  for (const [n, page] of list.pages.entries()) {
    const at = page.items.findIndex((other) => before(alarm, other) < 0);
    const items = at >= 0 ? page.items.toSpliced(at, 0, alarm) : page.nextCursor === null ? [...page.items, alarm] : undefined;
    if (items !== undefined) return { ...list, pages: list.pages.with(n, { ...page, items }) };
  }
  return list;
}

function without(list: Pages<AlarmDto>, { alarmId }: AlarmDto): Pages<AlarmDto> {
  const n = list.pages.findIndex(({ items }) => items.some((other) => other.alarmId === alarmId));
  const page = list.pages[n];
  if (page === undefined) return list;
  const items = page.items.filter((other) => other.alarmId !== alarmId);
  return { ...list, pages: list.pages.with(n, { ...page, items }) };
}

/** On top of the first page, which forgets what no screen shows any more. */
function prepend(list: Pages<AlarmDto>, alarm: AlarmDto): Pages<AlarmDto> {
  const first = list.pages[0];
  if (first === undefined) return list;
  const since = (alarm.clearedAt ?? 0) - clearedStaysMs;
  const kept = first.items.filter(({ clearedAt }) => (clearedAt ?? 0) > since);
  return { ...list, pages: list.pages.with(0, { ...first, items: [alarm, ...kept] }) };
}
