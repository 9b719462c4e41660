/** The ONVIF driver against a simulated door: health, events, and everything that such a device does wrong. */
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom, pick } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sink } from '../zkpush/bench.ts';
import { Bench, type Cluster, canary, doorOf, everywhere, logged, never, until } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  logged.length = 0;
});
afterEach(() => bench.close());

const anybody = ['granted', 'granted', 'denied', 'stranger'] as const;
const residents = ['granted', 'denied'] as const;

let people = 0;

function walk(cluster: Cluster, count: number, outcomes: readonly (typeof anybody)[number][] = anybody): void {
  const random = new SeededRandom(3);
  for (let i = 0; i < count; i++) {
    people++;
    doorOf(cluster).pass({
      personNo: String(2_023_070_000 + people),
      name: canary,
      card: i % 2 === 0 ? `3A5F${people}` : undefined,
      direction: pick(random, ['in', 'out'] as const),
      method: 'face',
      outcome: pick(random, outcomes),
    });
  }
}

const settled = (sink: Sink): void => {
  expect(sink.passes.map(({ result }) => result)).toEqual(bench.truth.map(({ result }) => result));
  expect(JSON.stringify([sink.taken, logged])).not.toMatch(/CANARY|gate-Pass1/);
};

const gaps = (sink: Sink): readonly string[] =>
  sink.events.flatMap((event) => (event.type === 'deviceAudit' && event.action === 'gapPossible' ? [event.detail ?? ''] : []));

const live = async (opened: { session: { poll?: { run(task: string, signal: AbortSignal): Promise<unknown> } } }) =>
  (await opened.session.poll?.run('live', never)) as {
    ok: boolean;
    value?: { readings: unknown; facts: { deviceClock?: { at: number } } };
    error?: { kind: string };
  };

describe('health', () => {
  test('clock and door of a device that tells its factory address', async () => {
    const polled = await live(await bench.open(await bench.simulate()));
    expect(polled.value?.readings).toEqual([
      { point: 'contact', raw: 'Closed' },
      { point: 'lock', raw: 'Locked' },
      { point: 'doorAlarm', raw: 'Normal' },
      { point: 'doorTamper', raw: 'NotInTamper' },
      { point: 'doorFault', raw: 'NotInFault' },
      { point: 'doorMode', raw: 'Locked' },
    ]);
    expect(Math.abs((polled.value?.facts.deviceClock?.at ?? 0) - Date.now())).toBeLessThan(2_000);
  });

  test('a clock that is nine minutes slow is no wrong password', async () => {
    const cluster = await bench.simulate();
    cluster.strike({ ...everywhere, type: 'clockSkew', deltaMs: -540_000 });
    const polled = await live(await bench.open(cluster));
    expect(polled.ok).toBe(true);
    expect((polled.value?.facts.deviceClock?.at ?? 0) - Date.now()).toBeLessThan(-500_000);
    expect(doorOf(cluster).account.refused).toBe(0);
  });

  test('a clock that is set while the session lives costs one retry', async () => {
    const cluster = await bench.simulate();
    const opened = await bench.listening(cluster);
    cluster.strike({ ...everywhere, type: 'clockSkew', deltaMs: 3_600_000 });
    walk(cluster, 10);
    await until(() => opened.sink.passes.length === 10);
    await pause(100);
    expect((await live(opened)).ok).toBe(true);
    expect(doorOf(cluster).account.refused).toBeLessThanOrEqual(2);
    settled(opened.sink);
  });

  test('a wrong password is tried twice by all channels together, then nothing is sent', async () => {
    const cluster = await bench.simulate();
    cluster.strike({ ...everywhere, type: 'wrongPassword' });
    const opened = await bench.open(cluster);
    opened.session.listen?.start(opened.sink, () => undefined);
    const outcomes = await Promise.all([live(opened), live(opened), opened.session.identify?.(never)]);
    expect(outcomes.map((outcome) => outcome !== undefined && !outcome.ok && outcome.error?.kind)).toEqual(
      Array(3).fill('unauthorised'),
    );
    expect(doorOf(cluster).account.refused).toBe(2);
    await pause(300);
    expect((await live(opened)).error?.kind).toBe('unauthorised');
    expect(doorOf(cluster).account.refused).toBe(2);
    expect(opened.sink.failures[0]?.kind).toBe('unauthorised');
  });

  test('HTTP digest, where the device is set to it', async () => {
    const cluster = await bench.simulate();
    cluster.strike({ ...everywhere, type: 'httpDigest' });
    const opened = await bench.listening(cluster);
    expect((await live(opened)).ok).toBe(true);
    walk(cluster, 5);
    await until(() => opened.sink.passes.length === 5);
  });

  test('identity by the library, and by our own client where the library cannot', async () => {
    const cluster = await bench.simulate();
    const opened = await bench.open(cluster);
    const identity = await opened.session.identify?.(never);
    expect(identity).toEqual({ ok: true, value: { serial: 'SN-door-1', model: 'FACE-GATE-1', firmware: '1.4.2' } });
    cluster.strike({ ...everywhere, type: 'httpDigest' });
    const other = await bench.open(cluster);
    expect(await other.session.identify?.(never)).toEqual(identity);
  });

  test.each([
    ['noAnswer', 'timeout'],
    ['stall', 'timeout'],
    ['trickle', 'timeout'],
    ['cutBody', 'malformed'],
    ['deepNesting', 'malformed'],
    ['doctype', 'malformed'],
    ['gbk', 'malformed'],
    ['nul', 'malformed'],
  ])('%s is %s, leaves no socket, and is over when the device is', async (type, kind) => {
    const cluster = await bench.simulate();
    const opened = await bench.open(cluster, { deadlineMs: 600 });
    cluster.strike({ ...everywhere, type });
    const started = performance.now();
    expect((await live(opened)).error?.kind).toBe(kind);
    expect(performance.now() - started).toBeLessThan(1_500);
    await until(() => doorOf(cluster).openSockets === 0, 1_000);
    cluster.heal(type, undefined);
    expect((await live(opened)).ok).toBe(true);
  });

  test('a device that is gone', async () => {
    const cluster = await bench.simulate();
    const opened = await bench.open(cluster);
    await cluster.close();
    expect((await live(opened)).error?.kind).toBe('unreachable');
  });
});

