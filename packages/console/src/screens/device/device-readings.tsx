import type { DeviceDto, ReadingDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useConsole, useNow } from '../../console.tsx';
import { fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Glyph } from '../../marks/mark.tsx';
import { useLanguage, useWords } from '../../words/words.tsx';
import { sayOr } from '../../words/say.ts';
import { pointWord, readingText } from './reading-text.ts';
import { PointChart } from './point-chart.tsx';
import type { Between } from './ribbon.core.ts';
import { portsOf } from './ports.core.ts';
import { PortTable } from './port-table.tsx';

/** Nothing new comes from a device in these states: what is shown is the last that was heard. */
const isSilent = (state: DeviceDto['state']): boolean => state === 'offline' || state === 'unknown' || state === 'disabled';

interface DeviceReadingsProps {
  readonly device: DeviceDto;
  /** The courses of this time alone; the latest readings stay the latest. */
  readonly between: Partial<Between>;
}

/** The latest reading of each point, live, with its course beside it. */
export function DeviceReadings({ device, between }: DeviceReadingsProps) {
  const { say: t } = useLanguage();
  const { deviceId, state } = device;
  const { queries } = useConsole();
  const readings = useQuery(queries.readings(deviceId));
  if (readings.error !== null && readings.data === undefined)
    return <FailureNote error={readings.error} retry={() => void readings.refetch()} />;
  const items = readings.data?.items ?? [];
  if (items.length === 0) return <p className="empty">{readings.isPending ? t('list.loading') : t('readings.none')}</p>;
  const { ports, others } = portsOf(items);
  const flags = others.filter((reading) => typeof reading.value === 'boolean');
  const rows = others.filter((reading) => typeof reading.value !== 'boolean');
  return (
    <div className="scroll" role="region" aria-label={t('device.live')} tabIndex={0}>
      {isSilent(state) && <p className="note">{t('readings.last', { state: t(`device.state.${state}`) })}</p>}
      {flags.length > 0 && <Flags flags={flags} />}
      {rows.length > 0 && <PointTable rows={rows} between={between} />}
      {ports.length > 0 && <PortTable ports={ports} />}
    </div>
  );
}

function PointTable({ rows, between }: { readonly rows: readonly ReadingDto[]; readonly between: Partial<Between> }) {
  const t = useWords();
  const hasCourse = rows.some(({ value }) => typeof value !== 'string');
  return (
    <table className="plain readings">
      <thead>
        <tr>
          <th>{t('column.point')}</th>
          <th className="end">{t('column.value')}</th>
          <th>{t('column.quality')}</th>
          {hasCourse && <th>{t('column.course')}</th>}
          <th className="end">
            {t('column.observedAt')} <span className="head-hint">{zone}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {[...rows]
          .sort((a, b) => Number(a.unit === '') - Number(b.unit === '') || a.point.localeCompare(b.point))
          .map((reading) => (
            <ReadingRow key={reading.point} reading={reading} hasCourse={hasCourse} between={between} />
          ))}
      </tbody>
    </table>
  );
}

/** 开关量: what is either so or not, in one line; the shape tells it, and a reader of the page is told in words. */
function Flags({ flags }: { readonly flags: readonly ReadingDto[] }) {
  const { say: t, language } = useLanguage();
  return (
    <ul className="flags" aria-label={t('readings.flags')}>
      {[...flags]
        .sort((a, b) => a.point.localeCompare(b.point))
        .map((flag) => {
          const name = pointWord(flag.point, language);
          const said = t('readings.flag', { name, value: readingText(flag, language).value });
          return (
            <li
              key={flag.point}
              className={flag.value === true ? 'on' : ''}
              title={`${said} ${fullTime(flag.observedAt, language)}`}
            >
              <Glyph shape={flag.value === true ? 'dot' : 'hollow'} tone={flag.value === true ? 'level3' : 'unknown'} />
              <span aria-hidden="true">{name}</span>
              <span className="hidden">{said}</span>
            </li>
          );
        })}
    </ul>
  );
}

/** What a device says of itself in a sentence is not set as large as a number. */
const longText = 12;

interface ReadingRowProps {
  readonly reading: ReadingDto;
  readonly hasCourse: boolean;
  readonly between: Partial<Between>;
}

function ReadingRow({ reading, hasCourse, between }: ReadingRowProps) {
  const { language } = useLanguage();
  const now = useNow(10_000);
  const shown = readingText(reading, language);
  const isLong = shown.value.length > longText;
  return (
    <tr>
      <th scope="row" title={reading.point}>
        {pointWord(reading.point, language)}
      </th>
      <td className={isLong ? 'end value long' : 'end value'} title={isLong ? shown.value : undefined}>
        {shown.value} <span className="meta unit">{shown.unit}</span>
      </td>
      <td className={reading.quality === 'good' ? 'meta' : 'tone-level2'}>
        {sayOr(language, `quality.${reading.quality}`, reading.quality)}
      </td>
      {hasCourse && (
        <td>
          {typeof reading.value === 'number' && (
            <PointChart deviceId={reading.deviceId} point={reading.point} unit={reading.unit} between={between} />
          )}
        </td>
      )}
      <td className="end number" title={fullTime(reading.observedAt, language)}>
        {shortTime(reading.observedAt, now)}
      </td>
    </tr>
  );
}
