import type { DeviceDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo } from 'react';
import { count } from '../../format/money.ts';
import { useWords } from '../../words/words.tsx';
import { childrenOf, type Graph, graphLimits, graphOf } from './graph.core.ts';
import { LevelMark, StandingMark } from './node-mark.tsx';
import type { Network } from './ways.core.ts';

interface NeighbourhoodProps {
  readonly device: DeviceDto;
  readonly byId: ReadonlyMap<string, DeviceDto>;
  readonly network: Network;
  readonly choose: (deviceId: string) => void;
  readonly close: () => void;
}

/** One device between what it is reached through and what hangs on it, drawn only for the one that was chosen. */
export function Neighbourhood({ device, byId, network, choose, close }: NeighbourhoodProps) {
  const t = useWords();
  const children = useMemo(() => childrenOf(network.ways), [network.ways]);
  const graph = useMemo(
    () => graphOf(device.deviceId, network.ways, sorted(children.get(device.deviceId) ?? [], network)),
    [device.deviceId, network, children],
  );
  const groups = network.ways.get(device.deviceId) ?? [];
  const standing = network.standing.get(device.deviceId);
  return (
    <aside className="panel neighbourhood" aria-label={t('topology.neighbourhood', { name: device.name })}>
      <h2>
        <span className="cut">{device.name}</span>
        <span className="push" />
        <Button size="small" onClick={close}>
          {t('action.close')}
        </Button>
      </h2>
      <p className="neighbourhood-facts">
        {standing !== undefined && <StandingMark standing={standing} />}
        {standing?.level !== null && standing !== undefined && <LevelMark level={standing.level} />}
        <Link to="/devices/$deviceId" params={{ deviceId: device.deviceId }}>
          {t('topology.toDevice')}
        </Link>
        <Link to="/register" search={{ deviceId: device.deviceId }}>
          {t('topology.toRegister')}
        </Link>
      </p>
      <GraphPicture graph={graph} byId={byId} network={network} choose={choose} />
      {graph.left > 0 && <p className="meta">{t('topology.left', { n: count(graph.left) })}</p>}
      {groups.length === 0 && <p className="meta">{t('topology.noWay')}</p>}
      {groups.map(({ name, parents }, n) => (
        <p key={parents.join()} className="meta">
          {t(parents.length > 1 ? 'topology.groupOr' : 'topology.groupOne', {
            group: name === '' ? String(n + 1) : name,
            parents: parents.map((id) => byId.get(id)?.name ?? id).join(' / '),
          })}
        </p>
      ))}
    </aside>
  );
}

/** What is wrong by itself, then what is cut off, then the well. */
function sorted(ids: readonly string[], { standing }: Network): readonly string[] {
  const rank = (id: string): number => {
    const one = standing.get(id);
    return one === undefined || !one.isTroubled ? 2 : one.isExplained ? 1 : 0;
  };
  return [...ids].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

type PictureProps = Pick<NeighbourhoodProps, 'byId' | 'network' | 'choose'> & { readonly graph: Graph };

function GraphPicture({ graph, byId, network, choose }: PictureProps) {
  const t = useWords();
  const { widthPx, boxPx, heightPx } = graphLimits;
  return (
    <div className="graph" style={{ width: widthPx, height: graph.heightPx }}>
      <svg width={widthPx} height={graph.heightPx} aria-hidden="true">
        {graph.lines.map(({ from, to, isAlternative, path }) => (
          <path key={`${from}-${to}`} className={isAlternative ? 'graph-line alternative' : 'graph-line'} d={path} />
        ))}
      </svg>
      {graph.boxes.map(({ id, x, y, role }) => {
        const standing = network.standing.get(id);
        return (
          <button
            key={`${role}-${id}`}
            type="button"
            className={`graph-box ${role}`}
            style={{ left: x, top: y, width: boxPx, height: heightPx }}
            title={byId.get(id)?.name ?? id}
            aria-current={role === 'self'}
            onClick={() => choose(id)}
          >
            {standing === undefined ? (
              <span className="hidden">{t('topology.notKnown')}</span>
            ) : (
              <StandingMark standing={standing} isShort />
            )}
            <span className="cut">{byId.get(id)?.name ?? id}</span>
          </button>
        );
      })}
    </div>
  );
}
