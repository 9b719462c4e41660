import type { StandingDto, WallAlarmDto, WallDto } from '@cardwatch/contracts/api';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { clockTime, duration, fullTime, minuteTime } from '../../format/time.ts';
import { LevelMark } from '../../marks/level.tsx';
import { withSearch } from '../../search.ts';
import { dutyName } from '../../words/duty-name.ts';
import { useLanguage } from '../../words/words.tsx';
import { isUnknowable } from '../overview/clusters.core.ts';
import { useDay, WallDay } from './wall-day.tsx';
import {
  alarmsAt,
  explainedDays,
  farMoney,
  isStaleAt,
  onlineShare,
  pageOf,
  standingAt,
  stopsOf,
  wallTimes,
  wholeDays,
} from './view.core.ts';

const route = getRouteApi('/wall');

interface WallScreenProps {
  readonly wall: WallDto;
  readonly held: string | undefined;
  readonly hidesAmounts: boolean;
}

/** One campus after the other; the space bar holds it, `h` hides amounts. What is old is hatched and says how old. */
export function WallScreen({ wall, held, hidesAmounts }: WallScreenProps) {
  const { say: t } = useLanguage();
  const now = useNow(1_000);
  const stops = stopsOf(wall, held);
  const { turn, isPaused } = useTurns(stops.length > 1 || alarmsAt(wall, stops[0] ?? null).length > 0);
  useHideKey(hidesAmounts);
  const stop = stops[turn % stops.length] ?? null;
  const standing = standingAt(wall, stop);
  const isStale = isStaleAt(wall.asOf, now);
  const campuses = wall.campuses.map(({ campus }) => campus);
  return (
    <div className={isStale ? 'wall-screen stale-wall' : 'wall-screen'}>
      <Title stop={stop} now={now} />
      {isStale && (
        <p className="wall-stale" role="alert">
          {t('wall.stale', { at: minuteTime(wall.asOf) })}
        </p>
      )}
      {standing === undefined ? (
        <p className="wall-none">{t('wall.noCampus', { campus: stop ?? '' })}</p>
      ) : (
        <Figures
          wall={wall}
          standing={standing}
          campuses={stop === null ? campuses : [stop]}
          now={now}
          hidesAmounts={hidesAmounts}
        />
      )}
      <div className="wall-middle">
        <WallDay campuses={stop === null ? campuses : [stop]} now={now} />
        <Ticker
          alarms={pageOf(alarmsAt(wall, stop), Math.floor(turn / stops.length))}
          open={wall.open}
          campuses={wall.campuses}
          now={now}
        />
      </div>
      <footer className="wall-foot">
        <Duty wall={wall} />
        <ol className="wall-stops" aria-label={t('wall.rotation')}>
          {stops.map((one, n) => (
            <li key={one ?? ''} aria-current={n === turn % stops.length ? 'true' : undefined}>
              {one ?? t('campus.all')}
            </li>
          ))}
        </ol>
        <span>{t(isPaused ? 'wall.paused' : 'wall.keys')}</span>
        <span className="wall-as-of">{t('live.asOf', { at: clockTime(wall.asOf) })}</span>
      </footer>
    </div>
  );
}

function Title({ stop, now }: { readonly stop: string | null; readonly now: number }) {
  const { say: t, language } = useLanguage();
  const time = clockTime(now);
  return (
    <header className="wall-title">
      <h1>
        {t('wall.title')} <b>{stop ?? t('campus.all')}</b>
      </h1>
      <time>
        <span>{fullTime(now, language).slice(0, -time.length - 1)}</span> {time}
      </time>
    </header>
  );
}

interface FiguresProps {
  readonly wall: WallDto;
  readonly standing: StandingDto;
  readonly campuses: readonly string[];
  readonly now: number;
  readonly hidesAmounts: boolean;
}

