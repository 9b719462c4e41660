/** CJ/T 188 and DL/T 645 drivers against simulated meters behind a serial server on a real socket: values, identity, valve, faults. */
import {
  type AnyDriver,
  type CommonProfile,
  type Observation,
  type Session,
  createRegistry,
  describeProfileFailure,
  loadProfile,
} from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import type { Cluster } from '../../../packages/simulators/src/cluster.ts';
import { openMeters } from '../../../packages/simulators/src/meters/cluster.ts';
import { realClock } from '../real-clock.ts';

const place = { campus: 'yb' };
const meters = [
  { deviceId: 'cold-1', profile: 'cjt188/cardwatch/cold-water-meter', address: '78330011223344' },
  { deviceId: 'cold-2', profile: 'cjt188/cardwatch/cold-water-meter', address: '78330011223345' },
  { deviceId: 'hot-1', profile: 'cjt188/cardwatch/hot-water-meter', address: '00000805000001' },
  { deviceId: 'power-1', profile: 'dlt645/cardwatch/single-phase-meter', address: '000000000161' },
] as const;
type MeterId = (typeof meters)[number]['deviceId'];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function cluster(): Promise<Cluster & { readonly endpoint: { readonly host: string; readonly port: number } }> {
  const devices = meters.map((meter) => ({ ...meter, name: meter.deviceId, place }));
  const plan = { kind: 'meters', name: 'line', agent: 'a', port: 0, devices };
  const truth = { record: () => {}, pass: () => {} };
  const opened = await openMeters(plan as never, {
    clock: realClock,
    random: new SeededRandom(3),
    truth,
    port: 0,
    restored: undefined,
  });
  closing.push(() => opened.close());
  if (!('port' in opened.endpoint)) throw new Error('a TCP line');
  return { ...opened, endpoint: opened.endpoint };
}

const drivers = (): ReadonlyMap<string, AnyDriver> => createRegistry(new SeededRandom(1));
const io = createDriverIo({ clock: realClock, log: silentLogger });
const signal = new AbortController().signal;

async function session(registry: ReadonlyMap<string, AnyDriver>, port: number, id: MeterId, over: object = {}): Promise<Session> {
  const meter = meters.find(({ deviceId }) => deviceId === id);
  const profile = await loadProfile(profileRoot, meter?.profile ?? '');
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const driver = registry.get(profile.value.protocol);
  if (driver === undefined || meter === undefined) throw new Error(`no driver for ${id}`);
  const link = { kind: 'rtuOverTcp', host: '127.0.0.1', port, baudRate: 2_400, replyTimeoutMs: 300, retries: 0 };
  const opened = await driver.open(
    driver.connection.parse({ ...link, address: meter.address, ...over }),
    shortMotor(profile.value),
    io,
  );
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  closing.push(() => opened.value.close());
  return opened.value;
}

/** The simulated motor takes 3 s. */
const shortMotor = (profile: CommonProfile): CommonProfile =>
  'valve' in profile ? ({ ...profile, valve: { ...(profile.valve as object), motorMs: 5_000 } } as CommonProfile) : profile;

const raw = (observed: Observation): Record<string, unknown> =>
  Object.fromEntries(observed.readings.map((reading) => [reading.point, reading.raw]));

async function live(of: Session): Promise<Record<string, unknown> | string> {
  const observed = await of.poll?.run('live', signal);
  if (observed === undefined) return 'no poll';
  return observed.ok ? raw(observed.value) : observed.error.kind;
}

describe('values over a real socket', () => {
  test('each meter gives its own, in both dialects and both protocols', async () => {
    const line = await cluster();
    const registry = drivers();
    for (const device of line.devices) if (device.device === 'meter') device.flow(device.deviceId === 'cold-2' ? 70 : 50, 1);
    const all = await Promise.all(meters.map(({ deviceId }) => session(registry, line.endpoint.port, deviceId)));
    const values = await Promise.all(all.map(live));
    expect(values).toEqual([
      { volume: 50, settlementVolume: 0, valve: 'open', batteryLow: false },
      { volume: 70, settlementVolume: 0, valve: 'open', batteryLow: false },
      { volume: 50, batteryLow: false, vendorStatus: 0 },
      { energy: 100_000, voltage: 2_301, current: 13_043, power: 30_000 },
    ]);
    const serials = await Promise.all(all.map((each) => each.identify?.(signal) ?? Promise.resolve(undefined)));
    expect(serials.map((each) => (each?.ok === true ? each.value.serial : each))).toEqual(meters.map(({ address }) => address));
    expect(all[0]?.line).toBe(all[3]?.line);
    expect(all[0]?.line).toMatchObject({ timeouts: 0, crcErrors: 0, wrongSlave: 0 });
  });
});

