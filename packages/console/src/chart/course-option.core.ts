import type { EChartsCoreOption } from 'echarts/core';
import { count, money } from '../format/money.ts';
import { minuteTime } from '../format/time.ts';
import type { Palette } from '../theme/palette.ts';

/** How values are written: in the tooltip, on the axis, and whether only whole ones stand there. */
interface Format {
  readonly value: (value: number) => string;
  readonly axis: (value: number) => string;
  readonly minInterval: number;
}
export const formats = {
  records: { value: count, axis: count, minInterval: 1 },
  yuan: { value: (value) => money(Math.round(value * 100)), axis: (value) => `¥${count(value)}`, minInterval: 0 },
} as const satisfies Record<'records' | 'yuan', Format>;

export interface Course {
  readonly palette: Palette;
  readonly animate: boolean;
  /** Begin of each slot, left to right. */
  readonly times: readonly number[];
  /** What the whole of the slots spans. */
  readonly spanMs: number;
  readonly format: Format;
  readonly series: readonly object[];
  /** Text of the tooltip of a slot; left out, each series says its value. No text from outside may stand in it. */
  readonly tip?: (at: number) => string;
}

/** What all charts over a time have in common: axis from zero, quiet lines, a label at round times, the tooltip of a whole slot. */
export function courseOption({ palette, animate, times, spanMs, format, series, tip }: Course): EChartsCoreOption {
  const text = { color: palette.meta, fontSize: 12 };
  return {
    animation: animate,
    animationDuration: 150,
    animationDurationUpdate: 150,
    aria: { enabled: true },
    grid: { left: 4, right: 12, top: 14, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.raised, opacity: 0.6 } },
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 12 },
      ...(tip === undefined
        ? { valueFormatter: (value: unknown) => format.value(Number(value ?? 0)) }
        : { formatter: (shown: unknown) => tip(indexOf(shown)) }),
    },
    xAxis: {
      type: 'category',
      data: times.map(minuteTime),
      axisLabel: { ...text, hideOverlap: true, interval: labelEvery(spanMs / 60_000) },
      axisLine: { lineStyle: { color: palette.line } },
      // a shaded span begins at a tick: without one at every slot it begins at the last label
      axisTick: { show: false, interval: 0 },
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

export const bar = { type: 'bar', stack: 'flow', barCategoryGap: '20%', emphasis: { disabled: true } } as const;

/** Nothing is drawn of what did not happen. */
export const orNothing = (value: number): number | null => (value > 0 ? value : null);

/** The part of a bar that is not as it should be. */
export const hatched = (palette: Palette, color: string = palette.chartLate): object => ({
  color: palette.surface,
  borderColor: color,
  borderWidth: 1,
  decal: { symbol: 'rect', color, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 },
});

const labelSteps = [10, 30, 60, 120] as const;

/** Some ten labels, each where the minute of the day is a multiple of the step. */
function labelEvery(minutes: number): (index: number, label: string) => boolean {
  const step = labelSteps.find((each) => minutes / each <= 10) ?? 120;
  return (_, label) => {
    const [hour = 0, minute = 0] = label.split(':').map(Number);
    return (hour * 60 + minute) % step === 0;
  };
}

function indexOf(shown: unknown): number {
  const first: unknown = Array.isArray(shown) ? shown[0] : shown;
  return typeof first === 'object' && first !== null && 'dataIndex' in first ? Number(first.dataIndex) : -1;
}
