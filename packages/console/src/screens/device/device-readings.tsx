import type { ReadingDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useConsole, useNow } from '../../console.tsx';
import { fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useLanguage } from '../../words/words.tsx';
import { sayOr } from '../../words/say.ts';
import { pointWord, readingText } from './reading-text.ts';
import { PointChart } from './point-chart.tsx';

/** The latest reading of each point, live, with its course beside it. */
export function DeviceReadings({ deviceId }: { readonly deviceId: string }) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const readings = useQuery(queries.readings(deviceId));
  if (readings.error !== null && readings.data === undefined)
    return <FailureNote error={readings.error} retry={() => void readings.refetch()} />;
  const items = readings.data?.items ?? [];
  if (items.length === 0) return <p className="empty">{readings.isPending ? t('list.loading') : t('readings.none')}</p>;
  return (
    <div className="scroll">
      <table className="plain readings">
        <thead>
          <tr>
            <th>{t('column.point')}</th>
            <th className="end">{t('column.value')}</th>
            <th>{t('column.quality')}</th>
            <th>{t('column.course')}</th>
            <th className="end">
              {t('column.observedAt')} <span className="head-hint">{zone}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...items]
            .sort((a, b) => a.point.localeCompare(b.point))
            .map((reading) => (
              <ReadingRow key={reading.point} reading={reading} />
            ))}
        </tbody>
      </table>
    </div>
  );
}

function ReadingRow({ reading }: { readonly reading: ReadingDto }) {
  const { language } = useLanguage();
  const now = useNow(10_000);
  const shown = readingText(reading, language);
  return (
    <tr>
      <th scope="row" title={reading.point}>
        {pointWord(reading.point, language)}
      </th>
      <td className="end value">
        {shown.value} <span className="meta unit">{shown.unit}</span>
      </td>
      <td className={reading.quality === 'good' ? 'meta' : 'tone-level2'}>
        {sayOr(language, `quality.${reading.quality}`, reading.quality)}
      </td>
      <td>
        <PointChart deviceId={reading.deviceId} point={reading.point} unit={reading.unit} />
      </td>
      <td className="end number" title={fullTime(reading.observedAt, language)}>
        {shortTime(reading.observedAt, now)}
      </td>
    </tr>
  );
}
