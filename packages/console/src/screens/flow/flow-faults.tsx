import type { AlarmDto } from '@cardwatch/contracts/api';
import { reasonWords } from '@cardwatch/contracts/words';
import { AlarmAnchor } from '../device/alarm-anchor.tsx';
import { minuteTime } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { causesOf } from './faults.core.ts';
import type { FlowSubject } from './subject.ts';

const listedMax = 4;

/** What the shaded spans are, each with its alarm. */
export function FlowFaults({ alarms, subject }: { readonly alarms: readonly AlarmDto[]; readonly subject: FlowSubject }) {
  const { say: t, language } = useLanguage();
  const causes = causesOf(alarms);
  if (causes.length === 0) return null;
  const rest = causes.length - listedMax;
  return (
    <p className="flow-faults">
      <span className="meta">{t('money.faults')}</span>
      {causes.slice(0, listedMax).map((alarm) => (
        <AlarmAnchor key={alarm.alarmId} alarm={alarm}>
          {reasonWords(alarm.reason, language).title}{' '}
          <span className="meta number">
            {alarm.clearedAt === null
              ? t('money.ongoing', { from: minuteTime(alarm.foundAt) })
              : t('money.until', { from: minuteTime(alarm.foundAt), to: minuteTime(alarm.clearedAt) })}
          </span>
        </AlarmAnchor>
      ))}
      {rest > 0 && (
        <span className="meta" title={subject.name}>
          {t('money.moreFaults', { n: rest })}
        </span>
      )}
    </p>
  );
}
