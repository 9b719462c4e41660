import type { DeviceDto, EventDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { Grid } from '../../grid/grid.tsx';
import { useLanguage } from '../../words/words.tsx';
import { eventColumns } from './event-columns.tsx';

/** A list that was scrolled far is left alone. */
const refreshMs = 5_000;
const refreshPages = 2;

/** What the device told: passes, its door, its alarms, what was done to it. Newest first. */
export function DeviceEvents({ device }: { readonly device: DeviceDto }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(10_000);
  const pollMs = usePollMs(refreshMs);
  const list = useInfiniteQuery({
    ...queries.events({ deviceId: device.deviceId }),
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) <= refreshPages ? pollMs : false),
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('device.events')}
        columns={eventColumns({ t, language, now })}
        rows={rows.map((event: EventDto) => ({ type: 'row' as const, key: event.id, value: event }))}
        empty={list.isPending ? t('list.loading') : t('events.noneOfDevice')}
        nearEnd={more}
      />
    </>
  );
}
