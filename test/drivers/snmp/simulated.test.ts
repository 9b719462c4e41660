/** The driver against simulated devices over UDP: two readings of the standards check one another. */
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { openNetwork, type NetworkWires } from '@cardwatch/simulators';
import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '../real-clock.ts';
import { community, events, newDriver, open, read, run } from './bench.ts';

type Cluster = Awaited<ReturnType<typeof openNetwork>>;
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

const place = { campus: 'main' };
const device = (deviceId: string, address: string, model: string) => ({
  deviceId,
  name: deviceId.toUpperCase(),
  profile: `snmp/generic/${model}`,
  address,
  place,
});

async function simulate(wires: NetworkWires = {}, restored?: unknown): Promise<Cluster & { readonly port: number }> {
  const devices = [
    device('sw-7', '127.0.0.1', 'poe-switch'),
    device('ups-7', '127.0.7.2', 'ups'),
    device('ss-7', '127.0.7.3', 'serial-server'),
  ];
  const plan = { kind: 'network', name: 'between', agent: 'a', port: 0, devices } as unknown as Parameters<typeof openNetwork>[0];
  const truth = { record: () => {}, pass: () => {} } as unknown as Parameters<typeof openNetwork>[1]['truth'];
  const cluster = await openNetwork(plan, { clock: realClock, random: new SeededRandom(1), truth, port: 0, restored }, wires);
  running.push(cluster);
  const port = 'port' in cluster.endpoint ? cluster.endpoint.port : 0;
  return { ...cluster, port };
}

async function session(...given: Parameters<typeof open>) {
  const opened = await open(...given);
  running.push(opened);
  return opened;
}

