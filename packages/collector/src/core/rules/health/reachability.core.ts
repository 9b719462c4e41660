/** Devices and agents that are not there: 离线, 失联, and what is reached through what (domain 3.5, M-6). */
import type { AlarmLevel } from '@cardwatch/contracts/watch';
import { type EpochMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { rollOf } from '../../world/roll.core.ts';
import type { AgentFact, DeviceFact, World } from '../../world/world.core.ts';
import { gradeAbove, groupBy, measured, ofAgent, ofArea, ofCampus, ofDevice, ofLine, round1 } from '../finding.core.ts';
import { type Finding, look, watcher } from '../rule.core.ts';
import { amongDevices } from './devices.core.ts';
import { behind, down, mealNow, percentOf, placesNow, plannedOff } from './reach.core.ts';

const minutes = z.int().min(0).max(240);
const percent = z.number().min(0).max(100);

/** A terminal, lane or controller that does not answer: 离线. Switches are `upstreamDown`. One that was switched off at closing is none. */
export const deviceOffline = watcher({
  id: 'deviceOffline',
  source: '3.5, M-6',
  params: z.strictObject({ posMealLevel: z.union([z.literal(2), z.literal(3)]), closingMinutes: minutes }),
  defaults: { posMealLevel: 2 as 2 | 3, closingMinutes: 15 },
  timing: { raiseAfterMs: 15 * secondMs, clearAfterMs: 15 * secondMs, nOfM: null },
  lookBackMs: 0,
  start: () => new Map<string, SaidOffline>(),
  look(said, { world, params, now }) {
    const places = placesNow(world, now);
    const gone = rollOf(world.roll, 'state', 'offline', 'unknown');
    if (said.size > 2 * gone.length) said.clear();
    return amongDevices(gone, (device) => {
      if (device.kind === 'network') return undefined;
      const { open, meal } = places(device.areaType);
      const level = device.kind === 'pos' && meal ? params.posMealLevel : 3;
      const isUnknown = device.state === 'unknown';
      if (!isUnknown && plannedOff(world, device, params.closingMinutes * minuteMs, now)) return undefined;
      const grade = isUnknown ? 'unknown' : open ? 'breach' : 'band';
      const away = isUnknown ? 0 : round1((now - device.since) / minuteMs);
      const known = said.get(device.deviceId);
      if (known?.device === device && known.away === away && known.finding.grade === grade && known.finding.level === level)
        return known.finding;
      const values = isUnknown ? {} : { cause: device.cause ?? 'noReply', minutes: away };
      const finding = ofDevice(device, { rule: 'deviceOffline', grade, level, values });
      said.set(device.deviceId, { device, away, finding });
      return finding;
    });
  },
});

/** What was said of a device a look ago: of thousands that are gone nearly all is said again. It remembers nothing that the world does not say. */
interface SaidOffline {
  readonly device: DeviceFact;
  readonly away: number;
  readonly finding: Finding;
}

/** An agent that is not heard: its devices are 未知. */
export const agentLost = look({
  id: 'agentLost',
  source: 'M-6',
  params: z.strictObject({ levelOneDevices: z.int().min(1).max(10_000), campusDevices: z.int().min(1).max(10_000) }),
  defaults: { levelOneDevices: 200, campusDevices: 10 },
  timing: { raiseAfterMs: 0, clearAfterMs: 15 * secondMs, nOfM: null },
  look(world, params, now) {
    return lostAgents(world).map((agent) => {
      const devices = rollOf(world.roll, 'agent', agent.agentId);
      const campus = rollOf(world.roll, 'campus', devices[0]?.campus ?? '');
      const whole = campus.length >= params.campusDevices && campus.every(({ agentId }) => agentId === agent.agentId);
      const level = whole || devices.length >= params.levelOneDevices ? 1 : 2;
      const values = { count: devices.length, minutes: round1((now - agent.since) / minuteMs) };
      return ofAgent(agent, devices, { rule: 'agentLost', grade: 'breach', level, values });
    });
  },
});

const lostAgents = (world: World): readonly AgentFact[] => [...world.agents.values()].filter(({ state }) => state === 'offline');

/** A switch, router or bridge that does not answer. `count`: devices that have no other way up. */
export const upstreamDown = look({
  id: 'upstreamDown',
  source: '3.5, M-6',
  params: z.strictObject({
    levelOneDevices: z.int().min(1).max(10_000),
    levelTwoDevices: z.int().min(1).max(10_000),
    /** Share of a canteen's terminals behind it that is level 1 in a meal. */
    mealPosPct: percent,
  }),
  defaults: { levelOneDevices: 100, levelTwoDevices: 3, mealPosPct: 30 },
  timing: { raiseAfterMs: 0, clearAfterMs: 15 * secondMs, nOfM: null },
  look(world, params, now) {
    const nodes = rollOf(world.roll, 'kind', 'network');
    const failed = new Set(nodes.filter(({ state }) => state === 'offline').map(({ deviceId }) => deviceId));
    const cut = behind(world, failed);
    const canteens = failed.size === 0 ? [] : sellingCanteens(world, now);
    return nodes.flatMap((node): Finding[] => {
      const lost = cut.get(node.deviceId) ?? [];
      const level = upstreamLevel(lost, canteens, params);
      if (node.state === 'unknown') return [ofDevice(node, { rule: 'upstreamDown', grade: 'unknown', level })];
      if (node.state !== 'offline') return [];
      const values = { count: lost.length, minutes: round1((now - node.since) / minuteMs), cause: node.cause ?? 'noReply' };
      const found = ofDevice(node, { rule: 'upstreamDown', grade: 'breach', level, values });
      return [{ ...found, devices: [node.deviceId, ...lost].slice(0, 1_000) }];
    });
  },
});

/** By the number behind it; level 1 at once where a canteen cannot sell in its meal, not only when its terminals were missed one by one. */
function upstreamLevel(
  lost: readonly string[],
  canteens: readonly (readonly DeviceFact[])[],
  params: { readonly levelOneDevices: number; readonly levelTwoDevices: number; readonly mealPosPct: number },
): AlarmLevel {
  if (lost.length >= params.levelOneDevices) return 1;
  const gone = new Set(lost);
  for (const terminals of lost.length < 2 ? [] : canteens) {
    const cut = terminals.filter(({ deviceId }) => gone.has(deviceId)).length;
    if (cut >= 2 && percentOf(cut, terminals.length) >= params.mealPosPct) return 1;
  }
  return lost.length >= params.levelTwoDevices ? 2 : 3;
}

/** Terminals of each canteen that is in a meal now. */
const sellingCanteens = (world: World, now: EpochMs): readonly (readonly DeviceFact[])[] => [
  ...groupBy(world, (device) => (device.kind === 'pos' && mealNow(world, device, now) ? canteenOf(device) : null)).values(),
];

/** `campus/building`: all its halls together. */
const canteenOf = ({ area, campus }: DeviceFact): string => /^[^/]+\/[^/]+/.exec(area ?? '')?.[0] ?? campus;

const DegradedParams = z
  .strictObject({
    levelOnePct: percent,
    levelTwoPct: percent,
    clearPct: percent,
    /** So many terminals at least: one of three is no third of a canteen. */
    devicesMin: z.int().min(1).max(100),
    closingMinutes: minutes,
  })
  .refine(({ clearPct, levelTwoPct }) => clearPct <= levelTwoPct, { path: ['clearPct'], message: 'above levelTwoPct' })
  .refine(({ levelTwoPct, levelOnePct }) => levelTwoPct <= levelOnePct, { path: ['levelTwoPct'], message: 'above levelOnePct' });
type DegradedParams = z.infer<typeof DegradedParams>;

/** A canteen that loses a share of its terminals in a meal; a dorm entrance without any lane; a shower bus without any controller in its hours. */
export const areaDegraded = look({
  id: 'areaDegraded',
  source: 'M-6',
  params: DegradedParams,
  defaults: { levelOnePct: 30, levelTwoPct: 10, clearPct: 5, devicesMin: 2, closingMinutes: 15 },
  timing: { raiseAfterMs: 30 * secondMs, clearAfterMs: minuteMs, nOfM: null },
  look: (world, params, now) => [
    ...[...world.roll.by('canteens')].flatMap(([area, devices]) => canteen(world, area, devices, params, now)),
    ...[...world.roll.by('lanes')].flatMap(([area, lanes]) => {
      const devices = lanes.filter(({ areaType }) => areaType === 'dorm');
      return devices.length === 0 ? [] : wholeDown(devices, (said) => ofArea(area, devices, said));
    }),
    ...[...(world.businessTime('bathhouse', now).open ? world.roll.by('controllers') : [])].flatMap(([line, devices]) =>
      devices.length < params.devicesMin ? [] : wholeDown(devices, (said) => ofLine({ id: line, devices }, said)),
    ),
  ],
});

function canteen(world: World, area: string, devices: readonly DeviceFact[], params: DegradedParams, now: EpochMs): Finding[] {
  const first = devices[0];
  if (first === undefined || !mealNow(world, first, now)) return [];
  const known = devices.filter(({ state }) => state !== 'unknown');
  const failed = known.filter((device) => down(device) && !plannedOff(world, device, params.closingMinutes * minuteMs, now));
  const pct = percentOf(failed.length, known.length);
  const level = pct >= params.levelOnePct ? 1 : 2;
  const enough = failed.length >= params.devicesMin;
  const grade = enough ? gradeAbove(pct, params.levelTwoPct, params.clearPct) : undefined;
  if (grade === undefined && known.length * 2 < devices.length)
    return [ofArea(area, devices, { rule: 'areaDegraded', grade: 'unknown', level: 2 })];
  if (grade === undefined) return [];
  const values = { what: 'canteen', value: pct, unit: '%', count: failed.length, of: known.length };
  const evidence = measured(pct, '%', params.levelTwoPct);
  return [ofArea(area, failed, { rule: 'areaDegraded', grade, level, values, evidence })];
}

function wholeDown(devices: readonly DeviceFact[], about: (said: Parameters<typeof ofArea>[2]) => Finding): Finding[] {
  const known = devices.filter(({ state }) => state !== 'unknown');
  if (known.length === 0) return [about({ rule: 'areaDegraded', grade: 'unknown', level: 2 })];
  if (!known.every(down)) return [];
  const values = {
    what: devices[0]?.kind === 'gate' ? 'entrance' : 'showerBus',
    value: 100,
    unit: '%',
    count: known.length,
    of: known.length,
  };
  return [about({ rule: 'areaDegraded', grade: 'breach', level: 2, values, evidence: measured(100, '%', 100) })];
}

/** Nothing is heard of a campus: no agent of it is there, or no device of it answers. What was switched off at closing does not count. */
export const campusSilent = look({
  id: 'campusSilent',
  source: 'M-6',
  params: z.strictObject({ devicesMin: z.int().min(1).max(10_000), closingMinutes: minutes }),
  defaults: { devicesMin: 5, closingMinutes: 15 },
  timing: { raiseAfterMs: 15 * secondMs, clearAfterMs: 30 * secondMs, nOfM: null },
  look(world, { devicesMin, closingMinutes }, now) {
    return [...world.roll.by('campus')].flatMap(([campus, all]): Finding[] => {
      if (all.some(isHeard)) return [];
      const seen = all.filter(({ cause }) => cause !== 'neverSeen');
      const devices = seen.filter((device) => !(down(device) && plannedOff(world, device, closingMinutes * minuteMs, now)));
      if (devices.length < devicesMin) return [];
      const agents = new Set(devices.map(({ agentId }) => agentId));
      const values = { count: devices.length, agents: agents.size };
      return [ofCampus(campus, devices, { rule: 'campusSilent', grade: 'breach', level: 1, values })];
    });
  },
});

const isHeard = ({ state, cause }: DeviceFact): boolean => cause !== 'neverSeen' && state !== 'offline' && state !== 'unknown';
