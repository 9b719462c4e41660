/** What the custody store and the trail know of devices around a fault, through their read roles: never by ingest's thread, and within a time. */
import type { EventDto } from '@cardwatch/contracts/api';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { Json } from '../core/incident/canonical.core.ts';
import { type ChangeRow, type EvidenceRow, healthBackMs } from '../core/incident/evidence.core.ts';
import { maskedActor, maskedDetail } from '../core/incident/mask.core.ts';
import type { TrailRole } from '../store/people/roles.ts';
import type { PageResult, ReadRole } from '../store/read/roles.ts';
import { factLimits, type FactsAsk, type IncidentFacts } from './incident-facts.ts';

export interface CustodyParts {
  readonly own: IncidentFacts;
  readonly read: Pick<ReadRole, 'devicesById' | 'latestReadings' | 'events' | 'gaps' | 'deadLetters'>;
  readonly trail: TrailRole | null;
  readonly mono: () => number;
}

/** `own` with what the custody store adds. A store that does not answer leaves its part missing, not the pack. */
export function custodyFacts({ own, read, trail, mono }: CustodyParts): IncidentFacts {
  return async (ask) => {
    const deadline = mono() + factLimits.buildMs;
    const facts = await own(ask);
    const told = await toldOf(read, ask, () => mono() < deadline);
    const operators = trail === null ? null : await orNull(operatorsOf(trail, ask));
    const gaps = await orNull(gapsOf(read, ask));
    const deadLetters = await orNull(deadLettersOf(read, ask));
    const changes = [...(facts.changes ?? []), ...told.changes, ...(operators?.rows ?? [])];
    return {
      ...facts,
      health: facts.health === null ? null : [...facts.health, ...told.health],
      gaps: gaps?.rows ?? null,
      deadLetters: deadLetters?.rows ?? null,
      changes: facts.changes === null || operators === null ? null : changes,
      now: (await orNull(nowOf(read, ask))) ?? new Map<string, Json>(),
      trail: operators?.proof ?? null,
      leftOut: {
        ...facts.leftOut,
        gaps: gaps?.leftOut ?? 0,
        deadLetters: deadLetters?.leftOut ?? 0,
        changes: operators?.leftOut ?? 0,
        health: told.unasked,
      },
    };
  };
}

const orNull = <T>(asked: Promise<T>): Promise<T | null> => asked.catch(() => null);

interface Told {
  readonly health: readonly EvidenceRow[];
  readonly changes: readonly ChangeRow[];
  /** Devices that there was no time for. */
  readonly unasked: number;
}

/** Alarms and measures of the last hour, what was done at the devices themselves. */
async function toldOf(read: CustodyParts['read'], { devices, nodes, from, to }: FactsAsk, inTime: () => boolean): Promise<Told> {
  const health: EvidenceRow[] = [];
  const changes: ChangeRow[] = [];
  const all = [...new Set([...devices, ...nodes])];
  let asked = 0;
  for (const deviceId of all) {
    if (!inTime()) break;
    asked++;
    const ask = { deviceId, from, to, limit: factLimits.perDevice } as const;
    for (const event of itemsOf(await read.events({ ...ask, type: 'deviceAlarm' })))
      health.push({ at: epochMs(event.observedAt), ref: deviceId, what: alarmJson(event) });
    for (const { observedAt, what, detail } of itemsOf(await read.events({ ...ask, type: 'deviceAudit' })))
      changes.push({
        at: epochMs(observedAt),
        ref: deviceId,
        what: { atDevice: what, detail },
        touches: touchedBy(deviceId, detail),
      });
  }
  for (const { deviceId, point, value, unit, quality, observedAt } of await read.latestReadings(devices.slice(0, asked)))
    if (observedAt >= to - healthBackMs && observedAt < to)
      health.push({ at: epochMs(observedAt), ref: deviceId, what: { point, value, unit, quality } });
  return { health, changes, unasked: all.length - asked };
}

