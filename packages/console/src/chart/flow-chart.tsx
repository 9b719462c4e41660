import type { FlowPointDto } from '@cardwatch/contracts/api';
import { useMemo } from 'react';
import { useNow } from '../console.tsx';
import { useTheme } from '../theme/theme.tsx';
import { useWords } from '../words/words.tsx';
import { EChart } from './echart.tsx';
import { flowOption } from './flow-option.core.ts';

interface FlowChartProps {
  readonly points: readonly FlowPointDto[];
  readonly minutes: number;
  readonly unit: 'records' | 'yuan';
}

export function FlowChart({ points, minutes, unit }: FlowChartProps) {
  const t = useWords();
  const { palette } = useTheme();
  const now = useNow(10_000);
  const option = useMemo(
    () =>
      flowOption({
        points,
        minutes,
        unit,
        now,
        palette,
        animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
        words: { onTime: t('flow.onTime'), late: t('flow.late'), yuan: t('flow.turnover') },
      }),
    [points, minutes, unit, now, palette, t],
  );
  return <EChart option={option} label={t('flow.title')} points={minutes} />;
}
