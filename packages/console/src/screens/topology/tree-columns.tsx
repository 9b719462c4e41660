import type { DeviceDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { count } from '../../format/money.ts';
import { none, Since } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import type { Say } from '../../words/say.ts';
import { LevelMark, NodeMark } from './node-mark.tsx';
import type { TreeNode, TreeRow } from './tree.core.ts';
import type { Ways } from './ways.core.ts';

interface Context {
  readonly t: Say;
  readonly now: EpochMs;
  readonly ways: Ways;
  readonly byId: ReadonlyMap<string, DeviceDto>;
  readonly toggle: (id: string) => void;
  /** Something stands beside the tree. */
  readonly isNarrow: boolean;
}

const indentPx = 18;

export function treeColumns({ t, now, ways, byId, toggle, isNarrow }: Context): readonly Column<TreeRow>[] {
  const columns: readonly Column<TreeRow>[] = [
    {
      key: 'name',
      title: t('topology.node'),
      track: 'minmax(240px, 1.6fr)',
      fixed: true,
      cell: (row) => <NameCell row={row} t={t} toggle={toggle} />,
    },
    { key: 'state', title: t('column.state'), track: '148px', cell: ({ node }) => <NodeMark node={node} /> },
    {
      key: 'level',
      title: t('topology.alarm'),
      track: '78px',
      cell: ({ node: { level } }) => (level === null ? none : <LevelMark level={level} />),
    },
    {
      key: 'since',
      title: t('column.lasted'),
      track: '104px',
      align: 'end',
      cell: ({ node: { device } }) => (device === null ? none : <Since at={device.since} now={now} />),
    },
    { key: 'own', title: t('topology.own'), track: '64px', align: 'end', cell: ({ node }) => figure(node, 'own') },
    { key: 'explained', title: t('topology.below'), track: '72px', align: 'end', cell: ({ node }) => figure(node, 'explained') },
    {
      key: 'devices',
      title: t('column.devices'),
      track: '72px',
      align: 'end',
      cell: ({ node }) => (node.tally.devices < 2 ? none : count(node.tally.devices)),
    },
    {
      key: 'up',
      title: t('topology.up'),
      track: 'minmax(140px, 0.8fr)',
      cell: ({ node: { device } }) => (device === null ? none : upText(device.deviceId, ways, byId, t)),
    },
  ];
  return isNarrow ? columns.filter(({ key }) => !beside.has(key)) : columns;
}

/** What the neighbourhood tells as well. */
const beside: ReadonlySet<string> = new Set(['level', 'up', 'since']);

const figure = ({ tally, children }: TreeNode, key: 'own' | 'explained') =>
  tally[key] === 0 || children.length === 0 ? (
    none
  ) : (
    <span className={key === 'own' ? 'tone-level1' : 'meta'}>{count(tally[key])}</span>
  );

function NameCell({
  row: { node, depth, isOpen },
  t,
  toggle,
}: {
  readonly row: TreeRow;
  readonly t: Say;
  readonly toggle: (id: string) => void;
}) {
  return (
    <span className="tree-name" style={{ paddingLeft: depth * indentPx }}>
      {node.children.length > 0 ? (
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-label={t(isOpen ? 'list.fold' : 'list.unfold', { name: node.name })}
          onClick={() => toggle(node.id)}
        >
          {isOpen ? '▾' : '▸'}
        </button>
      ) : (
        <span className="fold" />
      )}
      {node.device === null ? (
        <span className={node.kind === 'line' ? 'meta' : 'tree-place'}>
          {node.kind === 'line' ? t('topology.line', { line: node.name }) : node.name}
        </span>
      ) : (
        <Link to="/devices/$deviceId" params={{ deviceId: node.device.deviceId }} title={node.device.deviceId}>
          {node.name}
        </Link>
      )}
    </span>
  );
}

/** `交换机 A | 交换机 B`: one of them is enough; a comma: both are needed. */
export function upText(deviceId: string, ways: Ways, byId: ReadonlyMap<string, DeviceDto>, t: Say) {
  const groups = ways.get(deviceId) ?? [];
  if (groups.length === 0) return none;
  const nameOf = (id: string): string => byId.get(id)?.name ?? id;
  const text = groups.map(({ parents }) => parents.map(nameOf).join(t('topology.or'))).join(t('topology.and'));
  return <span title={text}>{text}</span>;
}