describe('events', () => {
  test('passes arrive once and in order, without a name, with direction by access point; what was before is said to be missing', async () => {
    const cluster = await bench.simulate();
    const { sink } = await bench.listening(cluster);
    walk(cluster, 60);
    await until(() => sink.passes.length >= 60);
    settled(sink);
    expect(gaps(sink)).toEqual(['began to listen']);
    expect(
      sink.passes.every(({ direction, live: isLive, source }) => direction !== 'unknown' && isLive && source === 'pullPoint'),
    ).toBe(true);
    expect(sink.taken.reduce((sum, { discardedParts }) => sum + (discardedParts ?? 0), 0)).toBeGreaterThan(20);
    expect(new Set(sink.passes.map(({ reason }) => reason))).toEqual(
      new Set([undefined, 'wrong-period', 'unknown-credential', 'no-permission']),
    );
  });

  test('state that is told after subscribing is a reading and no event', async () => {
    const { sink } = await bench.listening(await bench.simulate());
    await until(() => sink.reading('doorMode') === 'Locked');
    expect(sink.events.map(({ type }) => type)).toEqual(['deviceAudit']);
  });

  test('alarms begin and end', async () => {
    const cluster = await bench.simulate();
    const { sink } = await bench.listening(cluster);
    for (const type of ['doorForced', 'doorHeldOpen', 'tamper']) {
      cluster.strike({ ...everywhere, type });
      cluster.heal(type, undefined);
    }
    await until(() => sink.events.filter(({ type }) => type === 'deviceAlarm').length >= 8);
    const alarms = sink.events.flatMap((event) => (event.type === 'deviceAlarm' ? [`${event.alarm} ${event.active}`] : []));
    expect(alarms).toEqual([
      'forced true',
      'forced false',
      'heldOpen false',
      'heldOpen true',
      'forced false',
      'heldOpen false',
      'tamper true',
      'tamper false',
    ]);
  });

  test.each(['leaseExpired', 'restart'])('%s: a new subscription, and the gap is told', async (type) => {
    const cluster = await bench.simulate();
    const { sink } = await bench.listening(cluster);
    cluster.strike({ ...everywhere, type });
    await until(() => gaps(sink).length === 2);
    walk(cluster, 5);
    await until(() => sink.passes.length === 5);
    expect(gaps(sink)).toEqual(['began to listen', 'the device forgot the subscription']);
    expect(sink.failures).toEqual([]);
    settled(sink);
  });

  test('short leases are renewed by the clock of the reply, half-way', async () => {
    const cluster = await bench.simulate();
    cluster.strike({ ...everywhere, type: 'clockSkew', deltaMs: -540_000 });
    cluster.strike({ ...everywhere, type: 'shortLease' });
    const { sink } = await bench.listening(cluster);
    cluster.heal('shortLease', undefined);
    await pause(2_500);
    expect(doorOf(cluster).pullPoints.created).toBe(1);
    walk(cluster, 3);
    await until(() => sink.passes.length === 3);
    expect(gaps(sink)).toHaveLength(1);
  });

  test('messages that come again are kept once', async () => {
    const cluster = await bench.simulate();
    const { sink } = await bench.listening(cluster);
    walk(cluster, 10, residents);
    await until(() => sink.passes.length === 10);
    cluster.strike({ ...everywhere, type: 'duplicateBatch' });
    doorOf(cluster).pass({ personNo: '1', name: canary, card: undefined, direction: 'in', method: 'face', outcome: 'granted' });
    await until(() => sink.passes.length === 11);
    await pause(100);
    settled(sink);
  });

  test('what was pulled is held until it is taken', async () => {
    const cluster = await bench.simulate();
    const { sink } = await bench.listening(cluster);
    sink.accept = () => false;
    walk(cluster, 3);
    await until(() => sink.refusals > 0);
    sink.accept = () => true;
    await until(() => sink.passes.length === 3);
    settled(sink);
  });

  test('a flood', async () => {
    const cluster = await bench.simulate();
    const { sink } = await bench.listening(cluster);
    cluster.strike({ ...everywhere, type: 'flood', records: 2_000 });
    await until(() => sink.passes.length >= 2_000, 20_000);
    settled(sink);
  });

  test.each(['cutBody', 'deepNesting', 'doctype', 'gbk'])('%s for a while is told, and over when the device is', async (type) => {
    const cluster = await bench.simulate();
    const { sink } = await bench.listening(cluster, { deadlineMs: 400 });
    await until(() => sink.reading('doorMode') === 'Locked');
    await pause(150);
    cluster.strike({ ...everywhere, type });
    // The long poll that waits already is answered well; the next one is not.
    await until(() => {
      walk(cluster, 1);
      return sink.failures.length > 0;
    });
    cluster.heal(type, undefined);
    const before = sink.passes.length;
    await until(() => {
      walk(cluster, 1);
      return sink.passes.length > before;
    });
    expect(sink.failures.every(({ kind }) => kind === 'malformed')).toBe(true);
  });

  test('a device that knows no Renew is only pulled', async () => {
    const cluster = await bench.simulate();
    for (const type of ['shortLease', 'noRenew']) cluster.strike({ ...everywhere, type });
    const { sink } = await bench.listening(cluster);
    await until(() => gaps(sink).length > 1);
    walk(cluster, 3);
    await until(() => sink.passes.length > 0);
    expect(sink.failures).toEqual([]);
  });

  test('closing gives the long poll up at once, unsubscribes, and nothing is delivered afterwards', async () => {
    const cluster = await bench.simulate();
    const { sink, session } = await bench.listening(cluster);
    await pause(100);
    const started = performance.now();
    await session.close();
    await session.close();
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(doorOf(cluster).pullPoints.size).toBe(0);
    const before = sink.taken.length;
    walk(cluster, 3);
    await pause(200);
    expect(sink.taken).toHaveLength(before);
    await until(() => doorOf(cluster).openSockets === 0, 1_000);
  });

  test('events of another door are not ours', async () => {
    const cluster = await bench.simulate();
    const { sink, session } = await bench.listening(cluster, { door: 'DOOR-2' });
    await session.poll?.run('live', never);
    walk(cluster, 5);
    await pause(300);
    expect(sink.passes).toHaveLength(0);
  });
});
