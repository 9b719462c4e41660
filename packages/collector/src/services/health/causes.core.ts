import type { HealthCause, HealthDto } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import type { WatchState } from './watch-pulse.core.ts';

/** How long something that is over still counts: long enough to be seen, short enough to be forgotten. */
export const healthLimits = { lingerMs: 5 * minuteMs } as const;

export interface HealthFacts {
  readonly agents: readonly { readonly state: string; readonly duplicateIdentity: boolean }[];
  readonly ingest: Pick<HealthDto['ingest'], 'lastShedAt' | 'lastDeferredAt' | 'lastWithheldAt'>;
  readonly broker: Pick<HealthDto['broker'], 'up' | 'lastThrottledAt'>;
  readonly watch: { readonly state: WatchState } | null;
}

/** What makes the collector degraded now. Totals never do: they only grow. */
export function causesOf({ agents, ingest, broker, watch }: HealthFacts, now: number): HealthCause[] {
  const lately = (at: number | null): boolean => at !== null && now - at < healthLimits.lingerMs;
  const causes: readonly (readonly [HealthCause, boolean])[] = [
    ['agentLost', agents.some((agent) => agent.state === 'offline')],
    ['duplicateIdentity', agents.some((agent) => agent.duplicateIdentity)],
    ['brokerDown', !broker.up],
    ['shed', lately(ingest.lastShedAt)],
    ['throttled', lately(broker.lastThrottledAt)],
    ['eventQuota', lately(ingest.lastDeferredAt)],
    ['deadLettersFull', lately(ingest.lastWithheldAt)],
    ['watchStill', watch?.state === 'still'],
    ['watchBehind', watch?.state === 'behind'],
  ];
  return causes.flatMap(([cause, stands]) => (stands ? [cause] : []));
}
