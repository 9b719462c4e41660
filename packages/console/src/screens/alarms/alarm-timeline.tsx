import type { AlarmDetailDto, HistoryDto, NoticeDto } from '@cardwatch/contracts/api';
import { alarmWords } from '@cardwatch/contracts/words';
import { useNow } from '../../console.tsx';
import { clockTime, fullTime, shortTime } from '../../format/time.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { detailText, suppressorsIn, timelineOf } from './timeline.core.ts';

/** One feed: found, raised, suppressed, told whom with receipts, handled, over. Newest on top. */
export function AlarmTimeline({
  detail,
  names,
}: {
  readonly detail: AlarmDetailDto;
  readonly names: ReadonlyMap<string, string>;
}) {
  const { language, say: t } = useLanguage();
  const now = useNow(30_000);
  return (
    <section className="panel" aria-labelledby="alarm-timeline">
      <h2 id="alarm-timeline">{t('alarms.timeline')}</h2>
      <ol className="timeline">
        {timelineOf(detail).map((item) => (
          <li key={item.key} className={item.type}>
            <span className="number meta" title={fullTime(item.at, language)}>
              {shortTime(item.at, now)}
            </span>
            {item.type === 'step' ? (
              <StepLine step={item.step} names={names} />
            ) : (
              <NoticeLine notice={item.notice} names={names} />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

const machines: ReadonlySet<string> = new Set(['watch', 'notify']);

function StepLine({ step, names }: { readonly step: HistoryDto; readonly names: ReadonlyMap<string, string> }) {
  const { language, say: t } = useLanguage();
  const words = alarmWords[language];
  const { what, by, detail } = step;
  const suppressors: Readonly<Record<string, string>> = words.suppressors;
  const levels: Readonly<Record<string, string>> = words.levels;
  const more = [
    ...suppressorsIn(detail).map((code) => suppressors[code] ?? code),
    ...(what === 'notTold' ? [suppressors[detailText(detail, 'by')] ?? ''] : []),
    ...(what === 'level' ? [`${levels[detailText(detail, 'from')] ?? ''} → ${levels[detailText(detail, 'to')] ?? ''}`] : []),
    what === 'assign' ? (names.get(detailText(detail, 'to')) ?? detailText(detail, 'to')) : '',
    what === 'escalated' ? t('alarms.people', { n: detailText(detail, 'people') }) : '',
    what === 'policyChosen' ? detailText(detail, 'policy') : '',
    what === 'standsStill' ? sayOr(language, `alarms.still.${detailText(detail, 'why')}`, '') : '',
    detailText(detail, 'note'),
  ].filter(Boolean);
  return (
    <span>
      {sayOr(language, `alarms.step.${what}`, what)}
      {!machines.has(by) && <b> {names.get(by) ?? by}</b>}
      {more.length > 0 && <span className="meta"> {more.join(t('alarms.comma'))}</span>}
    </span>
  );
}

/** Who, by what, what became of it; each attempt with its answer and how long it took. */
function NoticeLine({ notice, names }: { readonly notice: NoticeDto; readonly names: ReadonlyMap<string, string> }) {
  const { language, say: t } = useLanguage();
  const terms: Readonly<Record<string, string>> = alarmWords[language].terms;
  const term = (code: string): string => terms[code] ?? code;
  const bad = notice.state === 'failed' || notice.state === 'unconfirmed';
  return (
    <span>
      {sayOr(language, `alarms.notice.${notice.reason}`, notice.reason)} <b>{names.get(notice.recipient) ?? notice.recipient}</b>{' '}
      <span className="meta">{term(notice.channel)}</span>{' '}
      <span className={bad ? 'tone-level2' : ''}>{t(`alarms.receipt.${notice.state}`)}</span>
      {notice.mutedBy !== null && <span className="meta"> {term(notice.mutedBy.split(':', 1)[0] ?? '')}</span>}
      {notice.acknowledgedAt !== null && <span className="meta number"> {clockTime(notice.acknowledgedAt)}</span>}
      {notice.attempts.length > 0 && (
        <span className="meta attempts">
          {notice.attempts.map((attempt, n) => (
            <span key={`${attempt.at} ${n}`} title={fullTime(attempt.at, language)}>
              {t('alarms.attempt', { n: n + 1 })} {attempt.outcome === 'sent' ? '✓' : term(attempt.outcome)}
              {attempt.code === null ? '' : ` ${attempt.code}`} {Math.round(attempt.latencyMs)} ms
            </span>
          ))}
        </span>
      )}
    </span>
  );
}