const alarmJson = ({ what, active, detail }: EventDto): Json => ({ alarm: what, active, detail });
const itemsOf = <T>(page: PageResult<T>): readonly T[] => (page.ok ? page.value.items : []);
/** The device, and an address that the device names. */
const touchedBy = (deviceId: string, detail: string | null): readonly string[] => [
  deviceId,
  ...(detail?.match(/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi) ?? []),
];

interface Rows<R> {
  readonly rows: readonly R[];
  readonly leftOut: number;
}

/** Open ones, and those that were opened or closed in the time. */
async function gapsOf(read: CustodyParts['read'], { devices, agents, from }: FactsAsk): Promise<Rows<EvidenceRow>> {
  const known = new Set(devices);
  const rows: EvidenceRow[] = [];
  let leftOut = 0;
  for (const agentId of agents) {
    const page = await read.gaps({ agentId, limit: factLimits.rows });
    if (!page.ok) throw new Error(page.error.kind);
    if (page.value.nextCursor !== null) leftOut++;
    for (const { id, deviceId, stream, first, last, state, cause, estimateFen, openedAt, closedAt } of page.value.items)
      if ((deviceId === null || known.has(deviceId)) && (state === 'open' || openedAt >= from || (closedAt ?? 0) >= from))
        rows.push({
          at: epochMs(openedAt),
          ref: `gap:${id}`,
          what: {
            agentId,
            deviceId,
            stream,
            first,
            last,
            records: last - first + 1,
            state,
            cause,
            estimateFen,
            closedAt,
          },
        });
  }
  return { rows, leftOut };
}

async function deadLettersOf(read: CustodyParts['read'], { devices, agents, from }: FactsAsk): Promise<Rows<EvidenceRow>> {
  const page = await read.deadLetters({ limit: factLimits.rows });
  if (!page.ok) throw new Error(page.error.kind);
  const [known, ours] = [new Set(devices), new Set(agents)];
  const rows = page.value.items
    .filter(({ agentId, deviceId }) => (deviceId === null ? ours.has(agentId) : known.has(deviceId)))
    .filter(({ state, receivedAt }) => state === 'open' || receivedAt >= from)
    .map(({ id, agentId, deviceId, stream, seq, kind, reason, bytes, state, receivedAt }) => ({
      at: epochMs(receivedAt),
      ref: `deadLetter:${id}`,
      what: { agentId, deviceId, stream, seq, kind, reason, bytes, state },
    }));
  return { rows, leftOut: page.value.nextCursor === null ? 0 : 1 };
}

/** What people did to devices, rules, topology, windows and duties; who signed in, looked or unmasked is not asked. */
const changing = /^(device|gap|agent|watch)\./;

async function operatorsOf(trail: TrailRole, { from, to }: FactsAsk) {
  const read = await trail.since(from, factLimits.trailRows);
  const rows = read.rows.filter(({ at, action }) => at < to && changing.test(action));
  return {
    rows: rows.map(
      ({ n, at, actor, action, object, result, detail }): ChangeRow => ({
        at: at as EpochMs,
        ref: `audit:${n}`,
        what: { actor: maskedActor(actor), action, object, result, detail: maskedDetail(detail) },
        touches: [object],
      }),
    ),
    leftOut: read.more ? 1 : 0,
    proof: read.proof,
  };
}

async function nowOf(read: CustodyParts['read'], { devices }: FactsAsk): Promise<ReadonlyMap<string, Json>> {
  const found = await read.devicesById(devices);
  return new Map(
    found.map(({ deviceId, ...device }) => {
      const { profile, state, cause, since, lastSeenAt, lastRecordAt, uncollected, freeRecords, driftMs, rttMs } = device;
      const { blacklistVersion, parameterVersion, firmware, generation, busErrors } = device;
      const measures = { lastSeenAt, lastRecordAt, uncollected, freeRecords, driftMs, rttMs, busErrors };
      return [
        deviceId,
        { profile, state, cause, since, ...measures, blacklistVersion, parameterVersion, firmware, generation },
      ] as const;
    }),
  );
}
