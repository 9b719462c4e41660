/** The same ingest over Mosquitto, two collectors sharing one subscription over one store. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectExternal, type ExternalLink } from '@cardwatch/collector/broker';
import { createIngest, type Ingest } from '@cardwatch/collector/ingest';
import { type IngestStore, openIngestStore } from '@cardwatch/collector/store';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectAgent, realClock, until } from './support/core.ts';
import { FakeJournal } from './support/journal.ts';
import { records } from './support/records.ts';

const mosquitto = spawnSync('mosquitto', ['-h']).error === undefined;

let folder: string;
let port: number;
let broker: ChildProcess;
let store: IngestStore;
const collectors: { readonly ingest: Ingest; readonly link: ExternalLink }[] = [];

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

function startMosquitto(): void {
  const file = join(folder, 'mosquitto.conf');
  fs.writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
}

function startCollector(name: string): void {
  const ingest = createIngest({
    store,
    clock: realClock,
    log: silentLogger,
    audit: () => {},
    uuid: () => '00000000-0000-4000-8000-000000000001',
    publish: (topic, payload) => link.publish(topic, payload),
  });
  const link: ExternalLink = connectExternal({
    url: `mqtt://127.0.0.1:${port}`,
    username: name,
    password: name,
    clientId: name,
    events: ingest,
    clock: realClock,
    random: new SeededRandom(1),
    log: silentLogger,
  });
  collectors.push({ ingest, link });
}

describe.skipIf(!mosquitto)('over Mosquitto (skipped where it is not installed)', () => {
  beforeEach(async () => {
    folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-external-'));
    port = await freePort();
    startMosquitto();
    store = openIngestStore(join(folder, 'cardwatch.db'));
    startCollector('collector-1');
    startCollector('collector-2');
    await until(() => collectors.every(({ link }) => link.connected()), 'both collectors to be connected');
  });
  afterEach(async () => {
    for (const { ingest, link } of collectors.splice(0)) {
      await link.close();
      await ingest.close();
    }
    broker.kill();
    await store.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('batches reach one of two collectors and are acknowledged from the one store, also after the broker was killed', async () => {
    const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 400));
    const send = async (from: number, to: number): Promise<void> => {
      const agent = await connectAgent(port, 'yb-1');
      expect((await agent.greet({ epoch: { no: 1, uuid: '00000000-0000-4000-8000-000000000001' } })).type).toBe('welcome');
      for (let first = from; first <= to; first += 10) await agent.publish('money', lines.batch(first, first + 9));
      await agent.acked(to);
      agent.client.end(true);
    };
    await send(1, 200);
    const shares = collectors.map(({ ingest }) => ingest.stats().recordsTotal);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(200);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    broker.kill('SIGKILL');
    await until(() => collectors.every(({ link }) => !link.connected()), 'the end of the connections');
    startMosquitto();
    await until(() => collectors.every(({ link }) => link.connected()), 'both collectors to be back');
    await send(201, 400);
    expect(collectors.reduce((sum, { ingest }) => sum + ingest.stats().recordsTotal, 0)).toBe(400);
  });
});
