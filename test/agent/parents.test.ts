/** A whole agent in virtual time: a switch dies with twenty devices behind it, the uplink with all. */
import type { DeviceDeclaration } from '@cardwatch/contracts';
import { DeviceId } from '@cardwatch/contracts';
import { CommonProfile, type DriverFailure, type Session } from '@cardwatch/drivers';
import { durationMs, err, ok, type VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';

const profile = CommonProfile.parse({
  profile: 'ping/test/host',
  version: 1,
  protocol: 'ping',
  title: { zh: '测', en: 'test' },
  kind: 'network',
  source: 'test',
  points: [],
});

class Host {
  alive = true;
  polls = 0;
  failure: DriverFailure = { kind: 'timeout', afterMs: 2_000 };
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  session(): Session {
    return {
      poll: {
        tasks: [{ name: 'burst', periodMs: 30_000, yields: 'readings' }],
        run: async () => {
          this.polls++;
          const alive = this.alive;
          await new Promise<void>((resolve) => void this.#clock.after(alive ? 5 : 2_000, resolve));
          if (!alive) return err(this.failure);
          return ok({ readings: [], records: [], failures: [], facts: {}, rttMs: durationMs(5), more: false });
        },
      },
      close: () => Promise.resolve(),
    };
  }
}

function site(parents: Readonly<Record<string, readonly string[]>>): { readonly bench: Bench; host(id: string): Host } {
  const bench = new Bench([]);
  const hosts = new Map<string, Host>();
  for (const [id, own] of Object.entries(parents)) {
    const host = new Host(bench.clock);
    hosts.set(id, host);
    const declaration: DeviceDeclaration = {
      deviceId: DeviceId.parse(id),
      name: id,
      kind: 'network',
      profile: 'ping/test/host',
      line: id,
      place: { campus: 'c' },
    };
    bench.add({ declaration, profile, lineKey: `ping:${id}`, ...(own.length === 0 ? {} : { parents: own }) }, () =>
      host.session(),
    );
  }
  return {
    bench,
    host: (id) => {
      const host = hosts.get(id);
      if (host === undefined) throw new Error(`no host ${id}`);
      return host;
    },
  };
}

const states = (bench: Bench): Record<string, string> =>
  Object.fromEntries(
    bench.agent
      .status()
      .devices.map(({ deviceId, state, cause }) => [deviceId, cause === undefined ? state : `${state} ${cause}`]),
  );
const count = (bench: Bench, what: string): number => Object.values(states(bench)).filter((state) => state === what).length;
/** Changes of state in their order, but for the first coming up. */
const changes = (bench: Bench): readonly string[] =>
  bench.log.flatMap(({ event, fields }) =>
    event === 'deviceState' && fields['from'] !== 'unknown'
      ? [`${fields['device']} ${fields['to']} ${fields['cause'] ?? '-'}`]
      : [],
  );

const names = Array.from({ length: 20 }, (_, at) => `g${at + 1}`);
const tree = { sw: [], ...Object.fromEntries(names.map((name) => [name, ['sw']])) };

describe('a switch with twenty devices', () => {
  test('dies: it alone is silent by itself, all others are unreachable within one poll of theirs', async () => {
    const { bench, host } = site(tree);
    await bench.agent.start();
    await bench.pass(65_000);
    expect(count(bench, 'online')).toBe(21);
    for (const id of ['sw', ...names]) host(id).alive = false;
    const took = await bench.passUntil(() => count(bench, 'offline unreachableParent') === 20, 60_000);
    expect(took).toBeLessThan(45_000);
    expect(states(bench)['sw']).toBe('offline noReply');
    expect(changes(bench).filter((line) => line.endsWith('noReply'))).toEqual(['sw offline noReply']);
    expect(changes(bench)).toHaveLength(21);
    await bench.stop();
  });

  test('comes back: its devices are asked at once, and the one that stays silent is silent by itself', async () => {
    const { bench, host } = site(tree);
    await bench.agent.start();
    await bench.pass(65_000);
    for (const id of ['sw', ...names]) host(id).alive = false;
    await bench.passUntil(() => count(bench, 'offline unreachableParent') === 20, 60_000);
    for (const id of ['sw', ...names.slice(1)]) host(id).alive = true;
    await bench.passUntil(() => states(bench)['sw'] === 'online', 600_000);
    expect(await bench.passUntil(() => count(bench, 'online') === 20, 120_000)).toBeLessThan(90_000);
    await bench.passUntil(() => states(bench)['g1'] === 'offline noReply', 600_000);
    await bench.stop();
  });

  test('one of its devices dies: the switch is asked at once, and the device is silent by itself', async () => {
    const { bench, host } = site(tree);
    await bench.agent.start();
    await bench.pass(65_000);
    const before = host('sw').polls;
    host('g7').alive = false;
    await bench.passUntil(() => states(bench)['g7'] === 'offline noReply', 120_000);
    expect(host('sw').polls).toBeGreaterThan(before + 1);
    expect(count(bench, 'online')).toBe(20);
    expect(changes(bench)).toEqual(['g7 offline noReply']);
    await bench.stop();
  });

  test('refuses a password: it lives, and what is behind it is judged by itself', async () => {
    const { bench, host } = site(tree);
    await bench.agent.start();
    await bench.pass(65_000);
    host('sw').alive = false;
    host('sw').failure = { kind: 'unauthorised', detail: 'wrong' };
    host('g1').alive = false;
    await bench.passUntil(() => states(bench)['g1'] === 'offline noReply', 300_000);
    expect(states(bench)['sw']).toBe('degraded authFailed');
    await bench.stop();
  });
});

test('of two ways one lives: the device itself is judged', async () => {
  const { bench, host } = site({ a: [], b: [], g: ['a', 'b'] });
  await bench.agent.start();
  await bench.pass(65_000);
  host('a').alive = false;
  host('g').alive = false;
  await bench.passUntil(() => states(bench)['g']?.startsWith('offline') === true, 300_000);
  expect(states(bench)).toMatchObject({ b: 'online', g: 'offline noReply' });
  host('b').alive = false;
  await bench.passUntil(() => states(bench)['g'] === 'offline unreachableParent', 600_000);
  await bench.stop();
});

test('cut off ourselves: nothing is said of anybody until the uplink is back', async () => {
  const { bench, host } = site(tree);
  await bench.agent.start();
  await bench.pass(65_000);
  bench.network.up = false;
  bench.cut();
  for (const id of ['sw', ...names]) host(id).alive = false;
  await bench.pass(300_000);
  expect(count(bench, 'online')).toBe(21);
  expect(bench.log.filter(({ event }) => event === 'isolated').map(({ fields }) => fields['active'])).toEqual([true]);
  bench.network.up = true;
  await bench.passUntil(() => count(bench, 'offline unreachableParent') === 20, 1_200_000);
  expect(states(bench)['sw']).toBe('offline noReply');
  await bench.stop();
});

test('without parents in the configuration nothing is asked beyond the period', async () => {
  const { bench, host } = site({ a: [], b: [] });
  await bench.agent.start();
  await bench.pass(65_000);
  host('a').alive = false;
  await bench.pass(120_000);
  expect(states(bench)).toEqual({ a: 'offline noReply', b: 'online' });
  expect(host('b').polls).toBeLessThanOrEqual(8);
  expect(bench.log.filter(({ event }) => event === 'reach')).toEqual([]);
  await bench.stop();
});

test('parents that come with a new configuration count from then on', async () => {
  const { bench, host } = site({ sw: [], g: [] });
  await bench.agent.start();
  await bench.pass(65_000);
  const devices = bench.devices.map((device) => (device.declaration.name === 'g' ? { ...device, parents: ['sw'] } : device));
  const reconfigured = bench.agent.reconfigure(devices);
  await bench.pass(65_000);
  expect(await reconfigured).toMatchObject({ changed: 1, untouched: 1 });
  host('sw').alive = false;
  host('g').alive = false;
  await bench.passUntil(() => states(bench)['g'] === 'offline unreachableParent', 120_000);
  expect(states(bench)['sw']).toBe('offline noReply');
  await bench.stop();
});
