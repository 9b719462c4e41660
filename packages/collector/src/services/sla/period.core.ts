/** The time that a figure is asked over: a month of Shanghai, or from and to. */
import { err, epochFromShanghai, ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';

export interface PeriodAsk {
  /** `2026-11`. */
  readonly month?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Fails as `invalid` without a time or with one that does not run forward, as `tooBroad` beyond `rangeMs`. */
export function periodOf({ month, from, to }: PeriodAsk, rangeMs: number): Result<Period, ServiceFailure> {
  const asked = month === undefined ? { from, to } : monthOf(month);
  if (asked.from === undefined || asked.to === undefined) {
    return err({ kind: 'invalid', place: 'query', expected: 'month, or from and to' });
  }
  const period = { from: asked.from, to: asked.to };
  if (period.to <= period.from)
    return err({ kind: 'invalid', place: 'query.to', value: String(period.to), expected: `> ${period.from}` });
  return period.to - period.from > rangeMs ? err({ kind: 'tooBroad', limitMs: rangeMs }) : ok(period);
}

function monthOf(name: string): Pick<PeriodAsk, 'from' | 'to'> {
  const [year = 0, month = 0] = name.split('-').map(Number);
  const first = (ofYear: number, ofMonth: number) =>
    epochFromShanghai({ year: ofYear, month: ofMonth, day: 1, hour: 0, minute: 0, second: 0 });
  return { from: first(year, month), to: month === 12 ? first(year + 1, 1) : first(year, month + 1) };
}
