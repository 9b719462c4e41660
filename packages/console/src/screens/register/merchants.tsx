import type { ResponseOf } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { day, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { useAllDevices } from '../topology/use-network.ts';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/register');
const hourMs = 3_600_000;

type Binding = ResponseOf<'merchants'>['items'][number];

/** Whom each terminal sells for and from when to when. */
export function Merchants() {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(60_000);
  const hour = Math.floor(now / hourMs) * hourMs;
  const { when } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(queries.merchants(when === 'all' ? undefined : hour));
  const { items: devices } = useAllDevices();
  const names = useMemo(() => new Map(devices.map(({ deviceId, name }) => [deviceId, name])), [devices]);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  const columns: readonly Column<Binding>[] = [
    {
      key: 'device',
      title: t('column.device'),
      track: 'minmax(160px, 1fr)',
      cell: ({ deviceId }) => names.get(deviceId) ?? deviceId,
    },
    {
      key: 'id',
      title: t('register.deviceId'),
      track: '150px',
      cell: ({ deviceId }) => <span className="meta">{deviceId}</span>,
    },
    { key: 'merchant', title: t('register.merchantName'), track: 'minmax(140px, 1fr)', cell: ({ merchantName }) => merchantName },
    { key: 'merchantId', title: t('register.merchantId'), track: '120px', cell: ({ merchantId }) => merchantId },
    {
      key: 'from',
      title: t('register.validFrom'),
      hint: zone,
      track: '150px',
      align: 'end',
      cell: ({ validFrom }) => day(validFrom),
    },
    {
      key: 'to',
      title: t('register.validTo'),
      track: '110px',
      align: 'end',
      cell: ({ validTo }) => (validTo === null ? <span className="meta">{t('register.open')}</span> : day(validTo)),
    },
    {
      key: 'state',
      title: t('column.state'),
      track: '80px',
      cell: ({ validFrom, validTo }) =>
        t(validFrom > now ? 'register.future' : validTo !== null && validTo <= now ? 'register.over' : 'register.holds'),
    },
  ];
  return (
    <>
      <fieldset className="chips">
        <legend className="hidden">{t('filter.state')}</legend>
        {([undefined, 'all'] as const).map((value) => (
          <button
            key={value ?? 'now'}
            type="button"
            className="chip"
            aria-pressed={when === value}
            onClick={() => void navigate({ search: (old) => withSearch(old, { when: value }) })}
          >
            {t(value === undefined ? 'register.holds' : 'filter.all')}
          </button>
        ))}
      </fieldset>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('register.tab.merchants')}
        columns={columns}
        rows={rows.map((row) => ({ type: 'row', key: `${row.deviceId}-${row.validFrom}`, value: row }))}
        empty={emptyOf(list, t, t('register.noMerchants'))}
        open={({ deviceId }) => void navigate({ search: (old) => withSearch(old, { deviceId }) })}
        nearEnd={more}
      />
    </>
  );
}
