/** The fault rows of a terminal, each over a real socket with what is expected of it. */
import type { RawEvent } from '@cardwatch/drivers';
import { afterEach, describe, expect, test } from 'vitest';
import { type Bench, type BenchOptions, attempt, bench, logBy, passKeys, trueKeys, until } from './harness.ts';

let open: Bench | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function start(options: BenchOptions = {}): Promise<Bench> {
  open = await bench(options);
  return open;
}

const signal = new AbortController().signal;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function strike(b: Bench, type: string, records?: number): void {
  expect(b.terminal.strike({ type, deviceId: undefined, delayMs: undefined, deltaMs: undefined, records })).toBeUndefined();
}

async function live(b: Bench): Promise<void> {
  await until('a stream with a sign of life', () => b.terminal.streams > 0 && b.custody.signs > 0);
}

const caughtUp = (b: Bench, limitMs?: number): Promise<void> =>
  until('all events taken', () => b.custody.last === b.terminal.store.newest, limitMs);

const exactlyOnce = (b: Bench): void => expect(passKeys(b.custody.events)).toEqual(trueKeys(b.truth.all));

describe('identity and state', () => {
  test('who it is, how it does, and what its clock shows', async () => {
    const b = await start();
    expect(await b.session.identify?.(signal)).toEqual({
      ok: true,
      value: {
        serial: 'DS-K1T671M20260101V010700ENA00000001',
        model: 'DS-K1T671M',
        firmware: 'V1.7.0 build 260101',
        mac: '02:00:5e:10:07:01',
      },
    });
    await live(b);
    b.terminal.pass(attempt(1));
    await caughtUp(b);
    const polled = await b.session.poll?.run('live', signal);
    if (polled?.ok !== true) throw new Error('live');
    expect(Object.fromEntries(polled.value.readings.map(({ point, raw }) => [point, raw]))).toMatchObject({
      doorContact: 0,
      lock: 0,
      doorMode: 4,
      readerOnline: 1,
      tamper: 'close',
      power: 'ACPowerSupply',
      cards: 1_204,
      storeFill: 0.3,
      cpu: 23,
    });
    expect(polled.value.failures).toEqual([]);
    expect(Math.abs((polled.value.facts.deviceClock?.at ?? 0) - Date.now())).toBeLessThan(5_000);
    expect(polled.value.readings.find(({ point }) => point === 'heartbeatAge')?.raw).toBeLessThan(3);
    expect(polled.value.readings.find(({ point }) => point === 'uptime')?.raw).toBeGreaterThan(86_000);
  });

  test('an inverted contact', async () => {
    const b = await start({ connection: { contactInverted: true }, listen: false });
    const polled = await b.session.poll?.run('live', signal);
    expect(polled?.ok === true ? polled.value.readings[0] : undefined).toEqual({ point: 'doorContact', raw: 1 });
  });

  test.each([
    ['doorHeldOpen', 'heldOpen'],
    ['forced', 'forced'],
    ['tamper', 'tamper'],
    ['fire', 'fire'],
    ['readerOffline', 'readerOffline'],
    ['reboot', 'powerLost'],
  ])('%s is an alarm', async (fault, alarm) => {
    const b = await start();
    await live(b);
    strike(b, fault);
    await caughtUp(b);
    expect(b.custody.events).toMatchObject([{ type: 'deviceAlarm', alarm, active: fault !== 'reboot', eventNo: 1 }]);
  });

  test('a door that was opened from afar is an audit line with who and from where', async () => {
    const b = await start();
    await live(b);
    b.terminal.remoteOpen('admin', '10.7.0.5');
    await caughtUp(b);
    expect(b.custody.events).toMatchObject([
      { type: 'deviceAudit', action: 'remoteOpen', actor: 'admin', detail: '3/1024, door 1, from 10.7.0.5' },
    ]);
  });

  test('there is no command at all', async () => {
    const b = await start();
    expect(b.session.command).toBeUndefined();
    await live(b);
    expect([...b.terminal.requests.keys()].filter((path) => /RemoteControl|door\//.test(path))).toEqual([]);
  });
});

describe('the connection', () => {
  test.each(['lfOnly', 'wrongBoundary', 'staleNonce', 'reboot', 'cutBody', 'stall', 'trickle', 'badJson', 'htmlLogin'])(
    '%s for half a second: each pass once',
    async (type) => {
      const b = await start();
      await live(b);
      b.terminal.pass(attempt(1));
      await caughtUp(b);
      strike(b, type);
      b.terminal.pass(attempt(2));
      await pause(500);
      b.terminal.heal(type);
      b.terminal.pass(attempt(3));
      await caughtUp(b);
      exactlyOnce(b);
    },
  );

  test('a silent stream is dead after its time, trickling bytes or not', async () => {
    const b = await start({ terminal: { heartbeatMs: 60_000 } });
    await until('a second stream', () => b.terminal.streams > 1, 5_000);
    expect(b.custody.failures.some(({ kind }) => kind === 'timeout')).toBe(true);
  });

  test.each([
    ['stall', 'timeout'],
    ['trickle', 'timeout'],
    ['cutBody', 'malformed'],
    ['htmlLogin', 'malformed'],
  ])('%s while it is polled: %s', async (type, kind) => {
    const b = await start({ listen: false });
    strike(b, type);
    expect(await b.session.poll?.run('live', signal)).toMatchObject({ ok: false, error: { kind } });
  });

  test('closing does not wait for a reply that never comes', async () => {
    const b = await start({ connection: { deadlineMs: 30_000 } });
    strike(b, 'stall');
    const polled = b.session.poll?.run('live', signal);
    await pause(100);
    const startMs = performance.now();
    await b.session.close();
    expect(performance.now() - startMs).toBeLessThan(1_000);
    expect(await polled).toMatchObject({ ok: false, error: { kind: 'closed' } });
  });

  test('one stream at a time', async () => {
    const b = await start();
    await live(b);
    for (let round = 0; round < 5; round++) {
      strike(b, 'streamDrop');
      await pause(100);
    }
    expect(b.terminal.liveStreams).toBeLessThanOrEqual(1);
  });
});

describe('the account', () => {
  test('a wrong password is sent twice over all channels, then nothing for an hour', async () => {
    const b = await start();
    await live(b);
    strike(b, 'wrongPassword');
    strike(b, 'streamDrop');
    await until('unauthorised', () => b.custody.failures.some(({ kind }) => kind === 'unauthorised'));
    for (let round = 0; round < 5; round++)
      expect(await b.session.poll?.run('live', signal)).toMatchObject({ ok: false, error: { kind: 'unauthorised' } });
    await b.reopen();
    await pause(300);
    expect(b.terminal.door.counts.wrong).toBe(2);
    expect(b.terminal.door.locked).toBe(false);
  });

  test('another password in the configuration is tried at once', async () => {
    const b = await start({ connection: { credentials: { user: 'watcher', password: 'Wrong-1' } } });
    await until('unauthorised', () => b.custody.failures.length > 0);
    await b.session.poll?.run('live', signal);
    const wrong = b.terminal.door.counts.wrong;
    expect(wrong).toBeLessThanOrEqual(2);
    const { account, fast, profileOf, profileName } = await import('./harness.ts');
    const profile = await profileOf(profileName, { stream: fast });
    const link = { kind: 'isapi', port: b.terminal.endpoint.port, host: '127.0.0.1', credentials: account };
    const again = await b.driver.open(b.driver.connection.parse(link), profile, b.ears.io);
    if (!again.ok) throw new Error(again.error.kind);
    expect((await again.value.identify?.(signal))?.ok).toBe(true);
    await again.value.close();
    expect(b.terminal.door.counts.wrong).toBe(wrong);
  });

  test('a locked account is left alone', async () => {
    const b = await start({ listen: false });
    strike(b, 'lockAccount');
    expect(await b.session.poll?.run('live', signal)).toMatchObject({
      ok: false,
      error: { kind: 'unauthorised', detail: expect.stringContaining('locked for 30 min') as string },
    });
    await b.session.poll?.run('live', signal);
    await b.session.poll?.run('live', signal);
    expect(b.terminal.door.counts.whileLocked).toBe(1);
  });
});

describe('the log', () => {
  test('10,000 events after eight hours without a listener', async () => {
    const b = await start({
      profile: { ...logBy('serial'), log: { by: 'serial', pageSize: 500, firstHours: 24, deadlineMs: 5_000 } },
      terminal: { pageMax: 200 },
    });
    await live(b);
    b.terminal.pass(attempt(1));
    await caughtUp(b);
    strike(b, 'flood', 10_000);
    await caughtUp(b, 40_000);
    exactlyOnce(b);
    expect(b.custody.events.filter(({ type }) => type === 'pass')).toHaveLength(10_001);
    expect(JSON.stringify(b.custody.observations)).not.toContain('CANARY');
  });

  test('numbers that begin anew are another life, not duplicates', async () => {
    const b = await start();
    await live(b);
    for (let index = 1; index <= 6; index++) b.terminal.pass(attempt(index));
    await caughtUp(b);
    await pause(1_200);
    strike(b, 'serialRollback');
    for (let index = 7; index <= 9; index++) b.terminal.pass(attempt(index));
    await until('the new life', () => b.custody.generation === 2 && b.custody.last === b.terminal.store.newest);
    exactlyOnce(b);
  });

  test('numbers that begin anew while nobody listened', async () => {
    const b = await start();
    await live(b);
    for (let index = 1; index <= 6; index++) b.terminal.pass(attempt(index));
    await caughtUp(b);
    await b.session.close();
    strike(b, 'serialRollback');
    for (let index = 7; index <= 9; index++) b.terminal.pass(attempt(index));
    await b.reopen();
    await pause(300);
    b.terminal.pass(attempt(10));
    await until('the new life', () => b.custody.generation === 2 && b.custody.last === b.terminal.store.newest);
    exactlyOnce(b);
  });

  test('a hole that the log does not hold either is a jump, and nothing is invented', async () => {
    const b = await start();
    await live(b);
    b.terminal.pass(attempt(1));
    await caughtUp(b);
    const before = b.terminal.store.newest;
    strike(b, 'serialGap', 4);
    b.terminal.pass(attempt(2));
    await caughtUp(b);
    exactlyOnce(b);
    const numbers = b.custody.events.map(({ eventNo }) => eventNo);
    expect(numbers.slice(before, before + 1)).toEqual([before + 5]);
  });

  test('a clock that was never set: the event is there, its time is what it says', async () => {
    const b = await start();
    await live(b);
    strike(b, 'clock1970');
    b.terminal.pass(attempt(1));
    b.terminal.strike({ type: 'streamDrop', deviceId: undefined, delayMs: undefined, deltaMs: undefined, records: undefined });
    b.terminal.pass(attempt(2));
    await caughtUp(b);
    exactlyOnce(b);
    expect(b.custody.events.every(({ observedText }) => observedText.startsWith('1970-01-01'))).toBe(true);
    const polled = await b.session.poll?.run('live', signal);
    expect(polled?.ok === true ? polled.value.facts.deviceClock?.text : '').toMatch(/^1970-01-01/);
  });

  test('a clock that is set back between two events', async () => {
    const b = await start();
    strike(b, 'clock1970');
    await live(b);
    b.terminal.pass(attempt(1));
    await caughtUp(b);
    b.terminal.heal('clock1970');
    for (const index of [2, 3]) b.terminal.pass(attempt(index));
    await caughtUp(b);
    strike(b, 'clock1970');
    b.terminal.pass(attempt(4));
    await caughtUp(b);
    strike(b, 'replay', 20);
    await pause(100);
    exactlyOnce(b);
    expect(b.custody.generation).toBe(1);
  });

  test('stored events that are told again are known', async () => {
    const b = await start();
    await live(b);
    for (let index = 1; index <= 20; index++) b.terminal.pass(attempt(index));
    await caughtUp(b);
    strike(b, 'replay', 30);
    await pause(200);
    exactlyOnce(b);
  });

  test('a firmware without AcsEvent: the stream alone, holes stay visible', async () => {
    const b = await start({ terminal: { without: 'log' } });
    await live(b);
    b.terminal.pass(attempt(1));
    await caughtUp(b);
    strike(b, 'streamDrop');
    const lost = b.terminal.store.newest + 1;
    b.terminal.pass(attempt(2));
    await until('another stream', () => b.terminal.streams > 1);
    await pause(100);
    b.terminal.pass(attempt(3));
    await caughtUp(b);
    const numbers = b.custody.events.map(({ eventNo }) => eventNo);
    expect(numbers).not.toContain(lost);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('a firmware without alertStream: the log is read in turn', async () => {
    const b = await start({ terminal: { without: 'stream' } });
    for (let index = 1; index <= 5; index++) b.terminal.pass(attempt(index));
    await caughtUp(b);
    exactlyOnce(b);
    expect(b.custody.failures).toEqual([]);
    expect(
      b.custody.events.every((event: RawEvent) => event.type !== 'pass' || (!event.live && event.source === 'backfill')),
    ).toBe(true);
  });
});
