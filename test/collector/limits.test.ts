/** Limits of the broker against clients that dawdle, come and go, or do not read; and the broker that looks whether it still answers. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCollectorCore } from '@cardwatch/collector';
import { type BrokerLimits, brokerLimits } from '@cardwatch/collector/broker';
import { silentLogger } from '@cardwatch/kernel';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectOf } from '../conformance/targets.ts';
import { publish, subscribe, Talk, type } from '../conformance/wire.ts';
import { addTestAgent, connectAgent, realClock, type RunningCore, startCore, until } from './support/core.ts';

let running: RunningCore | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await running?.close();
  running = undefined;
});

async function start(broker: Partial<BrokerLimits>): Promise<RunningCore> {
  running = await startCore({ broker });
  return running;
}

/** A connection that says a byte a while. */
function drip(port: number, head: Uint8Array, everyMs: number): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.write(head);
  const dripping = setInterval(() => socket.write('x'), everyMs);
  return new Promise((resolve) =>
    socket.once('close', () => {
      clearInterval(dripping);
      resolve();
    }),
  );
}

describe('slow', () => {
  test('a CONNECT that comes a byte a while is cut off in its time, however busy it is', async () => {
    const { core, port } = await start({ connectTimeoutMs: 400 });
    const agent = await connectAgent(port, 'yb-2');
    await Promise.all(Array.from({ length: 20 }, () => drip(port, Buffer.from([0x10, 0x7f, 0, 4]), 20)));
    expect(core.broker.stats().refused).toEqual({ protocol: 20 });
    expect(agent.client.connected).toBe(true);
    agent.client.end(true);
  });

  test('a PUBLISH that never becomes whole is cut off after one and a half keep-alives', async () => {
    const { core, port } = await start({});
    const agent = await connectAgent(port, 'yb-1', { keepalive: 1, reschedulePings: false });
    agent.client.stream.write(Buffer.from([0x30, 200, 1]));
    const dripping = setInterval(() => agent.client.stream.write('x'), 50);
    await until(() => !agent.client.connected, 'the end of the connection');
    clearInterval(dripping);
    expect(core.broker.stats().refused).toEqual({ silent: 1 });
    expect(running?.audited).toEqual(['silent: keep alive timeout']);
  });

  test('an agent that does not read loses answers beyond its buffer, then its connection, and holds nobody up', async () => {
    const { core, port } = await start({ drainTimeoutMs: 500, unsentBytes: 256 * 1024 });
    const [slow, other] = [await connectAgent(port, 'yb-1'), await connectAgent(port, 'yb-2')];
    for (const { client, agent } of [slow, other]) await client.subscribeAsync(`cw/1/demo/${agent}/down/+`, { qos: 1 });
    slow.client.stream.pause();
    const payload = Buffer.alloc(64 * 1024);
    for (let sent = 0; core.broker.stats().unsentTotal === 0; sent++) {
      expect(sent).toBeLessThan(2_000);
      core.broker.publish('cw/1/demo/yb-1/down/ack', payload);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await other.greet()).type).toBe('welcome');
    await until(() => core.broker.stats().clients === 1, 'the slow one to be thrown out');
    expect(core.broker.stats().refused).toEqual({ slowReader: 1 });
    for (const { client } of [slow, other]) client.end(true);
  });
});

describe('what aedes would allow', () => {
  test('packets that pile up before the CONNACK end the connection', async () => {
    const { core, port } = await start({});
    const talk = new Talk(port);
    const some = publish({ topic: 'cw/1/demo/yb-1/up/health' });
    talk.send(connectOf(), ...Array.from({ length: brokerLimits.queuedPackets + 1 }, () => some));
    expect(await talk.rest()).toEqual([]);
    expect(core.broker.stats().refused).toEqual({ protocol: 1 });
    const patient = new Talk(port);
    patient.send(connectOf(), ...Array.from({ length: brokerLimits.queuedPackets }, () => some));
    expect((await patient.expect(type.connack)).body[1]).toBe(0);
    expect(await patient.untilPong()).toEqual([]);
    patient.drop();
  });

  test.each([
    ['published to', publish({ topic: Array.from({ length: brokerLimits.topicLevels + 1 }, () => 'a').join('/') })],
    ['subscribed to', subscribe(1, [Array.from({ length: brokerLimits.topicLevels + 1 }, () => '+').join('/'), 1])],
  ])('a topic of nine levels ends the connection before anybody looks at it: %s', async (_what, bytes) => {
    const { core, port } = await start({});
    const talk = new Talk(port);
    talk.send(connectOf());
    await talk.expect(type.connack);
    talk.send(bytes);
    expect(await talk.rest()).toEqual([]);
    expect(core.broker.stats().refused).toEqual({ protocol: 1 });
  });

  test('a client of MQTT 3.1 with a longer id is refused as such', async () => {
    const { port } = await start({});
    const talk = new Talk(port);
    talk.send(connectOf({ name: 'MQIsdp', level: 3, clientId: 'x'.repeat(brokerLimits.clientIdLength + 1) }));
    expect((await talk.expect(type.connack)).body[1]).toBe(2);
    expect(await talk.rest()).toEqual([]);
  });
});

