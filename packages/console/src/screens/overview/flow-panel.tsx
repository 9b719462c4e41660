import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';

const FlowChart = lazy(async () => ({ default: (await import('../../chart/flow-chart.tsx')).FlowChart }));
const PassChart = lazy(async () => ({ default: (await import('../../chart/pass-chart.tsx')).PassChart }));
const route = getRouteApi('/app/');
const defaultMinutes = '60';

/** Records or yuan by minute of device time, passes beside them where there are gates; the charts' code is loaded only here. */
export function FlowPanel({ withPasses }: { readonly withPasses: boolean }) {
  const t = useWords();
  const { queries } = useConsole();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const minutes = search.minutes ?? defaultMinutes;
  const unit = search.flow ?? 'records';
  const flow = useQuery(queries.flow(Number(minutes)));
  return (
    <section className="panel flow" aria-label={t('flow.title')}>
      <h2>
        {t(withPasses ? 'flow.both' : unit === 'yuan' ? 'flow.yuan' : 'flow.records')}{' '}
        <span className="meta">{t('flow.clock')}</span>
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
            { value: '60', label: t('flow.hours', { n: 1 }) },
            { value: '180', label: t('flow.hours', { n: 3 }) },
            { value: '720', label: t('flow.hours', { n: 12 }) },
          ]}
          onChange={(value) =>
            void navigate({ search: (old) => withSearch(old, { minutes: value === defaultMinutes ? undefined : value }) })
          }
        />
      </h2>
      {flow.error !== null && flow.data === undefined && <FailureNote error={flow.error} retry={() => void flow.refetch()} />}
      <div className="flow-charts">
        <Suspense fallback={<div className="chart" />}>
          <figure>
            {withPasses && <figcaption className="meta">{t(unit === 'yuan' ? 'flow.turnover' : 'unit.recordsShort')}</figcaption>}
            <FlowChart points={flow.data?.items ?? []} minutes={Number(minutes)} unit={unit} />
          </figure>
          {withPasses && <Passes minutes={Number(minutes)} />}
        </Suspense>
      </div>
    </section>
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
      <figcaption className="meta">{t('flow.passes')}</figcaption>
      <PassChart points={passes.data?.items ?? []} minutes={minutes} />
    </figure>
  );
}
