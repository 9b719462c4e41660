import type { AlarmDto } from '@cardwatch/contracts/api';
import { reasonWords } from '@cardwatch/contracts/words';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { count, money } from '../../format/money.ts';
import { minuteTime } from '../../format/time.ts';
import { LevelMark } from '../../marks/level.tsx';
import { useLanguage } from '../../words/words.tsx';
import { causesOf, shadedOf } from '../flow/faults.core.ts';
import { dayOf, dayPoints, totalOf } from './day.core.ts';

const BusinessChart = lazy(async () => ({ default: (await import('../../chart/business-chart.tsx')).BusinessChart }));
const slotMs = 300_000;
const renewMs = 60_000;

interface DayChartProps {
  readonly campuses: readonly string[];
  readonly unit: 'records' | 'yuan';
}

/** Today in slots of five minutes over the band of what is normal, the faults of the day shaded and named. */
export function DayChart({ campuses, unit }: DayChartProps) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const navigate = useNavigate();
  const mayRead = useMay('records:read');
  const now = useNow(30_000);
  const { from, to } = useMemo(() => dayOf(now), [now]);
  const refetchInterval = usePollMs(renewMs);
  const courses = useQueries({
    queries: campuses.map((id) => ({ ...queries.business({ kind: 'campus', id, from, to, step: '5m' }), refetchInterval })),
    combine: (all) => ({
      data: all.flatMap(({ data }) => (data === undefined ? [] : [data])),
      failed: all.find(({ error }) => error !== null),
    }),
  });
  const faults = useFaults(campuses, from, to);
  const points = useMemo(() => dayPoints(courses.data, unit, now), [courses.data, unit, now]);
  const shaded = useMemo(() => shadedOf(faults, now), [faults, now]);
  const pick = useCallback(
    (at: number) => {
      const slot = from + at * slotMs;
      if (mayRead) void navigate({ to: '/records', search: { from: slot, to: slot + slotMs } });
    },
    [navigate, from, mayRead],
  );
  const total = totalOf(points);
  return (
    <figure>
      <figcaption className="meta">
        {t('day.total', { value: unit === 'yuan' ? money(total) : t('cluster.records', { n: count(total) }) })}
        {points.length > 0 && points.every(({ band }) => band === null) && ` · ${t('day.nothingLearned')}`}
      </figcaption>
      {courses.failed !== undefined && <FailureNote error={courses.failed.error} retry={() => void courses.failed?.refetch()} />}
      <Suspense fallback={<div className="chart" />}>
        <BusinessChart points={points} faults={shaded} unit={unit} label={t('day.label')} pick={pick} />
      </Suspense>
      {faults.length > 0 && <Faults faults={faults} />}
    </figure>
  );
}

const none: readonly AlarmDto[] = [];

function useFaults(campuses: readonly string[], from: number, to: number): readonly AlarmDto[] {
  const { queries } = useConsole();
  const may = useMay('watch:read');
  const [only, ...others] = campuses;
  const narrowed = only === undefined || others.length > 0 ? {} : { campus: only };
  const asked = useQuery({ ...queries.flowFaults({ ...narrowed, from, to }), enabled: may, refetchInterval: usePollMs(renewMs) });
  return useMemo(() => (asked.data === undefined ? none : causesOf(asked.data.items)), [asked.data]);
}

const namedMax = 4;

/** What the shades are, the gravest first. */
function Faults({ faults }: { readonly faults: readonly AlarmDto[] }) {
  const { say: t, language } = useLanguage();
  return (
    <ul className="day-faults" aria-label={t('day.faults')}>
      {faults.slice(0, namedMax).map(({ alarmId, level, reason, foundAt, clearedAt }) => (
        <li key={alarmId}>
          <LevelMark level={level} />
          <Link to="/alarms/$alarmId" params={{ alarmId }}>
            {reasonWords(reason, language).title}
          </Link>
          <span className="meta">
            {minuteTime(foundAt)}–{clearedAt === null ? t('day.still') : minuteTime(clearedAt)}
          </span>
        </li>
      ))}
      {faults.length > namedMax && <li className="meta">{t('day.moreFaults', { n: count(faults.length - namedMax) })}</li>}
    </ul>
  );
}
