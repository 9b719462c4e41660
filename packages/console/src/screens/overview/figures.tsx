import type { ExposureDto, OverviewDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useNow } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { isUnknowable } from './clusters.core.ts';

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note?: ReactNode;
}

function Figure({ label, value, note }: FigureProps) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>
        <span className="figure-value">{value}</span>
        {note !== undefined && <span className="meta">{note}</span>}
      </dd>
    </div>
  );
}

/** Of `2026-11-23`, what changes from day to day. */
const monthAt = 5;

interface FiguresProps {
  readonly overview: OverviewDto;
  readonly exposure: ExposureDto | undefined;
}

/** The numbers under the sentence: today, the last minute, what is still on its way, what is missing. */
export function Figures({ overview, exposure }: FiguresProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const { today, lastMinute, backlog, agents, devices } = overview;
  const age = backlog.oldestAt === null ? undefined : t('figure.oldest', { age: duration(now - backlog.oldestAt, language) });
  const hasGates = devices.byKind.gate > 0;
  const passed = hasGates ? ` · ${t('figure.lastMinutePasses', { n: count(lastMinute.passes) })}` : '';
  return (
    <dl className="figures">
      <Figure label={t('figure.todayTurnover')} value={money(today.turnoverFen)} note={today.day.slice(monthAt)} />
      <Figure label={t('figure.todayRecords')} value={count(today.records)} note={t('unit.records')} />
      {hasGates && <Figure label={t('figure.todayPasses')} value={count(today.passes)} note={t('unit.passes')} />}
      <Figure
        label={t('figure.lastMinute')}
        value={money(lastMinute.turnoverFen)}
        note={`${t('figure.lastMinuteRecords', { n: count(lastMinute.records) })}${passed}`}
      />
      {exposure === undefined ? (
        <Figure label={t('figure.backlog')} value={count(backlog.records)} note={age ?? t('unit.records')} />
      ) : (
        <InTransit exposure={exposure} />
      )}
      <Figure label={t('figure.gaps')} value={count(overview.openGaps)} note={<Link to="/gaps">{t('figure.gapsLink')}</Link>} />
      <Figure
        label={t('figure.deadLetters')}
        value={count(overview.openDeadLetters)}
        note={
          <Link to="/gaps" search={{ tab: 'deadLetters' }}>
            {t('figure.deadLettersLink')}
          </Link>
        }
      />
      <Figure
        label={t('figure.agents')}
        value={`${count(agents.online)} / ${count(agents.total)}`}
        note={t('figure.agentsOnline')}
      />
    </dl>
  );
}

/** How much money is out: what waits in terminals and agents. */
function InTransit({ exposure: { total } }: { readonly exposure: ExposureDto }) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const { records, fen, estimated, oldestAt } = total.exposure;
  const value = `${estimated && records > 0 ? '≈ ' : ''}${money(fen ?? 0)}`;
  const age = oldestAt === null ? '' : t('figure.oldestAfter', { age: duration(now - oldestAt, language) });
  return (
    <Figure
      label={t('figure.inTransit')}
      value={
        isUnknowable(total.exposure) ? '—' : records > 0 && fen === null ? t('cluster.records', { n: count(records) }) : value
      }
      note={
        <Link to="/agents">
          {isUnknowable(total.exposure) ? t('cluster.unknowable') : t('cluster.records', { n: count(records) })}
          {age}
        </Link>
      }
    />
  );
}
