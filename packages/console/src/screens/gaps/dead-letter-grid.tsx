import type { DeadLetterDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { bytes } from '../../format/size.ts';
import { fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { allPages } from '../../list/all-pages.ts';
import { exportPageRows, FilterLine, useListTools } from '../../list/filter-line.tsx';
import { useLanguage } from '../../words/words.tsx';
import { sheetTime } from '../../list/sheet.core.ts';
import { emptyOf } from '../../list/empty.ts';

const refreshMs = 15_000;

interface DeadLetterGridProps {
  readonly state: DeadLetterDto['state'] | undefined;
  readonly hide: string | undefined;
  readonly filters?: ReactNode;
}

/** 未能入账: records that were received and acknowledged but could not be booked; they count as unresolved. */
export function DeadLetterGrid({ state, hide, filters }: DeadLetterGridProps) {
  const { say: t } = useLanguage();
  const { queries, client } = useConsole();
  const list = useInfiniteQuery({
    ...queries.deadLetters(state === undefined ? {} : { state }),
    refetchInterval: usePollMs(refreshMs),
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  const filter = state === undefined ? {} : { state };
  const tools = useListTools({
    name: t('deadLetters.title'),
    columns: useColumns(),
    hide,
    all: (signal) =>
      allPages((cursor) => client.fetch('deadLetters', { query: { ...filter, ...cursor, limit: exportPageRows } }, signal)),
  });
  return (
    <>
      <FilterLine tools={tools}>{filters}</FilterLine>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('deadLetters.title')}
        columns={tools.shown}
        rows={rows.map((letter) => ({ type: 'row', key: letter.id, value: letter }))}
        empty={emptyOf(list, t, t(state === 'open' ? 'deadLetters.noneOpen' : 'deadLetters.none'))}
        nearEnd={more}
      />
    </>
  );
}

function useColumns(): readonly Column<DeadLetterDto>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  return [
    {
      key: 'kind',
      title: t('column.kind'),
      track: '110px',
      cell: (letter) => t(`deadLetter.kind.${letter.kind}`),
      text: (letter) => t(`deadLetter.kind.${letter.kind}`),
    },
    {
      key: 'reason',
      title: t('column.reason'),
      track: 'minmax(200px, 2fr)',
      cell: (letter) => <span title={letter.reason}>{letter.reason}</span>,
      text: (letter) => letter.reason,
    },
    {
      key: 'device',
      title: t('column.device'),
      track: 'minmax(140px, 1fr)',
      cell: (letter) =>
        letter.deviceId === null ? (
          <span className="meta">{t('deadLetters.noDevice')}</span>
        ) : (
          <Link to="/devices/$deviceId" params={{ deviceId: letter.deviceId }}>
            {letter.deviceId}
          </Link>
        ),
      text: (letter) => letter.deviceId,
    },
    {
      key: 'agent',
      title: t('column.agent'),
      track: '130px',
      cell: (letter) => letter.agentId,
      text: (letter) => letter.agentId,
    },
    {
      key: 'stream',
      title: t('column.stream'),
      track: '64px',
      cell: (letter) => t(`stream.${letter.stream}`),
      text: (letter) => t(`stream.${letter.stream}`),
    },
    {
      key: 'seq',
      title: t('column.seq'),
      track: '110px',
      align: 'end',
      cell: (letter) => `${count(letter.epoch)} / ${count(letter.seq)}`,
      text: (letter) => `${letter.epoch}/${letter.seq}`,
    },
    {
      key: 'bytes',
      title: t('column.bytes'),
      track: '80px',
      align: 'end',
      cell: (letter) => bytes(letter.bytes),
      text: (letter) => letter.bytes,
    },
    {
      key: 'received',
      title: t('column.received'),
      hint: zone,
      track: '140px',
      align: 'end',
      cell: (letter) => <span title={fullTime(letter.receivedAt, language)}>{shortTime(letter.receivedAt, now)}</span>,
      text: (letter) => sheetTime(letter.receivedAt),
    },
    {
      key: 'state',
      title: t('column.state'),
      track: '80px',
      cell: (letter) => t(`deadLetter.state.${letter.state}`),
      text: (letter) => t(`deadLetter.state.${letter.state}`),
    },
  ];
}
