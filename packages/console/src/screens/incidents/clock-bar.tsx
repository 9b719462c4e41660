import type { IncidentClockDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { duration, fullTime, type Language } from '../../format/time.ts';
import { none } from '../../grid/cells.tsx';
import { sayIn } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { type Standing, standingOf, usedShare } from './due.core.ts';

const tones: Readonly<Record<Standing, string>> = {
  overdue: 'tone-level1',
  missed: 'tone-level1',
  soon: 'tone-level2',
  running: '',
  paused: 'tone-unknown',
  met: 'meta',
  notNeeded: 'meta',
};

/** One clock as a bar of what is used up and what is left in words. */
export function ClockBar({ clock, now }: { readonly clock: IncidentClockDto | undefined; readonly now: EpochMs }) {
  const { say: t, language } = useLanguage();
  if (clock === undefined) return none;
  const standing = standingOf(clock, now);
  const due = clock.dueAt ?? clock.deadlineAt;
  const title = due === null ? undefined : t('incident.clock.dueAt', { at: fullTime(due, language) });
  return (
    <span className={`clock-bar ${tones[standing]}`} title={title}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" className="clock-track" />
        <rect width={usedShare(clock) * 100} height="4" className="clock-used" />
      </svg>
      <span className="number">{clockText(clock, standing, { now, language })}</span>
    </span>
  );
}

/** What is left, or by how much it is over. */
function clockText(
  clock: IncidentClockDto,
  standing: Standing,
  { now, language }: { readonly now: EpochMs; readonly language: Language },
): string {
  const t = sayIn(language);
  const { dueAt, elapsedMs, limitMs } = clock;
  if (standing === 'running' || standing === 'soon')
    return dueAt === null ? t('incident.clock.running') : t('incident.clock.left', { time: duration(dueAt - now, language) });
  if (standing === 'overdue' || standing === 'missed') {
    const over = standing === 'overdue' && dueAt !== null ? now - dueAt : elapsedMs - limitMs;
    return t(standing === 'overdue' ? 'incident.clock.over' : 'incident.clock.missed', { time: duration(over, language) });
  }
  return t(`incident.clock.${standing}`);
}
