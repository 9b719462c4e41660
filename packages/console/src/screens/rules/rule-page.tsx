import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { RuleHeader } from './rule-header.tsx';
import { RuleVersions } from './rule-versions.tsx';
import './rules.css';

const route = getRouteApi('/app/rules/$rule');

/** One rule: what it looks for, what other parameters would have found, and every version of it. */
export function RulePage() {
  const t = useWords();
  const { queries } = useConsole();
  const { rule } = route.useParams();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(queries.rules());
  const row = list.data?.items.find((one) => one.rule === rule);
  return (
    <div className="page">
      <p className="meta">
        <Link to="/rules" search={{}}>
          {t('rail.rules')}
        </Link>
      </p>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {row === undefined && list.data !== undefined && <p className="empty">{t('rule.unknown')}</p>}
      {row !== undefined && (
        <>
          <RuleHeader row={row} />
          <Tabs
            size="small"
            activeKey={tab ?? 'edit'}
            items={[
              { key: 'edit', label: t('rule.edit') },
              { key: 'versions', label: t('rule.versions') },
            ]}
            onChange={(key) => void navigate({ search: (old) => withSearch(old, { tab: key === 'versions' ? key : undefined }) })}
          />
          {tab === 'versions' ? <RuleVersions row={row} /> : <RuleEditor key={`${row.rule} ${row.current.version}`} row={row} />}
        </>
      )}
    </div>
  );
}
