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

/** Every minute of the window, the ones without a record as zero; the last is the minute that is running. */
export function everyMinute(points: readonly FlowPointDto[], minutes: number, now: number): readonly FlowPointDto[] {
  const last = Math.max(Math.floor(now / minuteMs) * minuteMs, points.at(-1)?.minute ?? 0);
  const byMinute = new Map(points.map((point) => [point.minute, point]));
  return Array.from({ length: minutes }, (_, n) => {
    const minute = last - (minutes - 1 - n) * minuteMs;
    return byMinute.get(minute) ?? { minute, records: 0, turnoverFen: 0, lateRecords: 0 };
  });
}

/** One hue, axis from zero, the part that arrived late hatched on top of its bar. */
export function flowOption(view: FlowView): EChartsCoreOption {
  const { palette, unit, words } = view;
  const points = everyMinute(view.points, view.minutes, view.now);
  const text = { color: palette.meta, fontSize: 12 };
  const bar = { type: 'bar', stack: 'flow', barCategoryGap: '20%', emphasis: { disabled: true } };
  const onTime = points.map((point) => (unit === 'yuan' ? point.turnoverFen / 100 : point.records - point.lateRecords));
  const series = [
    { ...bar, name: unit === 'yuan' ? words.yuan : words.onTime, data: onTime, itemStyle: { color: palette.chart } },
  ];
  const late = {
    ...bar,
    name: words.late,
    data: points.map((point) => (point.lateRecords > 0 ? point.lateRecords : null)),
    itemStyle: lateStyle(palette),
  };
  return {
    animation: view.animate,
    animationDuration: 150,
    animationDurationUpdate: 150,
    aria: { enabled: true },
    grid: { left: 4, right: 8, top: 12, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.raised, opacity: 0.6 } },
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 12 },
      valueFormatter: (value: unknown) => (unit === 'yuan' ? money(Math.round(Number(value) * 100)) : count(Number(value ?? 0))),
    },
    xAxis: {
      type: 'category',
      data: points.map((point) => minuteTime(point.minute)),
      axisLabel: { ...text, interval: labelEvery(view.minutes) },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: unit === 'records' ? 1 : 0,
      splitNumber: 4,
      axisLabel: { ...text, formatter: (value: number) => (unit === 'yuan' ? `¥${count(value)}` : count(value)) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: unit === 'yuan' ? series : [...series, late],
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

const lateStyle = (palette: Palette): object => ({
  color: palette.surface,
  borderColor: palette.chartLate,
  borderWidth: 1,
  decal: { symbol: 'rect', color: palette.chartLate, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 },
});
