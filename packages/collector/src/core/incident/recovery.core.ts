/** Whether what an incident is about is well again: what the end of a response is decided by (domain E-2). */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { DeviceFact, World } from '../world/world.core.ts';
import type { HealthFacts } from './assess.core.ts';

const well: ReadonlySet<DeviceFact['state']> = new Set(['online', 'maintenance', 'disabled']);

export interface RecoveryAsk {
  readonly devices: readonly string[];
  /** Alarms of the incident that still burn. */
  readonly burning: number;
  readonly world: World;
  /** Since when it was found well without a break; null: it was not. */
  readonly since: EpochMs | null;
}

/**
 * `unexplained`: records that are missing in open gaps of its devices and their agents; null while one of them cannot be asked, for then nobody knows.
 * A device that the site gave up counts no more.
 */
export function recoveryOf({ devices: ids, burning, world, since }: RecoveryAsk, now: EpochMs): HealthFacts {
  const devices = ids.map((id) => world.devices.get(id)).filter((device) => device !== undefined);
  const agents = [...new Set(devices.map(({ agentId }) => agentId))];
  const heard = agents.every((id) => world.agents.get(id)?.state !== 'offline');
  const healthy = burning === 0 && heard && devices.every(({ state }) => well.has(state));
  const sum = (counts: readonly number[]): number => counts.reduce((one, other) => one + other, 0);
  const waiting = devices.map(({ uncollected }) => uncollected ?? 0);
  const behind = agents.map((id) => world.agents.get(id)?.backlogRecords ?? 0);
  const missing = [...devices.map(({ deviceId }) => deviceId), ...agents].map((id) => world.openGaps.get(id)?.records ?? 0);
  const reconciled = heard && devices.every(({ state }) => state !== 'offline' && state !== 'unknown');
  return {
    healthySince: healthy ? epochMs(Math.max(since ?? now, ...devices.map((device) => device.since))) : null,
    backlogRecords: sum(waiting) + sum(behind),
    unexplained: reconciled ? sum(missing) : null,
  };
}
