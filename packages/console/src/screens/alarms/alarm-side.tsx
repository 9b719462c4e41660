import type { AlarmDto } from '@cardwatch/contracts/api';
import { reasonWords } from '@cardwatch/contracts/words';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration, shortTime } from '../../format/time.ts';
import { LevelMark } from '../../marks/level.tsx';
import { useLanguage } from '../../words/words.tsx';
import { burnsMs } from './alarm-rows.core.ts';

const shownMax = 12;

/** What this alarm explains, what else burns around it, and when it was here before. */
export function AlarmSide({ alarm }: { readonly alarm: AlarmDto }) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const isOpen = alarm.condition !== 'cleared';
  const symptoms = useQuery({ ...queries.symptoms({ causeId: alarm.alarmId }), enabled: alarm.symptoms > 0 }).data?.items ?? [];
  const { area } = alarm;
  const around = useInfiniteQuery({
    ...queries.alarms({ open: 'true', raised: 'true', root: 'true', area: area ?? '' }, 'gravity'),
    enabled: area !== null,
  }).data?.pages.flatMap((page) => page.items);
  const near = (around ?? []).filter(
    ({ alarmId, causeId, clearedAt }) => alarmId !== alarm.alarmId && causeId !== alarm.alarmId && clearedAt === null,
  );
  const before = useInfiniteQuery(
    queries.alarms({ rule: alarm.rule, subject: alarm.subject.id, raised: 'true' }, 'found'),
  ).data?.pages.flatMap((page) => page.items);
  const earlier = (before ?? []).filter(({ alarmId, foundAt }) => alarmId !== alarm.alarmId && foundAt < alarm.foundAt);
  return (
    <aside className="alarm-side">
      {(alarm.symptoms > 0 || symptoms.length > 0) && (
        <Alarms
          title={t('alarms.symptomsOf', { n: count(Math.max(alarm.symptoms, isOpen ? 0 : symptoms.length)) })}
          alarms={symptoms}
        />
      )}
      <Alarms title={t('alarms.near', { n: count(near.length) })} alarms={near} empty={t('alarms.nearNone')}>
        {near.length > 0 && area !== null && (
          <Link to="/alarms" search={{ area }}>
            {t('alarms.allOfArea')}
          </Link>
        )}
      </Alarms>
      <Earlier alarms={earlier} previousId={alarm.previousId} />
    </aside>
  );
}

interface AlarmsProps {
  readonly title: string;
  readonly alarms: readonly AlarmDto[];
  readonly empty?: string;
  readonly children?: ReactNode;
}

function Alarms({ title, alarms, empty, children }: AlarmsProps) {
  const { say: t, language } = useLanguage();
  return (
    <section className="panel">
      <h2>{title}</h2>
      {alarms.length === 0 && empty !== undefined && <p className="meta">{empty}</p>}
      <ul className="alarm-list">
        {alarms.slice(0, shownMax).map((one) => (
          <li key={one.alarmId}>
            <LevelMark level={one.level} hollow={one.suppressedBy.length > 0} />
            <Link to="/alarms/$alarmId" params={{ alarmId: one.alarmId }}>
              {reasonWords(one.reason, language).title}
            </Link>
          </li>
        ))}
      </ul>
      {alarms.length > shownMax && <p className="meta">{t('alarms.moreAlarms', { n: count(alarms.length - shownMax) })}</p>}
      {children}
    </section>
  );
}

/** The same rule on the same thing, newest first; the one that this alarm names as its last is marked. */
function Earlier({ alarms, previousId }: { readonly alarms: readonly AlarmDto[]; readonly previousId: string | null }) {
  const { say: t, language } = useLanguage();
  const now = useNow(60_000);
  return (
    <section className="panel">
      <h2>{t('alarms.earlier', { n: count(alarms.length) })}</h2>
      {alarms.length === 0 && <p className="meta">{t('alarms.earlierNone')}</p>}
      <ul className="alarm-list">
        {alarms.slice(0, shownMax).map((one) => (
          <li key={one.alarmId}>
            <Link to="/alarms/$alarmId" params={{ alarmId: one.alarmId }} className="number">
              {shortTime(one.foundAt, now)}
            </Link>
            <span className="meta number">{duration(burnsMs(one, now), language)}</span>
            {one.alarmId === previousId && <span className="tag">{t('alarms.last')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
