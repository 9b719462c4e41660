import type { GapDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { GapFilter } from '../../api/keys.ts';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { Grid } from '../../grid/grid.tsx';
import { useSteady } from '../../grid/use-steady.ts';
import { fitsGap } from '../../live/fits.core.ts';
import { useLanguage } from '../../words/words.tsx';
import { gapColumns } from './gap-columns.tsx';

const keyOf = (gap: GapDto): string => gap.id;

/** Gaps of a filter, live; those of terminals can be collected again from here. */
export function GapGrid({ filter, empty }: { readonly filter: GapFilter; readonly empty: ReactNode }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
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
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {steady.waiting > 0 && (
        <button type="button" className="pill" onClick={steady.release}>
          {t('gaps.waiting', { n: count(steady.waiting) })}
        </button>
      )}
      <Grid
        label={t('gaps.title')}
        columns={gapColumns({ t, language, now, mayCommand })}
        rows={steady.rows.map((gap) => ({ type: 'row', key: gap.id, value: gap, dim: !fits(gap) }))}
        empty={list.isPending ? t('list.loading') : empty}
        nearEnd={more}
        hold={steady.hold}
      />
    </>
  );
}
