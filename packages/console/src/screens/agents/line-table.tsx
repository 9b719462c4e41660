import type { AgentDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { count } from '../../format/money.ts';
import { measured } from '../../format/size.ts';
import { none } from '../../grid/cells.tsx';
import { Glyph } from '../../marks/mark.tsx';
import { deviceMarks } from '../../marks/states.ts';
import { useWords } from '../../words/words.tsx';
import { type LineFigures, linesOf, shareText, shareWorth } from './lines.core.ts';

/** Lines of one agent: how busy, how much unanswered, how much damaged, each with a small bar; a silent one is said to be silent. */
export function LineTable({ agent }: { readonly agent: AgentDto }) {
  const t = useWords();
  const lines = linesOf(agent.lines);
  if (lines.length === 0) return <p className="meta">{t('agents.noLines')}</p>;
  return (
    <table className="plain">
      <caption>{t('agents.lines')}</caption>
      <thead>
        <tr>
          <th>{t('column.line')}</th>
          <th className="end">{t('column.utilisation')}</th>
          <th className="end">{t('column.requests')}</th>
          <th className="end">{t('lines.timeoutRate')}</th>
          <th className="end">{t('lines.errorRate')}</th>
          <th className="end">{t('column.noise')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <LineRow key={line.line} agent={agent} line={line} />
        ))}
      </tbody>
    </table>
  );
}

function LineRow({ agent, line }: { readonly agent: AgentDto; readonly line: LineFigures }) {
  const t = useWords();
  const isHeard = agent.state === 'online' && !line.silent;
  return (
    <tr className={line.silent ? 'quiet-row' : ''}>
      <th scope="row">
        <span className="mark">
          <Glyph {...(isHeard ? deviceMarks.online : deviceMarks.unknown)} />
          <Link to="/agents" search={{ agentId: agent.agentId, line: line.line }}>
            {line.line}
          </Link>
          {line.connections > 1 && <span className="meta">{t('lines.connections', { n: line.connections })}</span>}
        </span>
      </th>
      <td className="end number">
        <meter min={0} max={100} high={80} optimum={0} value={line.utilisationPct} aria-label={t('column.utilisation')} />{' '}
        <span className="share">{measured(line.utilisationPct)} %</span>
      </td>
      <td className="end number">{line.silent ? t('lines.silent') : count(line.requests)}</td>
      <td className="end number">
        <Share share={line.timeoutShare} label={t('lines.timeoutRate')} title={count(line.timeouts)} />
      </td>
      <td className="end number">
        <Share share={line.errorShare} label={t('lines.errorRate')} title={count(line.crcErrors + line.lateFrames)} />
      </td>
      <td className="end number">{count(line.noiseBytes)}</td>
    </tr>
  );
}

interface ShareProps {
  readonly share: number | null;
  readonly label: string;
  /** The count behind it. */
  readonly title: string;
}

/** Of ten in a hundred on the bar is full: more is bad enough. */
const shareFull = 0.1;

export function Share({ share, label, title }: ShareProps) {
  if (share === null) return none;
  return (
    <span className={share >= shareWorth ? 'tone-level2' : ''} title={title}>
      <meter min={0} max={shareFull} high={shareWorth} optimum={0} value={Math.min(share, shareFull)} aria-label={label} />{' '}
      <span className="share">{shareText(share)}</span>
    </span>
  );
}
