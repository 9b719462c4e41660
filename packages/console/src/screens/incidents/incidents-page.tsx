import type { IncidentDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import type { IncidentListFilter } from '../../api/incidents-queries.ts';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay, useSession } from '../../frame/use-session.ts';
import { Grid } from '../../grid/grid.tsx';
import { useKeys } from '../../grid/use-keys.ts';
import { useSteady } from '../../grid/use-steady.ts';
import { allPages } from '../../list/all-pages.ts';
import { ColumnsButton, shownColumns } from '../../list/columns-button.tsx';
import { ExportButton } from '../../list/export-button.tsx';
import { ViewsButton } from '../../list/views-button.tsx';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { type Exposed, exposedByIncident } from './exposure.core.ts';
import { incidentColumns } from './incident-columns.tsx';
import { IncidentFilters } from './incident-filters.tsx';
import { NewIncidentDialog } from './new-incident-dialog.tsx';
import { sifts, tally } from './sift.core.ts';
import { TallyLine } from './tally-line.tsx';
import { useClocks } from './use-clocks.ts';
import { useNames } from './use-names.ts';
import { WatchingGrid } from './watching-grid.tsx';
import { isOver } from './workflow.core.ts';
import { emptyOf } from '../../list/empty.ts';
import './incidents.css';

const route = getRouteApi('/app/incidents');
const keyOf = ({ incidentId }: IncidentDto): string => incidentId;
const refreshMs = 15_000;

/** 工单: mine, overdue or due in half an hour, suspended; and what is watched after it was restored. */
export function IncidentsPage() {
  const { say: t } = useLanguage();
  const navigate = route.useNavigate();
  const { tab } = route.useSearch();
  const mayHandle = useMay('incidents:handle');
  const [opening, setOpening] = useState(false);
  const open = (incidentId: string): void => void navigate({ to: '/incidents/$incidentId', params: { incidentId }, search: {} });
  useKeys({ n: { word: 'keys.newIncident', act: () => mayHandle && setOpening(true) } });
  return (
    <div className="page list-page">
      <div className="title-line">
        <h1>
          {t('rail.incidents')} <TallyLine />
        </h1>
        <span className="push" />
        {mayHandle && (
          <Button type="primary" size="small" onClick={() => setOpening(true)}>
            {t('incident.open')}
          </Button>
        )}
      </div>
      <Tabs
        size="small"
        activeKey={tab ?? 'list'}
        items={[
          { key: 'list', label: t('rail.incidents') },
          { key: 'watching', label: t('incident.watching') },
        ]}
        onChange={(key) => void navigate({ search: key === 'list' ? {} : { tab: 'watching' } })}
      />
      {tab === 'watching' ? <WatchingGrid /> : <IncidentList open={open} />}
      {opening && (
        <NewIncidentDialog
          close={() => setOpening(false)}
          done={({ incidentId }) => {
            setOpening(false);
            open(incidentId);
          }}
        />
      )}
    </div>
  );
}

/** What the address asks the API for; without a state those that are not over. */
function useListFilter(): IncidentListFilter {
  const { state, from, to } = route.useSearch();
  return {
    ...(state === undefined ? { open: 'true' } : state === 'all' ? {} : { state }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function IncidentList({ open }: { readonly open: (incidentId: string) => void }) {
  const { say: t, language } = useLanguage();
  const { queries, client } = useConsole();
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const own = useSession()?.name;
  const now = useNow(10_000);
  const filter = useListFilter();
  const list = useInfiniteQuery({ ...queries.incidents(filter), refetchInterval: usePollMs(refreshMs) });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const clocks = useClocks();
  const alarms = useQuery({ ...queries.burningAlarms(), refetchInterval: usePollMs(refreshMs) }).data;
  const exposed = useMemo(() => exposedByIncident(alarms?.items ?? []), [alarms]);
  const fits = useCallback(
    (one: IncidentDto) => (filter.open === undefined || !isOver(one)) && sifts(one, search, { clocks, now }),
    [search, clocks, now, filter.open],
  );
  const steady = useSteady(JSON.stringify([filter, search]), rows, keyOf, fits);
  const columns = incidentColumns({ t, language, now, clocks, exposed, nameOf: useNames() });
  const shown = shownColumns(columns, search.hide);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  useKeys({
    m: {
      word: 'keys.mine',
      act: () => void navigate({ search: (old) => withSearch(old, { owner: old.owner === own ? undefined : own }) }),
    },
  });
  const all = async (signal: AbortSignal) => {
    const found = await allPages((cursor) => client.fetch('incidents', { query: { ...filter, ...cursor, limit: 200 } }, signal));
    return found.filter(fits);
  };
  return (
    <>
      <IncidentFilters tally={tally(rows, own, { clocks, now })} isWhole={!list.hasNextPage}>
        <ViewsButton />
        <span className="push" />
        <ExportButton name={t('rail.incidents')} columns={shown} all={all} />
        <ColumnsButton
          columns={columns}
          hide={search.hide}
          change={(hide) => void navigate({ search: (old) => withSearch(old, { hide }) })}
        />
      </IncidentFilters>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {steady.waiting > 0 && (
        <button type="button" className="pill" onClick={steady.release}>
          {t('incident.waiting', { n: count(steady.waiting) })}
        </button>
      )}
      <Grid
        label={t('rail.incidents')}
        columns={shown}
        rows={steady.rows.map((one) => ({ type: 'row', key: one.incidentId, value: one, dim: !fits(one) }))}
        empty={emptyOf(list, t, t(isNarrowed(search) ? 'incident.noneFit' : 'incident.noneOpen'))}
        open={({ incidentId }) => open(incidentId)}
        nearEnd={more}
        hold={steady.hold}
        foot={<Sum rows={steady.rows} exposed={exposed} />}
      />
    </>
  );
}

const isNarrowed = ({ tab: _tab, hide: _hide, ...rest }: ReturnType<typeof route.useSearch>): boolean =>
  Object.keys(rest).length > 0;

/** 合计 of the rows shown. */
function Sum({ rows, exposed }: { readonly rows: readonly IncidentDto[]; readonly exposed: ReadonlyMap<string, Exposed> }) {
  const { say: t } = useLanguage();
  const behind = rows.flatMap(({ incidentId }) => exposed.get(incidentId) ?? []);
  const records = behind.reduce((sum, one) => sum + one.records, 0);
  const fen = behind.reduce((sum, one) => sum + (one.fen ?? 0), 0);
  return (
    <span className="number">{t('incident.sum', { n: count(rows.length), records: count(records), money: money(fen) })}</span>
  );
}
