/** The driver against the simulated terminals: every pass exactly once whatever the line does, and nothing private at the other end. */
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom, chance, pick } from '@cardwatch/kernel';
import { type Cluster, openZkpush, type TruePass } from '@cardwatch/simulators';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../real-clock.ts';
import { type Bench, type Family, type Sink, zkBench } from './bench.ts';

const serials = { attendance: 'CKJG260100001', access: 'VGU6260100001' } as const;
const canary = 'CANARY-张三';

let bench: Bench;
let cluster: Cluster | undefined;
let truth: TruePass[];

beforeEach(async () => {
  bench = await zkBench();
  truth = [];
});
afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
  await bench.close();
});

async function simulate(family: Family, restored?: unknown): Promise<Cluster> {
  const device = {
    deviceId: `gate-${family}`,
    name: 'Gate',
    profile: `zkpush/cardwatch/${family}-gate`,
    address: serials[family],
    place: { campus: 'main' },
  };
  const plan = { kind: 'zkpush' as const, name: 'gates', agent: 'a1', port: bench.port, devices: [device] } as never;
  const sink = { record: () => {}, pass: (pass: TruePass) => void truth.push(pass) };
  cluster = await openZkpush(plan, { clock: realClock, random: new SeededRandom(1), truth: sink, port: bench.port, restored });
  return cluster;
}

const gateOf = (from: Cluster) => {
  const device = from.devices[0];
  if (device?.device !== 'gate') throw new Error('a gate');
  return device;
};

let person = 0;
function walk(from: Cluster, count: number, random = new SeededRandom(5)): void {
  for (let i = 0; i < count; i++)
    gateOf(from).pass({
      personNo: String(2_023_070_000 + ++person),
      name: canary,
      card: undefined,
      direction: pick(random, ['in', 'out'] as const),
      method: pick(random, ['face', 'card', 'qr'] as const),
      outcome: pick(random, ['granted', 'granted', 'granted', 'denied', 'stranger'] as const),
    });
}

async function until(what: () => boolean, withinMs = 10_000): Promise<void> {
  for (let waited = 0; waited < withinMs && !what(); waited += 10) await pause(10);
  expect(what()).toBe(true);
}

function settled(sink: Sink): void {
  expect(sink.passes.map(({ result, method }) => `${result} ${method}`).sort()).toEqual(
    truth.map(({ result, method }) => `${result} ${method}`).sort(),
  );
  expect(JSON.stringify(sink.taken)).not.toContain('CANARY');
  expect(JSON.stringify(bench.warned)).not.toContain('CANARY');
}

