/** Devices that speak by themselves: from their mouth to the event stream, through every place where a process may die. */
import type { DeviceGap, EventLine, PassEvent } from '@cardwatch/contracts';
import type { NotTaken } from '@cardwatch/drivers';
import { epochMs, minuteMs, type Result } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';

const passesOf = (bench: Bench): PassEvent[] =>
  (bench.journal.linesOf('event') as EventLine[]).filter((event) => event.type === 'pass');
const numbersOf = (bench: Bench): string[] => passesOf(bench).map(({ generation, eventNo }) => `${generation}/${eventNo ?? '-'}`);
const gapsOf = (bench: Bench): string[] =>
  (bench.journal.linesOf('event') as EventLine[])
    .filter((event): event is DeviceGap => event.type === 'gap')
    .map(({ generation, from, to, closedBy }) => `${generation}:${from}-${to} ${closedBy ?? 'open'}`);
const alarmsOf = (bench: Bench): string[] =>
  (bench.journal.linesOf('event') as EventLine[]).flatMap((event) =>
    event.type === 'deviceAlarm' ? [`${event.alarm} ${event.active ? 'on' : 'off'}: ${event.detail ?? ''}`] : [],
  );
const stateOf = (bench: Bench, id = 'g1'): string => {
  const device = bench.agent.status().devices.find(({ deviceId }) => deviceId === id);
  return `${device?.state} ${device?.cause ?? '-'}`;
};

/** Lets a take finish: it waits for the journal and the cursor, which need turns. */
async function taken(bench: Bench, take: Promise<Result<void, NotTaken>>): Promise<string> {
  let outcome = 'waits';
  const told = take.then((result) => {
    outcome = result.ok ? 'ok' : result.error.detail;
  });
  await bench.pass(100);
  expect(outcome).not.toBe('waits');
  await told;
  return outcome;
}

async function started(
  options: Parameters<Bench['addGate']>[1] = {},
): Promise<{ bench: Bench; gate: ReturnType<Bench['addGate']> }> {
  const bench = new Bench([]);
  const gate = bench.addGate('g1', options);
  await bench.agent.start();
  await bench.pass(3_000);
  return { bench, gate };
}

