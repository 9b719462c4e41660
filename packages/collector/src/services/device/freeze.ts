/**
 * 封网 (domain O-2): in the areas of an important event nothing is done to a device unless two others approve, or a running level-1 incident needs it: no
 * operation, and it is not taken out of service. Maintenance windows, rules, the register and recollection are not under it: they do nothing to a device.
 */
import type { ApprovalDto, AuditDto, DeviceDto } from '@cardwatch/contracts/api';
import type { Incident } from '@cardwatch/contracts/watch';
import { epochMs, err, minuteMs, ok, type Result } from '@cardwatch/kernel';
import { approvalsNeeded, type FreezeDecision, freezeDecision } from '../../core/incident/freeze.core.ts';
import { isRunning } from '../../core/incident/open.core.ts';
import { levelOf } from '../../core/incident/workflow.step.ts';
import { readLimits } from '../../store/read/roles.ts';
import { placePathOf } from '../area.core.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { showDevice } from './show.ts';

/** An approval holds so long, and for one operation (domain K-4). */
export const approvalMs = 15 * minuteMs;
const approves = 'device.approve';
const operates = 'device.operate';
const maintains = 'device.maintenance';

export interface ApproveAsk {
  readonly deviceId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Kept in the trail, which is where it is counted from: each person once. */
export async function approveChange(
  services: Services,
  caller: Caller,
  { deviceId, reason, idempotencyKey }: ApproveAsk,
): Promise<Result<ApprovalDto, ServiceFailure>> {
  const device = await showDevice(services, caller, deviceId);
  if (!device.ok) return device;
  const now = services.clock.now();
  const act = { action: approves, object: deviceId, result: 'ok', detail: { reason, id: idempotencyKey } };
  await services.people.appendAudit(auditOf(caller, act, now));
  const approvedBy = approvalsIn(await latestTrail(services), deviceId, now);
  return ok({ deviceId, approvals: approvedBy.length, needed: approvalsNeeded, until: now + approvalMs });
}

/** Whether something may be done to this device now, and why. Without a watch nobody knows of events: it may. */
export async function mayChange(
  services: Services,
  caller: Caller,
  device: DeviceDto,
  { emergency, idempotencyKey }: { readonly emergency: string | null; readonly idempotencyKey: string | null },
): Promise<Result<FreezeDecision, ServiceFailure>> {
  const { watch } = services;
  if (watch === null) return ok({ allowed: true, why: 'noFreeze', events: [] });
  const { deviceId, agentId, place, parents } = device;
  if (emergency !== null && !(await isEmergency(services, device, emergency)))
    return err({ kind: 'refused', why: 'noEmergency' });
  const { importantEvents } = await watch.settings();
  const names = [deviceId, agentId, place.campus, placePathOf(place), ...parents];
  const now = epochMs(services.clock.now());
  const trail = await latestTrail(services);
  const ordered = (row: AuditDto): boolean =>
    row.action === operates && row.object === deviceId && row.actor === caller.actor && row.detail.includes(idempotencyKey ?? '');
  // the same order once more is answered as it was, not judged again
  if (idempotencyKey !== null && trail.some(ordered)) return ok({ allowed: true, why: 'approved', events: [] });
  const approvedBy = approvalsIn(trail, deviceId, now);
  const decision = freezeDecision(importantEvents, { names, askedBy: caller.actor, approvedBy, emergency }, now);
  return decision.allowed ? ok(decision) : err({ kind: 'refused', why: `frozen:${decision.approvalsMissing}` });
}

/** What the trail says of a change that was made in a freeze. */
export const frozenBy = (
  decision: FreezeDecision | undefined,
  emergency: string | undefined,
): Readonly<Record<string, unknown>> =>
  decision === undefined || decision.events.length === 0
    ? {}
    : { freeze: decision.why, events: decision.events, ...(emergency === undefined ? {} : { emergency }) };

/** Who approved since the last operation or taking out of service, within the time. */
function approvalsIn(trail: readonly AuditDto[], deviceId: string, now: number): readonly string[] {
  const approved = new Set<string>();
  for (const { at, action, object, result, actor, detail } of trail) {
    if (now - at > approvalMs) break;
    if (object !== deviceId || result !== 'ok') continue;
    if (action === operates || (action === maintains && detail.includes('"maintenance":true'))) break;
    if (action === approves) approved.add(actor);
  }
  return [...approved];
}

/** The latest rows, newest first: what lies further back counts no more. */
async function latestTrail({ people }: Services): Promise<readonly AuditDto[]> {
  const page = await people.audit({ limit: readLimits.pageRows });
  return page.ok ? page.value.items : [];
}

/** A running incident of level 1 that names the device, or its area. */
async function isEmergency({ watch }: Services, { deviceId, place }: DeviceDto, number: string): Promise<boolean> {
  const page = await watch?.incidents({ open: true, limit: readLimits.pageRows });
  const concerns = ({ scope }: Incident): boolean =>
    scope?.devices.includes(deviceId) === true || scope?.areas.includes(placePathOf(place)) === true;
  return (
    page?.ok === true &&
    page.value.items.some((one) => one.number === number && isRunning(one) && levelOf(one) === 1 && concerns(one))
  );
}
