/** Plays a topology vector through the agent's step: three rounds, children before their parents, every probe that is asked for done at once. */
import { epochMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { newParents, parentsPlan, type ParentsState, parentsStep } from '../../packages/agent/src/health/parents.step.ts';

const Topology = z.object({
  probe: z.string(),
  edges: z.array(z.tuple([z.string(), z.string()])),
  probeResult: z.record(z.string(), z.enum(['ok', 'no-answer'])),
});

export function verdictsOf(json: unknown): Readonly<Record<string, unknown>> {
  const { probe, edges, probeResult } = Topology.parse(json);
  const ids = Object.keys(probeResult);
  const parentsOf = (id: string): string[] => edges.filter(([, child]) => child === id).map(([parent]) => parent);
  // A device with a way that is ours alone is judged by itself.
  const plan = parentsPlan(ids.map((id) => ({ id, parents: parentsOf(id).includes(probe) ? [] : parentsOf(id) })));
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  let state: ParentsState = newParents(plan.value);
  let probes = 0;
  const ask = (id: string): void => {
    if (++probes > 10_000) throw new Error('probes without end');
    const [next, effects] = parentsStep(state, { type: probeResult[id] === 'ok' ? 'answered' : 'failed', id }, epochMs(probes));
    state = next;
    for (const effect of effects) if (effect.type === 'probe') effect.ids.forEach(ask);
  };
  for (let round = 0; round < 3; round++) [...ids].reverse().forEach(ask);
  const those = (verdict: string): string[] => ids.filter((id) => state.nodes.get(id)?.verdict === verdict);
  const isParent = (id: string): boolean => (plan.value.children.get(id)?.length ?? 0) > 0;
  const down = those('down');
  return {
    rootCause: down.filter(isParent),
    unreachable: those('unreachable'),
    down: down.filter((id) => !isParent(id)),
    stillUp: those('up'),
    alerts: down.length,
  };
}
