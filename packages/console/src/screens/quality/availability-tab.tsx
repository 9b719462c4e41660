import type { AvailabilityDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { QualityPlace } from '../../api/quality-queries.ts';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration, type Language } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { ExportButton } from '../../list/export-button.tsx';
import { withSearch } from '../../search.ts';
import type { Say } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { DeviceDrawer } from './device-drawer.tsx';
import { finePercent } from './figure.core.ts';

type Row = AvailabilityDto['devices'][number];

const route = getRouteApi('/app/quality');
const ways = ['raw', 'net', 'contract'] as const;

interface AvailabilityProps {
  readonly month: string;
  readonly place: QualityPlace;
}

/** 可用率 three ways, of a campus or an area; the devices behind it, the worst first; the states behind a device. */
export function AvailabilityTab({ month, place }: AvailabilityProps) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const { deviceId } = route.useSearch();
  const navigate = route.useNavigate();
  const overview = useQuery(queries.overview()).data;
  const campuses = overview?.areas.map(({ campus }) => campus) ?? [];
  // The API answers for a place; without one the first campus is shown, and its name is said.
  const campus = place.campus ?? campuses[0];
  const inCampus = campus === undefined ? {} : { campus };
  const asked = place.area === undefined ? inCampus : { area: place.area };
  const asksNothing = campus === undefined && place.area === undefined;
  const found = useQuery({ ...queries.availability(month, asked), enabled: !asksNothing });
  const devices = useQuery(queries.qualityDevices(campus)).data?.items;
  const nameOf = useMemo(() => {
    const names = new Map((devices ?? []).map((device) => [device.deviceId as string, device.name]));
    return (id: string): string => names.get(id) ?? id;
  }, [devices]);
  const show = (id: string | undefined): void => void navigate({ search: (old) => withSearch(old, { deviceId: id }) });
  const columns = deviceColumns(t, language, nameOf);
  if (found.data === undefined)
    return found.error === null ? (
      <p className="empty">{t(overview !== undefined && asksNothing ? 'quality.noDevices' : 'list.loading')}</p>
    ) : (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  const { data } = found;
  return (
    <>
      <dl className="figures">
        {ways.map((way) => (
          <div key={way} className="figure">
            <dt>{t(`quality.way.${way}`)}</dt>
            <dd>
              <span className="figure-value number">{data[way] === null ? '–' : finePercent(data[way])}</span>
              <span className="meta">{t(`quality.wayMeans.${way}`)}</span>
            </dd>
          </div>
        ))}
        <div className="figure">
          <dt>{t('column.devices')}</dt>
          <dd>
            <span className="figure-value number">{count(data.counted)}</span>
            <span className="meta">{place.area ?? campus}</span>
          </dd>
        </div>
      </dl>
      <div className="title-line">
        <h2>
          {t('quality.worstFirst')}{' '}
          {data.devices.length < data.counted && <span className="meta">{t('quality.listed', { n: data.devices.length })}</span>}
        </h2>
        <span className="push" />
        <ExportButton
          name={`${t('quality.availability')}_${month}`}
          columns={columns}
          all={async () => await Promise.resolve(data.devices)}
        />
      </div>
      <div className="grid-holder">
        <Grid
          label={t('quality.availability')}
          columns={columns}
          rows={data.devices.map((row) => ({ type: 'row', key: row.deviceId, value: row }))}
          empty={t('quality.noDevices')}
          open={({ deviceId: id }) => show(id)}
        />
      </div>
      {deviceId !== undefined && (
        <DeviceDrawer month={month} deviceId={deviceId} name={nameOf(deviceId)} close={() => show(undefined)} />
      )}
    </>
  );
}

function deviceColumns(t: Say, language: Language, nameOf: (id: string) => string): readonly Column<Row>[] {
  const time = (ms: number | null): string | null => (ms === null ? null : duration(ms, language));
  return [
    {
      key: 'device',
      title: t('column.device'),
      track: 'minmax(200px, 2fr)',
      cell: ({ deviceId }) => <span title={deviceId}>{nameOf(deviceId)}</span>,
      text: ({ deviceId }) => deviceId,
    },
    ...ways.map(
      (way): Column<Row> => ({
        key: way,
        title: t(`quality.way.${way}`),
        track: '110px',
        align: 'end',
        cell: (row) => {
          const { value } = row[way];
          return value === null ? none : finePercent(value);
        },
        text: (row) => row[way].value,
      }),
    ),
    {
      key: 'down',
      title: t('quality.down'),
      track: '120px',
      align: 'end',
      cell: ({ contract }) => (contract.downMs === 0 ? none : time(contract.downMs)),
      text: ({ contract }) => Math.round(contract.downMs / 60_000),
    },
    {
      key: 'unknown',
      title: t('quality.unknown'),
      track: '120px',
      align: 'end',
      cell: ({ unknownMs }) => (unknownMs === 0 ? none : time(unknownMs)),
      text: ({ unknownMs }) => Math.round(unknownMs / 60_000),
    },
    {
      key: 'failures',
      title: t('quality.failures'),
      track: '84px',
      align: 'end',
      cell: ({ failures }) => count(failures),
      text: ({ failures }) => failures,
    },
    {
      key: 'mtbf',
      title: 'MTBF',
      track: '110px',
      align: 'end',
      cell: ({ mtbfMs }) => time(mtbfMs) ?? none,
      text: ({ mtbfMs }) => (mtbfMs === null ? null : Math.round(mtbfMs / 60_000)),
    },
    {
      key: 'mttr',
      title: 'MTTR',
      track: '110px',
      align: 'end',
      cell: ({ mttrMs }) => time(mttrMs) ?? none,
      text: ({ mttrMs }) => (mttrMs === null ? null : Math.round(mttrMs / 60_000)),
    },
  ];
}
