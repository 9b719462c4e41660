import type { OverviewDto } from '@cardwatch/contracts/api';
import { unreachable } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { type Finding, findingsOf } from './findings.core.ts';

/** Is the campus well, where not: one sentence, each clause a link. */
export function Sentence({ overview }: { readonly overview: OverviewDto }) {
  const { say: t } = useLanguage();
  const findings = findingsOf(overview);
  return (
    <h1 className="sentence">
      {findings.map((finding, n) => (
        <Fragment key={`${finding.kind}-${finding.kind === 'area' ? finding.area : ''}`}>
          {n > 0 && t('sentence.and')}
          <Clause finding={finding} />
        </Fragment>
      ))}
      {t('sentence.end')}
    </h1>
  );
}

function Clause({ finding }: { readonly finding: Finding }) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  switch (finding.kind) {
    case 'nothingYet':
      return t('sentence.nothingYet');
    case 'well':
      return finding.setAside === 0
        ? t('sentence.well', { online: count(finding.online) })
        : t('sentence.wellBut', { online: count(finding.online), aside: count(finding.setAside) });
    case 'agents':
      return (
        <Link to="/agents" className="tone-level1">
          {t('sentence.agents', { n: count(finding.offline) })}
        </Link>
      );
    case 'area': {
      const { campus, area, state } = finding;
      return (
        <Link to="/devices" search={{ campus, area, state }} className={state === 'offline' ? 'tone-level1' : 'tone-level2'}>
          {t('sentence.area', { area, n: count(finding.devices), state: t(`device.state.${state}`) })}
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
