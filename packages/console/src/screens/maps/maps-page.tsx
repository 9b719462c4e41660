import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { Moment, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useWords } from '../../words/words.tsx';
import { StandingMark } from '../topology/node-mark.tsx';
import { useNetwork } from '../topology/use-network.ts';
import { type Network, worstFirst } from '../topology/ways.core.ts';
import { MapDialog, RemoveMapDialog } from './map-dialogs.tsx';
import type { BuildingMap } from './placements.core.ts';
import { MapVersions } from './map-versions.tsx';
import { emptyOf } from '../../list/empty.ts';
import './maps.css';

const route = getRouteApi('/app/maps');

type Asked =
  | { readonly kind: 'edit'; readonly map: BuildingMap | undefined }
  | { readonly kind: 'remove'; readonly map: BuildingMap };

/** 平面图: which buildings and floors have one, and where on them something is wrong. */
export function MapsPage() {
  const t = useWords();
  const { queries } = useConsole();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const maps = useQuery(queries.maps());
  const { network, isWhole } = useNetwork();
  const mayEdit = useMay('topology:edit');
  const [asked, setAsked] = useState<Asked>();
  const items = maps.data?.items ?? [];
  const columns = useColumns(network, mayEdit ? setAsked : undefined);
  const troubled = items.filter((map) => ownTroubles(map, network).length > 0).length;
  return (
    <div className="page list-page">
      <div className="title-line">
        <h1>
          {t('rail.maps')}{' '}
          {isWhole && maps.data !== undefined && (
            <span className="meta">
              {troubled === 0
                ? t('maps.listWell', { n: count(items.length) })
                : t('maps.listAnswer', { n: count(items.length), m: count(troubled) })}
            </span>
          )}
        </h1>
        <span className="push" />
        {mayEdit && (
          <Button type="primary" size="small" onClick={() => setAsked({ kind: 'edit', map: undefined })}>
            {t('maps.add')}
          </Button>
        )}
      </div>
      <Tabs
        size="small"
        activeKey={tab ?? 'maps'}
        items={[
          { key: 'maps', label: t('rail.maps') },
          { key: 'versions', label: t('maps.versions') },
        ]}
        onChange={(key) => void navigate({ search: key === 'versions' ? { tab: 'versions' } : {} })}
      />
      {maps.error !== null && <FailureNote error={maps.error} retry={() => void maps.refetch()} />}
      {tab === 'versions' ? (
        <MapVersions />
      ) : (
        <Grid
          label={t('rail.maps')}
          columns={columns}
          rows={items.map((map) => ({ type: 'row', key: map.mapId, value: map }))}
          empty={emptyOf(maps, t, t('maps.none'))}
          open={({ mapId }) => void navigate({ to: '/maps/$planId', params: { planId: mapId }, search: {} })}
        />
      )}
      {asked?.kind === 'edit' && <MapDialog map={asked.map} close={() => setAsked(undefined)} />}
      {asked?.kind === 'remove' && <RemoveMapDialog map={asked.map} close={() => setAsked(undefined)} />}
    </div>
  );
}

/** What is wrong on a map by itself, the worst first. */
const ownTroubles = (map: BuildingMap, { standing }: Network) =>
  map.placements
    .map(({ deviceId }) => standing.get(deviceId))
    .filter((one) => one !== undefined)
    .filter(({ isTroubled, isExplained }) => isTroubled && !isExplained)
    .toSorted((a, b) => worstFirst(a.state, b.state));

function useColumns(network: Network, ask: ((asked: Asked) => void) | undefined): readonly Column<BuildingMap>[] {
  const t = useWords();
  const now = useNow(30_000);
  const columns: readonly Column<BuildingMap>[] = [
    { key: 'name', title: t('maps.name'), track: 'minmax(160px, 1fr)', cell: ({ name }) => name },
    { key: 'area', title: t('column.place'), track: 'minmax(180px, 1.2fr)', cell: ({ area }) => area.replaceAll('/', ' / ') },
    {
      key: 'state',
      title: t('column.state'),
      track: '110px',
      cell: (map) => {
        const [worst] = ownTroubles(map, network);
        return worst === undefined ? <span className="meta">{t('topology.well')}</span> : <StandingMark standing={worst} />;
      },
    },
    {
      key: 'own',
      title: t('topology.own'),
      track: '64px',
      align: 'end',
      cell: (map) => {
        const n = ownTroubles(map, network).length;
        return n === 0 ? none : <span className="tone-level1">{count(n)}</span>;
      },
    },
    {
      key: 'devices',
      title: t('column.devices'),
      track: '76px',
      align: 'end',
      cell: ({ placements }) => count(placements.length),
    },
    {
      key: 'at',
      title: t('maps.changedAt'),
      hint: zone,
      track: '150px',
      align: 'end',
      cell: ({ changedAt }) => <Moment at={changedAt} now={now} />,
    },
    { key: 'by', title: t('change.by'), track: '110px', cell: ({ changedBy }) => changedBy },
  ];
  if (ask === undefined) return columns;
  const act: Column<BuildingMap> = {
    key: 'act',
    title: t('column.act'),
    track: '150px',
    cell: (map) => (
      <span className="acts">
        <Button size="small" onClick={() => ask({ kind: 'edit', map })}>
          {t('maps.change')}
        </Button>
        <Button size="small" onClick={() => ask({ kind: 'remove', map })}>
          {t('maps.remove')}
        </Button>
      </span>
    ),
  };
  return [...columns, act];
}
