/** 恢复观察 (domain E-4): what was restored is watched with halved deadlines until its time is over. */
import type { Incident } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { RuleLook } from '../alarm/book.core.ts';
import type { Finding } from '../rules/rule.core.ts';

export const watchPace = 0.5;

export interface WatchEntry {
  readonly incidentId: string;
  readonly number: string;
  readonly devices: readonly string[];
  readonly rules: readonly string[];
  readonly until: number;
}

/** Incidents whose scope is watched now. */
export const watchList = (incidents: readonly Incident[], now: EpochMs): readonly WatchEntry[] =>
  incidents.flatMap(({ incidentId, number, scope, restoredAt, watchUntil }) =>
    restoredAt !== null && watchUntil !== null && now <= watchUntil
      ? [{ incidentId, number, devices: scope?.devices ?? [], rules: scope?.rules ?? [], until: watchUntil }]
      : [],
  );

/** What was found with the pace of the watch list: the same fault on what is watched is raised in half of its rule's time. */
export function tightened(looks: readonly RuleLook[], list: readonly WatchEntry[]): readonly RuleLook[] {
  if (list.length === 0) return looks;
  const watched = new Map<string, Set<string>>();
  for (const { rules, devices } of list)
    for (const rule of rules) watched.set(rule, new Set([...(watched.get(rule) ?? []), ...devices]));
  return looks.map((look) => {
    const devices = watched.get(look.rule);
    return devices === undefined ? look : { ...look, findings: look.findings.map((found) => paced(found, devices)) };
  });
}

const paced = (finding: Finding, watched: ReadonlySet<string>): Finding =>
  finding.devices.some((id) => watched.has(id)) ? { ...finding, pace: watchPace } : finding;