/** Tables of the simulator change at most ten times a second. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 130));

const fault = (type: string, deviceId: string | undefined, port?: number, delayMs?: number) => ({
  type,
  deviceId,
  records: port,
  delayMs,
  deltaMs: undefined,
});

describe('switch', () => {
  test('tells all of its ports, its neighbour and its stations', async () => {
    const { port } = await simulate();
    const sw = await session({ port });
    const live = await read(sw, 'live');
    expect(Object.keys(live).filter((name) => name.endsWith('Oper'))).toHaveLength(28);
    expect(Object.keys(live).filter((name) => name.endsWith('Poe'))).toHaveLength(24);
    expect(live).toMatchObject({ port01Oper: 1, port01Poe: 3, port07Oper: 2, port07Poe: 2, port25Oper: 1, poePower: 36 });
    const topology = await read(sw, 'topology');
    expect(topology).toMatchObject({ port25Neighbour: 'SW-7-AGG Ten-GigabitEthernet1/0/7', port25Mac: '', port07Mac: '' });
    expect(Object.values(topology).filter((value) => String(value).startsWith('02:00:5e:'))).toHaveLength(6);
    expect(await read(sw, 'identity')).toMatchObject({ sysName: 'SW-7', poeBudget: 370 });
    const identity = await sw.identify?.(new AbortController().signal);
    expect(identity).toMatchObject({
      ok: true,
      value: { serial: expect.stringMatching(/^02:00:5e:..:..:00$/), mac: expect.any(String) },
    });
  });

  test('a second poll tells the scalars alone', async () => {
    const { port } = await simulate();
    const sw = await session({ port });
    await read(sw, 'live');
    expect(Object.keys(await read(sw, 'live')).sort()).toEqual(['poePower', 'uptime']);
  });

  test('counters rise as rates', async () => {
    const { port } = await simulate();
    const sw = await session({ port });
    const first = await read(sw, 'counters');
    expect(first).toMatchObject({ port01Speed: 1_000, port25Speed: 10_000, port01Duplex: 3, port07Duplex: 1 });
    expect('port01In' in first).toBe(false);
    await settle();
    const second = await read(sw, 'counters');
    expect(Object.keys(second).filter((name) => name.endsWith('In'))).toHaveLength(28);
    expect(second['port07In']).toBe(0);
    expect(second['port25In']).toBeGreaterThan(0);
  });

  test('port down and up, PoE fault, port switched off, re-patching: what is behind the port is told', async () => {
    const told: string[] = [];
    const sim = await simulate({ onPort: (id, no, up) => told.push(`${id} ${no} ${up}`) });
    const sw = await session({ port: sim.port });
    await read(sw, 'live');
    await read(sw, 'topology');
    expect(sim.strike(fault('portDown', 'sw-7', 3))).toBeUndefined();
    await settle();
    expect(await events(sw, 'live')).toEqual(['+ port03Down']);
    expect(await read(sw, 'topology')).toEqual({ port03Mac: '' });
    sim.heal('portDown', 'sw-7');
    await settle();
    expect(await events(sw, 'live')).toEqual(['- port03Down']);
    sim.strike(fault('poeFault', 'sw-7', 4));
    await settle();
    expect(await events(sw, 'live')).toEqual(['+ port04Down', '+ port04PoeFault']);
    sim.heal('poeFault', 'sw-7');
    sim.strike(fault('portOff', 'sw-7', 5));
    await settle();
    expect(await events(sw, 'live')).toEqual(['- port04Down', '- port04PoeFault']);
    sim.strike(fault('rePatch', 'sw-7', 6));
    await settle();
    // Nobody knows whether port 7 was an alarm before we looked: that it came up ends it.
    expect(await events(sw, 'live')).toEqual(['+ port06Down', '- port07Down']);
    expect((await events(sw, 'topology')).map((line) => line.replace(/02:\S+/, 'mac'))).toEqual([
      '! stationMoved mac from port 6 to port 7',
    ]);
    expect(told).toEqual([
      'sw-7 3 false',
      'sw-7 3 true',
      'sw-7 4 false',
      'sw-7 4 true',
      'sw-7 5 false',
      'sw-7 6 false',
      'sw-7 7 true',
    ]);
    expect([sim.strike(fault('portDown', 'sw-7', 99)), sim.strike(fault('nonsense', 'sw-7'))]).toEqual([
      'port 99 is none of this switch',
      expect.stringContaining('no fault'),
    ]);
  });

  test('a restart is one, a wrap of the uptime is none', async () => {
    const sim = await simulate();
    const sw = await session({ port: sim.port });
    await read(sw, 'live');
    sim.strike(fault('uptimeWrap', 'sw-7'));
    await settle();
    expect(await events(sw, 'live')).toEqual([]);
    sim.strike(fault('restart', 'sw-7'));
    await settle();
    expect(await events(sw, 'live')).toEqual(['+ restarted']);
  });
});

test('the past outlives the session: a link that comes and goes is no restart, and no port is told twice', async () => {
  const sim = await simulate();
  const driver = newDriver();
  const first = await session({ port: sim.port }, driver);
  await read(first, 'live');
  await first.close();
  sim.strike(fault('portDown', 'sw-7', 2));
  const second = await session({ port: sim.port }, driver);
  await settle();
  expect(await events(second, 'live')).toEqual(['+ port02Down']);
});

describe('UPS and serial server', () => {
  test('a power cut, with the time since', async () => {
    const sim = await simulate();
    const ups = await session({ port: sim.port, host: '127.0.7.2', model: 'ups' });
    expect(await read(ups, 'live')).toMatchObject({
      outputSource: 3,
      batteryStatus: 2,
      minutesRemaining: 42,
      charge: 100,
      load: 31,
    });
    sim.strike(fault('powerCut', 'ups-7'));
    sim.strike(fault('batteryLow', 'ups-7'));
    await settle();
    expect(await events(ups, 'live')).toEqual(['+ onBattery', '+ batteryLow']);
    sim.heal('powerCut', 'ups-7');
    sim.heal('batteryLow', undefined);
    await settle();
    expect(await events(ups, 'live')).toEqual(['- onBattery', '- batteryLow']);
  });

  test('a serial server restarts', async () => {
    const sim = await simulate();
    const server = await session({ port: sim.port, host: '127.0.7.3', model: 'serial-server' });
    expect(await read(server, 'live')).toEqual({ uptime: expect.any(Number), connections: 1 });
    sim.strike(fault('restart', 'ss-7'));
    await settle();
    expect(await events(server, 'live')).toEqual(['+ restarted']);
  });

  test('a snapshot brings back uptime and boots', async () => {
    const first = await simulate();
    first.strike(fault('restart', 'ss-7'));
    const kept = JSON.parse(JSON.stringify(first.snapshot())) as Record<string, { boots: number; upMs: number }>;
    expect(kept['ss-7']).toMatchObject({ boots: 4 });
    const again = await simulate({}, kept);
    const server = await session({ port: again.port, host: '127.0.7.3', model: 'serial-server' });
    const { uptime } = await read(server, 'live');
    expect(uptime).toBeLessThan(60_000);
    await expect(simulate({}, { 'ss-7': { boots: 0 } })).rejects.toThrow(/boots/);
  });
});

describe('on the wire', () => {
  const user = { name: 'watcher', authKey: 'auth-key-of-the-test', privKey: 'priv-key-of-the-test' };
  const v3 = { user: user.name, authProtocol: 'sha', authKey: user.authKey, privProtocol: 'aes', privKey: user.privKey };
  const quick = { timeoutMs: 300, retries: 0 };

  test('v3 with authentication and encryption', async () => {
    const { port } = await simulate({ user });
    const sw = await session({ port, version: '3', credentials: v3 });
    expect(await read(sw, 'live')).toMatchObject({ port01Oper: 1 });
    expect(Object.keys(await read(sw, 'topology')).length).toBe(56);
  });

  const rows: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['a wrong community is silence', { credentials: { community: 'wrong' } }, 'timeout'],
    ['a user that is not known', { version: '3', credentials: { ...v3, user: 'nobody' } }, 'unauthorised'],
    ['a wrong authentication key', { version: '3', credentials: { ...v3, authKey: 'another-key-of-the-test' } }, 'unauthorised'],
  ];
  test.each(rows)('%s', async (_, given, kind) => {
    const { port } = await simulate({ user });
    const sw = await session({ port, ...quick, timeoutMs: 800, ...given } as Parameters<typeof open>[0]);
    expect(await read(sw, 'live')).toEqual({ failure: kind });
  });

  test('garbage is told from silence, and the next poll is well', async () => {
    const sim = await simulate();
    const sw = await session({ port: sim.port, ...quick });
    sim.strike(fault('garbage', 'sw-7'));
    expect(await read(sw, 'live')).toEqual({ failure: 'malformed' });
    sim.heal('garbage', 'sw-7');
    sim.strike(fault('noAnswer', 'sw-7'));
    expect(await read(sw, 'live')).toEqual({ failure: 'timeout' });
    sim.heal('noAnswer', 'sw-7');
    expect(await read(sw, 'live')).toMatchObject({ port01Oper: 1 });
  });

  test('a late reply is not taken for the answer to the next question', async () => {
    const sim = await simulate();
    const sw = await session({ port: sim.port, ...quick });
    sim.strike(fault('slow', 'sw-7', undefined, 450));
    expect(await read(sw, 'live')).toEqual({ failure: 'timeout' });
    sim.heal('slow', 'sw-7');
    expect(await read(sw, 'identity')).toMatchObject({ sysName: 'SW-7' });
    await settle();
    expect(await read(sw, 'live')).toMatchObject({ port01Oper: 1 });
  });

  test('a closed session answers closed, twice closed or not, and leaves no socket', async () => {
    const { port } = await simulate();
    const sw = await open({ port });
    const pending = run(sw, 'topology');
    await sw.close();
    await sw.close();
    expect(await pending).toMatchObject({ ok: false, error: { kind: 'closed' } });
    expect(await read(sw, 'live')).toEqual({ failure: 'closed' });
    expect(process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP').length).toBeLessThanOrEqual(3);
  });
});

test('the simulator and the bench agree on the community', () => {
  expect(community).toBe('cardwatch-demo');
  expect(silentLogger).toBeDefined();
});
