/** The evidence pack of an incident (domain E-1): made of what the stores say, kept whole under the incident, named by its hash in its row. */
import type { Alarm, Incident } from '@cardwatch/contracts/watch';
import { businessDay, type EpochMs, epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import type { Json } from '../core/incident/canonical.core.ts';
import {
  alarmsAroundMs,
  changesBackMs,
  evidenceOf,
  type EvidenceRow,
  type ExposureRow,
  healthBackMs,
} from '../core/incident/evidence.core.ts';
import type { World } from '../core/world/world.core.ts';
import { factLimits, unread } from './incident-facts.ts';
import { incidentHistory, type IncidentTurn } from './incident-turn.ts';
import type { IncidentParts } from './incidents.ts';

export interface PackAsk {
  readonly incident: Incident;
  /** Alarms that burn. */
  readonly alarms: readonly Alarm[];
  readonly world: World;
  readonly parts: Pick<IncidentParts, 'facts' | 'sha256'>;
}

/** Packs of one incident. */
export const packsPerIncidentMax = 16;

/** The packs of an incident have a story of their own, so that its history stays short: `{hash, json}` each. Kept as long as history is. */
export const packsOf = (incidentId: string): string => `evidence:${incidentId}`;

export async function makePack({ incident, alarms, world, parts }: PackAsk, turn: IncidentTurn, now: EpochMs): Promise<void> {
  const named = incident.scope?.devices ?? [];
  const ids = named.slice(0, factLimits.devices);
  const occurredAt = epochMs(incident.occurredAt);
  const path = pathOf(world, ids[0]);
  const agents = [...new Set(ids.flatMap((id) => world.devices.get(id)?.agentId ?? []))].slice(0, factLimits.agents);
  const nodes = [...new Set([...(path ?? []).slice(2, -1), ...agents])];
  const from = epochMs(occurredAt - changesBackMs);
  const facts = await parts.facts({ devices: ids, nodes, agents, from, to: epochMs(now + 1) }).catch(() => unread);
  const known = latest([...(facts.alarms ?? []), ...alarms]);
  const around = known.filter(({ since }) => Math.abs(since - occurredAt) <= alarmsAroundMs);
  const { incidentId, number, record } = incident;
  const { time, place, symptom } = record;
  const pack = evidenceOf(
    {
      incident: { number, incidentId, occurredAt },
      devices: ids.map((deviceId) => deviceRow(world, deviceId, facts.now)),
      health: rows(facts.health, occurredAt - healthBackMs),
      gaps: rows(facts.gaps ?? gapsOf(world, ids), 0),
      deadLetters: rows(facts.deadLetters, 0),
      exposure: exposureRows(known.filter(({ alarmId }) => incident.alarmIds.includes(alarmId))),
      alarms: alarmRows(around),
      changes: rows(facts.changes, from),
      trail: facts.trail,
      leftOut: { ...facts.leftOut, devices: named.length - ids.length },
      path,
      checklist: {
        time: time || clockText(occurredAt),
        place,
        symptom,
        reportedBy: 'watch',
        before: '',
        after: '',
        onScreen: '',
      },
    },
    parts.sha256,
    now,
  );
  const ref = { hash: pack.hash, at: now, completenessPct: pack.completenessPct };
  turn.put({ ...incident, evidence: [...(incident.evidence ?? []), ref].slice(-packsPerIncidentMax) });
  turn.tell(incident, { what: 'evidence', detail: { ...ref, missing: pack.missing } }, now);
  const kept = { what: 'pack', detail: { hash: pack.hash, json: pack.json } };
  turn.write(incidentHistory({ incidentId: packsOf(incidentId) }, kept, now));
}

/** `2026-11-23 12:04:31`, Asia/Shanghai. */
function clockText(at: EpochMs): string {
  const { hour, minute, second } = shanghaiFromEpoch(at);
  return `${businessDay(at)} ${[hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')}`;
}

const deviceRow = (world: World, deviceId: string, now: ReadonlyMap<string, Json>) => ({
  deviceId,
  name: nameOf(world, deviceId),
  area: world.devices.get(deviceId)?.area ?? null,
  now: now.get(deviceId) ?? null,
});

const rows = <R extends EvidenceRow>(part: readonly R[] | null, from: number): readonly R[] | null =>
  part?.filter(({ at }) => at >= from).toSorted((a, b) => a.at - b.at) ?? null;

const nameOf = (world: World, deviceId: string): string => world.devices.get(deviceId)?.name ?? deviceId;

/** The latest word on each alarm: the book's before the store's. */
const latest = (alarms: readonly Alarm[]): readonly Alarm[] => [
  ...new Map(alarms.map((alarm) => [alarm.alarmId, alarm])).values(),
];

const alarmRows = (alarms: readonly Alarm[]): readonly (EvidenceRow & { readonly cause: boolean })[] =>
  alarms.map(({ alarmId, since, rule, level, subject, condition, causeId }) => ({
    at: epochMs(since),
    ref: alarmId,
    cause: causeId === null,
    what: { rule, level, subject: `${subject.kind}:${subject.id}`, condition, causeId },
  }));

/** Records and money that lie behind the alarms of the incident. */
const exposureRows = (alarms: readonly Alarm[]): readonly ExposureRow[] =>
  alarms.flatMap(({ alarmId, since, rule, causeId, exposure: { records, fen, estimated, oldestAt } }) =>
    records === 0 && fen === null
      ? []
      : [
          {
            at: epochMs(since),
            ref: alarmId,
            records,
            fen,
            explained: causeId !== null,
            what: { rule, records, fen, estimated, oldestAt, explained: causeId !== null },
          },
        ],
  );

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
