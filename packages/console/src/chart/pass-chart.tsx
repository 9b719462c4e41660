import type { PassPointDto } from '@cardwatch/contracts/api';
import { useMemo } from 'react';
import { useNow } from '../console.tsx';
import { useTheme } from '../theme/theme.tsx';
import { useWords } from '../words/words.tsx';
import { EChart } from './echart.tsx';
import { passOption } from './pass-option.core.ts';

export function PassChart({ points, minutes }: { readonly points: readonly PassPointDto[]; readonly minutes: number }) {
  const t = useWords();
  const { palette } = useTheme();
  const now = useNow(10_000);
  const option = useMemo(
    () =>
      passOption({
        points,
        minutes,
        now,
        palette,
        animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
        words: { granted: t('pass.result.granted'), denied: t('pass.result.denied'), other: t('flow.otherPasses') },
      }),
    [points, minutes, now, palette, t],
  );
  return <EChart option={option} label={t('flow.passTitle')} points={minutes} />;
}
