import { randomUUID } from 'node:crypto';
import type { CommandDto, GapDto } from '@cardwatch/contracts/api';
import { err, hourMs, ok, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

/** An order that its agent has not answered by then is over; an agent that comes back earlier still gets it. */
export const recollectKeptMs = 6 * hourMs;

export interface RecollectAsk {
  readonly id: string;
  readonly reason: string;
}

/** Asks the agent to read a terminal's missing numbers again 补采. Only open gaps of terminals: an agent fills gaps of its stream by itself. */
export async function recollectGap(
  services: Services,
  caller: Caller,
  { id, reason }: RecollectAsk,
): Promise<Result<CommandDto, ServiceFailure>> {
  const gap = await services.read.gap(id);
  if (gap === null) return err({ kind: 'notFound', place: 'id', value: id });
  const target = terminalOf(gap);
  if (!target.ok) return target;
  const now = services.clock.now();
  const act = { action: 'gap.recollect', object: id, result: 'ok', detail: { ...target.value, reason } };
  await services.people.appendAudit(auditOf(caller, act, now));
  const order = { id: randomUUID(), agentId: gap.agentId, gapId: id, createdBy: caller.actor, createdAt: now, ...target.value };
  const command = await services.operations.orderRecollect({ ...order, expiresAt: now + recollectKeptMs });
  services.commandMade(gap.agentId);
  return ok(command);
}

interface Terminal {
  readonly deviceId: string;
  readonly generation: number;
  readonly from: number;
  readonly to: number;
}

function terminalOf({ scope, state, deviceId, generation, first, last }: GapDto): Result<Terminal, ServiceFailure> {
  if (scope !== 'device' || deviceId === null || generation === null) {
    return err({ kind: 'invalid', place: 'gap.scope', value: scope, expected: 'device' });
  }
  if (state !== 'open') return err({ kind: 'invalid', place: 'gap.state', value: state, expected: 'open' });
  return ok({ deviceId, generation, from: first, to: last });
}
