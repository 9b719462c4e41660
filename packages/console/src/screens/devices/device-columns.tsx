import type { DeviceDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { signedSpan } from '../../format/size.ts';
import { countColumn, Moment, none, Since } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { DeviceMark } from '../../marks/mark.tsx';
import { type Language } from '../../format/time.ts';
import type { Say } from '../../words/say.ts';
import { useWords } from '../../words/words.tsx';
import type { DeviceOrder } from './order.core.ts';
import { areaText, modelText, placeText } from './place.ts';
import { sheetTime } from '../../list/sheet.core.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  /** Newest list version of each model, as far as the list is loaded. */
  readonly newest: ReadonlyMap<string, number>;
  /** Given when the list is of one kind: then only its columns are shown. */
  readonly kind?: DeviceDto['kind'] | undefined;
  /** Absent while the list is not loaded to its end: ordering a part would mislead. */
  readonly sorting?: {
    readonly sort: DeviceOrder | undefined;
    readonly down: boolean;
    readonly sortBy: (order: DeviceOrder) => void;
  };
}

type DeviceColumn = Column<DeviceDto>;

/** Drift beyond this is worth the eye: half the tolerance that the records' own time check uses. */
const driftWorthMs = 30_000;

/** Columns that say nothing of a kind. */
const withoutOf: Readonly<Partial<Record<DeviceDto['kind'], readonly string[]>>> = {
  gate: ['uncollected', 'list'],
  meter: ['record', 'uncollected', 'list'],
  network: ['record', 'uncollected', 'list', 'drift'],
};

/** State, name, kind, place, model, last seen, last record no., uncollected, list version, drift, agent. */
export function deviceColumns(context: ColumnContext): readonly DeviceColumn[] {
  const missing = context.kind === undefined ? undefined : withoutOf[context.kind];
  return [...identityColumns(context), ...figureColumns(context)].filter(({ key }) => missing?.includes(key) !== true);
}

/** What a sheet has beside the columns: the id, by which other systems know the device. */
export const idColumn = (t: Say): DeviceColumn => ({
  key: 'id',
  title: t('column.deviceId'),
  track: '118px',
  cell: ({ deviceId }) => deviceId,
  text: ({ deviceId }) => deviceId,
});

function identityColumns({ t, now, sorting }: ColumnContext): readonly DeviceColumn[] {
  const state = (device: DeviceDto) => (
    <>
      <DeviceMark state={device.state} />
      <Since at={device.since} now={now} />
    </>
  );
  return [
    {
      key: 'state',
      title: t('column.state'),
      track: '156px',
      ...sortable(sorting, 'state'),
      cell: state,
      text: (device) => t(`device.state.${device.state}`),
    },
    {
      key: 'name',
      title: t('column.device'),
      track: 'minmax(174px, 1.6fr)',
      fixed: true,
      ...sortable(sorting, 'name'),
      cell: nameCell,
      text: ({ name }) => name,
    },
    {
      key: 'kind',
      title: t('column.kind'),
      track: '56px',
      cell: (device) => t(`device.kind.${device.kind}`),
      text: (device) => t(`device.kind.${device.kind}`),
    },
    {
      key: 'place',
      title: t('column.place'),
      track: 'minmax(120px, 1.2fr)',
      cell: placeCell,
      text: ({ place }) => placeText(place),
    },
    { key: 'model', title: t('column.model'), track: '104px', cell: modelCell, text: ({ profile }) => modelText(profile) },
  ];
}

function figureColumns({ t, now, sorting, kind, newest }: ColumnContext): readonly DeviceColumn[] {
  const seen = (device: DeviceDto) => <Moment at={device.lastSeenAt} now={now} />;
  const uncollected = countColumn<DeviceDto>({
    key: 'uncollected',
    title: t('column.uncollected'),
    track: '58px',
    of: (device) => device.uncollected,
  });
  return [
    {
      key: 'seen',
      title: t('column.lastSeen'),
      track: '100px',
      align: 'end',
      ...sortable(sorting, 'seen'),
      cell: seen,
      text: ({ lastSeenAt }) => sheetTime(lastSeenAt),
    },
    countColumn({
      key: 'record',
      title: t(kind === 'gate' ? 'fact.lastEventNo' : 'column.lastRecord'),
      track: '94px',
      of: (device) => device.lastRecordNo,
    }),
    { ...uncollected, ...sortable(sorting, 'uncollected') },
    {
      key: 'list',
      title: t('column.listVersion'),
      track: '98px',
      align: 'end',
      cell: (device) => <ListVersion device={device} newest={newest} />,
      text: ({ blacklistVersion }) => blacklistVersion,
    },
    {
      key: 'drift',
      title: t('column.drift'),
      track: '84px',
      align: 'end',
      ...sortable(sorting, 'drift'),
      cell: driftCell,
      text: ({ driftMs }) => (driftMs === null ? null : driftMs / 1_000),
    },
    { key: 'agent', title: t('column.agent'), track: 'minmax(74px, 0.6fr)', cell: agentCell, text: ({ agentId }) => agentId },
  ];
}

function sortable(sorting: ColumnContext['sorting'], order: DeviceOrder): Pick<DeviceColumn, 'sort'> {
  if (sorting === undefined) return {};
  const active = sorting.sort !== order ? undefined : sorting.down ? 'down' : 'up';
  return { sort: { active, toggle: () => sorting.sortBy(order) } };
}

const nameCell = ({ deviceId, name }: DeviceDto) => (
  <Link to="/devices/$deviceId" params={{ deviceId }} title={`${name} ${deviceId}`}>
    {name}
  </Link>
);

const placeCell = ({ place }: DeviceDto) => (
  <span title={placeText(place)}>
    {areaText(place)} <span className="meta">{place.campus}</span>
  </span>
);

const modelCell = ({ profile }: DeviceDto) => <span title={profile}>{modelText(profile)}</span>;

const agentCell = ({ agentId }: DeviceDto) => (
  <Link to="/agents" search={{ agentId }}>
    {agentId}
  </Link>
);

function driftCell({ driftMs }: DeviceDto) {
  if (driftMs === null) return none;
  return <span className={Math.abs(driftMs) > driftWorthMs ? 'tone-level2' : ''}>{signedSpan(driftMs)}</span>;
}

/** 名单版本: how far it is behind the newest that a device of its model has. */
function ListVersion({ device, newest }: { readonly device: DeviceDto; readonly newest: ReadonlyMap<string, number> }) {
  const t = useWords();
  const { blacklistVersion, profile } = device;
  if (blacklistVersion === null) return none;
  const behind = (newest.get(profile) ?? blacklistVersion) - blacklistVersion;
  if (behind <= 0) return blacklistVersion;
  const text = t('devices.listLag', { version: blacklistVersion, n: behind });
  return (
    <span className="tone-level2" title={text}>
      {text}
    </span>
  );
}
