import type { IncidentClockDto, IncidentDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { duration, shortTime } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useLanguage } from '../../words/words.tsx';
import { ClockBar } from './clock-bar.tsx';

/** The clocks of the contract: what is used up, what is left, when each is due, and by whose calendar it counts. */
export function ClockStrip({ incident }: { readonly incident: IncidentDto }) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(1_000);
  const found = useQuery({ ...queries.incidentClocks(incident.incidentId), refetchInterval: usePollMs(15_000) });
  if (found.error !== null) return <FailureNote error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return null;
  const { clocks, contract, pace } = found.data;
  if (clocks.length === 0) return <p className="meta">{t('incident.clock.none')}</p>;
  const notices = clocks.flatMap((clock) => clock.notices);
  return (
    <section className="clock-strip" aria-label={t('incident.clock.title')}>
      <ul>
        {clocks.map((clock) => (
          <li key={clock.clock}>
            <Clock clock={clock} now={now} />
          </li>
        ))}
      </ul>
      <p className="meta">
        {contract === null ? t('incident.clock.byDefaults') : t('incident.clock.byContract', { contract })}
        {pace !== 1 && ` · ${t('incident.clock.pace')}`}
        {notices[0] !== undefined && ` · ${t('incident.clock.holidays', { year: notices[0].year })}`}
      </p>
    </section>
  );
}

function Clock({ clock, now }: { readonly clock: IncidentClockDto; readonly now: EpochMs }) {
  const { say: t, language } = useLanguage();
  const { limitMs, calendar, dueAt, deadlineAt, stoppedAt, pausedMs } = clock;
  const due = dueAt ?? deadlineAt;
  return (
    <>
      <span className="clock-name">
        {t(`incident.clock.of.${clock.clock}`)}{' '}
        <span className="meta number">
          {duration(limitMs, language)} {calendar}
        </span>
      </span>
      <ClockBar clock={clock} now={now} />
      <span className="meta number">
        {stoppedAt !== null
          ? t('incident.clock.stoppedAt', { at: shortTime(stoppedAt, now) })
          : due === null
            ? ''
            : t('incident.clock.dueAt', { at: shortTime(due, now) })}
        {pausedMs > 0 && ` · ${t('incident.clock.pausedFor', { time: duration(pausedMs, language) })}`}
      </span>
    </>
  );
}
