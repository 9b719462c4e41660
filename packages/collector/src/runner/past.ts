/** What a start tells the world and the rules of the time before it. */
import type { EpochMs } from '@cardwatch/kernel';
import type { KeptTold } from '../core/world/kept-told.core.ts';
import type { Learned } from '../core/world/learn.core.ts';
import type { MachineRow } from '../store/watch/roles.ts';
import type { Part } from './change.ts';
import type { Follower } from './follower.ts';
import type { RuleSet } from './rule-set.ts';

interface Past {
  readonly kept: KeptTold;
  readonly follower: Follower;
  readonly rules: RuleSet;
  readonly world: Learned;
}

/** Alarms of devices that stand, however old they are, then the facts of the look back from `since` on. Gives the rows of the former that change with it. */
export async function tellPast(
  { kept, follower, rules, world }: Past,
  { machines, since }: { readonly machines: readonly MachineRow[]; readonly since: number },
  now: EpochMs,
): Promise<readonly Part[]> {
  kept.restore(machines);
  const parts: Part[] = [{ machinesGone: kept.without(world.devices) }];
  const events = kept.facts(since);
  for (const fact of events) world.event(fact);
  rules.tell({ money: [], events }, world, now);
  for await (const facts of follower.past(since)) {
    rules.tell(facts, world, now);
    parts.push(kept.took(facts.events, world));
  }
  return parts;
}
