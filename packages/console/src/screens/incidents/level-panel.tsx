import type { IncidentDto, IncidentGuideDto } from '@cardwatch/contracts/api';
import type { Assessment } from '@cardwatch/contracts/watch';
import { useNow } from '../../console.tsx';
import { duration, fullTime, shortTime } from '../../format/time.ts';
import type { Say } from '../../words/say.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { factors, weights, whyAssessed } from './assess.core.ts';
import { LevelMark } from './level-mark.tsx';
import { useNames } from './use-names.ts';
import { isOver } from './workflow.core.ts';

interface LevelProps {
  readonly incident: IncidentDto;
  readonly guide: IncidentGuideDto | undefined;
}

/** Why it stands at this level, and when the response may end. */
export function LevelPanel({ incident, guide }: LevelProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const nameOf = useNames();
  const [latest, ...before] = incident.assessments.toReversed();
  if (latest === undefined) return null;
  return (
    <section className="panel">
      <h2>
        {t('incident.responseLevel')} <LevelMark level={latest.level} />
      </h2>
      <p>{whyText(latest, t, language)}</p>
      <table className="plain factors">
        <tbody>
          {(['severity', 'scope', 'urgency'] as const).map((name) => (
            <tr key={name}>
              <th scope="row">{t(`incident.factor.${name}`)}</th>
              <td>{t(`incident.${name}.${factors.find((value) => value === latest[name]) ?? 0}`)}</td>
              <td className="end number">{`${latest[name]} × ${weights[name]} = ${latest[name] * weights[name]}`}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t('incident.factor.bump')}</th>
            <td />
            <td className="end number">{latest.bump}</td>
          </tr>
          <tr>
            <th scope="row">{t('incident.score')}</th>
            <td className="meta">{t('incident.scoreLevels')}</td>
            <td className="end number">
              <b>{latest.score}</b>
            </td>
          </tr>
        </tbody>
      </table>
      <p className="meta number" title={fullTime(latest.at, language)}>
        {t('incident.assessedBy', { who: nameOf(latest.by), at: shortTime(latest.at, now) })}
      </p>
      {guide !== undefined && !isOver(incident) && <Conditions guide={guide} />}
      {before.length > 0 && (
        <details>
          <summary>{t('incident.earlierLevels', { n: before.length })}</summary>
          <ul>
            {before.map((one) => (
              <li key={one.at} className="meta number">
                {shortTime(one.at, now)} {t(`incident.level.${one.level}`)} {nameOf(one.by)} {whyText(one, t, language)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Conditions({ guide: { conditions, endBlocks } }: { readonly guide: IncidentGuideDto }) {
  const { say: t, language } = useLanguage();
  const needs = [
    t('incident.end.healthy', { time: duration(conditions.healthyForMs, language) }),
    ...(conditions.backlogEmpty ? [t('incident.end.backlog')] : []),
    ...(conditions.reconciled ? [t('incident.end.reconciled')] : []),
  ];
  return (
    <div className="conditions">
      <p>
        <span className="meta">{t('incident.startsAt')}</span>{' '}
        {conditions.startsAtScore === 0
          ? t('incident.startsAlways')
          : t('incident.startsAtScore', { score: conditions.startsAtScore })}
      </p>
      <p>
        <span className="meta">{t('incident.endsWhen')}</span> {needs.join(t('incident.comma'))}
      </p>
      <p className={endBlocks.length === 0 ? 'tone-normal' : 'tone-level2'}>
        {endBlocks.length === 0
          ? t('incident.mayEnd')
          : t('incident.endBlocked', {
              what: endBlocks.map((code) => sayOr(language, `incident.block.${code}`, code)).join(t('incident.comma')),
            })}
      </p>
    </div>
  );
}

function whyText({ reason, score }: Assessment, t: Say, language: 'zh' | 'en'): string {
  const why = whyAssessed(reason);
  switch (why.kind) {
    case 'score':
      return t('incident.why.score', { score });
    case 'hardRule':
      return t('incident.why.hardRule', { rule: sayOr(language, `incident.hardRule.${why.rule}`, why.rule) });
    case 'split':
      return t('incident.why.split', { number: why.number });
    case 'importantEvent':
      return t('incident.why.importantEvent');
    case 'byHand':
      return t('incident.why.byHand');
    default:
      return why.text;
  }
}
