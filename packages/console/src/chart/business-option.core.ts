import type { EChartsCoreOption } from 'echarts/core';
import { count, money } from '../format/money.ts';
import { minuteTime } from '../format/time.ts';
import type { Palette } from '../theme/palette.ts';
import { hatched } from './flow-option.core.ts';

/** One slot of a course of business, in one unit. */
export interface BusinessPoint {
  readonly at: number;
  readonly to: number;
  /** Records, or fen; null: not begun yet. */
  readonly value: number | null;
  /** Of the records of `value`: those that came late, and those sold while cut off. Nothing where `value` is money. */
  readonly late: number;
  readonly offline: number;
  readonly band: { readonly low: number; readonly high: number; readonly median: number } | null;
  readonly before: number | null;
}

export interface ShadedFault {
  readonly from: number;
  readonly to: number;
  readonly level: 1 | 2 | 3;
}

export interface BusinessView {
  readonly points: readonly BusinessPoint[];
  readonly faults: readonly ShadedFault[];
  readonly unit: 'records' | 'yuan';
  readonly palette: Palette;
  readonly animate: boolean;
  readonly words: {
    readonly onTime: string;
    readonly late: string;
    readonly offline: string;
    readonly turnover: string;
    readonly normal: string;
    readonly before: string;
  };
}

/** Today's bars over the grey band of what is normal; axis from zero; the late part hatched, the offline part outlined; faults shaded. */
export function businessOption(view: BusinessView): EChartsCoreOption {
  const { palette, points, unit } = view;
  const isYuan = unit === 'yuan';
  const axis = (value: number): string => (isYuan ? `¥${count(value)}` : count(value));
  const text = { color: palette.meta, fontSize: 12 };
  return {
    animation: view.animate,
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
      formatter: (shown: unknown) => tip(view, indexOf(shown)),
    },
    xAxis: {
      type: 'category',
      data: points.map(({ at }) => minuteTime(at)),
      axisLabel: { ...text, hideOverlap: true, interval: labelEvery(points) },
      axisLine: { lineStyle: { color: palette.line } },
      // a shaded span begins at a tick: without one at every slot it begins at the last label
      axisTick: { show: false, interval: 0 },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: isYuan ? 0 : 1,
      splitNumber: 4,
      axisLabel: { ...text, formatter: axis },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [...bandSeries(view), ...barSeries(view), ...beforeSeries(view)],
  };
}

const inUnit = (view: BusinessView, value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : view.unit === 'yuan' ? value / 100 : value;

const still = { silent: true, symbol: 'none', emphasis: { disabled: true } } as const;

/** Low to high in grey, the middle as a thin line: drawn over the whole day, also what is still ahead. */
function bandSeries(view: BusinessView): object[] {
  const { points, palette, words } = view;
  if (points.every(({ band }) => band === null)) return [];
  const nothing = { ...still, type: 'line', stack: 'band', lineStyle: { opacity: 0 } };
  const fill = { color: palette.unknown, opacity: 0.22 };
  return [
    { ...nothing, name: 'low', data: points.map(({ band }) => inUnit(view, band?.low)) },
    {
      ...nothing,
      name: words.normal,
      data: points.map(({ band }) => inUnit(view, band === null ? null : band.high - band.low)),
      areaStyle: fill,
    },
    {
      ...still,
      type: 'line',
      name: 'median',
      z: 1,
      data: points.map(({ band }) => inUnit(view, band?.median)),
      lineStyle: { color: palette.unknown, width: 1 },
    },
  ];
}

function barSeries(view: BusinessView): object[] {
  const { points, palette, words, unit } = view;
  const bar = { type: 'bar', stack: 'flow', barCategoryGap: '12%', emphasis: { disabled: true }, z: 3 } as const;
  const shade = { silent: true, data: view.faults.flatMap((fault) => shaded(view, fault)) };
  if (unit === 'yuan')
    return [
      {
        ...bar,
        name: words.turnover,
        data: points.map(({ value }) => inUnit(view, value)),
        itemStyle: { color: palette.chart },
        markArea: shade,
      },
    ];
  const orNothing = (value: number): number | null => (value > 0 ? value : null);
  return [
    {
      ...bar,
      name: words.onTime,
      data: points.map(({ value, late }) => (value === null ? null : value - late)),
      itemStyle: { color: palette.chart },
      markArea: shade,
    },
    { ...bar, name: words.late, data: points.map(({ late }) => orNothing(late)), itemStyle: hatched(palette) },
    {
      ...bar,
      stack: 'offline',
      barGap: '-100%',
      z: 4,
      silent: true,
      name: words.offline,
      data: points.map(({ offline }) => orNothing(offline)),
      itemStyle: { color: 'transparent', borderColor: palette.ink, borderWidth: 1 },
    },
  ];
}

function beforeSeries(view: BusinessView): object[] {
  const { points, palette, words } = view;
  if (points.every(({ before }) => before === null)) return [];
  const data = points.map(({ before }) => inUnit(view, before));
  return [
    {
      ...still,
      type: 'line',
      z: 5,
      name: words.before,
      data,
      lineStyle: { color: palette.ink, width: 1, type: [4, 3], opacity: 0.7 },
    },
  ];
}

/** From the slot in which it began to the one in which it ended. */
function shaded({ points, palette }: BusinessView, { from, to, level }: ShadedFault): object[] {
  const first = points.findIndex((point) => point.to > from);
  const last = points.findLastIndex((point) => point.at < to);
  if (first < 0 || last < first) return [];
  const color = { 1: palette.level1, 2: palette.level2, 3: palette.level3 }[level];
  return [[{ xAxis: first, itemStyle: { color, opacity: 0.14 } }, { xAxis: last }]];
}

/** At most some ten labels, each at a round time. */
function labelEvery(points: readonly BusinessPoint[]): (index: number, label: string) => boolean {
  const hours = ((points.at(-1)?.to ?? 0) - (points[0]?.at ?? 0)) / 3_600_000;
  const step = hours > 12 ? 120 : 30;
  return (_, label) => {
    const [hour = 0, minute = 0] = label.split(':').map(Number);
    return (hour * 60 + minute) % step === 0;
  };
}

function indexOf(shown: unknown): number {
  const first: unknown = Array.isArray(shown) ? shown[0] : shown;
  return typeof first === 'object' && first !== null && 'dataIndex' in first ? Number(first.dataIndex) : -1;
}

/** Numbers and our own words alone: nothing from outside stands in this markup. */
function tip(view: BusinessView, at: number): string {
  const point = view.points[at];
  if (point === undefined) return '';
  const { words, unit } = view;
  const told = (value: number): string => (unit === 'yuan' ? money(Math.round(value)) : count(Math.round(value)));
  const lines: readonly (readonly [string, string] | undefined)[] = [
    point.value === null ? undefined : [unit === 'yuan' ? words.turnover : words.onTime, told(point.value - point.late)],
    point.late === 0 ? undefined : [words.late, told(point.late)],
    point.offline === 0 ? undefined : [words.offline, told(point.offline)],
    point.band === null ? undefined : [words.normal, `${told(point.band.low)} – ${told(point.band.high)}`],
    point.before === null ? undefined : [words.before, told(point.before)],
  ];
  const rows = lines.flatMap((line) => (line === undefined ? [] : [`<br>${line[0]} <b>${line[1]}</b>`]));
  return `${minuteTime(point.at)}–${minuteTime(point.to)}${rows.join('')}`;
}
