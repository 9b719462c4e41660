/** The same ingest over Mosquitto, two collectors sharing one subscription over one store; and when the broker is told that it may forget a message. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectExternal, type ExternalLink } from '@cardwatch/collector/broker';
import { createIngest, type Ingest } from '@cardwatch/collector/ingest';
import { type IngestStore, openIngestStore } from '@cardwatch/collector/store';
import { type Clock, durationMs, SeededRandom, silentLogger } from '@cardwatch/kernel';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectAgent, realClock, until } from './support/core.ts';
import { FakeJournal } from './support/journal.ts';
import { freePort, hasMosquitto, Mosquitto } from './support/mosquitto.ts';
import { records } from './support/records.ts';

let folder: string;
let port: number;
let broker: Mosquitto;
const links: ExternalLink[] = [];

function startMosquitto(): void {
  const conf = join(folder, 'mosquitto.conf');
  fs.writeFileSync(conf, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  broker = new Mosquitto({ conf });
}

type Receive = Parameters<typeof connectExternal>[0]['receive'];

function link(name: string, receive: Receive, clock: Clock = realClock): ExternalLink {
  const opened = connectExternal({
    url: `mqtt://127.0.0.1:${port}`,
    username: name,
    password: name,
    clientId: name,
    receive,
    clock,
    random: new SeededRandom(1),
    log: silentLogger,
  });
  links.push(opened);
  return opened;
}

describe.skipIf(!hasMosquitto)('over Mosquitto (skipped where it is not installed)', () => {
  beforeEach(async () => {
    folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-external-'));
    port = await freePort();
    startMosquitto();
  });
  afterEach(async () => {
    for (const each of links.splice(0)) await each.close();
    await broker.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  describe('two collectors', () => {
    let store: IngestStore;
    const ingests: Ingest[] = [];

    function startCollector(name: string): void {
      const ingest = createIngest({
        store,
        clock: realClock,
        log: silentLogger,
        audit: () => {},
        uuid: () => '00000000-0000-4000-8000-000000000001',
        publish: (topic, payload) => void own.publish(topic, payload),
      });
      const own = link(name, (from, kind, payload, settled) => ingest.receive(from, kind, payload, settled));
      ingests.push(ingest);
    }

    beforeEach(async () => {
      store = openIngestStore(join(folder, 'cardwatch.db'));
      startCollector('collector-1');
      startCollector('collector-2');
      await until(() => links.every((each) => each.connected()), 'both collectors to be connected');
    });
    afterEach(async () => {
      for (const each of links) await each.close();
      for (const ingest of ingests.splice(0)) await ingest.close();
      await store.close();
    });

    test('share batches and acknowledge from the one store, also after the broker was killed; all that is committed is settled', async () => {
      const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 400));
      const send = async (from: number, to: number): Promise<void> => {
        const agent = await connectAgent(port, 'yb-1');
        expect((await agent.greet({ epoch: { no: 1, uuid: '00000000-0000-4000-8000-000000000001' } })).type).toBe('welcome');
        for (let first = from; first <= to; first += 10) await agent.publish('money', lines.batch(first, first + 9));
        await agent.acked(to);
        agent.client.end(true);
      };
      await send(1, 200);
      const shares = ingests.map((ingest) => ingest.stats().recordsTotal);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(200);
      expect(Math.min(...shares)).toBeGreaterThan(0);
      await until(() => links.every((each) => each.unsettled() === 0), 'everything to be settled');
      await broker.kill();
      await until(() => links.every((each) => !each.connected()), 'the end of the connections');
      startMosquitto();
      await until(() => links.every((each) => each.connected()), 'both collectors to be back');
      await send(201, 400);
      expect(ingests.reduce((sum, ingest) => sum + ingest.stats().recordsTotal, 0)).toBe(400);
    });
  });

  describe('what the broker may forget', () => {
    const send = async (...payloads: readonly string[]): Promise<void> => {
      const sender = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
      for (const payload of payloads) await sender.publishAsync('cw/1/demo/yb-1/up/money', payload, { qos: 1 });
      sender.end(true);
    };

    test('is told when a message is settled, in any order; what is not settled comes again on the next connection', async () => {
      const settle = new Map<string, () => void>();
      const first = link('collector', (_from, _kind, payload, settled) => settle.set(Buffer.from(payload).toString(), settled));
      await until(() => first.connected(), 'the first connection');
      await send('a', 'b', 'c', 'd');
      await until(() => settle.size === 4, 'four messages side by side');
      expect(first.unsettled()).toBe(4);
      settle.get('d')?.();
      settle.get('b')?.();
      expect(first.unsettled()).toBe(2);
      await first.close();
      const again: string[] = [];
      link('collector', (_from, _kind, payload, settled) => {
        again.push(Buffer.from(payload).toString());
        settled();
      });
      await send('e');
      await until(() => again.includes('e'), 'what was sent last');
      expect(again).toEqual(['a', 'c', 'e']);
    });

    test('a message whose commit failed comes again by itself; a late word about it on the old connection changes nothing', async () => {
      const hurried: Clock = {
        now: realClock.now,
        mono: () => durationMs(performance.now() * 1_000),
        after: (delayMs, fire) => realClock.after(delayMs / 1_000, fire),
      };
      const settles: (() => void)[] = [];
      const own = link('collector', (_from, _kind, _payload, settled) => void settles.push(settled), hurried);
      await until(() => own.connected(), 'the connection');
      await send('a');
      await until(() => settles.length >= 2, 'the message for the second time');
      settles[0]?.();
      await until(() => settles.length >= 3, 'the message for the third time');
      await until(() => own.connected() && own.unsettled() === 1, 'the message under way');
      settles.at(-1)?.();
      expect(own.unsettled()).toBe(0);
    });

    test('topics that are not ours are told, settled and go no further', async () => {
      const strange: string[] = [];
      let received = 0;
      const own = connectExternal({
        url: `mqtt://127.0.0.1:${port}`,
        username: 'c',
        password: 'c',
        clientId: 'c',
        filter: 'cw/#',
        receive: () => void received++,
        notOurs: (topic) => strange.push(topic),
        clock: realClock,
        random: new SeededRandom(1),
        log: silentLogger,
      });
      links.push(own);
      await until(() => own.connected(), 'the connection');
      const sender = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
      for (const topic of ['cw/1/demo/yb-1/down/ack', 'cw/2/demo/yb-1/up/money', 'cw/1/demo/YB/up/money'])
        await sender.publishAsync(topic, 'x', { qos: 1 });
      sender.end(true);
      await until(() => strange.length === 3, 'three strange messages');
      expect([received, own.unsettled()]).toEqual([0, 0]);
    });
  });
});
