import type { ResponseOf } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useConsole, useNow } from '../../console.tsx';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Moment } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useWords } from '../../words/words.tsx';
import { emptyOf } from '../../list/empty.ts';

type Version = ResponseOf<'mapVersions'>['items'][number];

/** Who changed maps and why, newest first. */
export function MapVersions() {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(30_000);
  const list = useQuery(queries.mapVersions());
  const columns: readonly Column<Version>[] = [
    {
      key: 'at',
      title: t('change.at'),
      hint: zone,
      track: '150px',
      align: 'end',
      cell: ({ at }) => <Moment at={at} now={now} />,
    },
    { key: 'by', title: t('change.by'), track: '140px', cell: ({ author }) => author },
    { key: 'reason', title: t('column.reason'), track: 'minmax(200px, 1fr)', cell: ({ reason }) => reason },
  ];
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('maps.versions')}
        columns={columns}
        rows={(list.data?.items ?? []).map((row) => ({ type: 'row', key: String(row.version), value: row }))}
        empty={emptyOf(list, t, t('maps.noVersions'))}
      />
    </>
  );
}
