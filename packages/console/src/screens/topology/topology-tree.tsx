import { getRouteApi } from '@tanstack/react-router';
import { Input } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useNow } from '../../console.tsx';
import { Grid } from '../../grid/grid.tsx';
import { emptyOf } from '../../list/empty.ts';
import { useKeys } from '../../grid/use-keys.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { Neighbourhood } from './neighbourhood.tsx';
import { TopFailure } from './top-failure.tsx';
import { treeColumns } from './tree-columns.tsx';
import { deviceNodeId, pathTo, rowsOf, type TreeNode, type TreeRow, treeOf } from './tree.core.ts';
import type { Campus } from './use-network.ts';

const route = getRouteApi('/app/topology');

/** Folds by rows of a virtual list; beside it the neighbourhood of the device that was chosen. */
export function TopologyTree({ campus }: { readonly campus: Campus }) {
  const t = useWords();
  const now = useNow(10_000);
  const { devices, topology, network, byId, isWhole } = campus;
  const { q, only, node } = route.useSearch();
  const navigate = route.useNavigate();
  const tree = useMemo(() => treeOf(devices, topology.places, network), [devices, topology.places, network]);
  const { open, toggle, show } = useFolds(campus, tree, node);
  const rows = useMemo(() => rowsOf(tree.roots, open, { q, isTroubled: only !== undefined }), [tree, open, q, only]);
  const chosen = byId.get(node ?? '');
  const choose = (deviceId: string | undefined): void => {
    if (deviceId !== undefined) show(deviceNodeId(deviceId));
    void navigate({ search: (old) => withSearch(old, { node: deviceId }) });
  };
  const stood = useRef<TreeRow>(undefined);
  const stoodOn = useCallback((row: TreeRow | undefined) => {
    stood.current = row;
  }, []);
  useKeys({ o: { word: 'keys.unfold', act: () => stood.current !== undefined && toggle(stood.current.node.id) } });
  return (
    <>
      <TopFailure network={network} byId={byId} choose={choose} />
      <TreeFilters />
      <div className="tree-side">
        <Grid
          label={t('topology.tree')}
          columns={treeColumns({ t, now, ways: network.ways, byId, toggle, isNarrow: chosen !== undefined })}
          rows={rows.map((row) => ({ type: 'row', key: row.node.id, value: row }))}
          empty={emptyOf(
            { isPending: !isWhole, isError: campus.error !== null },
            t,
            t(q === undefined && only === undefined ? 'topology.none' : 'topology.noneFound'),
          )}
          open={({ node: opened }) => (opened.device === null ? toggle(opened.id) : choose(opened.device.deviceId))}
          stoodOn={stoodOn}
        />
        {chosen !== undefined && (
          <Neighbourhood device={chosen} byId={byId} network={network} choose={choose} close={() => choose(undefined)} />
        )}
      </div>
    </>
  );
}

/** Search and the choice of troubled ones; both stand in the address. */
function TreeFilters() {
  const t = useWords();
  const { q, only } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q ?? '');
  return (
    <div className="filters">
      <fieldset className="chips">
        <legend className="hidden">{t('filter.state')}</legend>
        {([undefined, 'troubled'] as const).map((value) => (
          <button
            key={value ?? 'all'}
            type="button"
            className="chip"
            aria-pressed={only === value}
            onClick={() => void navigate({ search: (old) => withSearch(old, { only: value }) })}
          >
            {t(value === undefined ? 'filter.all' : 'topology.troubled')}
          </button>
        ))}
      </fieldset>
      <Input.Search
        className="tree-search"
        size="small"
        allowClear
        value={typed}
        placeholder={t('topology.search')}
        aria-label={t('topology.search')}
        maxLength={64}
        onChange={(event) => setTyped(event.target.value)}
        onSearch={(text) =>
          void navigate({ search: (old) => withSearch(old, { q: text.trim() === '' ? undefined : text.trim() }) })
        }
      />
      <span className="meta legend">{t('topology.legend')}</span>
    </div>
  );
}

type Tree = ReturnType<typeof treeOf>;

/** What is unfolded. At first campuses, and the way to what failed and to what the address names. */
function useFolds({ network, isWhole }: Campus, tree: Tree, node: string | undefined) {
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const first = useRef<ReadonlySet<string>>(undefined);
  if (isWhole && first.current === undefined) first.current = firstOpen(tree, node, network.failures);
  const base = first.current;
  const open = useMemo(() => {
    const set = new Set(base ?? tree.roots.map(({ id }) => id));
    for (const [id, isOpen] of changed) {
      if (isOpen) set.add(id);
      else set.delete(id);
    }
    return set;
  }, [base, changed, tree.roots]);
  const set = (ids: readonly string[], isOpen: boolean): void =>
    setChanged((old) => new Map([...old, ...ids.map((id) => [id, isOpen] as const)]));
  return {
    open,
    toggle: (id: string) => set([id], !open.has(id)),
    show: (id: string) => set(pathTo(tree.byId, id).slice(0, -1), true),
  };
}

const failuresOpened = 3;

function firstOpen(
  { roots, byId }: Tree,
  node: string | undefined,
  failures: Campus['network']['failures'],
): ReadonlySet<string> {
  const top = roots.flatMap((root: TreeNode) => [
    root.id,
    ...root.children.filter(({ kind }) => kind === 'zone').map(({ id }) => id),
  ]);
  const named = [...failures.slice(0, failuresOpened).map(({ id }) => id), ...(node === undefined ? [] : [node])];
  return new Set([...top, ...named.flatMap((id) => pathTo(byId, deviceNodeId(id)))]);
}
