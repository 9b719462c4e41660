/** The guarded broker on real sockets: who comes in, what gets through, what is cut off. */
import net from 'node:net';
import { SeededRandom, intBetween } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectAgent, type RunningCore, startCore, until } from './support/core.ts';
import { FakeJournal } from './support/journal.ts';
import { records } from './support/records.ts';

let running: RunningCore;
beforeEach(async () => {
  running = await startCore();
});
afterEach(() => running.close());

const refusals = () => running.core.broker.stats().refused;

test('from publish over MQTT to rows to acknowledgement', async () => {
  const agent = await connectAgent(running.port, 'yb-1');
  expect((await agent.greet()).type).toBe('welcome');
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 600));
  for (const [first, last] of [
    [1, 256],
    [257, 512],
    [513, 600],
    [1, 256],
  ] as const)
    await agent.publish('money', lines.batch(first, last));
  await agent.acked(600);
  expect(running.rows('SELECT count(*) AS n, sum(turnover_fen) AS fen FROM record')).toEqual([{ n: 600, fen: 600 * 60 }]);
  expect(running.core.stats()).toMatchObject({
    ingest: { recordsTotal: 600, agentsOnline: 1 },
    broker: { clients: 1, refusedTotal: 0 },
  });
  agent.client.end(true);
  await until(
    () => running.rows("SELECT state FROM agent WHERE agent_id = 'yb-1'")[0]?.['state'] === 'offline',
    'the agent to be offline',
  );
});

describe('comes in only', () => {
  test.each([
    ['with its secret', { password: 'wrong' }, 'credentials'],
    ['with a secret at all', { password: undefined as never }, 'credentials'],
    ['as an agent that is known', { clientId: 'yb-9', username: 'demo/yb-9' }, 'credentials'],
    ['of its own site', { username: 'other/yb-1' }, 'credentials'],
    ['under its own client id', { clientId: 'yb-2' }, 'clientId'],
    ['with site and agent in its user name', { username: 'yb-1' }, 'username'],
    ['without a lasting session', { clean: false }, 'persistentSession'],
    [
      'with a will of its own',
      { will: { topic: 'cw/1/demo/yb-2/up/bye', payload: Buffer.alloc(0), qos: 1, retain: false } },
      'will',
    ],
  ] as const)('%s', async (_what, options, refusal) => {
    await expect(connectAgent(running.port, 'yb-1', options)).rejects.toThrow();
    expect(refusals()).toEqual({ [refusal]: 1 });
    expect(running.core.broker.stats().clients).toBe(0);
  });

  test('without a keep-alive that is longer than the limit, or none', async () => {
    for (const keepalive of [121, 0]) expect(await rawSocket(running.port, [connectPacket({ keepalive })])).toBe(0);
    expect(refusals()).toEqual({ keepalive: 2 });
  });

  test('until five secrets were wrong, from that address', async () => {
    for (let i = 0; i < 5; i++) await expect(connectAgent(running.port, 'yb-1', { password: 'wrong' })).rejects.toThrow();
    await expect(connectAgent(running.port, 'yb-1')).rejects.toThrow();
    expect(refusals()).toEqual({ credentials: 5, banned: 1 });
    const other = await connectAgent(running.port, 'yb-2');
    other.client.end(true);
  });

  test('after it was added, without a restart', async () => {
    const { createHash } = await import('node:crypto');
    const secretHash = createHash('sha256').update('secret of yb-3').digest('hex');
    await running.core.store.addAgent({ agent: 'yb-3' as never, site: 'demo' as never, secretHash }, Date.now() as never);
    const agent = await connectAgent(running.port, 'yb-3');
    agent.client.end(true);
  });
});

