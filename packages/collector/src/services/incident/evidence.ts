import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@cardwatch/kernel';
import { checkEvidence } from '../../core/incident/evidence.core.ts';
import { packsOf } from '../../runner/incident-evidence.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { findIncident } from './list.ts';

export interface EvidenceFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly name: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The very bytes that were hashed. One that is not what its hash says any more is not given out: the trail keeps who asked and that it was broken. */
export async function downloadEvidence(
  services: Watched,
  caller: Caller,
  { incidentId, hash }: { readonly incidentId: string; readonly hash: string },
): Promise<Result<EvidenceFile, ServiceFailure>> {
  const incident = await findIncident(services, caller, incidentId);
  if (!incident.ok) return incident;
  const pack = (await services.watch.history(packsOf(incidentId))).map(packOf).find((one) => one?.hash === hash);
  const intact = pack !== undefined && pack !== null && checkEvidence(pack, sha256).intact;
  const result = pack === undefined || pack === null ? 'notFound' : intact ? 'ok' : 'broken';
  const detail = { hash, number: incident.value.number };
  const act = { action: 'incident.evidence', object: incidentId, result, detail };
  await services.people.appendAudit(auditOf(caller, act, services.clock.now()));
  if (pack === undefined || pack === null || !intact) return err({ kind: 'notFound', place: 'hash', value: hash });
  const name = `${incident.value.number}-${hash.slice(0, 12)}.json`;
  return ok({ bytes: new TextEncoder().encode(pack.json), type: 'application/json', name });
}

/** Rows that the watch wrote itself. */
function packOf({ detail }: { readonly detail: string }): { readonly hash: string; readonly json: string } | null {
  const value: unknown = JSON.parse(detail);
  if (typeof value !== 'object' || value === null || !('hash' in value) || !('json' in value)) return null;
  return typeof value.hash === 'string' && typeof value.json === 'string' ? { hash: value.hash, json: value.json } : null;
}
