import type { DeviceDto } from '@cardwatch/contracts/api';
import type { ReactNode } from 'react';
import { useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { measured, signedSpan } from '../../format/size.ts';
import { fullTime, shortTime } from '../../format/time.ts';
import { none } from '../../grid/cells.tsx';
import type { WordKey } from '../../words/zh.ts';
import { useLanguage } from '../../words/words.tsx';
import { modelText } from '../devices/place.ts';
import { type FactKey, factKeys } from './fact-keys.core.ts';

const labels: Readonly<Record<FactKey, Extract<WordKey, `fact.${string}` | `column.${string}`>>> = {
  model: 'column.model',
  firmware: 'fact.firmware',
  serial: 'fact.serial',
  lastSeen: 'column.lastSeen',
  lastRecordAt: 'fact.lastRecordAt',
  lastRecordNo: 'column.lastRecord',
  lastEventAt: 'fact.lastEventAt',
  lastEventNo: 'fact.lastEventNo',
  generation: 'fact.generation',
  uncollected: 'column.uncollected',
  freeRecords: 'fact.freeRecords',
  listVersion: 'column.listVersion',
  parameterVersion: 'fact.parameterVersion',
  sellingOffline: 'fact.sellingOffline',
  drift: 'column.drift',
  rtt: 'fact.rtt',
  busErrors: 'fact.busErrors',
  duplicates: 'fact.duplicates',
  discardedParts: 'fact.discardedParts',
};

/** What the device told last, as far as it applies to its kind. */
export function Facts({ device }: { readonly device: DeviceDto }) {
  const { say: t } = useLanguage();
  const values = useValues(device);
  return (
    <dl className="facts">
      {factKeys(device.kind, (key) => values[key] !== null).map((key) => (
        <div key={key}>
          <dt>{t(labels[key])}</dt>
          <dd className="number">{values[key] ?? none}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Each fact as it is shown; null: not known. */
function useValues(device: DeviceDto): Readonly<Record<FactKey, ReactNode>> {
  const { say: t, language } = useLanguage();
  const now = useNow(1_000);
  const when = (at: number | null): ReactNode =>
    at === null ? null : <span title={fullTime(at, language)}>{shortTime(at, now)}</span>;
  const number = (value: number | null): ReactNode => (value === null ? null : count(value));
  const sells = sellsOffline(device);
  return {
    model: <span title={device.profile}>{modelText(device.profile)}</span>,
    firmware: device.firmware,
    serial: device.serial,
    lastSeen: when(device.lastSeenAt),
    lastRecordAt: when(device.lastRecordAt),
    lastRecordNo: number(device.lastRecordNo),
    lastEventAt: when(device.lastEventAt),
    lastEventNo: number(device.lastRecordNo),
    generation: number(device.generation),
    uncollected: number(device.uncollected),
    freeRecords: number(device.freeRecords),
    listVersion: version(device.blacklistVersion),
    parameterVersion: version(device.parameterVersion),
    sellingOffline:
      sells === null ? null : <span className={sells ? 'tone-level2' : ''}>{t(sells ? 'value.yes' : 'value.no')}</span>,
    drift: device.driftMs === null ? null : signedSpan(device.driftMs),
    rtt: device.rttMs === null ? null : `${measured(device.rttMs)} ms`,
    busErrors: number(device.busErrors),
    duplicates: number(device.duplicates),
    discardedParts: number(device.discardedParts),
  };
}

/** A version names something: 20261101, not 20,261,101. */
const version = (value: number | null): ReactNode => (value === null ? null : String(value));

/** Null while the device does not speak: then nobody knows. */
function sellsOffline({ state }: DeviceDto): boolean | null {
  if (state === 'sellingOffline') return true;
  return state === 'online' || state === 'degraded' ? false : null;
}
