import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Select, Tabs } from 'antd';
import type { QualityPlace } from '../../api/quality-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { ViewsButton } from '../../list/views-button.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { areaPaths } from './areas.core.ts';
import { AvailabilityTab } from './availability-tab.tsx';
import { ContractsTab } from './contracts-tab.tsx';
import { FiguresTab } from './figures-tab.tsx';
import { monthAfter, monthOf } from './month.core.ts';
import './quality.css';

const route = getRouteApi('/app/quality');

/** 服务质量: figures of the contract against what happened, each with the incidents and device states behind it. */
export function QualityPage() {
  const t = useWords();
  const navigate = route.useNavigate();
  const { tab = 'figures', month: asked, campus, area } = route.useSearch();
  const now = useNow(60_000);
  const month = asked ?? monthOf(now);
  const place: QualityPlace = { ...(campus === undefined ? {} : { campus }), ...(area === undefined ? {} : { area }) };
  return (
    <div className="page quality">
      <h1>
        {t('rail.quality')} <span className="meta">{t('quality.explain')}</span>
      </h1>
      <Tabs
        size="small"
        activeKey={tab}
        items={[
          { key: 'figures', label: t('quality.figures') },
          { key: 'availability', label: t('quality.availability') },
          { key: 'contracts', label: t('quality.contracts') },
        ]}
        onChange={(key) =>
          void navigate({
            search: (old) =>
              withSearch(old, {
                tab: key === 'availability' || key === 'contracts' ? key : undefined,
                figure: undefined,
                deviceId: undefined,
                contract: undefined,
                version: undefined,
              }),
          })
        }
      />
      {tab !== 'contracts' && <Filters month={month} />}
      {tab === 'figures' && <FiguresTab month={month} place={place} />}
      {tab === 'availability' && <AvailabilityTab month={month} place={place} />}
      {tab === 'contracts' && <ContractsTab />}
    </div>
  );
}

function Filters({ month }: { readonly month: string }) {
  const t = useWords();
  const { queries, now } = useConsole();
  const overview = useQuery(queries.overview()).data;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Parameters<typeof withSearch<typeof search>>[1]): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const current = monthOf(now());
  const go = (by: number): void => {
    const next = monthAfter(month, by);
    set({ month: next === current ? undefined : next });
  };
  const areas = areaPaths(useQuery(queries.qualityPlaces()).data?.items ?? [], search.campus);
  return (
    <div className="filters">
      <fieldset className="chips">
        <legend className="hidden">{t('quality.month')}</legend>
        <button type="button" className="chip" aria-label={t('quality.monthBefore')} onClick={() => go(-1)}>
          ‹
        </button>
        <span className="number month">{month}</span>
        <button
          type="button"
          className="chip"
          aria-label={t('quality.monthAfter')}
          disabled={month >= current}
          onClick={() => go(1)}
        >
          ›
        </button>
      </fieldset>
      <Select
        className="choice"
        size="small"
        allowClear
        aria-label={t('filter.campus')}
        placeholder={t('filter.campus')}
        value={search.campus ?? null}
        popupMatchSelectWidth={false}
        options={[...new Set((overview?.areas ?? []).map(({ campus }) => campus))].map((campus) => ({ value: campus }))}
        onChange={(campus: string | null | undefined) => set({ campus: campus ?? undefined, area: undefined })}
      />
      <Select
        className="choice"
        size="small"
        allowClear
        showSearch
        aria-label={t('filter.area')}
        placeholder={t('filter.area')}
        value={search.area ?? null}
        popupMatchSelectWidth={false}
        options={areas.map((area) => ({ value: area, label: area.split('/').slice(1).join(' ') }))}
        onChange={(area: string | null | undefined) => set({ area: area ?? undefined })}
      />
      <ViewsButton />
    </div>
  );
}
