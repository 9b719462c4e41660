import { dayMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useConsole, useNow } from '../../console.tsx';
import { day } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { AddButtons } from './add-buttons.tsx';
import { type DayKind, type Entry, entriesOn, kindOf, monthAfter, monthDays, monthText } from './calendar.core.ts';

const route = getRouteApi('/app/calendar');
const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** One month, Monday to Sunday: kinds of days, important events with their freeze, maintenance, silences. */
export function Month() {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(60_000);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const windows = useQuery(queries.windows(true));
  const calendars = useQuery(queries.calendars()).data;
  const thisMonth = day(now).slice(0, 7);
  const month = search.month !== undefined && monthText.test(search.month) ? search.month : thisMonth;
  const go = (to: string): void =>
    void navigate({ search: (old) => withSearch(old, { month: to === thisMonth ? undefined : to }) });
  const kinds = calendars === undefined ? [] : [calendars.teaching, calendars.stateTeaching];
  const nameOf = (rule: string | null): string =>
    rule === null ? t('silence.everything') : sayOr(language, `rule.name.${rule}`, rule);
  return (
    <>
      <div className="filters">
        <Button size="small" aria-label={t('calendar.before')} onClick={() => go(monthAfter(month, -1))}>
          ‹
        </Button>
        <strong className="number">{month}</strong>
        <Button size="small" aria-label={t('calendar.after')} onClick={() => go(monthAfter(month, 1))}>
          ›
        </Button>
        <Button size="small" disabled={month === thisMonth} onClick={() => go(thisMonth)}>
          {t('calendar.thisMonth')}
        </Button>
        <span className="push" />
        <AddButtons />
      </div>
      {windows.error !== null && <FailureNote error={windows.error} retry={() => void windows.refetch()} />}
      <div className="scroll" tabIndex={0}>
        <table className="month">
          <thead>
            <tr>
              {weekdays.map((weekday) => (
                <th key={weekday} scope="col">
                  {t(`weekday.${weekday}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeksOf(monthDays(month)).map((week) => (
              <tr key={week[0]}>
                {week.map((at) => (
                  <Cell
                    key={at}
                    at={at}
                    isToday={at <= now && now < at + dayMs}
                    isOther={day(at).slice(0, 7) !== month}
                    kind={kindOf(kinds, at)}
                    entries={windows.data === undefined ? [] : entriesOn(windows.data, at, nameOf)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="meta month-legend">
        {(['event', 'window', 'silence'] as const).map((kind) => (
          <span key={kind} className={`entry-line ${kind}`}>
            {t(`calendar.kind.${kind}`)}
          </span>
        ))}
        <span>{t('calendar.freezeMark')}</span>
      </p>
    </>
  );
}

const weeksOf = (days: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: days.length / 7 }, (_, n) => days.slice(n * 7, n * 7 + 7));

interface CellProps {
  readonly at: number;
  readonly isToday: boolean;
  readonly isOther: boolean;
  readonly kind: DayKind | undefined;
  readonly entries: readonly Entry[];
}

const shownMax = 4;

function Cell({ at, isToday, isOther, kind, entries }: CellProps) {
  const { say: t } = useLanguage();
  const word =
    kind === undefined
      ? ''
      : kind.type === 'makeUp'
        ? t('calendar.makeUpAs', { weekday: t(`weekday.${asWeekday(kind.name)}`) })
        : kind.name || t(`dayType.${kind.type}`);
  return (
    <td
      className={[isOther ? 'other' : '', isToday ? 'today' : '', kind === undefined ? '' : `day-${kind.type}`].join(' ')}
      aria-current={isToday ? 'date' : undefined}
    >
      <span className="month-day">
        <span className="number">{Number(day(at).slice(8))}</span> <span className="meta">{word}</span>
      </span>
      {entries.slice(0, shownMax).map((entry) => (
        <span key={entry.id} className={`entry-line ${entry.kind}`} title={`${t(`calendar.kind.${entry.kind}`)} ${entry.name}`}>
          {entry.freeze ? `❄ ${entry.name}` : entry.name}
        </span>
      ))}
      {entries.length > shownMax && <span className="meta">{t('calendar.more', { n: entries.length - shownMax })}</span>}
    </td>
  );
}

const asWeekday = (text: string): (typeof weekdays)[number] => weekdays.find((one) => String(one) === text) ?? 1;
