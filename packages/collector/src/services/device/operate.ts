import type { CommandDto } from '@cardwatch/contracts/api';
import { err, minuteMs, ok, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { frozenBy, mayChange } from './freeze.ts';
import { showDevice } from './show.ts';

/** An operation that was not begun by then is never begun. */
export const operationKeptMs = minuteMs;

export interface OperateAsk {
  readonly deviceId: string;
  readonly name: string;
  readonly reason: string;
  /** Number of a running level-1 incident that this cures. */
  readonly emergency?: string | undefined;
  /** UUID of the caller; the same one again gives back the order that it made. */
  readonly idempotencyKey: string;
}

/**
 * Has a device do something that its driver offers: audited before it is ordered, done at most once. What becomes of it stands in the order, which the
 * agent answers.
 */
export async function operateDevice(
  services: Services,
  caller: Caller,
  { deviceId, name, reason, emergency, idempotencyKey }: OperateAsk,
): Promise<Result<CommandDto, ServiceFailure>> {
  const device = await showDevice(services, caller, deviceId);
  if (!device.ok) return device;
  if (!device.value.operations.includes(name))
    return err({ kind: 'invalid', place: 'name', value: name, expected: device.value.operations.join(' | ') || 'none' });
  const may = await mayChange(services, caller, device.value, { emergency: emergency ?? null, idempotencyKey });
  if (!may.ok) return may;
  const now = services.clock.now();
  const detail = { name, reason, id: idempotencyKey, ...frozenBy(may.value, emergency) };
  const act = { action: 'device.operate', object: deviceId, result: 'ok', detail };
  await services.people.appendAudit(auditOf(caller, act, now));
  const order = { id: idempotencyKey, agentId: device.value.agentId, deviceId, name, createdBy: caller.actor, createdAt: now };
  const ordered = await services.operations.orderOperation({ ...order, expiresAt: now + operationKeptMs });
  if (ordered === null) return err({ kind: 'exists', place: 'idempotencyKey', value: idempotencyKey });
  if (ordered.made) services.commandMade(device.value.agentId);
  return ok(ordered.command);
}
