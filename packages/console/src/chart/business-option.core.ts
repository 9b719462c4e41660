import type { EChartsCoreOption } from 'echarts/core';
import { count, money } from '../format/money.ts';
import { minuteTime } from '../format/time.ts';
import type { Palette } from '../theme/palette.ts';
import { bar as flowBar, courseOption, formats, hatched, orNothing } from './course-option.core.ts';

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
export const businessOption = (view: BusinessView): EChartsCoreOption =>
  courseOption({
    palette: view.palette,
    animate: view.animate,
    times: view.points.map(({ at }) => at),
    spanMs: (view.points.at(-1)?.to ?? 0) - (view.points[0]?.at ?? 0),
    format: formats[view.unit],
    series: [...bandSeries(view), ...barSeries(view), ...beforeSeries(view)],
    tip: (at) => tip(view, at),
  });

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
  const bar = { ...flowBar, barCategoryGap: '12%', z: 3 } as const;
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
