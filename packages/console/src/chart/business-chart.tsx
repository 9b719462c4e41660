import { MarkAreaComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { useMemo } from 'react';
import { useTheme } from '../theme/theme.tsx';
import { useWords } from '../words/words.tsx';
import { type BusinessPoint, businessOption, type ShadedFault } from './business-option.core.ts';
import { EChart } from './echart.tsx';

register([MarkAreaComponent]);

interface BusinessChartProps {
  readonly points: readonly BusinessPoint[];
  readonly faults: readonly ShadedFault[];
  readonly unit: 'records' | 'yuan';
  readonly label: string;
  /** Must be stable. */
  readonly pick: (at: number) => void;
}

/** A day of business against what is normal; a click on a slot is told. */
export function BusinessChart({ points, faults, unit, label, pick }: BusinessChartProps) {
  const t = useWords();
  const { palette } = useTheme();
  const option = useMemo(
    () =>
      businessOption({
        points,
        faults,
        unit,
        palette,
        animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
        words: {
          onTime: t('flow.onTime'),
          late: t('flow.late'),
          offline: t('money.offline'),
          turnover: t('flow.turnover'),
          normal: t('money.normal'),
          before: t('money.before'),
        },
      }),
    [points, faults, unit, palette, t],
  );
  return <EChart option={option} label={label} points={points.length} pick={pick} />;
}
