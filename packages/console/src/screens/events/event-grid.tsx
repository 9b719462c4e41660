import type { EventDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { EventFilter } from '../../api/keys.ts';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Grid } from '../../grid/grid.tsx';
import { useSteady } from '../../grid/use-steady.ts';
import { allPages } from '../../list/all-pages.ts';
import { exportPageRows, FilterLine, useListTools } from '../../list/filter-line.tsx';
import { useLanguage } from '../../words/words.tsx';
import { eventColumns } from './event-columns.tsx';
import { emptyOf } from '../../list/empty.ts';

interface EventGridProps {
  readonly label: string;
  readonly filter: EventFilter;
  readonly withDevice: boolean;
  readonly empty: ReactNode;
  readonly hide: string | undefined;
  /** The rest of the filter line. */
  readonly filters?: ReactNode;
}

/** New events come with a fresh look at the first page; a list that was scrolled far is left alone. */
const refreshMs = 5_000;
const refreshPages = 2;
const keyOf = (event: EventDto): string => event.id;
const fits = (): boolean => true;

/** Events, newest first, people and cards masked. */
export function EventGrid({ label, filter, withDevice, empty, hide, filters }: EventGridProps) {
  const { say: t, language } = useLanguage();
  const { queries, client } = useConsole();
  const now = useNow(10_000);
  const pollMs = usePollMs(refreshMs);
  const list = useInfiniteQuery({
    ...queries.events(filter),
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) <= refreshPages ? pollMs : false),
  });
  const loaded = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const steady = useSteady(JSON.stringify(filter), loaded, keyOf, fits);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  const tools = useListTools({
    name: label,
    columns: eventColumns({ t, language, now, withDevice }),
    hide,
    all: (signal) =>
      allPages((cursor) => client.fetch('events', { query: { ...filter, ...cursor, limit: exportPageRows } }, signal)),
  });
  return (
    <>
      <FilterLine tools={tools}>{filters}</FilterLine>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {steady.waiting > 0 && (
        <button type="button" className="pill" onClick={steady.release}>
          {t('events.waiting', { n: count(steady.waiting) })}
        </button>
      )}
      <Grid
        label={label}
        columns={tools.shown}
        rows={steady.rows.map((event) => ({ type: 'row' as const, key: event.id, value: event }))}
        empty={emptyOf(list, t, empty)}
        nearEnd={more}
        hold={steady.hold}
      />
    </>
  );
}
