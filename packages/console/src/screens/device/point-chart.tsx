import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.tsx';
import { minuteTime } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import type { Between } from './ribbon.core.ts';
import { readingText } from './reading-text.ts';
import { sparkline } from './sparkline.core.ts';

const box = { width: 260, height: 28 } as const;

/** The course of one point as a small line with its lowest and highest value; drawn by hand, so that no chart library is needed here. */
export function PointChart({
  deviceId,
  point,
  unit,
  between: { from, to },
}: {
  readonly deviceId: string;
  readonly point: string;
  readonly unit: string;
  readonly between: Partial<Between>;
}) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const isPast = from !== undefined && to !== undefined;
  const live = useQuery({ ...queries.history(deviceId, point), enabled: !isPast });
  const past = useQuery({ ...queries.historyBetween(deviceId, point, { from: from ?? 0, to: to ?? 0 }), enabled: isPast });
  const history = (isPast ? past : live).data?.items ?? [];
  const line = sparkline(history, box);
  if (line === undefined) return null;
  const begins = minuteTime(line.from);
  const low = readingText({ point, value: line.low, unit }, language);
  const high = readingText({ point, value: line.high, unit }, language);
  const label = t('readings.course', { low: low.value, high: high.value, unit: high.unit, from: begins });
  return (
    <span className="spark">
      <svg width={box.width} height={box.height} viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-label={label}>
        <path d={line.path} fill="none" stroke="var(--chart)" strokeWidth="1.25" />
        <circle cx={line.last.x} cy={line.last.y} r="2" fill="var(--chart)" />
      </svg>
      <span className="meta number">{low.value === high.value ? low.value : `${low.value} – ${high.value}`}</span>
      <span className="meta number">{t('readings.from', { from: begins })}</span>
    </span>
  );
}
