/** The evidence pack of an incident (domain E-1): made once, kept whole in its history, named by its hash in its row. */
import type { Alarm, Incident } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { alarmsAroundMs, changesBackMs, evidenceOf, type EvidenceRow, healthBackMs } from '../core/incident/evidence.core.ts';
import type { World } from '../core/world/world.core.ts';
import { factLimits, type FactRows } from './incident-facts.ts';
import type { IncidentTurn } from './incident-turn.ts';
import type { IncidentParts, IncidentsAsk } from './incidents.ts';

export interface PackAsk {
  readonly incident: Incident;
  /** Alarms that burn. */
  readonly alarms: readonly Alarm[];
  readonly ask: Pick<IncidentsAsk, 'world'>;
  readonly parts: Pick<IncidentParts, 'facts' | 'sha256'>;
}

const unread: FactRows = { health: null, gaps: null, alarms: null, changes: null };

export async function makePack({ incident, alarms, ask, parts }: PackAsk, turn: IncidentTurn, now: EpochMs): Promise<void> {
  const { world } = ask;
  const ids = (incident.scope?.devices ?? []).slice(0, factLimits.devices);
  const occurredAt = epochMs(incident.occurredAt);
  const facts = await parts.facts(ids, epochMs(occurredAt - changesBackMs), epochMs(now + 1)).catch(() => unread);
  const around = [...(facts.alarms ?? []), ...alarms].filter(({ since }) => Math.abs(since - occurredAt) <= alarmsAroundMs);
  const { incidentId, number, record } = incident;
  const { time, place, symptom } = record;
  const pack = evidenceOf(
    {
      incident: { number, incidentId, occurredAt },
      devices: ids.map((deviceId) => ({
        deviceId,
        name: nameOf(world, deviceId),
        area: world.devices.get(deviceId)?.area ?? null,
      })),
      health: rows(facts.health, occurredAt - healthBackMs),
      gaps: rows(facts.gaps ?? gapsOf(world, ids), 0),
      alarms: alarmRows(around),
      changes: rows(facts.changes, occurredAt - changesBackMs),
      path: pathOf(world, ids[0]),
      checklist: { time, place, symptom, reportedBy: 'watch', before: '', after: '', onScreen: '' },
    },
    parts.sha256,
    now,
  );
  const ref = { hash: pack.hash, at: now, completenessPct: pack.completenessPct };
  turn.put({ ...incident, evidence: [...(incident.evidence ?? []), ref].slice(-64) });
  turn.tell(incident, { what: 'evidence', detail: { ...ref, missing: pack.missing, json: pack.json } }, now);
}

const rows = <R extends EvidenceRow>(part: readonly R[] | null, from: number): readonly R[] | null =>
  part
    ?.filter(({ at }) => at >= from)
    .toSorted((a, b) => a.at - b.at)
    .slice(-factLimits.rows) ?? null;

const nameOf = (world: World, deviceId: string): string => world.devices.get(deviceId)?.name ?? deviceId;

/** The latest word on each alarm: the book's before the store's. */
function alarmRows(alarms: readonly Alarm[]): readonly (EvidenceRow & { readonly cause: boolean })[] {
  const latest = new Map(alarms.map((alarm) => [alarm.alarmId, alarm]));
  return [...latest.values()].slice(-factLimits.rows).map(({ alarmId, since, rule, level, subject, condition, causeId }) => ({
    at: epochMs(since),
    ref: alarmId,
    cause: causeId === null,
    what: { rule, level, subject: `${subject.kind}:${subject.id}`, condition, causeId },
  }));
}

/** Gaps that are open now, of the devices and their agents. */
function gapsOf(world: World, devices: readonly string[]): readonly EvidenceRow[] {
  const agents = devices.flatMap((id) => world.devices.get(id)?.agentId ?? []);
  return [...new Set([...devices, ...agents])].flatMap((id) => {
    const gap = world.openGaps.get(id);
    return gap === undefined ? [] : [{ at: gap.openedAt, ref: id, what: { records: gap.records, estimateFen: gap.estimateFen } }];
  });
}

export const pathStepsMax = 16;

/** device → bus → switch → edge → collector: the first parent of each group on, as far as it is known. */
function pathOf(world: World, deviceId: string | undefined): readonly string[] | null {
  const first = deviceId === undefined ? undefined : world.devices.get(deviceId);
  if (first === undefined) return null;
  const path: string[] = [first.deviceId, first.line];
  let at = first;
  while (path.length < pathStepsMax) {
    const parent = at.upstream[0]?.[0];
    if (parent === undefined || path.includes(parent)) break;
    path.push(parent);
    const next = world.devices.get(parent);
    if (next === undefined) break;
    at = next;
  }
  return [...path, first.agentId, 'collector'];
}
