import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { Grid } from '../../grid/grid.tsx';
import { useLanguage } from '../../words/words.tsx';
import { agentColumns } from './agent-columns.tsx';
import { FilterLine, useListTools } from '../../list/filter-line.tsx';
import { withSearch } from '../../search.ts';
import { LineDrawer } from './line-drawer.tsx';
import './agents.css';
import { AgentDetail } from './agent-detail.tsx';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/agents');

/** 采集器: the agents beside the devices, what they still hold, how their lines do. The chosen one stands in the address. */
export function AgentsPage() {
  const { say: t, language } = useLanguage();
  const now = useNow(5_000);
  const { queries } = useConsole();
  const { agentId, line, hide } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(queries.agents());
  const agents = useMemo(() => [...(list.data?.items ?? [])].sort((a, b) => (a.agentId < b.agentId ? -1 : 1)), [list.data]);
  const chosen = agents.find((agent) => agent.agentId === agentId);
  const tools = useListTools({
    name: t('rail.agents'),
    columns: agentColumns({ t, language, now, chosen: agentId }),
    hide,
    all: () => Promise.resolve(agents),
  });
  return (
    <div className="page list-page">
      <h1>
        {t('rail.agents')} <span className="meta">{t('agents.explain')}</span>
      </h1>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <FilterLine tools={tools} />
      <Grid
        label={t('rail.agents')}
        columns={tools.shown}
        rows={agents.map((agent) => ({ type: 'row', key: agent.agentId, value: agent }))}
        empty={emptyOf(list, t, t('agents.empty'))}
        open={(agent) =>
          void navigate({
            search: (old) => withSearch(old, { agentId: agent.agentId === agentId ? undefined : agent.agentId, line: undefined }),
          })
        }
      />
      {chosen !== undefined && (
        <AgentDetail
          agent={chosen}
          close={() => void navigate({ search: (old) => withSearch(old, { agentId: undefined, line: undefined }) })}
        />
      )}
      {chosen !== undefined && line !== undefined && (
        <LineDrawer
          agent={chosen}
          line={line}
          close={() => void navigate({ search: (old) => withSearch(old, { line: undefined }) })}
        />
      )}
    </div>
  );
}
