/**
 * Shower controllers and water meters: leak, stuck valve, a counter that runs back, sessions without end (domain N-3). What a controller or its agent
 * reports as an alarm of the device and what the readings show are one finding.
 */
import { type EpochMs, hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { rollOf } from '../../world/roll.core.ts';
import type { DeviceFact, PointFact, World } from '../../world/world.core.ts';
import { measured, ofDevice, round1 } from '../finding.core.ts';
import { type Finding, type Grade, look, watcher } from '../rule.core.ts';

const watched = (world: World): readonly DeviceFact[] => rollOf(world.roll, 'kind', 'shower', 'meter');

type Points = ReadonlyMap<string, PointFact>;
const noPoints: Points = new Map();
const pointsOf = (world: World, { deviceId }: DeviceFact): Points => world.points.get(deviceId) ?? noPoints;

const good = (points: Points, name: string): PointFact['value'] | undefined => {
  const fact = points.get(name);
  return fact === undefined || fact.value === null || (fact.quality !== 'good' && fact.quality !== 'uncertain')
    ? undefined
    : fact.value;
};
const numberAt = (points: Points, name: string): number | undefined => {
  const value = good(points, name);
  return typeof value === 'number' ? value : undefined;
};
const flagAt = (points: Points, name: string): boolean | undefined => {
  const value = good(points, name);
  return typeof value === 'boolean' ? value : undefined;
};

/** Whether somebody showers: the controller's own flag, or its state in words. undefined: it does not tell. */
function running(points: Points): boolean | undefined {
  const state = good(points, 'state');
  return flagAt(points, 'sessionRunning') ?? (typeof state === 'string' ? state === 'running' : undefined);
}

/** What was last read of a controller that is not heard any more counts no more. */
const heard = ({ state }: DeviceFact): Grade => (state === 'unknown' || state === 'offline' ? 'unknown' : 'breach');

/** Begun no longer ago than `holdHours`: some devices tell the beginning of an alarm and never its end. */
function alarmHolds(world: World, { deviceId }: DeviceFact, alarm: string, holdHours: number, now: EpochMs): boolean {
  const since = world.deviceAlarms.get(deviceId)?.get(alarm);
  return since !== undefined && now - since < holdHours * hourMs;
}

const holdHours = z.int().min(1).max(720);

/** Water runs and nobody showers. The duration, ten minutes, is the rule's timing. `value` L/min, `litres` so far where the flow is known. */
export const leak = look({
  id: 'leak',
  source: 'W-LEAK',
  params: z
    .strictObject({ litresPerMinute: z.number().min(0.05).max(60), clearLitresPerMinute: z.number().min(0).max(60), holdHours })
    .refine(({ clearLitresPerMinute, litresPerMinute }) => clearLitresPerMinute <= litresPerMinute, {
      path: ['clearLitresPerMinute'],
      message: 'above litresPerMinute',
    }),
  defaults: { litresPerMinute: 0.5, clearLitresPerMinute: 0.2, holdHours: 24 },
  timing: { raiseAfterMs: 10 * minuteMs, clearAfterMs: minuteMs, nOfM: null },
  look: (world, params, now) =>
    watched(world).flatMap((device): Finding[] => {
      const points = pointsOf(world, device);
      const flow = numberAt(points, 'flow');
      const grade = alarmHolds(world, device, 'leak', params.holdHours, now) ? 'breach' : runsAlone(points, flow, params);
      if (grade === undefined) return [];
      const value = round1(flow ?? 0);
      const values = { value, unit: 'L/min' };
      const evidence = measured(value, 'L/min', params.litresPerMinute);
      return [
        ofDevice(device, { rule: 'leak', grade: heard(device) === 'unknown' ? 'unknown' : grade, level: 2, values, evidence }),
      ];
    }),
});

function runsAlone(
  points: Points,
  flow: number | undefined,
  limits: { readonly litresPerMinute: number; readonly clearLitresPerMinute: number },
): Grade | undefined {
  if (running(points) !== false) return undefined;
  if (flow === undefined) return flagAt(points, 'flowPresent') === true ? 'breach' : undefined;
  if (flow >= limits.litresPerMinute) return 'breach';
  return flow > limits.clearLitresPerMinute ? 'band' : undefined;
}

/** A valve that does not do what it is told: open when it should be shut, or shut when it should be open. */
export const valveStuck = look({
  id: 'valveStuck',
  source: 'W-STUCK',
  params: z.strictObject({ holdHours }),
  defaults: { holdHours: 24 },
  timing: { raiseAfterMs: 30 * secondMs, clearAfterMs: 30 * secondMs, nOfM: null },
  look: (world, params, now) =>
    watched(world).flatMap((device): Finding[] => {
      const points = pointsOf(world, device);
      const [command, open] = [flagAt(points, 'valveCommand'), flagAt(points, 'valveOpen')];
      const differs = command !== undefined && open !== undefined && command !== open;
      const told = alarmHolds(world, device, 'valveStuck', params.holdHours, now) || good(points, 'state') === 'valveFault';
      if (!differs && !told) return [];
      const values = { what: differs ? (open ? 'open' : 'closed') : 'told' };
      return [ofDevice(device, { rule: 'valveStuck', grade: heard(device), level: 2, values })];
    }),
});

const meterPoints = ['meter', 'volume'] as const;

interface Counter {
  peak: number;
  fellAt: EpochMs | null;
}

/** A counter that shows less than it did. It is sound again when it has passed its peak; after `holdHours` its new count is taken as right. */
export const meterBackwards = watcher({
  id: 'meterBackwards',
  source: 'N-3',
  params: z.strictObject({ byUnits: z.number().min(0).max(1_000_000), holdHours }),
  defaults: { byUnits: 1, holdHours: 24 },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  lookBackMs: 0,
  start: () => new Map<string, Counter>(),
  look(state, { world, params, now }) {
    for (const deviceId of state.keys()) if (!world.devices.has(deviceId)) state.delete(deviceId);
    return watched(world).flatMap((device): Finding[] => {
      const points = pointsOf(world, device);
      const value = meterPoints.map((name) => numberAt(points, name)).find((read) => read !== undefined);
      const counter = value === undefined ? undefined : seen(state, device.deviceId, value, params, now);
      const told = alarmHolds(world, device, 'meterBackwards', params.holdHours, now);
      const fell = counter !== undefined && counter.fellAt !== null;
      if (!fell && !told) return [];
      const values = { ...(value === undefined ? {} : { value }), ...(counter === undefined ? {} : { expected: counter.peak }) };
      const evidence = value === undefined ? {} : { evidence: measured(value, '', counter?.peak ?? null) };
      return [ofDevice(device, { rule: 'meterBackwards', grade: heard(device), level: 3, values, ...evidence })];
    });
  },
});

function seen(
  state: Map<string, Counter>,
  deviceId: string,
  value: number,
  params: { readonly byUnits: number; readonly holdHours: number },
  now: EpochMs,
): Counter {
  const counter = state.get(deviceId) ?? { peak: value, fellAt: null };
  state.set(deviceId, counter);
  const given = counter.fellAt !== null && now - counter.fellAt >= params.holdHours * hourMs;
  if (value >= counter.peak || given) {
    counter.peak = value;
    counter.fellAt = null;
  } else if (counter.peak - value > params.byUnits) counter.fellAt ??= now;
  return counter;
}

/** Somebody showers for very long, or a session does not end. */
export const longSession = look({
  id: 'longSession',
  source: 'W-LONG',
  params: z.strictObject({ minutes: z.int().min(5).max(720) }),
  defaults: { minutes: 30 },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  look: (world, params, now) =>
    watched(world).flatMap((device): Finding[] => {
      const points = pointsOf(world, device);
      if (running(points) !== true) return [];
      const began = points.get('sessionRunning')?.since ?? points.get('state')?.since ?? now;
      const minutes = round1(Math.max((numberAt(points, 'sessionSeconds') ?? 0) / 60, (now - began) / minuteMs));
      if (minutes <= params.minutes) return [];
      const evidence = measured(minutes, 'min', params.minutes);
      return [ofDevice(device, { rule: 'longSession', grade: heard(device), level: 3, values: { minutes }, evidence })];
    }),
});