test('an agent that comes and goes too often waits, and another comes in', async () => {
  const { core, port } = await start({ flaps: 3 });
  for (let i = 0; i < 3; i++) {
    const agent = await connectAgent(port, 'yb-1');
    agent.client.end(true);
    await until(() => core.broker.stats().clients === 0, 'its end');
  }
  await expect(connectAgent(port, 'yb-1')).rejects.toThrow(/unavailable/);
  expect(core.broker.stats().refused).toEqual({ flapping: 1 });
  expect(running?.audited).toEqual(['flapping: yb-1']);
  const other = await connectAgent(port, 'yb-2');
  other.client.end(true);
});

test('connections beyond those of all addresses together are dropped and counted', async () => {
  const { core, port } = await start({ connections: 2 });
  const open = [net.connect(port, '127.0.0.1'), net.connect(port, '127.0.0.1')];
  await until(() => core.broker.stats().sockets === 2, 'two connections');
  const third = net.connect(port, '127.0.0.1');
  third.on('error', () => {});
  third.resume();
  await until(() => core.broker.stats().refused['tooManyConnections'] === 1, 'the third to be counted');
  for (const socket of [...open, third]) socket.destroy();
});

test('what was not subscribed to is not sent', async () => {
  const { core, port } = await start({});
  const agent = await connectAgent(port, 'yb-1');
  core.broker.publish('cw/1/demo/yb-1/down/ack', Buffer.from('{}'));
  expect(core.broker.stats().unsentTotal).toBe(1);
  agent.client.end(true);
});

describe('the broker visits itself', () => {
  test('through guard and admission, and leaves no trace', async () => {
    const { core } = await start({ canaryEveryMs: 20 });
    await until(() => core.broker.stats().canary.heardTotal >= 5, 'five visits');
    expect(core.broker.stats()).toMatchObject({ up: true, refusedTotal: 0, clients: 0, canary: { missedTotal: 0 } });
    expect(core.stats().ingest.agentsOnline).toBe(0);
  });

  test('and listens anew when it is not answered; whoever is connected stays', async () => {
    const listening: net.Server[] = [];
    const listen = net.Server.prototype.listen;
    vi.spyOn(net.Server.prototype, 'listen').mockImplementation(function (this: net.Server, ...args: unknown[]) {
      listening.push(this);
      return Reflect.apply(listen, this, args) as net.Server;
    });
    const { core, port } = await start({ canaryEveryMs: 200, canaryDeadlineMs: 400 });
    const standing = await connectAgent(port, 'yb-1');
    listening.at(-1)?.close();
    await until(() => core.broker.stats().canary.restartsTotal === 1, 'the restart');
    await until(() => core.broker.stats().up, 'an answer');
    const fresh = await connectAgent(port, 'yb-2');
    expect([standing.client.connected, core.broker.port]).toEqual([true, port]);
    expect(core.broker.stats().canary.missedTotal).toBeGreaterThanOrEqual(3);
    for (const { client } of [standing, fresh]) client.end(true);
  });
});

const openssl = spawnSync('openssl', ['version']).error === undefined;

describe.skipIf(!openssl)('over TLS (skipped where there is no openssl to make a certificate)', () => {
  test('an address is counted before its handshake; a handshake that fails or never ends is counted; the broker finds itself', async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-tls-'));
    const file = (name: string): string => join(folder, name);
    const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=elsewhere'.split(' ');
    expect(spawnSync('openssl', [...kind, '-keyout', file('key'), '-out', file('cert')]).status).toBe(0);
    const core = await createCollectorCore({
      dataDir: folder,
      mqtt: {
        host: '127.0.0.1',
        port: 0,
        tls: { cert: fs.readFileSync(file('cert'), 'utf8'), key: fs.readFileSync(file('key'), 'utf8') },
      },
      clock: realClock,
      log: silentLogger,
      limits: { broker: { connectionsLoopback: 4, tlsHandshakeMs: 1_500, canaryEveryMs: 500 } },
    });
    await addTestAgent(core, 'yb-1');
    await until(() => core.broker.stats().canary.heardTotal >= 1, 'a visit');
    const silent = Array.from({ length: 6 }, () => net.connect(core.broker.port, '127.0.0.1'));
    for (const socket of silent) socket.on('error', () => {});
    await until(() => (core.broker.stats().refused['tooManyConnections'] ?? 0) >= 2, 'those beyond four to be refused');
    await until(() => (core.broker.stats().refused['handshake'] ?? 0) >= 4, 'the handshakes to be given up');
    const plain = net.connect(core.broker.port, '127.0.0.1');
    plain.on('error', () => {});
    plain.end('GET / HTTP/1.1\r\n\r\n');
    await until(() => (core.broker.stats().refused['handshake'] ?? 0) >= 5, 'the plain speaker to be counted');
    for (const socket of silent) socket.destroy();
    await core.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
});
