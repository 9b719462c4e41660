import type { PassPointDto } from '@cardwatch/contracts/api';
import type { EChartsCoreOption } from 'echarts/core';
import type { Palette } from '../theme/palette.ts';
import { bar, hatched, orNothing } from './course-option.core.ts';
import { everyMinute, minuteOption } from './flow-option.core.ts';

export interface PassView {
  readonly points: readonly PassPointDto[];
  readonly minutes: number;
  readonly now: number;
  readonly palette: Palette;
  readonly animate: boolean;
  readonly words: { readonly granted: string; readonly denied: string; readonly other: string };
}

const noPass = (minute: number): PassPointDto => ({ minute, granted: 0, denied: 0, other: 0 });

/** Granted in the chart's hue; denied hatched on top of it, and what is neither as an empty box. */
export function passOption(view: PassView): EChartsCoreOption {
  const { palette, words } = view;
  const points = everyMinute(view.points, { ...view, empty: noPass });
  const open = { color: palette.surface, borderColor: palette.unknown, borderWidth: 1 };
  const series = [
    { ...bar, name: words.granted, data: points.map(({ granted }) => granted), itemStyle: { color: palette.chart } },
    {
      ...bar,
      name: words.denied,
      data: points.map(({ denied }) => orNothing(denied)),
      itemStyle: hatched(palette, palette.level2),
    },
    { ...bar, name: words.other, data: points.map(({ other }) => orNothing(other)), itemStyle: open },
  ];
  return minuteOption(view, points, { unit: 'records', series });
}
