/** The way to the collector: losses, cuts, refusals, orders, an orderly end. */
import { describe, expect, test } from 'vitest';
import { Bench, startAt } from './bench.ts';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('uplink', () => {
  test('under random loss everything arrives, nothing twice in the ledger', async () => {
    const bench = new Bench(['d1', 'd2']);
    bench.network.loss = 0.3;
    await bench.agent.start();
    await bench.passUntil(() => bench.agent.status().uplink.phase === 'online', 300_000);
    for (let turn = 0; turn < 30; turn++) {
      bench.terminal('d1').sell(7);
      bench.terminal('d2').sell(3);
      await bench.pass(5_000);
    }
    await bench.passUntil(() => bench.ledger.rows.size === 300, 300_000);
    bench.network.loss = 0;
    await bench.passUntil(() => bench.agent.status().streams.money.records === 0, 120_000);
    expect(bench.ledger.amountFen).toBe(3_000);
    expect(bench.ledger.conflicts).toBe(0);
    await bench.stop();
  });

  test('a device list of 2,001 comes in three parts that are answered once', async () => {
    const bench = new Bench(Array.from({ length: 2_001 }, (_, index) => `d${index}`));
    await bench.agent.start();
    await bench.passUntil(() => bench.agent.status().uplink.phase === 'online', 5_000);
    expect(bench.ledger.hellos.map(({ part, parts, devices }) => [part, parts, devices.length])).toEqual([
      [1, 3, 1_000],
      [2, 3, 1_000],
      [3, 3, 1],
    ]);
    expect(bench.ledger.epochNo).toBe(1);
    await bench.stop();
  });

  test('a process start that is asked whether it lives says its hello again with the nonce, once', async () => {
    const bench = new Bench(['d1']);
    const nonce = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
    const answered = (): unknown[] => bench.ledger.hellos.map(({ answers }) => answers);
    bench.ledger.nonce = nonce(1);
    await bench.agent.start();
    await bench.pass(5_000);
    expect(answered()).toEqual([null, nonce(1)]);
    const stranger = { v: 1, type: 'challenge', instance: 'f'.repeat(32), nonce: nonce(2), serverTime: startAt };
    bench.deliver(bench.ledger.down(stranger).topic, bench.ledger.down(stranger).payload);
    await bench.pass(5_000);
    expect(answered()).toHaveLength(2);
    bench.cut();
    bench.ledger.nonce = nonce(3);
    await bench.pass(60_000);
    // A new connection begins anew, and the same process answers another nonce.
    expect(answered().slice(2)).toEqual([null, nonce(3)]);
    await bench.stop();
  });

  test('a journal that cannot be read yet says no hello: without an epoch it would be told as lost', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.journal.unread = true;
    await bench.crashAndRestart();
    await bench.pass(60_000);
    expect([bench.ledger.hellos.length, bench.connects > 2]).toEqual([1, true]);
    bench.journal.unread = false;
    await bench.pass(60_000);
    expect(bench.ledger.hellos.map(({ epoch }) => epoch?.no)).toEqual([undefined, 1]);
    expect(bench.ledger.epochNo).toBe(1);
    await bench.stop();
  });

  test('the journal is released by the acknowledgement, never by the broker', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.ledger.mute = true;
    bench.terminal('d1').sell(5);
    await bench.pass(8_000);
    expect(bench.journal.acknowledged.filter((what) => what.startsWith('money'))).toEqual([]);
    expect(bench.agent.status().streams.money).toMatchObject({ records: 5, inFlight: 1 });
    bench.ledger.mute = false;
    await bench.pass(30_000);
    expect(bench.journal.acknowledged).toContain('money/1/5');
    expect(bench.agent.status().streams.money.records).toBe(0);
    await bench.stop();
  });

  test('a cut is followed by a new connection, a new hello, the newest records live and the rest as backlog', async () => {
    const bench = new Bench(['d1'], { chunk: 50 });
    await bench.agent.start();
    await bench.pass(5_000);
    bench.network.up = false;
    bench.cut();
    bench.terminal('d1').sell(400);
    await bench.pass(120_000);
    expect(bench.ledger.rows.size).toBe(0);
    expect(bench.agent.status().uplink.attempts).toBeGreaterThan(2);
    bench.network.up = true;
    await bench.passUntil(() => bench.ledger.rows.size === 400, 61_000);
    expect(bench.ledger.hellos.length).toBe(2);
    const money = bench.ledger.batches.filter(({ stream }) => stream === 'money');
    expect(money.map(({ lane, first, last }) => `${lane} ${first}-${last}`)).toEqual(['live 145-400', 'backlog 1-144']);
    await bench.stop();
  });

  test('a collector that falls silent while batches are in the air is left after 45 s', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.ledger.mute = true;
    bench.terminal('d1').sell(1);
    await bench.pass(44_000);
    expect(bench.connects).toBe(1);
    await bench.pass(30_000);
    expect(bench.connects).toBeGreaterThan(1);
    expect(bench.log.some(({ fields }) => fields.problem === 'silent')).toBe(true);
    await bench.stop();
  });

  test('reconnects spread over a minute and not faster than a few a minute', async () => {
    const bench = new Bench(['d1']);
    bench.network.up = false;
    await bench.agent.start();
    await bench.pass(600_000);
    expect(bench.connects).toBeGreaterThan(10);
    expect(bench.connects).toBeLessThan(45);
    await bench.stop();
  });

  test('a refused identity is told once and waits as long as it was asked to', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    const { instance } = bench.ledger.hellos[0] ?? { instance: '' };
    const refused = { v: 1, type: 'refused', instance, reason: 'duplicateIdentity', retryAfterMs: 30_000, serverTime: startAt };
    bench.deliver(bench.ledger.down(refused).topic, bench.ledger.down(refused).payload);
    await bench.pass(29_000);
    expect(bench.connects).toBe(1);
    await bench.pass(40_000);
    expect(bench.connects).toBe(2);
    expect(
      bench.ledger.events.filter((event) => event.type === 'agentNotice' && event.notice === 'duplicateIdentity'),
    ).toHaveLength(1);
    await bench.stop();
  });

  test('a live record passes a long backlog', async () => {
    const bench = new Bench(['d1'], { chunk: 200, capacity: 20_000 });
    bench.network.delayMs = 500;
    bench.ledger.credit = 2;
    await bench.agent.start();
    await bench.passUntil(() => bench.agent.status().uplink.phase === 'online', 10_000);
    bench.network.up = false;
    bench.cut();
    bench.terminal('d1').sell(8_000);
    await bench.passUntil(() => bench.agent.status().streams.money.records === 8_000, 120_000);
    bench.network.up = true;
    await bench.passUntil(() => bench.agent.status().uplink.phase === 'online', 61_000);
    bench.terminal('d1').sell(1);
    const waitedMs = await bench.passUntil(() => bench.ledger.rows.has('d1/1/8001'), 20_000);
    expect(waitedMs).toBeLessThan(6_000);
    expect(bench.ledger.rows.size).toBeLessThan(8_001);
    await bench.passUntil(() => bench.ledger.rows.size === 8_001, 120_000);
    await bench.stop();
  });
});

