/** kill -9 of a collector: what it acknowledged is there, what it committed and did not acknowledge is not doubled. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openIngestStore } from '@cardwatch/collector/store';
import { AgentId, SiteId } from '@cardwatch/contracts';
import { SeededRandom } from '@cardwatch/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeBed, type Row } from './support/bed.ts';
import { connectAgent, secretOf, type TestAgent } from './support/core.ts';
import { FakeJournal } from './support/journal.ts';
import type { KillOrder } from './support/kill-child.ts';
import { records } from './support/records.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-kill-'));
});
const children: ChildProcess[] = [];
const agents: TestAgent[] = [];
afterEach(() => {
  for (const agent of agents.splice(0)) agent.client.end(true);
  for (const child of children.splice(0)) child.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});

function start(order: KillOrder): ChildProcess {
  const child = fork(new URL('./support/kill-child.ts', import.meta.url));
  children.push(child);
  child.send(order);
  return child;
}

const ended = (child: ChildProcess): Promise<NodeJS.Signals | null> =>
  new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));

function rows(sql: string): Row[] {
  const db = new DatabaseSync(join(folder, 'cardwatch.db'));
  const found = db.prepare(sql).all();
  db.close();
  return found.map((row) => ({ ...row }));
}

test('between commit and acknowledgement', async () => {
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 50));
  const batch = lines.batch(1, 50);
  const child = start({ mode: 'atAck', file: join(folder, 'cardwatch.db'), batchBase64: Buffer.from(batch).toString('base64') });
  expect(await ended(child)).toBe('SIGKILL');
  expect(rows('SELECT count(*) AS n FROM record')).toEqual([{ n: 50 }]);
  const bed = makeBed({ folder });
  bed.send('yb-1', 'money', batch);
  await bed.pass(500);
  expect(bed.acks('yb-1')).toMatchObject([{ contiguousUpto: 50 }]);
  expect(bed.ingest.stats()).toMatchObject({ recordsTotal: 0, duplicatesTotal: 50 });
  expect(bed.rows('SELECT count(*) AS n FROM record')).toEqual([{ n: 50 }]);
  expect(bed.rows('SELECT sum(records) AS n FROM flow')).toEqual([{ n: 50 }]);
  await bed.close();
});

test('at any moment, eight times over, while an agent sends', async () => {
  const random = new SeededRandom(11);
  const store = openIngestStore(join(folder, 'cardwatch.db'));
  const secretHash = createHash('sha256').update(secretOf('yb-1')).digest('hex');
  await store.addAgent({ agent: AgentId.parse('yb-1'), site: SiteId.parse('demo'), secretHash }, Date.now() as never);
  await store.close();
  const total = 12_000;
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, total));
  let acked = 0;
  for (let life = 0; life < 9; life++) {
    const child = start({ mode: 'serve', folder });
    const over = ended(child);
    const port = await new Promise<number>((resolve) =>
      child.once('message', (message) => resolve((message as { port: number }).port)),
    );
    const agent = await connectAgent(port, 'yb-1');
    agents.push(agent);
    await agent.client.subscribeAsync('cw/1/demo/yb-1/down/+', { qos: 1 });
    const send = async (): Promise<void> => {
      for (let first = acked + 1; first <= total && agent.client.connected; first += 64) {
        agent.client.publish('cw/1/demo/yb-1/up/money', Buffer.from(lines.batch(first, Math.min(total, first + 63))), { qos: 1 });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const sending = send();
    if (life < 8) await new Promise((resolve) => setTimeout(resolve, 40 + random.next() * 200));
    else if (acked < total) {
      // What is not acknowledged is sent again, as every agent does: the broker may lose what stood in its queue.
      const again = setInterval(() => {
        for (const answer of agent.answers) if (answer.type === 'ack') acked = Math.max(acked, answer.contiguousUpto);
        void send();
      }, 3_000);
      await agent.acked(total).finally(() => clearInterval(again));
    }
    child.kill('SIGKILL');
    await over;
    await sending;
    for (const answer of agent.answers) if (answer.type === 'ack') acked = Math.max(acked, answer.contiguousUpto);
    agent.client.end(true);
    expect(Number(rows(`SELECT count(*) AS n FROM record WHERE seq <= ${acked}`)[0]?.['n'])).toBe(acked);
  }
  expect(acked).toBe(total);
  expect(rows('SELECT count(*) AS n, min(record_no) AS a, max(record_no) AS b, sum(turnover_fen) AS fen FROM record')).toEqual([
    { n: total, a: 1, b: total, fen: total * 60 },
  ]);
  expect(rows('SELECT sum(records) AS n FROM flow')).toEqual([{ n: total }]);
  expect(rows('SELECT first, last FROM booked')).toEqual([{ first: 1, last: total }]);
  expect(rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
}, 120_000);