describe('listening', () => {
  test('an event is answered when it is in the journal and the cursor is kept; a person is a pseudonym', async () => {
    const { bench, gate } = await started();
    expect(gate.polls).toBe(0);
    expect(await taken(bench, gate.tell([gate.event(1), gate.event(2)]))).toBe('ok');
    expect(numbersOf(bench)).toEqual(['1/1', '1/2']);
    expect(bench.cursors.devices['g1']?.lastRecordNo).toBe(2);
    expect(gate.resume()).toEqual({ generation: 1, lastRecordNo: 2 });
    expect(JSON.stringify(bench.journal.linesOf('event'))).not.toContain('1001');
    expect(passesOf(bench)[0]?.personRef).toMatch(/^[0-9a-f]{32}$/);
    expect(stateOf(bench)).toBe('online -');
    await bench.stop();
    expect(gate.closed).toBe(1);
  });

  test('without an epoch nothing is taken, and what is offered again later is', async () => {
    const bench = new Bench([]);
    const gate = bench.addGate('g1');
    bench.network.up = false;
    await bench.agent.start();
    await bench.pass(3_000);
    const event = gate.event(1);
    expect(await taken(bench, gate.tell([event]))).toBe('records cannot be kept now');
    expect(stateOf(bench)).toBe('online -');
    bench.network.up = true;
    await bench.passUntil(() => bench.journal.epoch() !== undefined, 120_000);
    await bench.pass(500);
    expect(await taken(bench, gate.tell([event]))).toBe('ok');
    expect(numbersOf(bench)).toEqual(['1/1']);
    await bench.stop();
    expect(await gate.tell([event])).toMatchObject({ ok: false });
  });

  test('an ill journal takes nothing and says so; the same event is taken once when it is well', async () => {
    const { bench, gate } = await started();
    bench.journal.failing = { kind: 'storageFailed', cause: { kind: 'noSpace' } };
    expect(await taken(bench, gate.tell([gate.event(1)]))).toBe('storageFailed');
    bench.journal.failing = undefined;
    await bench.pass(20_000);
    expect(await taken(bench, gate.tell([gate.event(1)]))).toBe('ok');
    expect(numbersOf(bench)).toEqual(['1/1']);
    await bench.stop();
  });

  test('a crash between journal and answer: the same event again has the same key, and one that was answered is dropped', async () => {
    const { bench, gate } = await started();
    const events = [gate.event(1), gate.event(2)];
    expect(await taken(bench, gate.tell([gate.event(0)]))).toBe('ok');
    bench.cursorsFrozen = true;
    void gate.tell(events);
    await bench.pass(500);
    expect(numbersOf(bench)).toEqual(['1/0', '1/1', '1/2']);
    await bench.crashAndRestart();
    await bench.pass(3_000);
    expect(await taken(bench, gate.tell(events))).toBe('ok');
    expect(numbersOf(bench)).toEqual(['1/0', '1/1', '1/2', '1/1', '1/2']);
    expect(await taken(bench, gate.tell(events))).toBe('ok');
    expect(numbersOf(bench)).toHaveLength(5);
    await bench.crashAndRestart();
    await bench.pass(3_000);
    expect(await taken(bench, gate.tell(events))).toBe('ok');
    expect(numbersOf(bench)).toHaveLength(5);
    await bench.pass(70_000);
    const beats = bench.ledger.health.filter((line) => line.type === 'heartbeat' && line.duplicates !== undefined);
    expect(beats.at(-1)).toMatchObject({ duplicates: 2, operations: ['valveClose'] });
    await bench.stop();
  });

  test('events before the first one that was ever told are taken, not called duplicates', async () => {
    const { bench, gate } = await started();
    await taken(bench, gate.tell([gate.event(500)]));
    const earlier = { observedAt: epochMs(bench.clock.now() - minuteMs), live: false, source: 'backfill' } as const;
    await taken(bench, gate.tell([gate.event(498, earlier), gate.event(499, earlier)]));
    expect(numbersOf(bench)).toEqual(['1/500', '1/498', '1/499']);
    expect(gapsOf(bench)).toEqual([]);
    await bench.stop();
  });

  test('a hole is a gap until it is told later; sparse numbers have none', async () => {
    const { bench, gate } = await started();
    await taken(bench, gate.tell([gate.event(1)]));
    await taken(bench, gate.tell([gate.event(5)]));
    const earlier = { observedAt: epochMs(bench.clock.now() - 200), live: false, source: 'backfill' } as const;
    await taken(bench, gate.tell([2, 3, 4].map((number) => gate.event(number, earlier))));
    expect(gapsOf(bench)).toEqual(['1:2-4 open', '1:2-2 recollected', '1:3-3 recollected', '1:4-4 recollected']);
    expect(numbersOf(bench)).toEqual(['1/1', '1/5', '1/2', '1/3', '1/4']);
    await bench.stop();
    const other = await started({ numbering: 'sparse' });
    await taken(other.bench, other.gate.tell([other.gate.event(10), other.gate.event(20), other.gate.event(15)]));
    expect(gapsOf(other.bench)).toEqual([]);
    expect(numbersOf(other.bench)).toEqual(['1/10', '1/20', '1/15']);
    await other.bench.stop();
  });

  test('numbers that begin anew begin a generation, also in the middle of one observation', async () => {
    const { bench, gate } = await started();
    await taken(bench, gate.tell([gate.event(100), gate.event(101)]));
    await bench.pass(minuteMs);
    const later = { observedAt: epochMs(bench.clock.now() + minuteMs) };
    await taken(bench, gate.tell([gate.event(102), gate.event(1, later), gate.event(2, later)]));
    expect(numbersOf(bench)).toEqual(['1/100', '1/101', '1/102', '2/1', '2/2']);
    expect(gapsOf(bench)).toEqual([]);
    expect(gate.resume()).toEqual({ generation: 2, lastRecordNo: 2 });
    await bench.stop();
  });

  test('events without a number are known by their content', async () => {
    const { bench, gate } = await started();
    const event = gate.event(undefined);
    await taken(bench, gate.tell([event, event, gate.event(undefined, { personNo: '1002' })]));
    await taken(bench, gate.tell([event]));
    expect(passesOf(bench)).toHaveLength(2);
    await bench.stop();
  });

  test('ten thousand queued events go in pieces, and another device is not kept waiting', async () => {
    const bench = new Bench(['d1']);
    const gate = bench.addGate('g1');
    await bench.agent.start();
    await bench.pass(5_000);
    bench.terminal('d1').sell(5);
    const flood = gate.tell(Array.from({ length: 10_000 }, (_, index) => gate.event(index + 1)));
    await bench.pass(10_000);
    expect((await flood).ok).toBe(true);
    expect(passesOf(bench)).toHaveLength(10_000);
    expect(bench.journal.appended.filter((stream) => stream === 'event').length).toBeGreaterThanOrEqual(79);
    expect(bench.terminal('d1').tail).toBe(6);
    await bench.stop();
  });

  test('a driver that offers more than is taken is told to keep it', async () => {
    const { bench, gate } = await started();
    const takes = Array.from({ length: 12 }, (_, index) => gate.tell([gate.event(index + 1)]));
    await bench.pass(1_000);
    const outcomes = (await Promise.all(takes)).map(({ ok }) => ok);
    expect(outcomes.filter(Boolean)).toHaveLength(8);
    await bench.stop();
  });

  test('a taken port is tried again, and silence is offline', async () => {
    const bench = new Bench([]);
    const gate = bench.addGate('g1');
    gate.portTaken = 5;
    await bench.agent.start();
    await bench.pass(6_000);
    expect(stateOf(bench)).toBe('offline noReply');
    await bench.passUntil(() => gate.opened === 1, 120_000);
    expect(await taken(bench, gate.tell([]))).toBe('ok');
    expect(stateOf(bench)).toBe('online -');
    await bench.pass(25_000);
    expect(stateOf(bench)).toBe('online -');
    await bench.pass(7_000);
    expect(stateOf(bench)).toBe('offline noReply');
    expect(await taken(bench, gate.tell([]))).toBe('ok');
    expect(stateOf(bench)).toBe('online -');
    expect(gate.opened).toBe(1);
    await bench.stop();
  });

  test('a wrong password is no silence; of a device that is polled as well it is its channel that is ill', async () => {
    const { bench, gate } = await started();
    gate.sink?.failed({ kind: 'unauthorised', detail: '401' });
    expect(stateOf(bench)).toBe('degraded authFailed');
    await bench.stop();
    const both = await started({ polled: true });
    await both.bench.pass(5_000);
    expect(both.gate.polls).toBeGreaterThan(4);
    expect(stateOf(both.bench)).toBe('online -');
    both.gate.sink?.failed({ kind: 'closed' });
    await both.bench.pass(2_000);
    expect(stateOf(both.bench)).toBe('online -');
    await both.bench.pass(30_000);
    expect(stateOf(both.bench)).toBe('degraded protocolError');
    await taken(both.bench, both.gate.tell([]));
    await both.bench.pass(2_000);
    expect(stateOf(both.bench)).toBe('online -');
    await both.bench.stop();
  });
});