describe('orders', () => {
  const replies = (bench: Bench) =>
    bench.ledger.replies as {
      readonly id: string;
      readonly outcome: string;
      readonly detail?: string;
      readonly overwritten?: unknown;
    }[];
  const order = (bench: Bench, n: number, action: unknown, forMs = 60_000): void => {
    const { topic, payload } = bench.ledger.command(action, idOf(n), bench.clock.now() + forMs);
    bench.deliver(topic, payload);
  };

  test('are done once, answered again, refused when late or unknown', async () => {
    const bench = new Bench(['d1']);
    bench.terminal('d1').sell(30);
    await bench.agent.start();
    await bench.pass(15_000);
    const table: [number, unknown, number, string][] = [
      [1, { type: 'pollNow', deviceId: 'd1' }, 60_000, 'done'],
      [2, { type: 'pollNow', deviceId: 'nobody' }, 60_000, 'failed'],
      [3, { type: 'pollNow', deviceId: 'd1' }, -1, 'expired'],
      [4, { type: 'recollect', deviceId: 'd1', generation: 1, from: 3, to: 12 }, 60_000, 'done'],
      [5, { type: 'recollect', deviceId: 'd1', generation: 9, from: 3, to: 12 }, 60_000, 'failed'],
      [6, { type: 'recollect', deviceId: 'd1', generation: 1, from: 12, to: 3 }, 60_000, 'failed'],
      [7, { type: 'recollect', deviceId: 'd1', generation: 1, from: 25, to: 40 }, 60_000, 'partial'],
    ];
    for (const [n, action, forMs] of table) order(bench, n, action, forMs);
    await bench.pass(10_000);
    const outcomes = new Map(replies(bench).map(({ id, outcome }) => [id, outcome]));
    expect(outcomes).toEqual(new Map(table.map(([n, , , outcome]) => [idOf(n), outcome])));
    const read = bench.terminal('d1').trace.filter((what) => what.startsWith('recollect')).length;
    order(bench, 4, { type: 'recollect', deviceId: 'd1', generation: 1, from: 3, to: 12 });
    await bench.pass(5_000);
    expect(replies(bench)).toHaveLength(table.length + 1);
    expect(bench.terminal('d1').trace.filter((what) => what.startsWith('recollect'))).toHaveLength(read);
    expect([bench.ledger.rows.size, bench.ledger.conflicts]).toEqual([30, 0]);
    await bench.stop();
  });

  test('what the terminal no longer holds comes back in the reply', async () => {
    const bench = new Bench(['d1'], { capacity: 20 });
    await bench.agent.start();
    await bench.pass(5_000);
    for (let turn = 0; turn < 5; turn++) {
      bench.terminal('d1').sell(10);
      await bench.pass(6_000);
    }
    order(bench, 1, { type: 'recollect', deviceId: 'd1', generation: 1, from: 21, to: 50 });
    await bench.pass(10_000);
    expect(replies(bench)).toMatchObject([{ outcome: 'partial', overwritten: [[21, 30]] }]);
    await bench.stop();
  });

  test('a silent device fails the order instead of keeping it', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.terminal('d1').silent = true;
    order(bench, 1, { type: 'pollNow', deviceId: 'd1' });
    await bench.pass(10_000);
    expect(replies(bench)).toMatchObject([{ outcome: 'failed' }]);
    await bench.stop();
  });

  test('garbage from above changes nothing', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    const text = (value: string) => new TextEncoder().encode(value);
    for (const payload of ['', '{', '[]', '{"type":"ack"}', '{"v":1,"type":"welcome"}', 'null'])
      for (const kind of ['ack', 'command']) bench.deliver(`cw/1/demo/a1/down/${kind}`, text(payload));
    bench.deliver('cw/1/demo/other/up/money', text('x'));
    bench.deliver('nonsense', text('x'));
    bench.terminal('d1').sell(3);
    await bench.pass(8_000);
    expect(bench.ledger.rows.size).toBe(3);
    expect(bench.connects).toBe(1);
    await bench.stop();
  });
});

