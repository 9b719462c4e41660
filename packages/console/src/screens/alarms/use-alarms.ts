import type { AlarmDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { type AlarmFilter, type AlarmOrder } from '../../api/alarms-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { useSecondPage } from '../../list/use-second-page.ts';
import { type Steady, useSteady } from '../../grid/use-steady.ts';
import { clearedFilterOf } from './alarm-filter.core.ts';
import { showsAlarm, together } from './alarm-rows.core.ts';

const keyOf = (alarm: AlarmDto): string => alarm.alarmId;

interface Alarms {
  readonly steady: Steady<AlarmDto>;
  readonly isPending: boolean;
  /** The list is loaded to its end. */
  readonly isWhole: boolean;
  readonly loaded: number;
  readonly error: Error | null;
  readonly again: () => void;
  readonly more: () => void;
}

/** The rows of a filter, live: what burns, and for five minutes what cleared; rows do not move under the pointer. */
export function useAlarms(filter: AlarmFilter, order: AlarmOrder): Alarms {
  const { queries } = useConsole();
  const now = useNow(10_000);
  const text = JSON.stringify(filter);
  const filters = useMemo(() => {
    const open = JSON.parse(text) as AlarmFilter;
    return { open, cleared: clearedFilterOf(open) };
  }, [text]);
  const list = useInfiniteQuery(queries.alarms(filters.open, order));
  useSecondPage(list);
  const gone = useInfiniteQuery({ ...queries.clearedAlarms(filters.cleared ?? {}), enabled: filters.cleared !== undefined });
  const rows = useMemo(() => {
    const open = list.data?.pages.flatMap((page) => page.items) ?? [];
    const cleared = filters.cleared === undefined ? [] : (gone.data?.pages.flatMap((page) => page.items) ?? []);
    return together(open, cleared, order);
  }, [list.data, gone.data, filters, order]);
  const fits = useCallback((alarm: AlarmDto) => showsAlarm(alarm, filters, now), [filters, now]);
  const steady = useSteady(`${text} ${order}`, rows, keyOf, fits);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  return {
    steady,
    isPending: list.isPending,
    isWhole: list.data !== undefined && !list.hasNextPage,
    loaded: rows.length,
    error: list.error,
    again: () => void list.refetch(),
    more,
  };
}

export interface Symptoms {
  readonly items: readonly AlarmDto[];
  readonly more: boolean;
}

/** Symptoms of the causes that are unfolded, asked for when they are. */
export function useSymptoms(causes: readonly string[], isOver: boolean): ReadonlyMap<string, Symptoms> {
  const { queries } = useConsole();
  const open = isOver ? 'false' : 'true';
  const asked = useQueries({
    queries: causes.map((causeId) => queries.symptoms({ causeId: causeId as AlarmDto['alarmId'], open })),
  });
  return new Map(
    causes.map((causeId, n) => {
      const data = asked[n]?.data;
      return [causeId, { items: data?.items ?? [], more: data !== undefined && data.nextCursor !== null }];
    }),
  );
}
