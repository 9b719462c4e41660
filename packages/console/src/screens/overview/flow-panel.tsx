import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { DayChart } from './day-chart.tsx';

const FlowChart = lazy(async () => ({ default: (await import('../../chart/flow-chart.tsx')).FlowChart }));
const PassChart = lazy(async () => ({ default: (await import('../../chart/pass-chart.tsx')).PassChart }));
const route = getRouteApi('/app/');
const wholeDay = 'day';

interface FlowPanelProps {
  readonly withPasses: boolean;
  readonly campuses: readonly string[];
}

/** Today against what is normal, or the last hours by minute of device time, passes beside them where there are gates; the charts' code is loaded only here. */
export function FlowPanel({ withPasses, campuses }: FlowPanelProps) {
  const t = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const minutes = search.minutes ?? wholeDay;
  const unit = search.flow ?? 'records';
  return (
    <section className="panel flow" aria-label={t('flow.title')}>
      <h2>
        {t(titleOf(minutes === wholeDay, withPasses, unit))} <span className="meta">{t('flow.clock')}</span>
        <span className="push" />
        <Segmented
          size="small"
          aria-label={t('flow.unit')}
          value={unit}
          options={[
            { value: 'records', label: t('unit.recordsShort') },
            { value: 'yuan', label: t('unit.yuan') },
          ]}
          onChange={(value) =>
            void navigate({ search: (old) => withSearch(old, { flow: value === 'yuan' ? 'yuan' : undefined }) })
          }
        />
        <Segmented
          size="small"
          aria-label={t('flow.range')}
          value={minutes}
          options={[
            { value: wholeDay, label: t('flow.today') },
            { value: '60', label: t('flow.hours', { n: 1 }) },
            { value: '180', label: t('flow.hours', { n: 3 }) },
            { value: '720', label: t('flow.hours', { n: 12 }) },
          ]}
          onChange={(value) =>
            void navigate({ search: (old) => withSearch(old, { minutes: value === wholeDay ? undefined : value }) })
          }
        />
      </h2>
      <div className="flow-charts">
        <Suspense fallback={<div className="chart" />}>
          {minutes === wholeDay ? (
            <DayChart campuses={campuses} unit={unit} />
          ) : (
            <Flow minutes={Number(minutes)} unit={unit} titled={withPasses} />
          )}
          {withPasses && <Passes minutes={minutes === wholeDay ? passMinutes : Number(minutes)} />}
        </Suspense>
      </div>
    </section>
  );
}

type Unit = 'records' | 'yuan';

function titleOf(isDay: boolean, withPasses: boolean, unit: Unit): 'flow.day' | 'flow.both' | 'flow.yuan' | 'flow.records' {
  if (isDay) return 'flow.day';
  if (withPasses) return 'flow.both';
  return unit === 'yuan' ? 'flow.yuan' : 'flow.records';
}

/** Passes have no day of their own: beside it stand the last three hours. */
const passMinutes = 180;

function Flow({ minutes, unit, titled }: { readonly minutes: number; readonly unit: Unit; readonly titled: boolean }) {
  const t = useWords();
  const { queries } = useConsole();
  const flow = useQuery(queries.flow(minutes));
  return (
    <figure>
      {titled && <figcaption className="meta">{t(unit === 'yuan' ? 'flow.turnover' : 'unit.recordsShort')}</figcaption>}
      {flow.error !== null && flow.data === undefined && <FailureNote error={flow.error} retry={() => void flow.refetch()} />}
      <FlowChart points={flow.data?.items ?? []} minutes={minutes} unit={unit} />
    </figure>
  );
}

function Passes({ minutes }: { readonly minutes: number }) {
  const t = useWords();
  const { queries } = useConsole();
  const passes = useQuery(queries.passFlow(minutes));
  if (passes.error !== null && passes.data === undefined)
    return <FailureNote error={passes.error} retry={() => void passes.refetch()} />;
  return (
    <figure>
      <figcaption className="meta">{t('flow.passesOf', { n: minutes / 60 })}</figcaption>
      <PassChart points={passes.data?.items ?? []} minutes={minutes} />
    </figure>
  );
}
