import type { AlarmDetailDto } from '@cardwatch/contracts/api';
import { alarmText, alarmWords, reasonWords } from '@cardwatch/contracts/words';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { duration, fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useScopes } from '../../frame/use-session.ts';
import { useKeys } from '../../grid/use-keys.ts';
import { LevelMark } from '../../marks/level.tsx';
import { useLanguage, useWords } from '../../words/words.tsx';
import { ActButtons } from './act-bar.tsx';
import { ActDialog } from './act-dialog.tsx';
import { actScopes, type AlarmAct } from './alarm-acts.core.ts';
import { AlarmFacts } from './alarm-facts.tsx';
import { burnsMs } from './alarm-rows.core.ts';
import { AlarmSide } from './alarm-side.tsx';
import { AlarmTimeline } from './alarm-timeline.tsx';
import { AlarmWay } from './alarm-way.tsx';
import { AlarmWhy } from './alarm-why.tsx';
import './alarms.css';

const route = getRouteApi('/app/alarms/$alarmId');

/** One alarm: what, against what, since when, why, who was told, what was done. */
export function AlarmPage() {
  const t = useWords();
  const { queries } = useConsole();
  const { alarmId } = route.useParams();
  const detail = useQuery(queries.alarm(alarmId));
  return (
    <div className="page alarm-page">
      <p className="meta">
        <Link to="/alarms">{t('rail.alarms')}</Link>
      </p>
      {detail.error !== null && <FailureNote error={detail.error} retry={() => void detail.refetch()} />}
      {detail.data !== undefined && <Detail key={alarmId} detail={detail.data} />}
    </div>
  );
}

function Detail({ detail }: { readonly detail: AlarmDetailDto }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(10_000);
  const recipients = useQuery(queries.incidentRecipients()).data?.items;
  const names = useMemo(
    () =>
      new Map(
        (recipients ?? []).flatMap(({ recipientId, user, displayName }) => [
          [recipientId, displayName] as const,
          ...(user === null ? [] : [[user, displayName] as const]),
        ]),
      ),
    [recipients],
  );
  const { alarm } = detail;
  const words = alarmWords[language];
  return (
    <>
      <AlarmWay detail={detail} />
      <div className="title-line alarm-head">
        <h1>
          <LevelMark level={alarm.level} hollow={alarm.suppressedBy.length > 0} /> {reasonWords(alarm.reason, language).title}
        </h1>
        <span className={alarm.condition === 'cleared' ? 'tone-normal' : ''}>
          {alarm.condition === 'cleared' && '✓ '}
          {words.conditions[alarm.condition]}
        </span>
        <span className="meta number" title={`${fullTime(alarm.foundAt, language)} ${zone}`}>
          {t('alarms.sinceAge', { at: shortTime(alarm.foundAt, now), age: duration(burnsMs(alarm, now), language) })}
        </span>
        <span className="push" />
        <Acts detail={detail} />
      </div>
      <p className="alarm-sentence">{alarmText(alarm, language)}</p>
      <div className="alarm-body">
        <div className="alarm-main">
          <AlarmFacts alarm={alarm} names={names} />
          <AlarmWhy detail={detail} names={names} />
          <AlarmTimeline detail={detail} names={names} />
        </div>
        <AlarmSide alarm={alarm} />
      </div>
    </>
  );
}

/** The four acts by button and key; the dialog holds the others. */
function Acts({ detail: { alarm } }: { readonly detail: AlarmDetailDto }) {
  const scopes = useScopes();
  const [act, setAct] = useState<AlarmAct>();
  const navigate = route.useNavigate();
  const { incidentId } = alarm;
  const begin = (chosen: AlarmAct): void => {
    if (chosen === 'incident' && incidentId !== null) void navigate({ to: '/incidents/$incidentId', params: { incidentId } });
    else if (scopes.includes(actScopes[chosen])) setAct(chosen);
  };
  useKeys({
    a: { word: 'keys.acknowledge', act: () => begin('acknowledge') },
    e: { word: 'keys.assign', act: () => begin('assign') },
    s: { word: 'keys.silence', act: () => begin('silence') },
    i: { word: 'keys.incident', act: () => begin('incident') },
  });
  return (
    <span className="alarm-acts">
      <ActButtons begin={begin} />
      {act !== undefined && <ActDialog act={act} target={{ type: 'some', alarms: [alarm] }} close={() => setAct(undefined)} />}
    </span>
  );
}