describe('may', () => {
  test.each([
    ['publish for another agent', 'cw/1/demo/yb-2/up/money'],
    ['publish on another site', 'cw/1/other/yb-1/up/money'],
    ['publish downwards', 'cw/1/demo/yb-1/down/ack'],
    ['publish on system topics', '$SYS/x'],
    ['publish anything else', 'x'],
  ])('not %s', async (_what, topic) => {
    const agent = await connectAgent(running.port, 'yb-1');
    agent.client.publish(topic, 'x', { qos: 1 });
    await until(() => !agent.client.connected, 'the end of the connection');
    expect(refusals()).toEqual({ publish: 1 });
    expect(running.core.stats().ingest).toMatchObject({ refusedBatchesTotal: 0, batchesTotal: 0 });
  });

  test('not hear what is for others', async () => {
    const agent = await connectAgent(running.port, 'yb-1');
    for (const filter of ['#', 'cw/1/demo/yb-2/down/+', 'cw/1/demo/+/down/ack', '$SYS/#', 'cw/1/demo/yb-1/up/#']) {
      await expect(agent.client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
    }
    const granted = await agent.client.subscribeAsync('cw/1/demo/yb-1/down/+', { qos: 1 });
    expect(granted).toMatchObject([{ qos: 1 }]);
    expect(refusals()).toEqual({ subscribe: 5 });
    agent.client.end(true);
  });

  test.each([
    ['QoS 2', { qos: 2, retain: false }],
    ['retained messages', { qos: 1, retain: true }],
  ] as const)('not send %s', async (_what, options) => {
    const agent = await connectAgent(running.port, 'yb-1');
    agent.client.publish('cw/1/demo/yb-1/up/money', 'x', options);
    await until(() => !agent.client.connected, 'the end of the connection');
    expect(refusals()).toEqual({ frame: 1 });
  });

  test('send a packet of the limit and not one that is larger', async () => {
    const { brokerLimits } = await import('@cardwatch/collector/broker');
    const topic = 'cw/1/demo/yb-1/up/money';
    const agent = await connectAgent(running.port, 'yb-1');
    const payload = (bytes: number): Buffer => Buffer.alloc(bytes - 2 - topic.length - 2, 0x20);
    await agent.client.publishAsync(topic, payload(brokerLimits.packetBytes), { qos: 1 });
    expect(agent.client.connected).toBe(true);
    agent.client.publish(topic, payload(brokerLimits.packetBytes + 1), { qos: 1 });
    await until(() => !agent.client.connected, 'the end of the connection');
    expect(running.audited).toContain('frame: tooLarge');
  });
});

describe('a second connection of one agent', () => {
  test('takes the first one’s place, but not its identity', async () => {
    const first = await connectAgent(running.port, 'yb-1');
    await first.greet({ instance: '1'.repeat(32) });
    const second = await connectAgent(running.port, 'yb-1');
    await until(() => !first.client.connected, 'the first to be thrown out');
    expect(await second.greet({ instance: '2'.repeat(32) })).toMatchObject({ type: 'refused', reason: 'duplicateIdentity' });
    await until(() => !second.client.connected, 'the refused one to be disconnected');
    expect(running.rows("SELECT duplicate_identity AS d FROM agent WHERE agent_id = 'yb-1'")).toEqual([{ d: 1 }]);
    const again = await connectAgent(running.port, 'yb-1');
    expect(await again.greet({ instance: '2'.repeat(32) })).toMatchObject({ type: 'welcome' });
    again.client.end(true);
  });

  test('is refused after five takeovers in a minute; the standing one stays', async () => {
    let standing = await connectAgent(running.port, 'yb-1');
    for (let i = 0; i < 5; i++) {
      const next = await connectAgent(running.port, 'yb-1');
      await until(() => !standing.client.connected, 'the takeover');
      standing = next;
    }
    await expect(connectAgent(running.port, 'yb-1')).rejects.toThrow();
    expect(refusals()).toEqual({ takeovers: 1 });
    expect(standing.client.connected).toBe(true);
    standing.client.end(true);
    await until(() => running.core.broker.stats().clients === 0, 'the standing one to go');
    const back = await connectAgent(running.port, 'yb-1');
    back.client.end(true);
  });
});

/** Writes to a socket and resolves when the other side has closed it. */
function rawSocket(port: number, chunks: readonly Uint8Array[]): Promise<number> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let got = 0;
    socket.on('data', (data) => {
      got += data.length;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
    for (const chunk of chunks) socket.write(chunk);
  });
}

