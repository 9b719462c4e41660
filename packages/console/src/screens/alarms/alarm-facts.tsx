import type { AlarmDto } from '@cardwatch/contracts/api';
import { alarmWords } from '@cardwatch/contracts/words';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useNow } from '../../console.tsx';
import { money } from '../../format/money.ts';
import { shortTime } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { ruleName } from '../incidents/rule-name.ts';
import { Exposed } from './alarm-columns.tsx';
import { placeOf } from './alarm-rows.core.ts';

const devicesShown = 6;

/** Value, expected, band and sample days; what is at stake; who has it; what it is about. */
export function AlarmFacts({ alarm, names }: { readonly alarm: AlarmDto; readonly names: ReadonlyMap<string, string> }) {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const words = alarmWords[language];
  const { evidence, exposure } = alarm;
  const place = placeOf(alarm);
  return (
    <dl className="figures alarm-facts">
      {evidence !== null && <Evidence evidence={evidence} />}
      <Fact name={t('alarms.exposure')}>
        <Exposed exposure={exposure} t={t} />
        {exposure.oldestAt !== null && (
          <span className="meta">{t('alarms.oldest', { at: shortTime(exposure.oldestAt, now) })}</span>
        )}
      </Fact>
      <Fact name={t('alarms.handledBy')}>
        {alarm.owner === null ? '' : (names.get(alarm.owner) ?? alarm.owner)}{' '}
        <span className="meta">{words.handlings[alarm.handling]}</span>
        {alarm.acknowledgedUntil !== null && (
          <span className="meta">{t('alarms.until', { at: shortTime(alarm.acknowledgedUntil, now) })}</span>
        )}
      </Fact>
      <Fact name={t('column.place')}>
        {place.near} <span className="meta">{place.far}</span>
      </Fact>
      <Fact name={t('alarms.subject')}>
        <Subject alarm={alarm} />
      </Fact>
      <Fact name={t('alarms.rule')}>
        {ruleName(alarm.rule, language)} <span className="meta">{t('alarms.version', { n: alarm.ruleVersion })}</span>
      </Fact>
      {alarm.incidentId !== null && (
        <Fact name={t('alarms.incident')}>
          <Link to="/incidents/$incidentId" params={{ incidentId: alarm.incidentId }}>
            {t('alarms.toIncident')}
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Evidence({
  evidence: { value, unit, expected, band, sampleDays },
}: {
  readonly evidence: NonNullable<AlarmDto['evidence']>;
}) {
  const { say: t, language } = useLanguage();
  const units: Readonly<Record<string, string>> = alarmWords[language].units;
  const measure = (number: number): string =>
    unit === 'fen' ? money(Math.round(number)) : `${Math.round(number * 100) / 100} ${units[unit] ?? unit}`.trim();
  return (
    <>
      {value !== null && <Fact name={t('alarms.value')}>{measure(value)}</Fact>}
      {expected !== null && <Fact name={t('alarms.expected')}>{measure(expected)}</Fact>}
      {band !== null && <Fact name={t('alarms.band')}>{`${measure(band[0])} – ${measure(band[1])}`}</Fact>}
      {sampleDays.length > 0 && (
        <Fact name={t('alarms.sampleDays')}>
          <span title={sampleDays.join(' ')}>{t('alarms.days', { n: sampleDays.length })}</span>
        </Fact>
      )}
    </>
  );
}

/** The thing itself; a device has a page of its own. */
function Subject({ alarm: { subject, devices } }: { readonly alarm: AlarmDto }) {
  const { say: t } = useLanguage();
  const shown = subject.kind === 'device' ? [subject.id] : devices.slice(0, devicesShown);
  return (
    <>
      {subject.kind !== 'device' && <span>{subject.id}</span>}
      {shown.map((deviceId) => (
        <Link key={deviceId} to="/devices/$deviceId" params={{ deviceId }}>
          {deviceId}
        </Link>
      ))}
      {subject.kind !== 'device' && devices.length > shown.length && (
        <span className="meta">{t('alarms.moreDevices', { n: devices.length - shown.length })}</span>
      )}
    </>
  );
}
