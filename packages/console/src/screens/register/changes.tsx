import type { RegisterImportDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Moment, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/register');
const counted = ['added', 'changed', 'ended', 'removed'] as const;

/** Who changed the register and why, newest first. */
export function Changes() {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(30_000);
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(queries.registerImports());
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  const columns: readonly Column<RegisterImportDto>[] = [
    {
      key: 'at',
      title: t('change.at'),
      hint: zone,
      track: '150px',
      align: 'end',
      cell: ({ at }) => <Moment at={at} now={now} />,
    },
    { key: 'kind', title: t('column.kind'), track: '110px', cell: ({ kind }) => t(`change.kind.${kind}`) },
    { key: 'by', title: t('change.by'), track: '120px', cell: ({ by }) => by },
    {
      key: 'reason',
      title: t('column.reason'),
      track: 'minmax(160px, 1fr)',
      cell: ({ reason }) => <span title={reason}>{reason}</span>,
    },
    ...counted.map(
      (key): Column<RegisterImportDto> => ({
        key,
        title: t(`change.${key}`),
        track: '64px',
        align: 'end',
        cell: ({ counts }) => (counts[key] === 0 ? none : count(counts[key])),
      }),
    ),
    {
      key: 'state',
      title: t('column.state'),
      track: '90px',
      cell: ({ rolledBackBy }) => (rolledBackBy === null ? none : <span className="meta">{t('change.takenBack')}</span>),
    },
  ];
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('register.tab.changes')}
        columns={columns}
        rows={rows.map((row) => ({ type: 'row', key: row.importId, value: row }))}
        empty={emptyOf(list, t, t('change.none'))}
        open={({ importId }) => void navigate({ search: (old) => withSearch(old, { importId }) })}
        nearEnd={more}
      />
    </>
  );
}
