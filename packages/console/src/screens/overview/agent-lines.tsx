import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { AgentMark } from '../../marks/mark.tsx';
import { useLanguage } from '../../words/words.tsx';

const linesShown = 12;

/** Each agent in one line: state, what it still holds, how long it has been so. */
export function AgentLines() {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const agents = useQuery(queries.agents()).data?.items ?? [];
  const now = useNow(10_000);
  const sorted = [...agents].sort(
    (a, b) => Number(a.state === 'online') - Number(b.state === 'online') || b.backlog.records - a.backlog.records,
  );
  return (
    <section className="panel agent-lines" aria-label={t('rail.agents')}>
      <h2>
        {t('rail.agents')} <span className="meta">{t('overview.agentsBacklog')}</span>
      </h2>
      {agents.length === 0 && <p className="meta">{t('agents.empty')}</p>}
      <ul>
        {sorted.slice(0, linesShown).map((agent) => (
          <li key={agent.agentId}>
            <Link to="/agents" search={{ agentId: agent.agentId }} className="agent-name">
              {agent.agentId}
            </Link>
            <AgentMark state={agent.state} />
            <span className="number">{count(agent.backlog.records)}</span>
            <span className="meta number">{duration(now - agent.since, language)}</span>
          </li>
        ))}
      </ul>
      {sorted.length > linesShown && (
        <Link to="/agents">{t('overview.moreAgents', { n: count(sorted.length - linesShown) })}</Link>
      )}
    </section>
  );
}
