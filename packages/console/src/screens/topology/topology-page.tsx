import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole } from '../../console.tsx';
import { useInfiniteQuery } from '@tanstack/react-query';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { Suggestions } from './suggestions.tsx';
import './topology.css';
import { TopologyTree } from './topology-tree.tsx';
import { type Campus, useNetwork } from './use-network.ts';

const route = getRouteApi('/app/topology');

/** 拓扑: what failed highest up, what hangs on it, and links that were seen and nobody has judged yet. */
export function TopologyPage() {
  const t = useWords();
  const { queries } = useConsole();
  const campus = useNetwork();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const waiting = useInfiniteQuery(queries.suggestions('open')).data?.pages[0]?.items.length ?? 0;
  return (
    <div className="page list-page">
      <h1>
        {t('rail.topology')} <Answer campus={campus} />
      </h1>
      {campus.error !== null && <FailureNote error={campus.error} />}
      <Tabs
        size="small"
        activeKey={tab ?? 'tree'}
        items={[
          { key: 'tree', label: t('topology.tree') },
          {
            key: 'suggestions',
            label: waiting === 0 ? t('topology.suggestions') : `${t('topology.suggestions')} ${count(waiting)}`,
          },
        ]}
        onChange={(key) =>
          void navigate({
            search: (old) => withSearch(old, { tab: key === 'suggestions' ? 'suggestions' : undefined, state: undefined }),
          })
        }
      />
      {tab === 'suggestions' ? <Suggestions campus={campus} /> : <TopologyTree campus={campus} />}
    </div>
  );
}

/** Its five-second answer. */
function Answer({ campus: { network, devices, byId, isWhole } }: { readonly campus: Campus }) {
  const t = useWords();
  if (!isWhole) return null;
  const [top] = network.failures;
  if (top !== undefined) {
    const name = top.kind === 'agent' ? t('topology.topAgent', { agent: top.id }) : (byId.get(top.id)?.name ?? top.id);
    return <span className="meta">{t('topology.answerTop', { name, n: count(top.below.length) })}</span>;
  }
  const troubled = [...network.standing.values()].filter(({ isTroubled }) => isTroubled).length;
  if (troubled === 0) return <span className="meta">{t('topology.answerWell', { n: count(devices.length) })}</span>;
  return <span className="meta">{t('topology.answerSingle', { n: count(troubled) })}</span>;
}
