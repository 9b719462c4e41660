import type { FlowPointDto } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import type { EChartsCoreOption } from 'echarts/core';
import type { Palette } from '../theme/palette.ts';
import { bar, courseOption, formats, hatched, orNothing } from './course-option.core.ts';

export interface FlowView {
  readonly points: readonly FlowPointDto[];
  readonly minutes: number;
  readonly unit: 'records' | 'yuan';
  readonly now: number;
  readonly palette: Palette;
  readonly animate: boolean;
  readonly words: { readonly onTime: string; readonly late: string; readonly yuan: string };
}

/** Every minute of the window, the ones that brought nothing as `empty`; the last is the minute that is running. */
export function everyMinute<T extends { readonly minute: number }>(
  points: readonly T[],
  { minutes, now, empty }: { readonly minutes: number; readonly now: number; readonly empty: (minute: number) => T },
): readonly T[] {
  const last = Math.max(Math.floor(now / minuteMs) * minuteMs, points.at(-1)?.minute ?? 0);
  const byMinute = new Map(points.map((point) => [point.minute, point]));
  return Array.from({ length: minutes }, (_, n) => {
    const minute = last - (minutes - 1 - n) * minuteMs;
    return byMinute.get(minute) ?? empty(minute);
  });
}

const noFlow = (minute: number): FlowPointDto => ({ minute, records: 0, turnoverFen: 0, lateRecords: 0 });

/** One hue, axis from zero, the part that arrived late hatched on top of its bar. */
export function flowOption(view: FlowView): EChartsCoreOption {
  const { palette, unit, words } = view;
  const points = everyMinute(view.points, { ...view, empty: noFlow });
  const onTime = points.map((point) => (unit === 'yuan' ? point.turnoverFen / 100 : point.records - point.lateRecords));
  const whole = { ...bar, name: unit === 'yuan' ? words.yuan : words.onTime, data: onTime, itemStyle: { color: palette.chart } };
  const late = {
    ...bar,
    name: words.late,
    data: points.map(({ lateRecords }) => orNothing(lateRecords)),
    itemStyle: hatched(palette),
  };
  return minuteOption(view, points, { unit, series: unit === 'yuan' ? [whole] : [whole, late] });
}

/** A course by minutes, as `everyMinute` gives them. */
export const minuteOption = (
  { palette, animate, minutes }: { readonly palette: Palette; readonly animate: boolean; readonly minutes: number },
  points: readonly { readonly minute: number }[],
  { unit, series }: { readonly unit: 'records' | 'yuan'; readonly series: readonly object[] },
): EChartsCoreOption =>
  courseOption({
    palette,
    animate,
    times: points.map(({ minute }) => minute),
    spanMs: minutes * minuteMs,
    format: formats[unit],
    series,
  });
