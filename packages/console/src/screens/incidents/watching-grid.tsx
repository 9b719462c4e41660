import type { WatchListDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { duration, fullTime } from '../../format/time.ts';
import { countColumn } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useLanguage } from '../../words/words.tsx';
import { ruleName } from './rule-name.ts';
import { emptyOf } from '../../list/empty.ts';

type Watched = WatchListDto['items'][number];

/** 恢复观察: the same fault on these devices within this time opens the incident again. */
export function WatchingGrid() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const list = useQuery({ ...queries.watchList(), refetchInterval: usePollMs(30_000) });
  return (
    <>
      <p className="meta">{t('incident.watchingExplain')}</p>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('incident.watching')}
        columns={useColumns()}
        rows={(list.data?.items ?? []).map((one) => ({ type: 'row', key: one.incidentId, value: one }))}
        empty={emptyOf(list, t, t('incident.watchingNone'))}
      />
    </>
  );
}

function useColumns(): readonly Column<Watched>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  return [
    {
      key: 'number',
      title: t('incident.number'),
      track: '160px',
      cell: ({ incidentId, number }) => (
        <Link to="/incidents/$incidentId" params={{ incidentId }}>
          {number}
        </Link>
      ),
    },
    {
      key: 'left',
      title: t('incident.watchLeft'),
      track: '150px',
      align: 'end',
      cell: ({ until }) => <span title={fullTime(until, language)}>{duration(until - now, language)}</span>,
    },
    countColumn({ key: 'devices', title: t('column.devices'), track: '90px', of: ({ devices }) => devices.length }),
    {
      key: 'rules',
      title: t('incident.rules'),
      track: 'minmax(200px, 2fr)',
      cell: ({ rules }) => {
        const text = rules.map((rule) => ruleName(rule, language)).join(' · ');
        return <span title={text}>{text}</span>;
      },
    },
    {
      key: 'which',
      title: t('column.device'),
      track: 'minmax(200px, 2fr)',
      cell: ({ devices }) => <span title={devices.join('\n')}>{devices.join(' ')}</span>,
    },
  ];
}
