/** Passes of a Dahua terminal: by their records, each once, whatever the stream does, over real sockets. */
import { type CommonProfile, type Session, createRegistry } from '@cardwatch/drivers';
import { SeededRandom, chance, intBetween } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type DahuaTerminal,
  type DahuaTerminalOptions,
  openDahuaTerminal,
} from '../../../packages/simulators/src/dahua/terminal.ts';
import { Ears, MemoryCustody, Passes, account, attempt, passKeys, profileOf, trueKeys, until } from '../isapi/harness.ts';
import { realClock } from '../real-clock.ts';

const stream = {
  codes: ['AccessControl', 'DoorStatus', 'BreakIn'],
  heartbeatS: 1,
  silentAfterMs: 1_500,
  reconnectMs: 20,
  healthyMs: 1_000,
  pollMs: 1_000,
};
const log = { name: 'AccessControlCardRec', pageSize: 7, firstHours: 24, settleMs: 20, deadlineMs: 5_000 };
const strikeOf = (type: string, records?: number) => ({
  type,
  deviceId: undefined,
  delayMs: undefined,
  deltaMs: undefined,
  records,
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Bench {
  readonly terminal: DahuaTerminal;
  readonly truth: Passes;
  readonly custody: MemoryCustody;
  readonly ears: Ears;
  readonly session: () => Session;
  readonly reopen: () => Promise<void>;
}

async function start(
  options: Partial<DahuaTerminalOptions> = {},
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Bench> {
  const truth = new Passes();
  const terminal = await openDahuaTerminal(
    { deviceId: 'd9-south', ...account, heartbeatMs: 200, ...options },
    { clock: realClock, random: new SeededRandom(3), truth: truth.sink, port: 0 },
  );
  const profile: CommonProfile = await profileOf('dahua/dahua/asi', { stream, log, ...changes });
  const driver = createRegistry(new SeededRandom(2)).get('dahua');
  if (driver === undefined) throw new Error('no dahua driver');
  const connection = driver.connection.parse({
    kind: 'dahua',
    port: terminal.endpoint.port,
    host: '127.0.0.1',
    deadlineMs: 1_000,
    credentials: account,
  });
  const custody = new MemoryCustody();
  const ears = new Ears();
  const open = async (): Promise<Session> => {
    const opened = await driver.open(connection, profile, ears.io);
    if (!opened.ok) throw new Error(opened.error.kind);
    opened.value.listen?.start(custody, custody.resume);
    return opened.value;
  };
  let session = await open();
  closing.push(async () => {
    await session.close();
    await terminal.close();
  });
  const reopen = async (): Promise<void> => {
    await session.close();
    session = await open();
  };
  return { terminal, truth, custody, ears, session: () => session, reopen };
}

describe('passes', () => {
  test.each([21, 22, 23])(
    'seed %i: drops, lost events, late records, full-disk refusals, restarts; each exactly once',
    async (seed) => {
      const b = await start({ recordDelayMs: 30 });
      const random = new SeededRandom(seed);
      for (let index = 1; index <= 80; index++) {
        b.terminal.pass(attempt(index, { method: index % 5 === 0 ? 'qr' : index % 3 === 0 ? 'card' : 'face' }));
        if (chance(random, 0.1)) b.terminal.strike(strikeOf('streamDrop'));
        if (chance(random, 0.05)) b.terminal.strike(strikeOf('lostEvent'));
        if (chance(random, 0.2)) b.terminal.heal('lostEvent');
        if (chance(random, 0.04)) b.custody.refuse = intBetween(random, 1, 2);
        if (chance(random, 0.02)) await b.reopen();
        await new Promise((resolve) => setTimeout(resolve, intBetween(random, 0, 12)));
      }
      await until('all records taken', () => b.custody.last === b.terminal.newest);
      expect(passKeys(b.custody.events)).toEqual(trueKeys(b.truth.all));
      expect(b.truth.all).toHaveLength(80);
      expect(b.terminal.streams).toBeGreaterThan(1);
      const all = JSON.stringify(b.custody.observations) + b.ears.heard.join('\n');
      expect(all).not.toContain('CANARY');
      expect(all).not.toContain(account.password);
    },
  );

  test('a record that was told live a moment before is live, one that was not is read back', async () => {
    const b = await start({ recordDelayMs: 20 });
    await until('a stream', () => b.terminal.streams > 0 && b.custody.signs > 0);
    b.terminal.pass(attempt(1));
    await until('the first', () => b.custody.last === 1);
    b.terminal.strike(strikeOf('lostEvent'));
    b.terminal.pass(attempt(2));
    await until('the second, without a word from the stream', () => b.custody.last === 2);
    const passes = b.custody.events.filter((event) => event.type === 'pass');
    expect(passes.map(({ live, source }) => `${live} ${source}`)).toEqual(['true stream', 'false backfill']);
    expect(passes.map(({ direction, directionFrom }) => `${direction} ${directionFrom}`)).toEqual(['out record', 'in record']);
    expect(b.custody.discarded).toBeGreaterThan(0);
  });

  test('10,000 records after eight hours without a listener', async () => {
    const b = await start({}, { log: { ...log, pageSize: 1_000 } });
    await until('a stream', () => b.terminal.streams > 0);
    b.terminal.pass(attempt(1));
    await until('the first', () => b.custody.last === 1);
    const session = b.session();
    await session.close();
    b.terminal.strike(strikeOf('flood', 10_000));
    await b.reopen();
    await until('all of them', () => b.custody.last === 10_001, 30_000);
    expect(passKeys(b.custody.events)).toEqual(trueKeys(b.truth.all));
  });

  test('numbers that begin anew are another life, not duplicates', async () => {
    const b = await start();
    await until('a stream', () => b.terminal.streams > 0);
    for (let index = 1; index <= 5; index++) b.terminal.pass(attempt(index));
    await until('five', () => b.custody.last === 5);
    b.terminal.strike(strikeOf('serialRollback'));
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    for (let index = 6; index <= 8; index++) b.terminal.pass(attempt(index));
    await until('three of the new life', () => b.custody.generation === 2 && b.custody.last === 3);
    expect(passKeys(b.custody.events)).toEqual(trueKeys(b.truth.all));
  });

  test('a firmware without recordFinder: passes come live and without a number', async () => {
    const b = await start({ without: 'log' });
    await until('a stream and its first sign', () => b.terminal.streams > 0 && b.custody.signs > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    b.terminal.pass(attempt(1));
    await until('one pass', () => b.custody.events.some(({ type }) => type === 'pass'));
    expect(b.custody.events.find(({ type }) => type === 'pass')).toMatchObject({
      eventNo: undefined,
      live: true,
      source: 'stream',
      result: 'granted',
    });
  });

  test('a firmware without a stream: the records are read in turn', async () => {
    const b = await start({ without: 'stream' });
    b.terminal.pass(attempt(1));
    await until('one pass', () => b.custody.last === 1);
    expect(b.custody.failures).toEqual([]);
  });
});

describe('state and faults', () => {
  test('door and alarms come from the stream; clock and identity are asked for', async () => {
    const b = await start();
    await until('a stream', () => b.terminal.streams > 0 && b.custody.signs > 0);
    b.terminal.pass(attempt(1));
    for (const type of ['doorHeldOpen', 'forced', 'tamper', 'fire']) b.terminal.strike(strikeOf(type));
    const told = () =>
      b.custody.events.flatMap((event) =>
        event.type === 'door' ? [event.state] : event.type === 'deviceAlarm' ? [event.alarm] : [],
      );
    await until('six states', () => told().length >= 6);
    expect(told()).toEqual(['open', 'closed', 'heldOpen', 'forced', 'tamper', 'fire']);
    const signal = new AbortController().signal;
    const live = await b.session().poll?.run('live', signal);
    if (live?.ok !== true) throw new Error('live');
    expect(live.value.readings).toMatchObject([{ point: 'doorContact', raw: 'closed' }, { point: 'heartbeatAge' }]);
    expect(Math.abs((live.value.facts.deviceClock?.at ?? 0) - Date.now())).toBeLessThan(5_000);
    expect(await b.session().identify?.(signal)).toMatchObject({
      ok: true,
      value: { serial: '6K0A1B2PAZ00001', model: 'DHI-ASI7214Y' },
    });
  });

  test.each(['lfOnly', 'wrongBoundary', 'staleNonce', 'reboot', 'cutBody', 'stall', 'trickle'])(
    '%s: nothing is lost',
    async (type) => {
      const b = await start();
      await until('a stream', () => b.terminal.streams > 0);
      b.terminal.pass(attempt(1));
      await until('the first', () => b.custody.last === 1);
      b.terminal.strike(strikeOf(type));
      b.terminal.pass(attempt(2));
      await new Promise((resolve) => setTimeout(resolve, 400));
      b.terminal.heal(type);
      b.terminal.pass(attempt(3));
      await until('three', () => b.custody.last === 3);
      expect(passKeys(b.custody.events)).toEqual(trueKeys(b.truth.all));
    },
  );

  test('a wrong password is sent twice and not again', async () => {
    const b = await start();
    await until('a stream', () => b.terminal.streams > 0);
    b.terminal.strike(strikeOf('wrongPassword'));
    b.terminal.strike(strikeOf('streamDrop'));
    await until('unauthorised', () => b.custody.failures.some(({ kind }) => kind === 'unauthorised'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const polled = await b.session().poll?.run('live', new AbortController().signal);
    expect(polled).toMatchObject({ ok: false, error: { kind: 'unauthorised' } });
    expect(b.terminal.door.counts.wrong).toBeLessThanOrEqual(2);
    expect(b.terminal.door.locked).toBe(false);
  });
});
