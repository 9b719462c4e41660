import type { AlarmDetailDto } from '@cardwatch/contracts/api';
import { reasonWords, whyText, type Why } from '@cardwatch/contracts/words';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.tsx';
import { duration } from '../../format/time.ts';
import { policyName } from '../../words/policy-name.ts';
import { useLanguage } from '../../words/words.tsx';
import { channelName, namedWhy, wasTold } from './why.core.ts';

/** 为什么没有人收到, or who was told; and who would be told now. */
export function AlarmWhy({ detail, names }: { readonly detail: AlarmDetailDto; readonly names: ReadonlyMap<string, string> }) {
  const { say: t, language } = useLanguage();
  const { alarm, cause, why } = detail;
  const known = new Map(names);
  if (cause !== null) known.set(cause.alarmId, reasonWords(cause.reason, language).title);
  return (
    <section className="panel" aria-labelledby="alarm-why">
      <h2 id="alarm-why">{t(wasTold(why) ? 'alarms.whyTold' : 'alarms.whyNobody')}</h2>
      <ul className="alarm-why">
        {why.map((one: Why, n) => (
          <li key={`${one.code} ${n}`}>{whyText(namedWhy(one, known), language)}</li>
        ))}
      </ul>
      {alarm.condition !== 'cleared' && <WouldTell alarmId={alarm.alarmId} />}
    </section>
  );
}

/** Each person of each step, by the channel that is tried first. */
function WouldTell({ alarmId }: { readonly alarmId: string }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const would = useQuery({ ...queries.alarmWouldTell(alarmId), retry: false }).data?.items;
  if (would === undefined) return null;
  const [first] = would;
  return (
    <>
      <h3>
        {t('alarms.wouldTell')}{' '}
        {first !== undefined && <span className="meta">{t('alarms.policy', { name: policyName(first.policyId, t) })}</span>}
      </h3>
      {first === undefined ? (
        <p className="tone-level2">{t('alarms.wouldTellNobody')}</p>
      ) : (
        <ul className="alarm-would">
          {would.map(({ recipient, displayName, channel, step, afterMs }) => (
            <li key={`${step} ${recipient}`}>
              <span className="meta number">
                {afterMs === 0 ? t('alarms.atOnce') : t('alarms.after', { time: duration(afterMs, language) })}
              </span>
              <span>{displayName}</span>
              <span className="meta">{channelName(channel, language)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