describe('valve', () => {
  test('close is done when ST shows it, and open again', async () => {
    const line = await cluster();
    const one = await session(drivers(), line.endpoint.port, 'cold-1');
    expect(one.command?.names).toEqual(['valveOpen', 'valveClose']);
    const closed = await one.command?.run('valveClose', signal);
    expect(closed).toMatchObject({ ok: true, value: { outcome: 'done' } });
    expect(await live(one)).toMatchObject({ valve: 'closed' });
  });

  test('a stuck valve is taken and never done, and the next poll tells the alarm once', async () => {
    const line = await cluster();
    expect(
      line.strike({ type: 'valveStuck', deviceId: 'cold-1', delayMs: undefined, deltaMs: undefined, records: undefined }),
    ).toBe(undefined);
    const one = await session(drivers(), line.endpoint.port, 'cold-1');
    const closed = await one.command?.run('valveClose', signal);
    expect(closed).toMatchObject({ ok: true, value: { outcome: 'taken' } });
    const first = await one.poll?.run('live', signal);
    if (first?.ok === true) await first.value.confirm?.(signal);
    const second = await one.poll?.run('live', signal);
    const alarms = [first, second].map((each) => (each?.ok === true ? (each.value.events ?? []) : undefined));
    expect(alarms[0]).toMatchObject([{ type: 'deviceAlarm', alarm: 'valveStuck', active: true }]);
    expect(alarms[1]).toEqual([]);
  }, 40_000);

  test('a meter without a valve takes no commands', async () => {
    const line = await cluster();
    const hot = await session(drivers(), line.endpoint.port, 'hot-1');
    expect(hot.command).toBe(undefined);
  });
});

describe('alarms of a meter', () => {
  test('low battery and a counter that runs backwards are told with their values, and end', async () => {
    const line = await cluster();
    const one = await session(drivers(), line.endpoint.port, 'cold-1');
    for (const device of line.devices) if (device.device === 'meter') device.flow(900, 1);
    const told: string[] = [];
    const poll = async (): Promise<void> => {
      const observed = await one.poll?.run('live', signal);
      if (observed?.ok !== true) throw new Error('a healthy meter answers');
      for (const event of observed.value.events ?? [])
        if (event.type === 'deviceAlarm') told.push(`${event.active ? '+' : '-'}${event.alarm}`);
      await observed.value.confirm?.(signal);
    };
    await poll();
    const fault = { deviceId: 'cold-1', delayMs: undefined, deltaMs: undefined, records: undefined };
    line.strike({ ...fault, type: 'batteryLow' });
    line.strike({ ...fault, type: 'backwards' });
    await poll();
    line.heal('batteryLow', 'cold-1');
    for (const device of line.devices) if (device.device === 'meter') device.flow(600, 1);
    await poll();
    expect(told).toEqual(['+batteryLow', '+meterBackwards', '-batteryLow', '-meterBackwards']);
  });

  test('water through a closed valve is a leak', async () => {
    const line = await cluster();
    const one = await session(drivers(), line.endpoint.port, 'cold-1');
    expect(await one.command?.run('valveClose', signal)).toMatchObject({ ok: true, value: { outcome: 'done' } });
    await live(one);
    line.strike({ type: 'leak', deviceId: 'cold-1', delayMs: undefined, deltaMs: undefined, records: undefined });
    await new Promise((resolve) => void setTimeout(resolve, 4_000));
    const observed = await one.poll?.run('live', signal);
    expect(observed).toMatchObject({ ok: true, value: { events: [{ type: 'deviceAlarm', alarm: 'leak', active: true }] } });
  });
});

describe('faults of one meter', () => {
  const rows = [
    { type: 'silent', outcome: 'timeout', counters: { timeouts: 1 } },
    // The late frame may run into the other meter's reply: its values then come with the repetition.
    { type: 'lateReply', outcome: 'timeout', counters: {} },
    { type: 'garbage', outcome: 'timeout', counters: { timeouts: 1 } },
    { type: 'wrongChecksum', outcome: 'malformed', counters: { timeouts: 1, crcErrors: 1 } },
    { type: 'wrongAddress', outcome: 'timeout', counters: { timeouts: 1, wrongSlave: 1 } },
    { type: 'halfFrame', outcome: 'timeout', counters: { timeouts: 1 } },
    { type: 'slowDrip', outcome: 'timeout', counters: {} },
    { type: 'echo', outcome: 'ok', counters: { timeouts: 0, wrongSlave: 0 } },
  ] as const;

  test.each(rows)('$type: $outcome, and the other meter is read as ever', async ({ type, outcome, counters }) => {
    const line = await cluster();
    const registry = drivers();
    const one = await session(registry, line.endpoint.port, 'cold-1');
    const other = await session(registry, line.endpoint.port, 'cold-2', { retries: 2 });
    for (const device of line.devices) if (device.device === 'meter' && device.deviceId === 'cold-2') device.flow(70, 1);
    line.strike({ type, deviceId: 'cold-1', delayMs: 700, deltaMs: undefined, records: undefined });
    const got = await live(one);
    expect(typeof got === 'string' ? got : 'ok').toBe(outcome);
    expect(await live(other)).toMatchObject({ volume: 70 });
    expect(one.line).toMatchObject(counters);
    line.heal(type, 'cold-1');
    expect(await live(one)).toMatchObject({ volume: 0, valve: 'open' });
  });

  test('reset: the connection is lost, the next poll opens it again', async () => {
    const line = await cluster();
    const one = await session(drivers(), line.endpoint.port, 'cold-1', { deadlineMs: 5_000, retries: 2 });
    expect(await live(one)).toMatchObject({ volume: 0 });
    const running = live(one);
    await new Promise((resolve) => void setTimeout(resolve, 100));
    line.strike({ type: 'reset', deviceId: undefined, delayMs: undefined, deltaMs: undefined, records: undefined });
    expect(await running).toBe('unreachable');
    // The meter may still be speaking when the line is open again: its old reply spoils the first question.
    expect(await live(one)).toMatchObject({ volume: 0 });
  });
});

test('a serial server that stands at another rate is refused with both rates in the message', async () => {
  await expect(session(drivers(), 1, 'cold-1', { baudRate: 9_600 })).rejects.toThrow(
    /stands at 9600-8E1, this device needs 2400-8E1/,
  );
});
