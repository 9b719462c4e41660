import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Select } from 'antd';
import type { ReactNode } from 'react';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { useSession } from '../../frame/use-session.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { TimeRange } from '../records/time-range.tsx';
import { LevelMark } from './level-mark.tsx';
import type { Tally } from './sift.core.ts';
import { useNames, usePeople } from './use-names.ts';
import { incidentStates } from './workflow.core.ts';

const route = getRouteApi('/app/incidents');

interface FiltersProps {
  readonly tally: Tally;
  /** Every incident of the filter is loaded: the chips may say numbers. */
  readonly isWhole: boolean;
  readonly children: ReactNode;
}

/** Chips that write the address: level, due, mine, state, who, campus, time. */
export function IncidentFilters({ tally, isWhole, children }: FiltersProps) {
  const t = useWords();
  const { queries } = useConsole();
  const overview = useQuery(queries.overview()).data;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const own = useSession()?.name;
  const people = usePeople();
  const nameOf = useNames();
  const set = (change: Parameters<typeof withSearch<typeof search>>[1]): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const chip = (isOn: boolean, toggle: () => void, text: ReactNode, n?: number) => (
    <button type="button" className="chip" aria-pressed={isOn} onClick={toggle}>
      {text} {isWhole && n !== undefined && <span className="number meta">{count(n)}</span>}
    </button>
  );
  return (
    <div className="filters">
      <Select
        className="choice"
        size="small"
        aria-label={t('filter.state')}
        value={search.state ?? 'open'}
        popupMatchSelectWidth={false}
        options={[
          { value: 'open', label: t('incident.state.open') },
          { value: 'all', label: t('filter.all') },
          ...incidentStates.map((state) => ({ value: state, label: t(`incident.state.${state}`) })),
        ]}
        onChange={(chosen: string) => set({ state: [...incidentStates, 'all' as const].find((state) => state === chosen) })}
      />
      <fieldset className="chips">
        <legend className="hidden">{t('incident.levelTitle')}</legend>
        {(['1', '2', '3'] as const).map((level) => (
          <span key={level}>
            {chip(
              search.level === level,
              () => set({ level: search.level === level ? undefined : level }),
              <LevelMark level={level === '1' ? 1 : level === '2' ? 2 : 3} />,
            )}
          </span>
        ))}
      </fieldset>
      <fieldset className="chips">
        <legend className="hidden">{t('incident.due')}</legend>
        {chip(
          search.due === 'overdue',
          () => set({ due: search.due === 'overdue' ? undefined : 'overdue' }),
          t('incident.overdue'),
          tally.overdue,
        )}
        {chip(
          search.due === 'soon',
          () => set({ due: search.due === 'soon' ? undefined : 'soon' }),
          t('incident.soon'),
          tally.overdue + tally.soon,
        )}
        {own !== undefined &&
          chip(
            search.owner === own,
            () => set({ owner: search.owner === own ? undefined : own }),
            t('incident.mine'),
            tally.mine,
          )}
      </fieldset>
      <Select
        className="choice"
        size="small"
        allowClear
        aria-label={t('incident.owner')}
        placeholder={t('incident.owner')}
        value={search.owner ?? null}
        popupMatchSelectWidth={false}
        options={people.map(({ account }) => ({ value: account, label: nameOf(account) }))}
        onChange={(owner: string | null | undefined) => set({ owner: owner ?? undefined })}
      />
      <Select
        className="choice"
        size="small"
        allowClear
        aria-label={t('filter.campus')}
        placeholder={t('filter.campus')}
        value={search.campus ?? null}
        popupMatchSelectWidth={false}
        options={[...new Set((overview?.areas ?? []).map(({ campus }) => campus))].map((campus) => ({ value: campus }))}
        onChange={(campus: string | null | undefined) => set({ campus: campus ?? undefined })}
      />
      <TimeRange from={search.from} to={search.to} change={(from, to) => set({ from, to })} />
      {children}
    </div>
  );
}