describe('raw sockets', () => {
  test('one packet of 200 MiB is cut off at its header', async () => {
    const before = process.memoryUsage.rss();
    const head = Buffer.from([0x10, 0x80, 0x80, 0x80, 0x64]);
    await rawSocket(running.port, [head, ...Array.from({ length: 200 }, () => Buffer.alloc(1024 * 1024))]);
    expect(refusals()).toEqual({ frame: 1 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024);
  });

  test('one that says nothing is closed', async () => {
    const { core, close } = await startCore({ broker: { connectTimeoutMs: 100 } });
    await rawSocket(core.broker.port, []);
    await until(() => core.broker.stats().sockets === 0, 'its end to be seen');
    expect(core.broker.stats().refused).toEqual({ protocol: 1 });
    await close();
  });

  test('more than may stand at one time are not taken', async () => {
    const { core, close } = await startCore({ broker: { connectionsLoopback: 3 } });
    const open = Array.from({ length: 3 }, () => net.connect(core.broker.port, '127.0.0.1'));
    await until(() => core.broker.stats().sockets === 3, 'three connections');
    await rawSocket(core.broker.port, []);
    expect(core.broker.stats().refused).toEqual({ tooManyConnections: 1 });
    for (const socket of open) socket.destroy();
    await until(() => core.broker.stats().sockets === 0, 'their end');
    await close();
  });

  test('more attempts in a minute than allowed are not taken', async () => {
    const { core, close } = await startCore({ broker: { connectsLoopbackMinute: 4 } });
    for (let i = 0; i < 6; i++) await rawSocket(core.broker.port, [Buffer.from('x')]);
    expect(core.broker.stats().refused).toEqual({ frame: 4, connectRate: 2 });
    await close();
  });

  test('one that sends too fast is read more slowly, loses nothing, and does not hold up another', async () => {
    const { core, port, close } = await startCore({ broker: { clientMessagesPerSecond: 100, clientMessagesBurst: 50 } });
    const [fast, slow] = [await connectAgent(port, 'yb-1'), await connectAgent(port, 'yb-2')];
    const begun = performance.now();
    await Promise.all(Array.from({ length: 150 }, (_, i) => fast.publish('health', { n: i })));
    await slow.publish('health', { n: 0 });
    const otherMs = performance.now() - begun;
    await fast.publish('health', { n: 150 });
    // 150 and one less the burst, at 100 a second
    expect(performance.now() - begun).toBeGreaterThan(900);
    // aedes answers before it hands over
    await until(() => core.stats().ingest.refusedBatchesTotal === 152, 'all 152 messages');
    expect(core.broker.stats().refused['throttled']).toBeGreaterThanOrEqual(1);
    expect(Object.keys(core.broker.stats().refused)).toEqual(['throttled']);
    expect(otherMs).toBeLessThan(10_000);
    expect([fast.client.connected, slow.client.connected]).toEqual([true, true]);
    for (const { client } of [fast, slow]) client.end(true);
    await close();
  });

  test('garbage of all kinds ends its own connection and nothing else', async () => {
    const random = new SeededRandom(7);
    const connect = connectPacket();
    const standing = await connectAgent(running.port, 'yb-2');
    for (let i = 0; i < 400; i++) {
      const bytes = Buffer.from(connect);
      for (let n = intBetween(random, 1, 5); n > 0; n--)
        bytes[intBetween(random, 0, bytes.length - 1)] = intBetween(random, 0, 255);
      const tail = Buffer.from(Array.from({ length: intBetween(random, 0, 60) }, () => intBetween(random, 0, 255)));
      const socket = net.connect(running.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.end(Buffer.concat([intBetween(random, 0, 1) === 0 ? bytes : connect, tail]));
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect(standing.client.connected).toBe(true);
    expect((await standing.greet()).type).toBe('welcome');
    standing.client.end(true);
    await until(() => running.core.broker.stats().sockets === 0, 'all connections to end');
    expect(running.core.broker.stats().clients).toBe(0);
  });
});

/** CONNECT of yb-1, MQTT-3.1. */
function connectPacket({ keepalive = 30 } = {}): Buffer {
  const field = (text: string): Buffer => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
  const body = Buffer.concat([
    field('MQTT'),
    Buffer.from([4, 0xc2, 0, keepalive]),
    field('yb-1'),
    field('demo/yb-1'),
    field('secret of yb-1'),
  ]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

test('an agent whose link broke without a word is lost after a few missing pings; one that pings or is in the middle of a batch is not', async () => {
  await running.close();
  running = await startCore({ ingest: { silentMs: 2_500, tickMs: 100 } }, ['yb-1', 'yb-2', 'yb-3']);
  const silent = await connectAgent(running.port, 'yb-1', { keepalive: 100 });
  const pinging = await connectAgent(running.port, 'yb-2', { keepalive: 1 });
  const sending = await connectAgent(running.port, 'yb-3', { keepalive: 100 });
  await Promise.all([silent, pinging, sending].map((agent) => agent.greet()));
  // a PUBLISH of 200 bytes that comes a byte a while and is never whole
  sending.client.stream.write(Buffer.from([0x30, 200, 1, 0, 3, 0x61, 0x2f, 0x62]));
  const trickle = setInterval(() => sending.client.stream.write('x'), 300);
  const lost = (): unknown[] =>
    running.rows("SELECT agent_id AS agent FROM agent WHERE state = 'offline'").map(({ agent }) => agent);
  await until(() => lost().length > 0, 'one to be lost');
  await until(() => running.rows("SELECT last_seen_at FROM agent WHERE agent_id = 'yb-2'").length > 0, 'the other to be seen');
  expect(lost()).toEqual(['yb-1']);
  clearInterval(trickle);
  await until(() => lost().includes('yb-3'), 'the one that stopped in the middle');
  expect(lost()).not.toContain('yb-2');
  for (const { client } of [silent, pinging, sending]) client.end(true);
});
