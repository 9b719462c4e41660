import type { SuggestionDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { Moment, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import { upText } from './tree-columns.tsx';
import type { Campus } from './use-network.ts';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/topology');
const states = [undefined, 'confirmed', 'rejected', 'all'] as const;

/** Links seen in LLDP, FDB or ARP, with where they were seen: topology only once a person says so. */
export function Suggestions({ campus }: { readonly campus: Campus }) {
  const t = useWords();
  const { queries } = useConsole();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(queries.suggestions(state === 'all' ? undefined : (state ?? 'open')));
  const [asked, setAsked] = useState<{ readonly suggestion: SuggestionDto; readonly decision: 'confirmed' | 'rejected' }>();
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  return (
    <>
      <fieldset className="chips">
        <legend className="hidden">{t('filter.state')}</legend>
        {states.map((value) => (
          <button
            key={value ?? 'open'}
            type="button"
            className="chip"
            aria-pressed={state === value}
            onClick={() => void navigate({ search: (old) => withSearch(old, { state: value }) })}
          >
            {value === 'all' ? t('filter.all') : t(`suggestion.state.${value ?? 'open'}`)}
          </button>
        ))}
      </fieldset>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('topology.suggestions')}
        columns={useColumns(campus, (suggestion, decision) => setAsked({ suggestion, decision }))}
        rows={rows.map((row) => ({ type: 'row', key: row.suggestionId, value: row }))}
        empty={emptyOf(list, t, t(state === undefined ? 'suggestion.noneOpen' : 'suggestion.none'))}
        nearEnd={more}
      />
      {asked !== undefined && <DecideDialog campus={campus} {...asked} close={() => setAsked(undefined)} />}
    </>
  );
}

function useColumns(
  { byId, network }: Campus,
  ask: (suggestion: SuggestionDto, decision: 'confirmed' | 'rejected') => void,
): readonly Column<SuggestionDto>[] {
  const t = useWords();
  const now = useNow(30_000);
  const mayEdit = useMay('topology:edit');
  const nameOf = (id: string) => <span title={id}>{byId.get(id)?.name ?? id}</span>;
  const columns: readonly Column<SuggestionDto>[] = [
    { key: 'device', title: t('column.device'), track: 'minmax(150px, 1fr)', cell: ({ deviceId }) => nameOf(deviceId) },
    { key: 'parent', title: t('suggestion.parent'), track: 'minmax(150px, 1fr)', cell: ({ parent }) => nameOf(parent) },
    { key: 'port', title: t('suggestion.port'), track: '90px', cell: ({ port }) => port ?? none },
    {
      key: 'evidence',
      title: t('suggestion.evidence'),
      track: 'minmax(150px, 0.8fr)',
      cell: ({ evidence }) => t(`evidence.${evidence}`),
    },
    {
      key: 'now',
      title: t('suggestion.drawn'),
      track: 'minmax(130px, 0.8fr)',
      cell: ({ deviceId }) => upText(deviceId, network.ways, byId, t),
    },
    {
      key: 'seen',
      title: t('suggestion.lastSeen'),
      hint: zone,
      track: '130px',
      align: 'end',
      cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} now={now} />,
    },
  ];
  const act: Column<SuggestionDto> = {
    key: 'act',
    title: t('column.act'),
    track: '150px',
    cell: (row) =>
      row.state === 'open' && mayEdit ? (
        <span className="acts">
          <Button size="small" onClick={() => ask(row, 'confirmed')}>
            {t('suggestion.confirm')}
          </Button>
          <Button size="small" onClick={() => ask(row, 'rejected')}>
            {t('suggestion.reject')}
          </Button>
        </span>
      ) : (
        <span className="meta">
          {t(`suggestion.state.${row.state}`)} {row.decidedBy ?? ''}
        </span>
      ),
  };
  return [...columns, act];
}
