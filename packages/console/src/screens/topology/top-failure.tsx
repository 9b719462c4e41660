import type { DeviceDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { StandingMark } from './node-mark.tsx';
import type { Failure, Network } from './ways.core.ts';

interface TopFailureProps {
  readonly network: Network;
  readonly byId: ReadonlyMap<string, DeviceDto>;
  readonly choose: (deviceId: string) => void;
}

/** So many of what is cut off are named; the tree has them all. */
const namedMax = 12;

/** What failed highest up and cuts off most, and what hangs on it. */
export function TopFailure({ network, byId, choose }: TopFailureProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const [top, ...others] = network.failures;
  if (top === undefined) return null;
  const device = top.kind === 'device' ? byId.get(top.id) : undefined;
  const standing = network.standing.get(top.id);
  return (
    <section className="panel top-failure" aria-label={t('topology.top')}>
      <p className="top-failure-line">
        {standing !== undefined && top.kind === 'device' && <StandingMark standing={standing} />}
        {top.kind === 'agent' ? (
          <Link to="/agents" search={{ agentId: top.id }}>
            {t('topology.topAgent', { agent: top.id })}
          </Link>
        ) : (
          <button type="button" className="link" onClick={() => choose(top.id)}>
            {device?.name ?? top.id}
          </button>
        )}
        {device !== undefined && <span className="meta">{duration(now - device.since, language)}</span>}
        <span>{t('topology.cutsOff', { n: count(top.below.length) })}</span>
        {others.length > 0 && <span className="meta">{t('topology.otherFailures', { n: count(others.length) })}</span>}
      </p>
      <Below failure={top} byId={byId} network={network} choose={choose} />
    </section>
  );
}

function Below({ failure, byId, network, choose }: TopFailureProps & { readonly failure: Failure }) {
  const { say: t } = useLanguage();
  const named = failure.below.slice(0, namedMax);
  const left = failure.below.length - named.length;
  return (
    <ul className="cut-off">
      {named.map((id) => {
        const standing = network.standing.get(id);
        return (
          <li key={id}>
            {standing !== undefined && <StandingMark standing={standing} isShort />}
            <button type="button" className="link" onClick={() => choose(id)}>
              {byId.get(id)?.name ?? id}
            </button>
          </li>
        );
      })}
      {left > 0 && <li className="meta">{t('topology.andMore', { n: count(left) })}</li>}
    </ul>
  );
}
