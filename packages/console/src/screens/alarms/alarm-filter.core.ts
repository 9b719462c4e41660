/** From the address of the list to the question that it is. */
import type { AlarmDto } from '@cardwatch/contracts/api';
import type { AlarmFilter, AlarmOrder } from '../../api/alarms-queries.ts';

export const alarmLevels = ['1', '2', '3'] as const;
export const alarmHandlings = [
  'new',
  'acknowledged',
  'assigned',
  'working',
  'onHold',
  'done',
  'closed',
] as const satisfies readonly AlarmDto['handling'][];
export const alarmConditions = [
  'active',
  'flapping',
  'unknown',
  'pending',
  'cleared',
] as const satisfies readonly AlarmDto['condition'][];

export interface AlarmSearch {
  readonly quick?: 'unacknowledged' | 'mine';
  readonly level?: (typeof alarmLevels)[number];
  readonly handling?: AlarmDto['handling'];
  readonly condition?: AlarmDto['condition'];
  readonly rule?: string;
  readonly campus?: string;
  readonly area?: string;
  readonly suppressed?: 'yes' | 'no';
  /** Also what other alarms explain, each in a row of its own. */
  readonly symptoms?: 'yes';
  /** What is over instead of what burns. */
  readonly over?: 'yes';
  readonly sort?: 'newest';
  readonly unfold?: string;
  readonly hide?: string;
}

/** Keys that narrow the list: what `取消筛选` takes out. */
export const narrowing = [
  'quick',
  'level',
  'handling',
  'condition',
  'rule',
  'campus',
  'area',
  'suppressed',
] as const satisfies readonly (keyof AlarmSearch)[];

export const isNarrowed = (search: AlarmSearch): boolean => narrowing.some((key) => search[key] !== undefined);

/** The gravest first, unless the address says otherwise; what is over has no gravity. */
export const orderOf = ({ sort, over }: AlarmSearch): AlarmOrder => (sort === 'newest' || over === 'yes' ? 'found' : 'gravity');

/** Cause rows of what burns and was raised, unless the address says otherwise; `user`: whose alarms are `mine`. */
export function filterOf(search: AlarmSearch, user: string): AlarmFilter {
  const { quick, level, handling, condition, rule, campus, area, suppressed } = search;
  const isMine = quick === 'mine';
  const isNew = quick === 'unacknowledged';
  return {
    open: search.over === 'yes' ? 'false' : 'true',
    ...(search.symptoms === 'yes' ? {} : { root: 'true' }),
    ...(condition === 'pending' ? {} : { raised: 'true' }),
    ...(level === undefined ? {} : { level: Number(level) }),
    ...(isNew ? { handling: 'new' as const } : handling === undefined ? {} : { handling }),
    ...(condition === undefined ? {} : { condition }),
    ...(rule === undefined ? {} : { rule: rule as AlarmDto['rule'] }),
    ...(campus === undefined ? {} : { campus }),
    ...(area === undefined ? {} : { area }),
    ...(isNew
      ? { suppressed: 'false' as const }
      : suppressed === undefined
        ? {}
        : { suppressed: suppressed === 'yes' ? 'true' : 'false' }),
    ...(isMine ? { owner: user } : {}),
  };
}

/** What the same list shows of alarms that cleared a moment ago; undefined: it shows what is over anyway. */
export function clearedFilterOf(filter: AlarmFilter): AlarmFilter | undefined {
  if (filter.open !== 'true') return undefined;
  const { condition: _condition, suppressed: _suppressed, ...rest } = filter;
  return { ...rest, open: 'false' };
}

/** The filter as a bulk act takes it: words become truth values. */
export function bulkFilterOf(filter: AlarmFilter) {
  const { open, root, raised, suppressed, level, from, to, clearedFrom, ...rest } = filter;
  const flag = (word: 'true' | 'false' | undefined) => (word === undefined ? undefined : word === 'true');
  const flags = { open: flag(open), root: flag(root), raised: flag(raised), suppressed: flag(suppressed) };
  const numbers = { level, from, to, clearedFrom };
  return { ...rest, ...numbers, ...flags };
}

export const unfoldedIn = (unfold: string | undefined): readonly string[] => (unfold ?? '').split(',').filter(Boolean);

/** Ten at most: they stand in the address. */
export function withUnfolded(unfold: string | undefined, alarmId: string): string | undefined {
  const open = unfoldedIn(unfold);
  const next = open.includes(alarmId) ? open.filter((id) => id !== alarmId) : [...open, alarmId].slice(-10);
  return next.length === 0 ? undefined : next.join(',');
}