describe('identity', () => {
  test('another serial number is not booked from until the right one is back', async () => {
    const bench = new Bench([]);
    const gate = bench.addGate('g1');
    gate.serial = 'SN-1';
    await bench.agent.start();
    await bench.pass(3_000);
    expect(await taken(bench, gate.tell([gate.event(1)]))).toBe('ok');
    expect(bench.cursors.identities).toEqual({ g1: 'SN-1' });
    gate.serial = 'SN-2';
    await bench.crashAndRestart();
    await bench.pass(3_000);
    expect(await taken(bench, gate.tell([gate.event(2)]))).toBe('identityChanged');
    expect(stateOf(bench)).toBe('degraded identityChanged');
    gate.serial = 'SN-1';
    expect(await taken(bench, gate.tell([gate.event(2)]))).toBe('identityChanged');
    await bench.pass(31_000);
    expect(await taken(bench, gate.tell([gate.event(2)]))).toBe('ok');
    expect(stateOf(bench)).toBe('online -');
    await bench.pass(6_000);
    expect(numbersOf(bench)).toEqual(['1/1', '1/2']);
    expect(alarmsOf(bench)).toEqual(['identityChanged on: expected SN-1, found SN-2', 'identityChanged off: SN-1 is back']);
    await bench.stop();
  });

  test('a polled device that is another one is not even asked for its records; the configuration accepts it', async () => {
    const bench = new Bench([]);
    const gate = bench.addGate('g1', { polled: true }, 'SN-1');
    gate.serial = 'SN-2';
    await bench.agent.start();
    await bench.pass(5_000);
    expect(gate.polls).toBe(0);
    expect(stateOf(bench)).toBe('degraded identityChanged');
    await bench.stop();
    const accepted = bench.addGate('g1', { polled: true }, 'SN-2');
    accepted.serial = 'SN-2';
    await bench.agent.start();
    await bench.pass(5_000);
    expect(accepted.polls).toBeGreaterThan(3);
    expect(stateOf(bench)).toBe('online -');
    await bench.stop();
  });
});

