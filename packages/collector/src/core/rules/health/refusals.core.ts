/** Who is refused at the collector's doors, by which limit and how often. */
import { z } from 'zod';
import { minuteMs, secondMs } from '@cardwatch/kernel';
import { rollOf } from '../../world/roll.core.ts';
import type { RefusalFact, World } from '../../world/world.core.ts';
import { gradeAbove, measured, ofAgent, ofCollector, type Said } from '../finding.core.ts';
import { type Finding, look } from '../rule.core.ts';

const RefusalParams = z.strictObject({
  count: z.int().min(1).max(100_000),
  clearCount: z.int().min(1).max(100_000),
  levelTwoCount: z.int().min(1).max(1_000_000),
  staleSeconds: z.int().min(10).max(3_600),
});
type RefusalParams = z.infer<typeof RefusalParams>;

/** A ban says by itself that it was too often. */
const bans: ReadonlySet<string> = new Set(['banned', 'takeovers', 'flapping']);

/**
 * Refusals of the last ten minutes: of an agent whose secret was right on the agent, of all addresses together on the collector. 等保: attacks are
 * found and told of.
 */
export const refusals = look({
  id: 'refusals',
  source: 'M-6',
  params: RefusalParams,
  defaults: { count: 20, clearCount: 5, levelTwoCount: 200, staleSeconds: 60 },
  timing: { raiseAfterMs: 0, clearAfterMs: 2 * minuteMs, nOfM: null },
  look({ collector, agents, roll }: World, params, now): readonly Finding[] {
    const facts = collector?.refusals ?? [];
    if (collector === undefined || facts.length === 0) return [];
    const stale = now - collector.at > params.staleSeconds * secondMs;
    const by = Map.groupBy(facts, ({ source, who }) => (source === 'agent' && agents.has(who) ? who : null));
    return [...by].flatMap(([agentId, some]) => {
      const said = saidOf(some, params);
      if (said === undefined) return [];
      const told: Said = stale ? { ...said, grade: 'unknown' } : said;
      const agent = agentId === null ? undefined : agents.get(agentId);
      return [agent === undefined ? ofCollector(told) : ofAgent(agent, rollOf(roll, 'agent', agent.agentId), told)];
    });
  },
});

function saidOf(facts: readonly RefusalFact[], { count: raise, clearCount, levelTwoCount }: RefusalParams): Said | undefined {
  const count = facts.reduce((sum, fact) => sum + fact.count, 0);
  const worst = facts.reduce((most, fact) => (weightOf(fact) > weightOf(most) ? fact : most));
  const isBan = bans.has(worst.limit);
  const grade = isBan ? 'breach' : gradeAbove(count, raise, clearCount);
  if (grade === undefined) return undefined;
  const sources = new Set(facts.map(({ who }) => who)).size;
  const values = { name: worst.who, what: worst.limit, count, of: sources, minutes: 10 };
  return {
    rule: 'refusals',
    grade,
    level: isBan || count >= levelTwoCount ? 2 : 3,
    values,
    evidence: measured(count, '', raise),
  };
}

const weightOf = ({ limit, count }: RefusalFact): number => (bans.has(limit) ? Number.MAX_SAFE_INTEGER / 2 + count : count);
