import type { GapDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { GapFilter } from '../../api/keys.ts';
import { useConsole, useNow } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { Grid } from '../../grid/grid.tsx';
import { useSteady } from '../../grid/use-steady.ts';
import { allPages } from '../../list/all-pages.ts';
import { exportPageRows, FilterLine, useListTools } from '../../list/filter-line.tsx';
import { fitsGap } from '../../live/fits.core.ts';
import { useLanguage } from '../../words/words.tsx';
import { gapColumns } from './gap-columns.tsx';
import { emptyOf } from '../../list/empty.ts';

const keyOf = (gap: GapDto): string => gap.id;

interface GapGridProps {
  readonly filter: GapFilter;
  readonly empty: ReactNode;
  readonly hide: string | undefined;
  /** The rest of the filter line. */
  readonly filters?: ReactNode;
}

/** Gaps of a filter, live; those of terminals can be collected again from here. */
export function GapGrid({ filter, empty, hide, filters }: GapGridProps) {
  const { say: t, language } = useLanguage();
  const { queries, client } = useConsole();
  const now = useNow(10_000);
  const mayCommand = useMay('commands');
  const list = useInfiniteQuery(queries.gaps(filter));
  const loaded = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const text = JSON.stringify(filter);
  const fits = useMemo(() => {
    const stable = JSON.parse(text) as GapFilter;
    return (gap: GapDto) => fitsGap(gap, stable);
  }, [text]);
  const steady = useSteady(text, loaded, keyOf, fits);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  const tools = useListTools({
    name: t('gaps.title'),
    columns: gapColumns({ t, language, now, mayCommand }),
    hide,
    all: (signal) =>
      allPages((cursor) => client.fetch('gaps', { query: { ...filter, ...cursor, limit: exportPageRows } }, signal)),
  });
  const missing = steady.rows.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const estimate = steady.rows.reduce((sum, { estimateFen }) => sum + (estimateFen ?? 0), 0);
  const totals = { gaps: count(steady.rows.length), n: count(missing), money: money(estimate) };
  return (
    <>
      <FilterLine tools={tools}>{filters}</FilterLine>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {steady.waiting > 0 && (
        <button type="button" className="pill" onClick={steady.release}>
          {t('gaps.waiting', { n: count(steady.waiting) })}
        </button>
      )}
      <Grid
        label={t('gaps.title')}
        columns={tools.shown}
        rows={steady.rows.map((gap) => ({ type: 'row', key: gap.id, value: gap, dim: !fits(gap) }))}
        empty={emptyOf(list, t, empty)}
        nearEnd={more}
        hold={steady.hold}
        foot={
          steady.rows.length > 0 && (
            <span className="number">{t(list.hasNextPage ? 'gaps.totalSoFar' : 'gaps.total', totals)}</span>
          )
        }
      />
    </>
  );
}