describe.each(['attendance', 'access'] as const)('%s family', (family) => {
  test('passes arrive, each once, in order, with their method and direction', async () => {
    const { sink } = await bench.open(family, serials[family]);
    walk(await simulate(family), 40);
    expect(truth.length).toBeGreaterThan(20);
    await until(() => sink.passes.length >= truth.length);
    settled(sink);
    if (family === 'access') expect(sink.passes.map(({ eventNo }) => eventNo)).toEqual(truth.map(({ eventNo }) => eventNo));
  });

  test('acknowledgements that are lost and custody that refuses: every pass exactly once', async () => {
    const random = new SeededRandom(11);
    const { sink } = await bench.open(family, serials[family]);
    sink.accept = () => chance(random, 0.7);
    const from = await simulate(family);
    for (let round = 0; round < 12; round++) {
      if (chance(random, 0.5)) from.strike({ ...everywhere, type: 'ackLost' });
      walk(from, 15, random);
      await pause(60);
      from.heal('ackLost', undefined);
      if (chance(random, 0.4)) from.strike({ ...everywhere, type: 'duplicateBatch' });
      if (chance(random, 0.2)) from.strike({ ...everywhere, type: 'restart' });
    }
    sink.accept = () => true;
    await until(() => sink.passes.length >= truth.length);
    await pause(300);
    expect(sink.refusals).toBeGreaterThan(0);
    settled(sink);
  });

  test.each(['shortColumns', 'nul', 'gbk'])('%s: the bad line is answered for and hides no pass', async (type) => {
    const { sink } = await bench.open(family, serials[family]);
    const from = await simulate(family);
    from.strike({ ...everywhere, type });
    walk(from, 20);
    await until(() => sink.passes.length >= truth.length && gateWaiting(from) === 0);
    expect(sink.events.some((event) => event.type === 'deviceAudit' && event.action === 'undecodedLine')).toBe(true);
    settled(sink);
  });

  test.each(['cutBody', 'trickle'])('%s: nothing is lost, nothing is twice', async (type) => {
    const { sink } = await bench.open(family, serials[family]);
    const from = await simulate(family);
    from.strike({ ...everywhere, type });
    walk(from, 20);
    await pause(500);
    if (type === 'cutBody') expect(sink.passes).toHaveLength(0);
    from.heal(type, undefined);
    await until(() => sink.passes.length >= truth.length);
    settled(sink);
  });

  test.each(['doctype', 'deepNesting'])('%s in a body is one undecoded line', async (type) => {
    const { sink } = await bench.open(family, serials[family]);
    (await simulate(family)).strike({ ...everywhere, type });
    await until(() => sink.events.length > 0);
    expect(sink.events).toMatchObject([{ type: 'deviceAudit', action: 'undecodedLine' }]);
  });

  test('hours without us: the backlog comes in order, not as live', async () => {
    const from = await simulate(family);
    from.strike({ ...everywhere, type: 'noAnswer' });
    from.strike({ ...everywhere, type: 'clockSkew', deltaMs: -8 * 3_600_000 });
    walk(from, 400);
    from.strike({ ...everywhere, type: 'clockSkew', deltaMs: 8 * 3_600_000 });
    const { sink } = await bench.open(family, serials[family]);
    from.heal('noAnswer', undefined);
    await until(() => sink.passes.length >= truth.length);
    expect(sink.passes.filter(({ live }) => live)).toHaveLength(0);
    settled(sink);
  });

  test('a flood of 10,000 records', async () => {
    const { sink } = await bench.open(family, serials[family]);
    (await simulate(family)).strike({ ...everywhere, type: 'flood', records: 10_000 });
    await until(() => sink.passes.length >= truth.length, 30_000);
    expect(sink.passes).toHaveLength(10_000);
    settled(sink);
  });

  test('a terminal that was switched off goes on where it stood', async () => {
    const { sink } = await bench.open(family, serials[family]);
    const from = await simulate(family);
    walk(from, 10);
    await until(() => sink.passes.length >= truth.length);
    from.strike({ ...everywhere, type: 'noAnswer' });
    walk(from, 10);
    const snapshot = JSON.parse(JSON.stringify(from.snapshot())) as unknown;
    await from.close();
    await simulate(family, snapshot);
    await until(() => sink.passes.length >= truth.length);
    settled(sink);
  });
});

test('an unknown terminal is refused, keeps its passes, and delivers them once it is known', async () => {
  const { sink } = await bench.open('access', serials.access);
  const from = await simulate('access');
  from.strike({ ...everywhere, type: 'unknownSerial' });
  walk(from, 5);
  await until(() => bench.warned.some(({ event }) => event === 'zkPostRefused'));
  expect(sink.passes).toHaveLength(0);
  from.heal('unknownSerial', undefined);
  await until(() => sink.passes.length >= truth.length);
  settled(sink);
});

test('doors that are forced and held open, and a housing that is opened, are alarms', async () => {
  const { sink } = await bench.open('access', serials.access);
  const from = await simulate('access');
  for (const type of ['doorForced', 'doorHeldOpen', 'tamper']) from.strike({ ...everywhere, type });
  await until(() => sink.events.length >= 3);
  expect(sink.events.map((event) => event.type === 'deviceAlarm' && event.alarm)).toEqual(['forced', 'heldOpen', 'tamper']);
});

const everywhere = { deviceId: undefined, delayMs: undefined, deltaMs: undefined, records: undefined };

const gateWaiting = (from: Cluster): number => {
  const device = from.devices[0];
  return device !== undefined && 'waiting' in device && typeof device.waiting === 'number' ? device.waiting : 0;
};
