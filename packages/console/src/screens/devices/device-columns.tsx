import type { DeviceDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { count } from '../../format/money.ts';
import { signedSpan } from '../../format/size.ts';
import { duration, fullTime, type Language, shortTime } from '../../format/time.ts';
import type { Column } from '../../grid/grid.tsx';
import { DeviceMark } from '../../marks/mark.tsx';
import type { Say } from '../../words/say.ts';
import type { DeviceOrder } from './order.core.ts';
import { areaText, modelText, placeText } from './place.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  /** Absent while the list is not loaded to its end: ordering a part would mislead. */
  readonly sorting?: {
    readonly sort: DeviceOrder | undefined;
    readonly down: boolean;
    readonly sortBy: (order: DeviceOrder) => void;
  };
}

/** Drift beyond this is worth the eye: half the tolerance that the records' own time check uses. */
const driftWorthMs = 30_000;
const none = <span className="meta">–</span>;

export function deviceColumns({ t, language, now, sorting }: ColumnContext): readonly Column<DeviceDto>[] {
  const sort = (order: DeviceOrder) =>
    sorting === undefined
      ? {}
      : {
          sort: {
            active: sorting.sort === order ? (sorting.down ? 'down' : 'up') : undefined,
            toggle: () => sorting.sortBy(order),
          } as const,
        };
  return [
    {
      key: 'state',
      title: t('column.state'),
      track: '168px',
      ...sort('state'),
      cell: (device) => (
        <>
          <DeviceMark state={device.state} />
          <span className="meta since" title={fullTime(device.since, language)}>
            {duration(now - device.since, language)}
          </span>
        </>
      ),
    },
    {
      key: 'name',
      title: t('column.device'),
      track: 'minmax(136px, 1.2fr)',
      ...sort('name'),
      cell: (device) => (
        <Link to="/devices/$deviceId" params={{ deviceId: device.deviceId }} title={`${device.name} ${device.deviceId}`}>
          {device.name}
        </Link>
      ),
    },
    {
      key: 'place',
      title: t('column.place'),
      track: 'minmax(136px, 1.4fr)',
      cell: (device) => (
        <span title={placeText(device.place)}>
          {areaText(device.place)} <span className="meta">{device.place.campus}</span>
        </span>
      ),
    },
    {
      key: 'model',
      title: t('column.model'),
      track: '108px',
      cell: (device) => <span title={device.profile}>{modelText(device.profile)}</span>,
    },
    {
      key: 'seen',
      title: t('column.lastSeen'),
      track: '116px',
      align: 'end',
      ...sort('seen'),
      cell: (device) =>
        device.lastSeenAt === null ? (
          none
        ) : (
          <span title={fullTime(device.lastSeenAt, language)}>{shortTime(device.lastSeenAt, now)}</span>
        ),
    },
    {
      key: 'record',
      title: t('column.lastRecord'),
      track: '82px',
      align: 'end',
      cell: (device) => (device.lastRecordNo === null ? none : count(device.lastRecordNo)),
    },
    {
      key: 'uncollected',
      title: t('column.uncollected'),
      track: '70px',
      align: 'end',
      ...sort('uncollected'),
      cell: (device) => (device.uncollected === null ? none : count(device.uncollected)),
    },
    {
      key: 'list',
      title: t('column.listVersion'),
      track: '74px',
      align: 'end',
      cell: (device) => (device.blacklistVersion === null ? none : count(device.blacklistVersion)),
    },
    {
      key: 'drift',
      title: t('column.drift'),
      track: '84px',
      align: 'end',
      ...sort('drift'),
      cell: (device) =>
        device.driftMs === null ? (
          none
        ) : (
          <span className={Math.abs(device.driftMs) > driftWorthMs ? 'tone-level2' : ''}>{signedSpan(device.driftMs)}</span>
        ),
    },
    {
      key: 'agent',
      title: t('column.agent'),
      track: 'minmax(90px, 0.6fr)',
      cell: (device) => (
        <Link to="/agents" search={{ agentId: device.agentId }}>
          {device.agentId}
        </Link>
      ),
    },
  ];
}
