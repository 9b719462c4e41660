/** What single devices tell of themselves: password, identity, clock, versions, store (domain 5.2 S-CLOCK, M-6, T-5). */
import type { StateCause } from '@cardwatch/contracts';
import type { AlarmLevel, RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { rollOf } from '../../world/roll.core.ts';
import { type DeviceFact, publishedKey, type World } from '../../world/world.core.ts';
import { gradeAbove, gradeBelow, inService, measured, ofAgent, ofDevice, round1 } from '../finding.core.ts';
import { type Finding, look } from '../rule.core.ts';
import { percentOf } from './reach.core.ts';

const none = z.strictObject({});
const timing = (raiseAfterMs: number, clearAfterMs: number) => ({ raiseAfterMs, clearAfterMs, nOfM: null });

/** What is found of each that is in service. */
export const perDevice = (world: World, find: (device: DeviceFact) => Finding | undefined): readonly Finding[] =>
  amongDevices(world.roll.inService, find);

/** What is found of each of these. */
export function amongDevices(
  devices: readonly DeviceFact[],
  find: (device: DeviceFact) => Finding | undefined,
): readonly Finding[] {
  const all: Finding[] = [];
  for (const device of devices) {
    const found = find(device);
    if (found !== undefined) all.push(found);
  }
  return all;
}

/** In service: those of which nothing is heard, those that are in trouble for this cause, and those that tell this alarm of themselves. */
function concerned(world: World, cause: StateCause, alarm: string): readonly DeviceFact[] {
  const all = new Set([...rollOf(world.roll, 'state', 'unknown'), ...rollOf(world.roll, 'cause', cause)]);
  for (const [deviceId, alarms] of world.deviceAlarms) {
    const device = alarms.has(alarm) ? world.devices.get(deviceId) : undefined;
    if (device !== undefined && inService(device)) all.add(device);
  }
  return [...all];
}

/** Its agent is lost: what the agent last said of it may still be so or not. */
export const unheard = ({ state, cause }: DeviceFact): boolean => state === 'unknown' && cause === 'agentLost';

/** The device refuses the password that its agent has, or has locked the account. */
export const authFailed = look({
  id: 'authFailed',
  source: '3.5',
  params: none,
  defaults: {},
  timing: timing(minuteMs, minuteMs),
  look: (world) =>
    amongDevices(concerned(world, 'authFailed', 'accountLocked'), (device) => {
      const refused = device.cause === 'authFailed' || world.deviceAlarms.get(device.deviceId)?.has('accountLocked') === true;
      const grade = unheard(device) ? 'unknown' : refused ? 'breach' : undefined;
      return grade === undefined ? undefined : ofDevice(device, { rule: 'authFailed', grade, level: 3 });
    }),
});

/** Another device answers at its address: its records are not taken (equipment replaced, or two devices of one address). */
export const identityChanged = look({
  id: 'identityChanged',
  source: '3.5',
  params: none,
  defaults: {},
  timing: timing(0, 0),
  look: (world) =>
    amongDevices(concerned(world, 'identityChanged', 'identityChanged'), (device) => {
      const told = world.deviceAlarms.get(device.deviceId)?.has('identityChanged') === true;
      if (device.cause !== 'identityChanged' && !told && !unheard(device)) return undefined;
      return ofDevice(device, { rule: 'identityChanged', grade: unheard(device) ? 'unknown' : 'breach', level: 2 });
    }),
});

const ClockParams = z
  .strictObject({
    levelThreeSeconds: z.int().min(5).max(86_400),
    levelTwoSeconds: z.int().min(5).max(86_400),
    clearSeconds: z.int().min(1).max(86_400),
    /** An agent that has just come is given its time. */
    unsyncedMinutes: z.int().min(0).max(1_440),
  })
  .refine(({ clearSeconds, levelThreeSeconds }) => clearSeconds <= levelThreeSeconds, {
    path: ['clearSeconds'],
    message: 'above levelThreeSeconds',
  });

/** A device's clock is wrong, or an agent's is not set by a time server. */
export const clockDrift = look({
  id: 'clockDrift',
  source: 'S-CLOCK',
  params: ClockParams,
  defaults: { levelThreeSeconds: 60, levelTwoSeconds: 300, clearSeconds: 45, unsyncedMinutes: 10 },
  timing: timing(2 * minuteMs, 2 * minuteMs),
  look: (world, params, now) => [
    ...perDevice(world, (device) => {
      const seconds = Math.round((device.driftMs ?? 0) / secondMs);
      const exactly = Math.abs(device.driftMs ?? 0) / secondMs;
      const beyond = exactly > params.levelThreeSeconds ? 'breach' : exactly > params.clearSeconds ? 'band' : undefined;
      if (beyond === undefined) return undefined;
      const level: AlarmLevel = exactly > params.levelTwoSeconds ? 2 : 3;
      const grade = device.state === 'unknown' || device.state === 'offline' ? 'unknown' : beyond;
      const evidence = measured(seconds, 's', params.levelThreeSeconds);
      return ofDevice(device, {
        rule: 'clockDrift',
        grade,
        level,
        values: { what: 'clock', value: seconds, unit: 's' },
        evidence,
      });
    }),
    ...unsyncedAgents(world, params.unsyncedMinutes * minuteMs, now),
  ],
});

function unsyncedAgents(world: World, afterMs: number, now: EpochMs): readonly Finding[] {
  const unsynced = [...world.agents.values()].filter(
    ({ clockQuality, since }) => clockQuality === 'unsynced' && now - since >= afterMs,
  );
  return unsynced.map((agent) => {
    const grade = agent.state === 'online' ? 'breach' : 'unknown';
    return ofAgent(agent, rollOf(world.roll, 'agent', agent.agentId), {
      rule: 'clockDrift',
      grade,
      level: 3,
      values: { what: 'unsynced' },
    });
  });
}

const LagParams = z.strictObject({ lagMinutes: z.int().min(1).max(10_080) });

/**
 * A version that is behind for longer than `lagMinutes`. The time counts from the later of its publication and the device's or its agent's return: a terminal that was
 * switched off over night is given its time in the morning.
 */
function lagging(
  world: World,
  ask: { readonly rule: RuleId; readonly what: 'blacklist' | 'parameter'; readonly level: AlarmLevel; readonly lagMs: number },
  now: EpochMs,
): (device: DeviceFact) => Finding | undefined {
  const latestOf = latestPublished(world, ask.what);
  return (device) => {
    const version = ask.what === 'blacklist' ? device.blacklistVersion : device.parameterVersion;
    const latest = version === null ? undefined : latestOf(device);
    if (version === null || latest === undefined || version >= latest.version) return undefined;
    const agentSince = world.agents.get(device.agentId)?.since ?? device.since;
    const back = device.state === 'sellingOffline' ? latest.since : Math.max(device.since, agentSince);
    const lagMs = now - Math.max(latest.since, back);
    const away = device.state === 'offline' || device.state === 'unknown';
    if (!away && lagMs <= ask.lagMs) return undefined;
    const minutes = round1((now - latest.since) / minuteMs);
    const values = { value: version, expected: latest.version, minutes, count: latest.version - version };
    const evidence = measured(version, 'version', latest.version);
    return ofDevice(device, { rule: ask.rule, grade: away ? 'unknown' : 'breach', level: ask.level, values, evidence });
  };
}

/** Devices of one campus and model stand together: what holds for one is asked once for those behind it. */
function latestPublished(world: World, what: 'blacklist' | 'parameter'): (device: DeviceFact) => Published {
  let [before, latest]: [DeviceFact | undefined, Published] = [undefined, undefined];
  return (device) => {
    const { campus, kind, profile } = device;
    if (before?.campus !== campus || before.kind !== kind || before.profile !== profile)
      latest = world.published.get(publishedKey(device, what));
    before = device;
    return latest;
  };
}
type Published = ReturnType<World['published']['get']>;

/** A POS that does not have the list: lost cards still buy there. One finding per terminal; `count` versions behind for `minutes`. */
export const blacklistLag = look({
  id: 'blacklistLag',
  source: 'M-6',
  params: LagParams,
  defaults: { lagMinutes: 30 },
  timing: timing(0, 0),
  look(world, { lagMinutes }, now) {
    const find = lagging(world, { rule: 'blacklistLag', what: 'blacklist', level: 2, lagMs: lagMinutes * minuteMs }, now);
    return amongDevices(rollOf(world.roll, 'kind', 'pos'), find);
  },
});

/** Prices, limits, permissions of an older version than others of the same model have. */
export const parameterLag = look({
  id: 'parameterLag',
  source: '3.5, G-PERM',
  params: LagParams,
  defaults: { lagMinutes: 60 },
  timing: timing(0, 0),
  look: (world, { lagMinutes }, now) =>
    perDevice(world, lagging(world, { rule: 'parameterLag', what: 'parameter', level: 3, lagMs: lagMinutes * minuteMs }, now)),
});

const StoreParams = z
  .strictObject({
    levelOneHours: z.number().min(0.5).max(72),
    clearHours: z.number().min(0.5).max(96),
    fullPct: z.number().min(10).max(100),
    clearPct: z.number().min(5).max(100),
    rateHours: z.int().min(1).max(24),
  })
  .refine(({ clearHours, levelOneHours }) => clearHours >= levelOneHours, {
    path: ['clearHours'],
    message: 'below levelOneHours',
  })
  .refine(({ clearPct, fullPct }) => clearPct <= fullPct, { path: ['clearPct'], message: 'above fullPct' });
type StoreParams = z.infer<typeof StoreParams>;

/** A terminal whose store will run over: by forecast while it is not collected (level 1), by its share of uncollected records, or its own word, otherwise (level 3). */
export const storeNearlyFull = look({
  id: 'storeNearlyFull',
  source: 'T-BACKLOG, T-5',
  params: StoreParams,
  defaults: { levelOneHours: 4, clearHours: 6, fullPct: 80, clearPct: 70, rateHours: 4 },
  timing: timing(minuteMs, 2 * minuteMs),
  look: (world, params, now) => perDevice(world, (device) => nearlyFull(world, device, params, now)),
});

function nearlyFull(world: World, device: DeviceFact, params: StoreParams, now: EpochMs): Finding | undefined {
  const free = device.freeRecords ?? 0;
  const uncollected = device.uncollected ?? 0;
  const forecast =
    device.freeRecords !== null && notCollected(device) ? forecastHours(world, device, params.rateHours, now) : undefined;
  const soon = forecast === undefined ? undefined : gradeBelow(forecast, params.levelOneHours, params.clearHours);
  if (forecast !== undefined && soon !== undefined) {
    const values = { value: round1(forecast), unit: 'h', count: uncollected };
    const evidence = measured(round1(forecast), 'h', params.levelOneHours);
    return ofDevice(device, { rule: 'storeNearlyFull', grade: soon, level: 1, values, evidence });
  }
  const pct = percentOf(uncollected, uncollected + free);
  const told = device.cause === 'storeNearlyFull' || world.deviceAlarms.get(device.deviceId)?.has('storeNearlyFull') === true;
  const byShare = device.freeRecords === null ? undefined : gradeAbove(pct, params.fullPct, params.clearPct);
  const full = told ? 'breach' : byShare;
  if ((told && device.state === 'unknown') || (unheard(device) && device.freeRecords === null))
    return ofDevice(device, { rule: 'storeNearlyFull', grade: 'unknown', level: 3 });
  if (full === undefined) return undefined;
  const values = { ...(device.freeRecords === null ? {} : { value: pct, unit: '%' }), count: uncollected };
  const evidence = measured(pct, '%', params.fullPct);
  return ofDevice(device, { rule: 'storeNearlyFull', grade: full, level: 3, values, evidence });
}

const notCollected = ({ state }: DeviceFact): boolean => state === 'sellingOffline' || state === 'unknown';

/**
 * Hours until no record is free: what was free when it was last heard, less what it has taken since, at the rate that is expected of the hours ahead, or
 * that it had in the hours before. undefined: it sells nothing, or nobody knows.
 */
export function forecastHours(world: World, device: DeviceFact, rateHours: number, now: EpochMs): number | undefined {
  const span = rateHours * hourMs;
  const before = world.figures(device.deviceId, epochMs(device.since - span), device.since).records / rateHours;
  const ahead = world.expected(device.deviceId, 'records', now, epochMs(now + span));
  const perHour = ahead === null ? before : ahead.median / rateHours;
  if (perHour <= 0) return undefined;
  const past = world.expected(device.deviceId, 'records', device.since, now);
  const takenSince = past === null ? (before * (now - device.since)) / hourMs : past.median;
  return Math.max(0, (device.freeRecords ?? 0) - takenSince) / perHour;
}
