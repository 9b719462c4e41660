import type { DeviceDto } from '@cardwatch/contracts/api';
import { err, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { frozenBy, mayChange } from './freeze.ts';
import { showDevice } from './show.ts';

export interface MaintenanceAsk {
  readonly deviceId: string;
  readonly maintenance: boolean;
  readonly reason: string;
  /** Number of a running level-1 incident. */
  readonly emergency?: string | undefined;
}

/** Audited before it is done: the two lie in different files, and a trail that says too much is better than one that says too little. */
export async function setMaintenance(
  services: Services,
  caller: Caller,
  { deviceId, maintenance, reason, emergency }: MaintenanceAsk,
): Promise<Result<DeviceDto, ServiceFailure>> {
  const known = await showDevice(services, caller, deviceId);
  if (!known.ok) return known;
  // out of service is a change, and its alarms are silent then; back into service is none
  const changes = maintenance && !known.value.maintenance;
  const may = changes
    ? await mayChange(services, caller, known.value, { emergency: emergency ?? null, idempotencyKey: null })
    : null;
  if (may !== null && !may.ok) return may;
  const now = services.clock.now();
  const act = {
    action: 'device.maintenance',
    object: deviceId,
    result: 'ok',
    detail: { maintenance, reason, ...frozenBy(may?.value, emergency) },
  };
  await services.people.appendAudit(auditOf(caller, act, now));
  const done = await services.operations.setMaintenance({ deviceId, maintenance, now });
  return done ? showDevice(services, caller, deviceId) : err({ kind: 'notFound', place: 'deviceId', value: deviceId });
}
