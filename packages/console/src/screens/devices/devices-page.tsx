import type { DeviceDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { DeviceFilter } from '../../api/keys.ts';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Grid } from '../../grid/grid.tsx';
import { useSteady } from '../../grid/use-steady.ts';
import { allPages } from '../../list/all-pages.ts';
import { exportPageRows, FilterLine, useListTools } from '../../list/filter-line.tsx';
import { useSecondPage } from '../../list/use-second-page.ts';
import { fitsDevice } from '../../live/fits.core.ts';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { DeviceFilters } from './device-filters.tsx';
import { DevicesEmpty } from './devices-empty.tsx';
import { deviceColumns, idColumn } from './device-columns.tsx';
import { newestLists } from './newest.core.ts';
import { type DeviceOrder, ordered } from './order.core.ts';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/devices');
const keyOf = (device: DeviceDto): string => device.deviceId;

export function DevicesPage() {
  const { say: t, language } = useLanguage();
  const { queries, client } = useConsole();
  const now = useNow(10_000);
  const navigate = route.useNavigate();
  const { sort, order, hide, ...filter } = route.useSearch();
  const list = useInfiniteQuery(queries.devices(filter));
  useSecondPage(list);
  const isWhole = list.data !== undefined && !list.hasNextPage;
  const rows = useMemo(() => {
    const loaded = list.data?.pages.flatMap((page) => page.items) ?? [];
    return isWhole && sort !== undefined ? ordered(loaded, sort, order === 'down') : loaded;
  }, [list.data, isWhole, sort, order]);
  const steady = useSteady(JSON.stringify([filter, sort, order]), rows, keyOf, useFits(filter));
  const sortBy = (chosen: DeviceOrder): void => {
    const down = sort === chosen && order === undefined ? ('down' as const) : undefined;
    void navigate({ search: (old) => withSearch(old, { sort: chosen, order: down }) });
  };
  const columns = deviceColumns({
    t,
    language,
    now,
    newest: useMemo(() => newestLists(rows), [rows]),
    kind: filter.kind,
    ...(isWhole ? { sorting: { sort, down: order === 'down', sortBy } } : {}),
  });
  const tools = useListTools({
    name: t('rail.devices'),
    columns,
    sheetColumns: [idColumn(t)],
    hide,
    all: (signal) =>
      allPages((cursor) => client.fetch('devices', { query: { ...filter, ...cursor, limit: exportPageRows } }, signal)),
  });
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  return (
    <div className="page list-page">
      <h1>
        {t('rail.devices')} <span className="meta">{isWhole && t('devices.shown', { n: count(steady.rows.length) })}</span>
      </h1>
      <FilterLine tools={tools}>
        <DeviceFilters />
      </FilterLine>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {steady.waiting > 0 && (
        <button type="button" className="pill" onClick={steady.release}>
          {t('devices.waiting', { n: count(steady.waiting) })}
        </button>
      )}
      <Grid
        label={t('rail.devices')}
        columns={tools.shown}
        rows={steady.rows.map((device) => ({
          type: 'row',
          key: device.deviceId,
          value: device,
          dim: !fitsDevice(device, filter),
        }))}
        empty={emptyOf(list, t, <DevicesEmpty />)}
        open={(device) => void navigate({ to: '/devices/$deviceId', params: { deviceId: device.deviceId }, search: {} })}
        nearEnd={more}
        hold={steady.hold}
        foot={!isWhole && list.data !== undefined ? t('devices.partly', { n: count(rows.length) }) : undefined}
      />
    </div>
  );
}

function useFits(filter: DeviceFilter): (device: DeviceDto) => boolean {
  const text = JSON.stringify(filter);
  return useMemo(() => {
    const stable = JSON.parse(text) as DeviceFilter;
    return (device) => fitsDevice(device, stable);
  }, [text]);
}
