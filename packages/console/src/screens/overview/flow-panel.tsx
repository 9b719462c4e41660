import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';

const FlowChart = lazy(async () => ({ default: (await import('../../chart/flow-chart.tsx')).FlowChart }));
const route = getRouteApi('/app/');
const defaultMinutes = '60';

/** Records or yuan by minute of device time; the chart's code is loaded only here. */
export function FlowPanel() {
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
        {t(unit === 'yuan' ? 'flow.yuan' : 'flow.records')} <span className="meta">{t('flow.clock')}</span>
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
      <Suspense fallback={<div className="chart" />}>
        <FlowChart points={flow.data?.items ?? []} minutes={Number(minutes)} unit={unit} />
      </Suspense>
    </section>
  );
}
