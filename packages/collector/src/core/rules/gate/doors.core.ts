/** Doors: held open, forced, opened cases, the fire input (domain 3.5 N-2, G-HELD, G-FORCED). */
import { type EpochMs, epochMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { rollOf } from '../../world/roll.core.ts';
import type { DeviceFact, World } from '../../world/world.core.ts';
import { inService, ofDevice, round1 } from '../finding.core.ts';
import { type Finding, type Grade, look, watcher } from '../rule.core.ts';

/** States of a fire input, in the words of the drivers, in which nothing is told. */
const quietFire: ReadonlySet<string> = new Set(['inactive', 'normal', 'off', 'closed', 'released', 'false', '0', 'unknown']);

/** States in which the wire of the fire input is broken: nobody would learn of a fire. */
const lostFire: ReadonlySet<string> = new Set(['lost', 'fault', 'cut', 'shorted', 'trouble']);

const fireStateOf = (world: World, deviceId: string): string | undefined =>
  world.doors.get(deviceId)?.get('fireInput')?.state.toLowerCase();

/** Since when a gate's fire input is active, by its own door events or its own alarm. */
export function fireSince(world: World, deviceId: string): EpochMs | undefined {
  const input = world.doors.get(deviceId)?.get('fireInput');
  const state = fireStateOf(world, deviceId) ?? '';
  if (input !== undefined && !quietFire.has(state) && !lostFire.has(state)) return input.since;
  return world.deviceAlarms.get(deviceId)?.get('fire');
}

const gates = (world: World): readonly DeviceFact[] => rollOf(world.roll, 'kind', 'gate');

/** What a gate last said counts no more when it is not heard. */
const heard = ({ state }: DeviceFact): Grade => (state === 'unknown' || state === 'offline' ? 'unknown' : 'breach');

/** Since when the contact is open: by door events, else by the reading of the contact. */
function openSince(world: World, deviceId: string): EpochMs | undefined {
  const told = world.doors.get(deviceId)?.get('contact');
  const read = world.points.get(deviceId)?.get('doorContact');
  const byReading = read !== undefined && typeof read.value === 'string' && (told === undefined || read.observedAt > told.since);
  if (byReading) return read.value === 'open' ? (told?.state === 'open' ? told.since : read.since) : undefined;
  return told?.state === 'open' ? told.since : undefined;
}

/** A door that a fire opened has its time again from the end of the fire. */
const latest = (open: EpochMs | undefined, fireEnded: EpochMs | undefined): EpochMs | undefined =>
  open === undefined || fireEnded === undefined || fireEnded < open ? open : fireEnded;

/** A door stands open for longer than `heldSeconds`. An active fire input anywhere in its area opens doors on purpose: nothing is found. */
export const doorHeld = look({
  id: 'doorHeld',
  source: 'G-HELD',
  params: z.strictObject({ heldSeconds: z.int().min(5).max(3_600) }),
  defaults: { heldSeconds: 30 },
  timing: { raiseAfterMs: 0, clearAfterMs: 5 * secondMs, nOfM: null },
  look(world, { heldSeconds }, now) {
    const all = gates(world);
    const burning = all.filter(({ deviceId }) => fireSince(world, deviceId) !== undefined);
    const open = new Set(burning.map(({ area, deviceId }) => area ?? deviceId));
    return all.flatMap((device): Finding[] => {
      if (open.has(device.area ?? device.deviceId)) return [];
      const contact = latest(openSince(world, device.deviceId), world.doors.get(device.deviceId)?.get('fireInput')?.since);
      const long = contact !== undefined && now - contact > heldSeconds * secondMs ? contact : undefined;
      const since = world.deviceAlarms.get(device.deviceId)?.get('heldOpen') ?? long;
      if (since === undefined) return [];
      const values = { minutes: round1((now - since) / minuteMs) };
      return [ofDevice(device, { rule: 'doorHeld', grade: heard(device), level: 3, values })];
    });
  },
});

const forcedAlarms: ReadonlySet<unknown> = new Set(['forced', 'duress']);

const holdMinutesMax = 240;

interface Forced {
  readonly alarm: string;
  readonly at: EpochMs;
  count: number;
}

/** Opened without a pass, or a pass under duress: a moment, found for `holdMinutes` after the last one. An active fire input makes no forced doors. */
export const doorForced = watcher({
  id: 'doorForced',
  source: 'G-FORCED',
  params: z.strictObject({ holdMinutes: z.int().min(1).max(holdMinutesMax) }),
  defaults: { holdMinutes: 10 },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  lookBackMs: holdMinutesMax * minuteMs,
  start: () => new Map<string, Forced>(),
  event(state, { type, deviceId, observedAt, line }, { world, params, now }) {
    if (type !== 'deviceAlarm' || deviceId === null || !forcedAlarms.has(line['alarm']) || line['active'] !== true) return;
    if (now - observedAt > params.holdMinutes * minuteMs || fireSince(world, deviceId) !== undefined) return;
    const before = state.get(deviceId);
    state.set(deviceId, { alarm: String(line['alarm']), at: observedAt, count: (before?.count ?? 0) + 1 });
  },
  look(state, { world, params, now }) {
    const holdMs = params.holdMinutes * minuteMs;
    return [...state].flatMap(([deviceId, { alarm, at, count }]): Finding[] => {
      if (now - at >= holdMs) state.delete(deviceId);
      const device = world.devices.get(deviceId);
      if (now - at >= holdMs || device === undefined || !inService(device)) return [];
      const found = ofDevice(device, { rule: 'doorForced', grade: 'breach', level: 2, values: { what: alarm, count } });
      return [{ ...found, holdsUntil: epochMs(at + holdMs) }];
    });
  },
});

/** The case of a gate, reader or controller was opened. One whose device never tells the end goes after `holdHours`. */
export const doorTamper = look({
  id: 'doorTamper',
  source: 'N-2',
  params: z.strictObject({ holdHours: z.int().min(1).max(720) }),
  defaults: { holdHours: 24 },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  look: (world, { holdHours }, now) =>
    [...world.deviceAlarms].flatMap(([deviceId, alarms]): Finding[] => {
      const device = world.devices.get(deviceId);
      const since = alarms.get('tamper');
      if (device === undefined || since === undefined || !inService(device)) return [];
      if (now - since >= holdHours * 60 * minuteMs) return [];
      const values = { minutes: round1((now - since) / minuteMs) };
      return [ofDevice(device, { rule: 'doorTamper', grade: heard(device), level: 2, values })];
    }),
});

/** 消防联动: the fire input of a gate is active, its doors stand open (2); or its wire is broken, and it would not open them (1). */
export const fireInput = look({
  id: 'fireInput',
  source: 'N-2, M-6',
  params: z.strictObject({}),
  defaults: {},
  timing: { raiseAfterMs: 0, clearAfterMs: 10 * secondMs, nOfM: null },
  look: (world, _params, now) =>
    gates(world).flatMap((device): Finding[] => {
      const lost = lostFire.has(fireStateOf(world, device.deviceId) ?? '');
      const since = lost ? world.doors.get(device.deviceId)?.get('fireInput')?.since : fireSince(world, device.deviceId);
      if (since === undefined) return [];
      const values = { what: lost ? 'lost' : 'active', minutes: round1((now - since) / minuteMs) };
      return [ofDevice(device, { rule: 'fireInput', grade: heard(device), level: lost ? 1 : 2, values })];
    }),
});
