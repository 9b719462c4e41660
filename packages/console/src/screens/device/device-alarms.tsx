import type { AlarmDto, DeviceDto } from '@cardwatch/contracts/api';
import { alarmWords, reasonWords } from '@cardwatch/contracts/words';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { duration, fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { allPages } from '../../list/all-pages.ts';
import { exportPageRows, FilterLine, useListTools } from '../../list/filter-line.tsx';
import { useLanguage } from '../../words/words.tsx';
import { AlarmAnchor } from './alarm-anchor.tsx';
import type { Between } from './ribbon.core.ts';
import { sheetMoney, sheetTime } from '../../list/sheet.core.ts';
import { emptyOf } from '../../list/empty.ts';

const refreshMs = 15_000;

interface DeviceAlarmsProps {
  readonly device: DeviceDto;
  readonly between: Partial<Between>;
  readonly hide: string | undefined;
}

/** Alarms about this device itself, newest first; suppressed ones are told as such. */
export function DeviceAlarms({ device: { deviceId }, between, hide }: DeviceAlarmsProps) {
  const { say: t } = useLanguage();
  const { queries, client } = useConsole();
  const pollMs = usePollMs(refreshMs);
  const list = useInfiniteQuery({ ...queries.deviceAlarms(deviceId, between), refetchInterval: pollMs });
  const alarms = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const tools = useListTools({
    name: `${t('device.alarms')}_${deviceId}`,
    columns: useColumns(),
    hide,
    all: (signal) =>
      allPages((cursor) =>
        client.fetch('alarms', { query: { subject: deviceId, ...between, ...cursor, limit: exportPageRows } }, signal),
      ),
  });
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  return (
    <>
      <FilterLine tools={tools} />
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('device.alarms')}
        columns={tools.shown}
        rows={alarms.map((alarm) => ({
          type: 'row',
          key: alarm.alarmId,
          value: alarm,
          dim: alarm.condition === 'cleared',
        }))}
        empty={emptyOf(list, t, t('deviceAlarms.none'))}
        nearEnd={more}
      />
    </>
  );
}

function useColumns(): readonly Column<AlarmDto>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const words = alarmWords[language];
  const lasted = ({ foundAt, clearedAt }: AlarmDto): string => duration((clearedAt ?? now) - foundAt, language);
  const handling = (alarm: AlarmDto): string =>
    [words.handlings[alarm.handling], alarm.owner ?? ''].filter((part) => part !== '').join(' · ');
  return [
    {
      key: 'what',
      title: t('deviceAlarms.what'),
      track: 'minmax(220px, 2fr)',
      fixed: true,
      cell: (alarm) => <AlarmAnchor alarm={alarm}>{reasonWords(alarm.reason, language).title}</AlarmAnchor>,
      text: (alarm) => `${words.levels[alarm.level]} ${reasonWords(alarm.reason, language).title}`,
    },
    {
      key: 'condition',
      title: t('column.state'),
      track: '120px',
      cell: ({ condition, suppressedBy }) => (
        <>
          {words.conditions[condition]}
          {suppressedBy.length > 0 && <span className="meta"> {t('deviceAlarms.suppressed')}</span>}
        </>
      ),
      text: ({ condition }) => words.conditions[condition],
    },
    {
      key: 'found',
      title: t('deviceAlarms.raised'),
      hint: zone,
      track: '128px',
      align: 'end',
      cell: ({ foundAt }) => <span title={fullTime(foundAt, language)}>{shortTime(foundAt, now)}</span>,
      text: ({ foundAt }) => sheetTime(foundAt),
    },
    { key: 'lasted', title: t('deviceAlarms.lasted'), track: '110px', align: 'end', cell: lasted, text: lasted },
    {
      key: 'exposure',
      title: t('column.estimate'),
      track: '150px',
      align: 'end',
      cell: ({ exposure: { records, fen } }) =>
        records === 0 ? none : `${count(records)} ${t('unit.records')}${fen === null ? '' : ` · ${money(fen)}`}`,
      text: ({ exposure }) => sheetMoney(exposure.fen),
    },
    { key: 'handling', title: t('deviceAlarms.handling'), track: 'minmax(110px, 1fr)', cell: handling, text: handling },
  ];
}