describe('operations', () => {
  const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const order = (bench: Bench, n: number, expiresInMs = 60_000, name = 'valveClose'): void => {
    const { topic, payload } = bench.ledger.command(
      { type: 'operate', deviceId: 'g1', name },
      id(n),
      bench.clock.now() + expiresInMs,
    );
    bench.deliver(topic, payload);
  };
  const replies = (bench: Bench): string[] =>
    bench.ledger.replies.map((reply) => {
      const { id: of, outcome, detail } = reply as { id: string; outcome: string; detail?: string };
      return `${Number(of.slice(-4))} ${outcome}: ${detail ?? ''}`;
    });

  test('one order is done once, also when it comes again and also by the next process', async () => {
    const { bench, gate } = await started();
    order(bench, 1);
    order(bench, 1);
    await bench.pass(1_000);
    order(bench, 1);
    await bench.pass(1_000);
    expect(gate.operated).toEqual(['valveClose']);
    expect(new Set(replies(bench))).toEqual(new Set(['1 done: valveClose shown']));
    await bench.crashAndRestart();
    await bench.pass(3_000);
    order(bench, 1);
    await bench.pass(1_000);
    expect(gate.operated).toEqual(['valveClose']);
    expect(replies(bench).at(-1)).toBe('1 failed: begun before; what became of it is not known');
    await bench.stop();
  });

  test('what is not offered, comes too late or cannot be written down is not done', async () => {
    const { bench, gate } = await started();
    order(bench, 1, 60_000, 'doorOpen');
    order(bench, 2, -1);
    await bench.pass(1_000);
    bench.cursorFailure = { kind: 'io', detail: 'EIO' };
    order(bench, 3);
    await bench.pass(1_000);
    expect(gate.operated).toEqual([]);
    expect(replies(bench)).toEqual([
      '1 unsupported: the device offers valveClose',
      '2 expired: ',
      '3 failed: the order could not be written down, so it was not begun',
    ]);
    await bench.stop();
  });

  test('a device that cannot be reached in time is not operated later', async () => {
    const bench = new Bench([]);
    const gate = bench.addGate('g1');
    gate.portTaken = 100;
    await bench.agent.start();
    await bench.pass(20_000);
    order(bench, 1, 5_000);
    await bench.pass(10_000);
    expect(replies(bench)).toEqual(['1 expired: the device could not be reached in time']);
    gate.portTaken = 0;
    await bench.passUntil(() => gate.opened === 1, 400_000);
    await bench.pass(5_000);
    expect(gate.operated).toEqual([]);
    await bench.stop();
  });
});
