import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Input } from 'antd';
import { useMemo, useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { emptyOf } from '../../list/empty.ts';
import { withSearch } from '../../search.ts';
import type { Say } from '../../words/say.ts';
import { useWords } from '../../words/words.tsx';
import { useAllDevices } from '../topology/use-network.ts';
import { PlaceTree } from './place-tree.tsx';
import { isAbout, placePath, type RegisterRow, registerRows, standsAt } from './stand.core.ts';

const route = getRouteApi('/app/register');
const hourMs = 3_600_000;

/** The tree of places, and the devices that stand at the chosen one. */
export function Places() {
  const t = useWords();
  const { queries } = useConsole();
  const hour = Math.floor(useNow(60_000) / hourMs) * hourMs;
  const { place, q } = route.useSearch();
  const navigate = route.useNavigate();
  const { items: devices, isWhole, error } = useAllDevices();
  const places = useQuery(queries.places());
  const topology = useQuery(queries.topology());
  const rows = useMemo(
    () => (topology.data === undefined ? [] : registerRows(devices, topology.data, hour)),
    [devices, topology.data, hour],
  );
  const path = placePath(places.data?.items ?? [], place);
  const shown = rows.filter((row) => standsAt(row, path) && (q === undefined || isAbout(row, q)));
  const failed = error ?? places.error ?? topology.error;
  return (
    <>
      {failed !== null && <FailureNote error={failed} />}
      <div className="register-side">
        <PlaceTree
          items={places.data?.items ?? []}
          chosen={place}
          choose={(id) => void navigate({ search: (old) => withSearch(old, { place: id }) })}
        />
        <div className="register-list">
          <div className="filters">
            <RegisterSearch />
            <span className="meta">{isWhole && t('register.shown', { n: count(shown.length) })}</span>
          </div>
          <Grid
            label={t('register.tab.places')}
            columns={columnsOf(t)}
            rows={shown.map((row) => ({ type: 'row', key: row.device.deviceId, value: row }))}
            empty={emptyOf({ isPending: !isWhole, isError: failed !== null }, t, t('register.noDevices'))}
            open={({ device }) => void navigate({ search: (old) => withSearch(old, { deviceId: device.deviceId }) })}
          />
        </div>
      </div>
    </>
  );
}

function RegisterSearch() {
  const t = useWords();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q ?? '');
  return (
    <Input.Search
      className="tree-search"
      size="small"
      allowClear
      value={typed}
      maxLength={64}
      placeholder={t('register.search')}
      aria-label={t('register.search')}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={(text) =>
        void navigate({ search: (old) => withSearch(old, { q: text.trim() === '' ? undefined : text.trim() }) })
      }
    />
  );
}

function columnsOf(t: Say): readonly Column<RegisterRow>[] {
  const text = (value: string) => (value === '' ? none : <span title={value}>{value}</span>);
  return [
    { key: 'name', title: t('column.device'), track: 'minmax(150px, 1.2fr)', cell: ({ device }) => text(device.name) },
    {
      key: 'id',
      title: t('register.deviceId'),
      track: '130px',
      cell: ({ device }) => <span className="meta">{device.deviceId}</span>,
    },
    { key: 'building', title: t('register.building'), track: 'minmax(100px, 0.8fr)', cell: ({ building }) => text(building) },
    { key: 'area', title: t('register.area'), track: '90px', cell: ({ area }) => text(area) },
    { key: 'upstream', title: t('topology.up'), track: 'minmax(110px, 0.8fr)', cell: ({ upstream }) => text(upstream) },
    { key: 'port', title: t('suggestion.port'), track: '64px', cell: ({ port }) => text(port) },
    { key: 'merchant', title: t('register.merchant'), track: 'minmax(90px, 0.7fr)', cell: ({ merchant }) => text(merchant) },
    {
      key: 'source',
      title: t('register.source'),
      track: '76px',
      cell: ({ isPlaced }) => <span className="meta">{t(isPlaced ? 'register.byRegister' : 'register.byAgent')}</span>,
    },
  ];
}
