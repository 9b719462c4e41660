import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { ColumnsButton, shownColumns } from '../../list/columns-button.tsx';
import { ExportButton } from '../../list/export-button.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { FlowFaults } from './flow-faults.tsx';
import { FlowFilters } from './flow-filters.tsx';
import { FlowKey } from './flow-key.tsx';
import { FlowSentence } from './flow-sentence.tsx';
import { flowColumns, FlowTable } from './flow-table.tsx';
import { faultAskOf, shadedOf } from './faults.core.ts';
import { chartPoints, flowSlots, toldSlots } from './slots.core.ts';
import { midnightOf, spanOf, weekBefore } from './span.core.ts';
import { useSubject } from './subject.ts';
import './flow.css';

const BusinessChart = lazy(async () => ({ default: (await import('../../chart/business-chart.tsx')).BusinessChart }));
const route = getRouteApi('/app/flow');
const refreshMs = 30_000;

/** 流水走势: the business of a campus, an area, a merchant or a device on one day, against what is normal. */
export function FlowPage() {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(refreshMs);
  const pollMs = usePollMs(refreshMs);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const subject = useSubject(search);
  const mayRead = useMay('records:read');
  const unit = search.unit ?? 'records';
  const midnight = midnightOf(search.day, now);
  const span = useMemo(() => spanOf(midnight, search.part), [midnight, search.part]);
  const step = search.step ?? '5m';
  const { kind, id } = subject;
  const isAsked = id !== undefined;
  const refetchInterval = now < span.to ? pollMs : false;
  const course = useQuery({
    ...queries.business({ kind, id: id ?? '', ...span, step }),
    enabled: isAsked,
    refetchInterval,
    placeholderData: (old) => (old !== undefined && old.id === id && old.from === span.from ? old : undefined),
  });
  const before = useQuery({
    ...queries.business({ kind, id: id ?? '', ...weekBefore(span), step }),
    enabled: isAsked && search.compare === 'week',
  });
  const faults = useQuery({ ...queries.flowFaults({ ...faultAskOf(subject), ...span }), enabled: isAsked, refetchInterval });
  const slots = useMemo(
    () =>
      course.data === undefined ? [] : flowSlots(course.data, search.compare === 'week' ? before.data?.slots : undefined, now),
    [course.data, before.data, search.compare, now],
  );
  const points = useMemo(() => chartPoints(slots, unit), [slots, unit]);
  const shaded = useMemo(() => shadedOf(faults.data?.items ?? [], now), [faults.data, now]);
  const columns = flowColumns({ t, now, subject, mayRead, hasBefore: slots.some(({ before: earlier }) => earlier !== null) });
  const shown = shownColumns(columns, search.hide);
  const drill = useCallback(
    (at: number): void => {
      const slot = slots[at];
      if (slot === undefined || slot.ahead || !mayRead) return;
      void navigate({ to: '/records', search: { ...subject.records, from: slot.at, to: slot.to } });
    },
    [slots, subject.records, mayRead, navigate],
  );
  return (
    <div className="page list-page flow-page">
      <FlowSentence
        subject={subject}
        slots={slots}
        span={span}
        isToday={now < midnight + 86_400_000}
        day={course.data?.days[0]}
      />
      <FlowFilters
        subject={subject}
        midnight={midnight}
        tools={
          <>
            <ExportButton
              name={`${t('money.export')}_${subject.name}`}
              columns={shown}
              all={() => Promise.resolve(toldSlots(slots).toReversed())}
            />
            <ColumnsButton
              columns={columns}
              hide={search.hide}
              change={(hide) => void navigate({ search: (old) => withSearch(old, { hide }) })}
            />
          </>
        }
      />
      {course.error !== null && <FailureNote error={course.error} retry={() => void course.refetch()} />}
      <section className="panel flow-panel" aria-label={t('money.title')}>
        <FlowKey
          unit={unit}
          hasNormal={slots.some(({ normal }) => normal.records !== null)}
          hasBefore={search.compare === 'week'}
        />
        <Suspense fallback={<div className="chart" />}>
          <BusinessChart
            points={points}
            faults={shaded}
            unit={unit}
            label={t('money.chart', { what: subject.name })}
            pick={drill}
          />
        </Suspense>
        <FlowFaults alarms={faults.data?.items ?? []} subject={subject} />
      </section>
      <FlowTable
        slots={slots}
        columns={shown}
        subject={subject}
        open={mayRead ? (slot) => drill(slots.indexOf(slot)) : undefined}
        pending={isAsked && course.isPending}
      />
    </div>
  );
}
