/** What devices run by, as it changes: parameters, lists, firmware, a new generation, another agent. A line of the device's own history, for evidence packs. */
import type { EpochMs } from '@cardwatch/kernel';
import type { DeviceFact } from '../core/world/world.core.ts';
import type { HistoryRow } from '../store/watch/roles.ts';
import { versionChanged } from './incident-facts.ts';

const versions = ['parameterVersion', 'blacklistVersion', 'firmware', 'profile', 'agentId', 'line', 'maintenance'] as const;

/** One row where something became another; what was not known before, or is not told any more, is no change. */
export function versionRows(before: DeviceFact | undefined, after: DeviceFact, now: EpochMs): readonly HistoryRow[] {
  if (before === undefined) return [];
  const changed = versions.flatMap((name) => {
    const [from, to] = [before[name] ?? null, after[name] ?? null];
    return from === to || from === null || to === null ? [] : [[name, { from, to }] as const];
  });
  if (changed.length === 0) return [];
  const detail = JSON.stringify(Object.fromEntries(changed));
  return [{ subjectId: after.deviceId, at: now, what: versionChanged, by: after.agentId, detail }];
}
