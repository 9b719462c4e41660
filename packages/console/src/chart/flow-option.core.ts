import type { FlowPointDto } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import type { EChartsCoreOption } from 'echarts/core';
import { count, money } from '../format/money.ts';
import { minuteTime } from '../format/time.ts';
import type { Palette } from '../theme/palette.ts';

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
  const series = [
    { ...bar, name: unit === 'yuan' ? words.yuan : words.onTime, data: onTime, itemStyle: { color: palette.chart } },
  ];
  const late = {
    ...bar,
    name: words.late,
    data: points.map((point) => (point.lateRecords > 0 ? point.lateRecords : null)),
    itemStyle: hatched(palette),
  };
  const shown = unit === 'yuan' ? series : [...series, late];
  return minuteOption(view, points, { series: shown, format: unit === 'yuan' ? yuanFormat : countFormat });
}

export const bar = { type: 'bar', stack: 'flow', barCategoryGap: '20%', emphasis: { disabled: true } } as const;

/** How values are written: in the tooltip, on the axis, and whether only whole ones stand there. */
interface Format {
  readonly value: (value: number) => string;
  readonly axis: (value: number) => string;
  readonly minInterval: number;
}
export const countFormat: Format = { value: count, axis: count, minInterval: 1 };
const yuanFormat: Format = {
  value: (value) => money(Math.round(value * 100)),
  axis: (value) => `¥${count(value)}`,
  minInterval: 0,
};

/** What all charts by minute have in common: axis from zero, quiet lines, tooltip of the whole minute. */
export function minuteOption(
  view: { readonly palette: Palette; readonly animate: boolean; readonly minutes: number },
  points: readonly { readonly minute: number }[],
  { series, format }: { readonly series: readonly object[]; readonly format: Format },
): EChartsCoreOption {
  const { palette } = view;
  const text = { color: palette.meta, fontSize: 12 };
  return {
    animation: view.animate,
    animationDuration: 150,
    animationDurationUpdate: 150,
    aria: { enabled: true },
    grid: { left: 4, right: 8, top: 12, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.raised, opacity: 0.6 } },
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 12 },
      valueFormatter: (value: unknown) => format.value(Number(value ?? 0)),
    },
    xAxis: {
      type: 'category',
      data: points.map((point) => minuteTime(point.minute)),
      axisLabel: { ...text, hideOverlap: true, interval: labelEvery(view.minutes) },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: format.minInterval,
      splitNumber: 4,
      axisLabel: { ...text, formatter: format.axis },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series,
  };
}

/** A label on every round time: the category is shown when its minute is a multiple of the step. */
function labelEvery(minutes: number): (index: number, label: string) => boolean {
  const step = minutes <= 60 ? 10 : minutes <= 180 ? 30 : 120;
  return (_, label) => {
    const [hour = 0, minute = 0] = label.split(':').map(Number);
    return (hour * 60 + minute) % step === 0;
  };
}

/** The part of a bar that is not as it should be. */
export const hatched = (palette: Palette, color: string = palette.chartLate): object => ({
  color: palette.surface,
  borderColor: color,
  borderWidth: 1,
  decal: { symbol: 'rect', color, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 },
});
