import type { AgentDto } from '@cardwatch/contracts/api';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { bytes, measured } from '../../format/size.ts';
import { duration, fullTime, shortTime } from '../../format/time.ts';
import type { Column } from '../../grid/grid.tsx';
import { AgentMark } from '../../marks/mark.tsx';
import { useLanguage } from '../../words/words.tsx';
import { sayOr } from '../../words/say.ts';

const none = <span className="meta">–</span>;
const route = getRouteApi('/app/agents');

export function useAgentColumns(): readonly Column<AgentDto>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(5_000);
  const chosen = route.useSearch().agentId;
  return [
    {
      key: 'state',
      title: t('column.state'),
      track: '168px',
      cell: (agent) => (
        <>
          <AgentMark state={agent.state} />
          <span className="meta since" title={fullTime(agent.since, language)}>
            {duration(now - agent.since, language)}
          </span>
        </>
      ),
    },
    {
      key: 'agent',
      title: t('column.agent'),
      track: 'minmax(120px, 1fr)',
      cell: (agent) => (
        <Link to="/agents" search={{ agentId: agent.agentId }} aria-current={agent.agentId === chosen ? 'true' : undefined}>
          {agent.agentId}
        </Link>
      ),
    },
    {
      key: 'devices',
      title: t('column.devices'),
      track: '64px',
      align: 'end',
      cell: (agent) => (
        <Link to="/devices" search={{ agentId: agent.agentId }}>
          {count(agent.devices)}
        </Link>
      ),
    },
    {
      key: 'backlog',
      title: t('column.backlog'),
      track: '156px',
      align: 'end',
      cell: (agent) => (
        <>
          {agent.backlog.oldestAt !== null && (
            <span className="meta">{t('agents.oldest', { age: duration(now - agent.backlog.oldestAt, language) })} </span>
          )}
          {count(agent.backlog.records)}
        </>
      ),
    },
    { key: 'bytes', title: t('column.backlogBytes'), track: '84px', align: 'end', cell: (agent) => bytes(agent.backlog.bytes) },
    {
      key: 'storage',
      title: t('column.storage'),
      track: '80px',
      cell: (agent) =>
        agent.storage === null ? (
          none
        ) : (
          <span className={agent.storage === 'ok' ? '' : 'tone-level1'}>
            {sayOr(language, `storage.${agent.storage}`, agent.storage)}
          </span>
        ),
    },
    {
      key: 'holes',
      title: t('column.holes'),
      track: '64px',
      align: 'end',
      cell: (agent) => count(agent.watermarks.reduce((sum, mark) => sum + mark.holes, 0)),
    },
    {
      key: 'sync',
      title: t('column.sync'),
      track: '86px',
      align: 'end',
      cell: (agent) => (agent.syncP99Ms === null ? none : `${measured(agent.syncP99Ms)} ms`),
    },
    {
      key: 'rss',
      title: t('column.memory'),
      track: '98px',
      align: 'end',
      cell: (agent) => (agent.rssBytes === null ? none : bytes(agent.rssBytes)),
    },
    {
      key: 'seen',
      title: t('column.lastSeen'),
      track: '92px',
      align: 'end',
      cell: (agent) =>
        agent.lastSeenAt === null ? (
          none
        ) : (
          <span title={fullTime(agent.lastSeenAt, language)}>{shortTime(agent.lastSeenAt, now)}</span>
        ),
    },
    { key: 'version', title: t('column.version'), track: '64px', cell: (agent) => agent.version ?? none },
  ];
}
