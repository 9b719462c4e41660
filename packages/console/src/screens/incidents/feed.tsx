import type { IncidentDetailDto } from '@cardwatch/contracts/api';
import { alarmWords, reasonWords } from '@cardwatch/contracts/words';
import { useQueries } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { fullTime, shortTime } from '../../format/time.ts';
import { Glyph } from '../../marks/mark.tsx';
import type { Shape, Tone } from '../../marks/states.ts';
import { withSearch } from '../../search.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { type FeedItem, feedOf } from './feed.core.ts';
import { useHistoryText } from './history-text.ts';
import { feedKinds } from './routes.ts';
import { useNames } from './use-names.ts';

const route = getRouteApi('/app/incidents/$incidentId');
/** Alarms whose messages are asked for: those that explain the others. */
const toldOfMax = 10;

const marks: Readonly<Record<FeedItem['kind'], { readonly shape: Shape; readonly tone: Tone }>> = {
  steps: { shape: 'dot', tone: 'level3' },
  told: { shape: 'hollow', tone: 'level3' },
  alarms: { shape: 'square', tone: 'level2' },
  evidence: { shape: 'bar', tone: 'unknown' },
};

/** One feed: state changes with their notes, who was told, alarms, evidence. */
export function Feed({ detail }: { readonly detail: IncidentDetailDto }) {
  const { say: t, language } = useLanguage();
  const navigate = route.useNavigate();
  const { feed } = route.useSearch();
  const now = useNow(30_000);
  const notices = useNoticesOf(detail);
  const items = useMemo(() => feedOf({ ...detail, notices }), [detail, notices]);
  const shown = feed === undefined ? items : items.filter(({ kind }) => kind === feed);
  return (
    <section className="panel incident-feed" aria-label={t('incident.tab.feed')}>
      <fieldset className="chips">
        <legend className="hidden">{t('incident.feedFilter')}</legend>
        {[undefined, ...feedKinds].map((kind) => (
          <button
            key={kind ?? 'all'}
            type="button"
            className="chip"
            aria-pressed={feed === kind}
            onClick={() => void navigate({ search: (old) => withSearch(old, { feed: kind }), replace: true })}
          >
            {kind === undefined ? t('filter.all') : t(`incident.feed.${kind}`)}
          </button>
        ))}
      </fieldset>
      {shown.length === 0 && <p className="empty">{t('incident.feedNone')}</p>}
      <ol>
        {shown.map((item) => (
          <li key={item.key}>
            <time className="meta number" title={fullTime(item.at, language)}>
              {shortTime(item.at, now)}
            </time>
            <Glyph {...(item.type === 'cleared' ? { shape: 'dot', tone: 'normal' } : marks[item.kind])} />
            <Entry item={item} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function useNoticesOf({ alarms }: IncidentDetailDto) {
  const { queries } = useConsole();
  const refetchInterval = usePollMs(30_000);
  const causes = alarms.filter(({ causeId }) => causeId === null).slice(0, toldOfMax);
  const answers = useQueries({ queries: causes.map(({ alarmId }) => ({ ...queries.noticesOf(alarmId), refetchInterval })) });
  const rows = answers.flatMap(({ data }) => data?.items ?? []);
  const ids = rows.map(({ noticeId, state }) => noticeId + state).join();
  // One message can stand behind several alarms: it was told once.
  // oxlint-disable-next-line react/exhaustive-deps
  return useMemo(() => [...new Map(rows.map((row) => [row.noticeId, row])).values()], [ids]);
}

function Entry({ item }: { readonly item: FeedItem }) {
  const { say: t, language } = useLanguage();
  const nameOf = useNames();
  const historyText = useHistoryText();
  if (item.type === 'history') {
    const { text, note } = historyText(item.row);
    return (
      <span className="feed-text">
        <b>{nameOf(item.row.by)}</b> {text}
        {note !== '' && <q className="feed-note">{note}</q>}
      </span>
    );
  }
  if (item.type === 'notice') {
    const { recipient, channel, state, reason, mutedBy } = item.notice;
    const failed = state === 'failed' || state === 'unconfirmed';
    return (
      <span className={failed ? 'feed-text tone-level1' : 'feed-text'}>
        {t('incident.toldTo', {
          who: nameOf(recipient),
          channel: sayOr(language, `incident.channel.${channel}`, channel),
          why: sayOr(language, `incident.noticeWhy.${reason}`, reason),
        })}{' '}
        <span className="meta">
          {t(`incident.notice.${state}`)}
          {mutedBy !== null && ` ${alarmWords[language].terms[mutedBy] ?? mutedBy}`}
        </span>
      </span>
    );
  }
  const { title } = reasonWords(item.alarm.reason, language);
  return (
    <span className="feed-text">
      {t(item.type === 'raised' ? 'incident.alarmRaised' : 'incident.alarmCleared', { title })}
      {item.type === 'raised' && item.alarm.symptoms > 0 && (
        <span className="meta"> {t('incident.symptoms', { n: item.alarm.symptoms })}</span>
      )}
    </span>
  );
}
