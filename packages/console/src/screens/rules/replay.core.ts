/** What a trial of parameters would have raised, beside what is in force. */
import type { ReplayDto } from '@cardwatch/contracts/api';

export type Fate = 'new' | 'same' | 'gone';
type Alarm = NonNullable<ReplayDto['against']>['gone'][number];
export type FatedAlarm = Alarm & { readonly fate: Fate };

/** New ones, those that stay and those that go, by the time of the raise. Without a version in force all are new. */
export function fatedAlarms({ alarms, against }: ReplayDto): readonly FatedAlarm[] {
  const tried = alarms.map(({ alsoInForce, ...alarm }) => ({
    ...alarm,
    fate: alsoInForce === true ? ('same' as const) : ('new' as const),
  }));
  const gone = (against?.gone ?? []).map((alarm) => ({ ...alarm, fate: 'gone' as const }));
  return [...tried, ...gone].toSorted((a, b) => a.raisedAt - b.raisedAt);
}

export interface DayBar extends Readonly<Record<Fate, number>> {
  readonly from: number;
}

const barsMax = 31;

/** Counts of equal spans from `from` to `to`, at most 31. */
export function barsOf(
  alarms: readonly FatedAlarm[],
  { from, to, bars }: { readonly from: number; readonly to: number; readonly bars: number },
): readonly DayBar[] {
  const count = Math.max(1, Math.min(barsMax, bars));
  const spanMs = (to - from) / count;
  return Array.from({ length: count }, (_, n) => {
    const start = from + n * spanMs;
    const inside = alarms.filter(({ raisedAt }) => raisedAt >= start && (raisedAt < start + spanMs || n === count - 1));
    const of = (fate: Fate): number => inside.filter((alarm) => alarm.fate === fate).length;
    return { from: start, new: of('new'), same: of('same'), gone: of('gone') };
  });
}