/** Seven, and not one more: what can be read from five metres. */
function Figures({ wall, standing, campuses, now, hidesAmounts }: FiguresProps) {
  const { say: t } = useLanguage();
  const today = useDay(campuses, now);
  const far = (fen: number): string => (hidesAmounts ? '¥ ***' : farMoney(fen, { tenThousand: t('wall.tenThousand') }));
  const { exposure } = standing;
  const share = onlineShare(standing);
  const [red, orange, yellow] = wall.open;
  const open = red + orange + yellow;
  return (
    <dl className="wall-figures">
      <Figure label={t('figure.todayTurnover')} value={today === undefined ? '…' : far(today.fen)} />
      <Figure label={t('figure.todayRecords')} value={today === undefined ? '…' : count(today.records)} />
      <Figure
        label={t('figure.inTransit')}
        value={
          exposure.fen === null && exposure.records > 0
            ? t('cluster.records', { n: count(exposure.records) })
            : isUnknowable(exposure)
              ? '—'
              : far(exposure.fen ?? 0)
        }
        note={isUnknowable(exposure) ? t('cluster.unknowable') : t('cluster.records', { n: count(exposure.records) })}
      />
      <Figure
        label={t('cluster.online')}
        value={share === null ? '—' : `${share}%`}
        note={share === null ? t('cluster.closed') : `${count(standing.openOnline)}/${count(standing.open)}`}
        tone={share !== null && share !== '100.0' ? 'tone-level2' : ''}
      />
      <Figure
        label={t('causes.title')}
        value={count(open)}
        note={t('wall.levels', { red: count(red), orange: count(orange), yellow: count(yellow) })}
        tone={red > 0 ? 'tone-level1' : orange > 0 ? 'tone-level2' : ''}
      />
      <Figure label={t('wall.safeDays')} value={count(wholeDays(wall.safeSince, now))} note={t('wall.days')} />
      <Figure
        label={t('wall.explainedDays')}
        value={count(explainedDays(wall, now))}
        note={wall.openGaps > 0 ? t('foot.openGaps', { n: count(wall.openGaps) }) : t('wall.days')}
        tone={wall.openGaps > 0 ? 'tone-level2' : ''}
      />
    </dl>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly tone?: string;
}

function Figure({ label, value, note = '', tone = '' }: FigureProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className={tone}>
        <span className="wall-value">{value}</span>
        <span className="wall-note">{note}</span>
      </dd>
    </div>
  );
}

interface TickerProps {
  readonly alarms: readonly WallAlarmDto[];
  readonly open: WallDto['open'];
  readonly campuses: WallDto['campuses'];
  readonly now: number;
}

/** Each campus in a line, for whoever waits for another turn. */
function Campuses({ campuses }: Pick<WallDto, 'campuses'>) {
  const { say: t } = useLanguage();
  return (
    <table className="wall-campuses">
      <tbody>
        {campuses.map((standing) => {
          const share = onlineShare(standing);
          return (
            <tr key={standing.campus}>
              <th scope="row">{standing.campus}</th>
              <td>{share === null ? t('cluster.closed') : t('wall.online', { share })}</td>
              <td>{t('wall.recent', { n: count(standing.recent.records) })}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Ticker({ alarms, open, campuses, now }: TickerProps) {
  const { say: t, language } = useLanguage();
  const total = open[0] + open[1] + open[2];
  return (
    <section className="wall-ticker" aria-label={t('causes.title')}>
      <h2>
        {t('causes.title')} <span className="meta">{t('causes.count', { n: count(total) })}</span>
      </h2>
      {alarms.length === 0 && <p className="meta">{t('wall.well')}</p>}
      <ul>
        {alarms.map(({ alarmId, level, title, area, campus, raisedAt, taken }) => (
          <li key={alarmId}>
            <LevelMark level={level} />
            <b>{withoutLevel(title[language])}</b>
            <span className="meta">
              {(area ?? campus ?? '').split('/').filter(Boolean).join(' ')} · {duration(now - raisedAt, language)} ·{' '}
              {t(taken ? 'wall.taken' : 'sentence.notTaken')}
            </span>
          </li>
        ))}
      </ul>
      <Campuses campuses={campuses} />
    </section>
  );
}

/** A message begins with its level; here that stands before it as a mark. */
const withoutLevel = (title: string): string => title.slice(title.indexOf(' ') + 1);

function Duty({ wall }: { readonly wall: WallDto }) {
  const { say: t, language } = useLanguage();
  if (wall.onDuty.length === 0) return <span>{t('duty.nobody')}</span>;
  return (
    <span>
      {t('duty.who')}{' '}
      {wall.onDuty.map(({ duty, name }) => (
        <b key={duty}>
          {dutyName(duty, language)} {name}{' '}
        </b>
      ))}
    </span>
  );
}

/** Turns of twenty seconds; the space bar holds and releases them. */
function useTurns(isTurning: boolean): { readonly turn: number; readonly isPaused: boolean } {
  const { after } = useConsole();
  const [turn, setTurn] = useState(0);
  const [isPaused, setPaused] = useState(false);
  useEffect(() => {
    if (isPaused || !isTurning) return undefined;
    return after(wallTimes.rotateMs, () => setTurn(turn + 1));
  }, [after, turn, isPaused, isTurning]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === ' ') {
        event.preventDefault();
        setPaused((old) => !old);
      }
      if (event.key === 'ArrowRight') setTurn((old) => old + 1);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return { turn, isPaused };
}

/** `h` for visitors: amounts go out of sight, and stay so in the address. */
function useHideKey(hidesAmounts: boolean): void {
  const navigate = route.useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'h') return;
      void navigate({ search: (old) => withSearch(old, { hide: hidesAmounts ? undefined : 'amounts' }), replace: true });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, hidesAmounts]);
}
