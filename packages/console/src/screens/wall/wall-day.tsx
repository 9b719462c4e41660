import type { BusinessMetricsDto } from '@cardwatch/contracts/api';
import { useQueries } from '@tanstack/react-query';
import { lazy, Suspense, useContext, useMemo } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { dayPoints, totalOf } from '../overview/day.core.ts';
import { wallTimes } from './view.core.ts';
import { Scale } from './scale.ts';

const BusinessChart = lazy(async () => ({ default: (await import('../../chart/business-chart.tsx')).BusinessChart }));
/** Text of the charts is of a desk; a wall is read from further away. */
const chartZoom = 1.5;
const none: readonly never[] = [];
const pickNothing = (): void => {};

/** Days of these campuses; shorter than asked for while one of them is not here yet. */
function useCourses(campuses: readonly string[]): readonly BusinessMetricsDto[] {
  const { queries } = useConsole();
  return useQueries({
    queries: campuses.map((campus) => ({
      ...queries.wallDay(campus),
      refetchInterval: wallTimes.dayRenewMs,
      refetchIntervalInBackground: true,
    })),
    combine: (all) => all.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });
}

/** Today so far; undefined until all of it is here. */
export function useDay(campuses: readonly string[], now: number): { readonly records: number; readonly fen: number } | undefined {
  const courses = useCourses(campuses);
  if (courses.length < campuses.length) return undefined;
  return { records: totalOf(dayPoints(courses, 'records', now)), fen: totalOf(dayPoints(courses, 'yuan', now)) };
}

export function WallDay({ campuses, now }: { readonly campuses: readonly string[]; readonly now: number }) {
  const t = useWords();
  const courses = useCourses(campuses);
  const zoom = useContext(Scale) * chartZoom;
  const minute = Math.floor(now / 60_000) * 60_000;
  const points = useMemo(() => dayPoints(courses, 'records', minute), [courses, minute]);
  return (
    <section className="wall-day" aria-label={t('day.label')}>
      <h2>
        {t('wall.day')} <span className="meta">{t('wall.band')}</span>
      </h2>
      <div className="wall-chart" style={{ zoom }}>
        <Suspense fallback={<div className="chart" />}>
          <BusinessChart points={points} faults={none} unit="records" label={t('day.label')} pick={pickNothing} />
        </Suspense>
      </div>
    </section>
  );
}
