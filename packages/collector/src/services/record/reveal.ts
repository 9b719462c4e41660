import type { RevealDto } from '@cardwatch/contracts/api';
import { err, hourMs, ok, type Result } from '@cardwatch/kernel';
import type { SealedRecord } from '../../store/read/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { type SiteKeys, unseal } from '../keys/ring.ts';
import type { Services } from '../services.ts';

export const revealQuota = { limit: 30, windowMs: hourMs } as const;

export interface RevealAsk {
  readonly id: string;
  readonly purpose: string;
}

/** Card number and raw bytes of one record. The trail has it before the answer is made; the quota counts the trail. */
export async function revealRecord(
  services: Services,
  caller: Caller,
  { id, purpose }: RevealAsk,
): Promise<Result<RevealDto, ServiceFailure>> {
  const sealed = await services.read.sealedRecord(id);
  if (sealed === null) return err({ kind: 'notFound', place: 'id', value: id });
  const now = services.clock.now();
  const act = { action: 'record.reveal', object: id, result: 'ok', detail: { deviceId: sealed.deviceId, purpose } };
  const quota = { since: now - revealQuota.windowMs, limit: revealQuota.limit };
  if (!(await services.people.appendAuditWithin(auditOf(caller, act, now), quota))) {
    return err({ kind: 'quota', limit: revealQuota.limit, retryAfterS: revealQuota.windowMs / 1000 });
  }
  const keys = (await services.keys.sites())[sealed.siteId];
  return keys === undefined ? err({ kind: 'sealed', reason: 'noKey' }) : open(keys, sealed);
}

function open(keys: SiteKeys, { id, deviceId, cardSealed, rawSealed }: SealedRecord): Result<RevealDto, ServiceFailure> {
  const raw = unseal(keys, rawSealed, deviceId);
  if (!raw.ok) return err({ kind: 'sealed', reason: raw.error.kind });
  const card = cardSealed === null ? undefined : unseal(keys, cardSealed, deviceId);
  if (card?.ok === false) return err({ kind: 'sealed', reason: card.error.kind });
  return ok({ id, cardNo: card?.value.toString('ascii') ?? null, rawHex: raw.value.toString('hex') });
}
