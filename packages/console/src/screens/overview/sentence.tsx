import type { AlarmDto, OverviewDto, RecipientDto } from '@cardwatch/contracts/api';
import { reasonWords } from '@cardwatch/contracts/words';
import { unreachable } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useNow } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { since, takenBy } from './causes.core.ts';
import { areaSearch } from './area-name.core.ts';
import { type Finding, findingsOf } from './findings.core.ts';

interface SentenceProps {
  readonly overview: OverviewDto;
  /** Worst first. */
  readonly causes: readonly AlarmDto[];
  readonly people: readonly RecipientDto[];
  /** Areas of which some alarm speaks. */
  readonly spoken: ReadonlySet<string>;
}

/** Is the campus well, where not, who has it, how much is out: one sentence, each clause a link. */
export function Sentence({ overview, causes, people, spoken }: SentenceProps) {
  const { say: t } = useLanguage();
  const findings = findingsOf(overview, causes, spoken);
  return (
    <h1 className="sentence">
      {findings.map((finding, n) => (
        <Fragment key={keyOf(finding)}>
          {n > 0 && t('sentence.and')}
          <Clause finding={finding} people={people} />
        </Fragment>
      ))}
      {t('sentence.end')}
    </h1>
  );
}

function keyOf(finding: Finding): string {
  if (finding.kind === 'cause') return finding.alarm.alarmId;
  return finding.kind === 'area' ? `${finding.campus}/${finding.area}` : finding.kind;
}

function Clause({ finding, people }: { readonly finding: Finding; readonly people: readonly RecipientDto[] }) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  switch (finding.kind) {
    case 'nothingYet':
      return t('sentence.nothingYet');
    case 'well':
      return finding.setAside === 0
        ? t('sentence.well', { online: count(finding.online) })
        : t('sentence.wellBut', { online: count(finding.online), aside: count(finding.setAside) });
    case 'cause':
      return <CauseClause alarm={finding.alarm} people={people} />;
    case 'moreCauses':
      return <Link to="/alarms">{t('sentence.moreCauses', { n: count(finding.causes) })}</Link>;
    case 'agents':
      return (
        <Link to="/agents" className="tone-level1">
          {t('sentence.agents', { n: count(finding.offline) })}
        </Link>
      );
    case 'area': {
      const { name, state } = finding;
      return (
        <Link
          to="/devices"
          search={{ ...areaSearch(finding), state }}
          className={state === 'offline' ? 'tone-level1' : 'tone-level2'}
        >
          {t('sentence.area', { area: name, n: count(finding.devices), state: t(`device.state.${state}`) })}
        </Link>
      );
    }
    case 'moreAreas':
      return t('sentence.moreAreas', { areas: count(finding.areas), n: count(finding.devices) });
    case 'backlog': {
      const age = finding.oldestAt === null ? '' : t('sentence.oldest', { age: duration(now - finding.oldestAt, language) });
      return <Link to="/agents">{t('sentence.backlog', { agents: count(finding.agents), n: count(finding.records), age })}</Link>;
    }
    case 'gaps':
      return <Link to="/gaps">{t('sentence.gaps', { n: count(finding.gaps) })}</Link>;
    case 'deadLetters':
      return (
        <Link to="/gaps" search={{ tab: 'deadLetters' }}>
          {t('sentence.deadLetters', { n: count(finding.records) })}
        </Link>
      );
    default:
      return unreachable(finding);
  }
}

/** What, for how long, what lies behind it, and who has it. */
function CauseClause({ alarm, people }: { readonly alarm: AlarmDto; readonly people: readonly RecipientDto[] }) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const { records, fen } = alarm.exposure;
  const who = takenBy(alarm, people);
  const parts = [
    t('sentence.cause', { what: reasonWords(alarm.reason, language).title, age: duration(now - since(alarm), language) }),
    ...(fen !== null && fen > 0 ? [t('sentence.inTransit', { money: money(fen) })] : []),
    ...(fen === null && records > 0 ? [t('sentence.inTransitRecords', { n: count(records) })] : []),
    who === undefined ? t('sentence.notTaken') : t('sentence.takenBy', { who }),
  ];
  return (
    <Link to="/alarms/$alarmId" params={{ alarmId: alarm.alarmId }} className={`tone-level${alarm.level}`}>
      {parts.join(t('sentence.comma'))}
    </Link>
  );
}