describe('the agent itself', () => {
  test('reports its health every 30 s, heartbeats on change and every minute, a clock that jumps', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(121_000);
    expect(bench.ledger.health.filter(({ type }) => type === 'agentHealth').length).toBeGreaterThanOrEqual(3);
    const beats = bench.ledger.health.filter((line) => line.type === 'heartbeat').length;
    expect(beats).toBeGreaterThanOrEqual(2);
    bench.terminal('d1').silent = true;
    await bench.pass(8_000);
    expect(bench.ledger.health.at(-1)).toMatchObject({ type: 'heartbeat', state: 'offline', cause: 'noReply' });
    bench.clock.stepWall(-7_200_000);
    await bench.pass(5_000);
    expect(bench.ledger.events.at(-1)).toMatchObject({ notice: 'clockJump', deltaMs: -7_200_000 });
    bench.clock.stepWall(1_900);
    await bench.pass(5_000);
    expect(bench.ledger.events.filter((event) => event.type === 'agentNotice' && event.notice === 'clockJump')).toHaveLength(1);
    await bench.stop();
  });

  test('one dead terminal does not slow its line', async () => {
    const ids = ['d1', 'd2', 'd3', 'd4'];
    const count = async (dead: boolean): Promise<number> => {
      const bench = new Bench(ids);
      bench.terminal('d4').silent = dead;
      await bench.agent.start();
      await bench.pass(5_000);
      for (let turn = 0; turn < 60; turn++) {
        for (const id of ids.slice(0, 3)) bench.terminal(id).sell(1);
        await bench.pass(1_000);
      }
      await bench.pass(6_000);
      expect(bench.agent.status().devices.filter(({ state }) => state === 'online')).toHaveLength(dead ? 3 : 4);
      await bench.stop();
      return bench.ledger.rows.size;
    };
    expect(await count(true)).toBe(180);
    expect(await count(false)).toBe(180);
  });

  test('stops within three seconds, also with a terminal that does not answer and no network', async () => {
    const bench = new Bench(['d1']);
    bench.terminal('d1').silent = true;
    await bench.agent.start();
    await bench.pass(3_100);
    bench.network.up = false;
    bench.cut();
    const stopped = bench.agent.stop();
    let done = false;
    stopped.then(
      () => {
        done = true;
      },
      () => undefined,
    );
    await bench.pass(3_000);
    expect(done).toBe(true);
    expect(bench.terminal('d1').trace).toContain('closed');
    await bench.agent.stop();
    const before = bench.connects;
    await bench.pass(120_000);
    expect(bench.connects).toBe(before);
  });
});
