import type { GapDto, RecordDto } from '@cardwatch/contracts/api';
import { turnoverFen } from '@cardwatch/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { RecordFilter } from '../../api/keys.ts';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import type { GridRow } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useSteady } from '../../grid/use-steady.ts';
import { allPages } from '../../list/all-pages.ts';
import { exportPageRows, FilterLine, useListTools } from '../../list/filter-line.tsx';
import { useLanguage } from '../../words/words.tsx';
import { chainOf } from './chain.core.ts';
import { ChainBreakLine } from './chain-break.tsx';
import { recordColumns } from './record-columns.tsx';
import { emptyOf } from '../../list/empty.ts';

interface RecordGridProps {
  readonly filter: RecordFilter;
  /** Gaps of the one device that is shown: then rows stand by record number and breaks are drawn. */
  readonly chain?: readonly GapDto[];
  /** As `chainOf` asks it. */
  readonly counts?: boolean;
  readonly empty: ReactNode;
  readonly byCard?: (cardRef: string) => void;
  readonly hide: string | undefined;
  /** The rest of the filter line, between the views and the export. */
  readonly filters?: ReactNode;
}

/** New records come with a fresh look at the first page; a list that was scrolled far is left alone. */
const refreshMs = 10_000;
const refreshPages = 2;
const keyOf = (record: RecordDto): string => record.id;
const fits = (): boolean => true;

export function RecordGrid({ filter, chain, counts = true, empty, byCard, hide, filters }: RecordGridProps) {
  const { say: t, language } = useLanguage();
  const { queries, client } = useConsole();
  const now = useNow(30_000);
  const pollMs = usePollMs(refreshMs);
  const list = useInfiniteQuery({
    ...queries.records(filter),
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) <= refreshPages ? pollMs : false),
  });
  const loaded = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const steady = useSteady(JSON.stringify(filter), loaded, keyOf, fits);
  const rows = useMemo(() => rowsOf(steady.rows, chain, counts), [steady.rows, chain, counts]);
  const mayReveal = useMay('records:reveal');
  const columns = recordColumns({
    t,
    language,
    now,
    withDevice: chain === undefined,
    mayReveal,
    ...(byCard === undefined ? {} : { byCard }),
  });
  const tools = useListTools({
    name: t('rail.records'),
    columns,
    hide,
    all: (signal) =>
      allPages((cursor) => client.fetch('records', { query: { ...filter, ...cursor, limit: exportPageRows } }, signal)),
  });
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  return (
    <>
      <FilterLine tools={tools}>{filters}</FilterLine>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {steady.waiting > 0 && (
        <button type="button" className="pill" onClick={steady.release}>
          {t('records.waiting', { n: count(steady.waiting) })}
        </button>
      )}
      <Grid
        label={t('rail.records')}
        columns={tools.shown}
        rows={rows}
        empty={emptyOf(list, t, empty)}
        nearEnd={more}
        hold={steady.hold}
        foot={loaded.length > 0 && <Totals records={loaded} isWhole={!list.hasNextPage} />}
      />
    </>
  );
}

function rowsOf(
  records: readonly RecordDto[],
  chain: readonly GapDto[] | undefined,
  counts: boolean,
): readonly GridRow<RecordDto>[] {
  if (chain === undefined) return records.map((record) => ({ type: 'row', key: record.id, value: record }));
  return chainOf(records, chain, counts).map((link) =>
    link.type === 'record'
      ? { type: 'row', key: link.record.id, value: link.record }
      : { type: 'note', key: link.key, note: <ChainBreakLine chainBreak={link.chainBreak} /> },
  );
}

/** 合计 of what is loaded, and whether that is all. */
function Totals({ records, isWhole }: { readonly records: readonly RecordDto[]; readonly isWhole: boolean }) {
  const { say: t } = useLanguage();
  const turnover = records.reduce((sum, record) => sum + turnoverFen(record.kind, record.amountFen), 0);
  const values = { n: count(records.length), turnover: money(turnover) };
  return <span className="number">{isWhole ? t('records.total', values) : t('records.totalSoFar', values)}</span>;
}
