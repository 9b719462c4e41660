/** How places stand: what is on its way from them, who of them answers, what they brought in the last minutes. One row a place, one an agent that holds something. */
import type { BusinessBandDto } from '@cardwatch/contracts/api';
import type { Exposure } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { entityOf } from '../metrics/entity.core.ts';
import { modifiedZBand } from '../metrics/statistics.core.ts';
import { inService } from '../world/roll.core.ts';
import type { AgentFact, DeviceFact, World } from '../world/world.core.ts';
import { noExposure } from './entry.core.ts';
import { exposureOfDevice, joined } from './exposure.core.ts';

export interface Standing {
  readonly exposure: Exposure;
  readonly devices: number;
  readonly open: number;
  readonly openOnline: number;
  readonly recent: { readonly records: number; readonly amountFen: number; readonly expected: BusinessBandDto | null };
}

export interface PlaceRow extends Standing {
  readonly campus: string;
  /** `campus/building/area`; null: its devices name none. */
  readonly area: string | null;
  readonly areaType: string;
}

/** What an agent holds; `campus`, `area`, `areaType`: what all of its devices have in common, null where they differ. */
export interface HeldRow {
  readonly agentId: string;
  readonly campus: string | null;
  readonly area: string | null;
  readonly areaType: string | null;
  readonly exposure: Exposure;
}

export interface Standings {
  readonly at: number;
  readonly places: readonly PlaceRow[];
  readonly held: readonly HeldRow[];
}

export const recentMs = 5 * minuteMs;
const otherType = 'other';

export function standingsOf(world: World, now: EpochMs): Standings {
  const places = new Map<string, DeviceFact[]>();
  const agents = new Map<string, DeviceFact[]>();
  for (const device of world.devices.values()) {
    push(places, JSON.stringify([device.campus, device.area, device.areaType]), device);
    push(agents, device.agentId, device);
  }
  const holding = [...world.agents.values()].filter((agent) => paymentsOf(agent).records > 0);
  return {
    at: now,
    places: [...places.values()].map((devices) => placeRow(devices, world, now)),
    held: holding.map((agent) => heldRow(agent, agents.get(agent.agentId) ?? [], world, now)),
  };
}

function push(groups: Map<string, DeviceFact[]>, key: string, device: DeviceFact): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [device]);
  else group.push(device);
}

/** Nothing is worth nothing: it must not make the worth of others look known. */
const worthless = (exposure: Exposure): Exposure => (exposure.records === 0 ? { ...exposure, fen: null } : exposure);

const nowhere = { campus: '', area: null, areaType: null } as const;

function placeRow(devices: readonly DeviceFact[], world: World, now: EpochMs): PlaceRow {
  const { campus, area, areaType } = devices[0] ?? nowhere;
  const serving = devices.filter((device) => inService(device) && device.kind !== 'network');
  const open = world.businessTime(areaType, now).open ? serving : [];
  return {
    campus,
    area,
    areaType: areaType ?? otherType,
    exposure: devices.map((device) => worthless(exposureOfDevice(device, world, now))).reduce(joined, noExposure),
    devices: serving.length,
    open: open.length,
    openOnline: open.filter(({ state }) => state === 'online' || state === 'degraded').length,
    recent: recentOf(devices, area, world, now),
  };
}

function recentOf(devices: readonly DeviceFact[], area: string | null, world: World, now: EpochMs): Standing['recent'] {
  const to = epochMs(Math.floor(now / minuteMs) * minuteMs);
  const from = epochMs(to - recentMs);
  let records = 0;
  let amountFen = 0;
  for (const { deviceId } of devices) {
    const came = world.figures(deviceId, from, to);
    records += came.records;
    amountFen += came.amountFen;
  }
  const expected = area === null ? null : world.expected(entityOf.area(area), 'records', from, to);
  if (expected === null) return { records, amountFen, expected: null };
  const { median, mad } = expected;
  const [low, high] = modifiedZBand(median, mad);
  return { records, amountFen, expected: { median, mad, low: Math.max(0, low), high } };
}

/** Events and readings that wait in an agent are no money. One that has not said how much of it is payments is taken at its whole backlog. */
const paymentsOf = (agent: AgentFact): { readonly records: number; readonly oldestAt: EpochMs | null } =>
  agent.heldPayments ?? { records: agent.backlogRecords, oldestAt: agent.backlogOldestAt };

function heldRow(agent: AgentFact, devices: readonly DeviceFact[], world: World, now: EpochMs): HeldRow {
  const held = paymentsOf(agent);
  return {
    agentId: agent.agentId,
    campus: same(devices.map(({ campus }) => campus)),
    area: same(devices.map(({ area }) => area)),
    areaType: same(devices.map(({ areaType }) => areaType ?? otherType)),
    exposure: {
      records: held.records,
      fen: worthOf(held.records, devices, world, now),
      estimated: true,
      oldestAt: held.oldestAt,
    },
  };
}

/** An agent counts its records and does not say what they are worth: by what its terminals took on average over a day; null where they took nothing. */
function worthOf(held: number, devices: readonly DeviceFact[], world: World, now: EpochMs): number | null {
  const to = epochMs(Math.floor(now / minuteMs) * minuteMs);
  const from = epochMs(to - 24 * hourMs);
  let records = 0;
  let amountFen = 0;
  for (const { deviceId } of devices) {
    const day = world.figures(deviceId, from, to);
    records += day.records;
    amountFen += day.amountFen;
  }
  return records === 0 ? null : Math.max(0, Math.round((held * amountFen) / records));
}

function same<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
