/** The collector as one process: an agent's bytes go in over MQTT, staff see them over HTTP, an order of theirs comes out over MQTT. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type BatchHead,
  type Command,
  chainInput,
  downTopic,
  encodeBatch,
  type Hello,
  TransactionRecord,
  upTopic,
  type Welcome,
} from '@cardwatch/contracts';
import { AgentId, SiteId } from '@cardwatch/contracts';
import { endpoints, LiveEvent } from '@cardwatch/contracts/api';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const bin = fileURLToPath(new URL('../../packages/collector/bin/cardwatch-collector.js', import.meta.url));
const address = { site: SiteId.parse('demo'), agent: AgentId.parse('yb-a') };
const instance = 'ab'.repeat(16);

let folder: string;
let collector: ChildProcess;
let base = '';
let token = '';
let agent: MqttClient;
const heard: { readonly topic: string; readonly json: Record<string, unknown> }[] = [];

async function cli(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [bin, ...args, '--data', join(folder, 'data')], { stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([args[0], code]).toEqual([args[0], 0]);
  return out.trim();
}

async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within 15 s`);
}

async function api(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(
    `${base}/api/v1${path}`,
    body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) },
  );
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as Record<string, unknown>;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-whole-'));
  await cli(['agent', 'add', 'yb-a', '--site', 'demo', '--out', join(folder, 'a.yaml')]);
  token = await cli(['token', 'add', '--scopes', 'read,records:read,commands,audit:read', '--label', 'whole']);
  collector = spawn(process.execPath, [bin, 'run', '--data', join(folder, 'data'), '--http-port', '0', '--mqtt-port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  collector.stdout?.on('data', (chunk) => (printed += chunk));
  const [, http = '', mqtt = ''] = await until(
    'start',
    () => /Console (http:\/\/[\d.:]+), MQTT ([\d.:]+)/.exec(printed) ?? undefined,
  );
  base = http;
  const secrets = parse(readFileSync(join(folder, 'a.yaml'), 'utf8')) as { mqttSecret: string };
  agent = await connectAsync(`mqtt://${mqtt}`, {
    clientId: 'yb-a',
    username: 'demo/yb-a',
    password: secrets.mqttSecret,
    clean: true,
    reconnectPeriod: 0,
    will: { topic: upTopic(address, 'bye'), payload: Buffer.from('{}'), qos: 1, retain: false },
  });
  agent.on('message', (topic, payload) => heard.push({ topic, json: JSON.parse(payload.toString()) as Record<string, unknown> }));
  await agent.subscribeAsync(downTopic(address, 'ack').replace(/ack$/, '+'), { qos: 1 });
});

afterAll(async () => {
  await agent?.endAsync(true).catch(() => undefined);
  collector?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const publish = (kind: Parameters<typeof upTopic>[1], payload: Uint8Array | string): Promise<unknown> =>
  agent.publishAsync(upTopic(address, kind), Buffer.from(payload), { qos: 1 });

const nothing = { first: 0, last: 0, acked: 0 };
const hello = (): Hello =>
  ({
    v: 1,
    instance,
    epoch: null,
    streams: { money: nothing, event: nothing, health: nothing },
    part: 1,
    parts: 1,
    devices: [
      {
        deviceId: 'yb-a-bath-01',
        name: '竹苑1栋浴室-01',
        kind: 'shower',
        profile: 'modbus/cardwatch/ring-shower',
        line: 'bus-1',
        place: { campus: '宜宾校区', area: '竹苑1栋浴室', areaType: 'bathhouse' },
      },
    ],
    versions: { agent: '0.1.0', node: 'v24' },
    bootedAt: Date.now(),
    sentAt: Date.now(),
  }) as unknown as Hello;

function money(recordNo: number): Uint8Array {
  const at = Date.now();
  const line = TransactionRecord.parse({
    type: 'transaction',
    deviceId: 'yb-a-bath-01',
    generation: 1,
    recordNo,
    contentHash: createHash('sha256').update(String(recordNo)).digest('hex').slice(0, 32),
    kind: 'consume',
    amountFen: 100 + recordNo,
    cardRef: 'cd'.repeat(16),
    cardTail: '1234',
    purseNo: 3,
    rawSealed: `k1.${'A'.repeat(40)}`,
    mode: 'cardOffline',
    observedAt: at,
    observedText: 'x',
    clockQuality: 'ok',
    recordedAt: at,
    collectMode: 'poll',
    profile: 'modbus/cardwatch/ring-shower@1',
    checks: { record: 'ok', tac: 'unverified', balance: 'ok' },
  });
  return Buffer.from(JSON.stringify(line));
}

function batch(lines: readonly Uint8Array[]): Uint8Array {
  let hash = Buffer.alloc(32);
  for (const [i, line] of lines.entries())
    hash = createHash('sha256')
      .update(chainInput(hash, i + 1, line))
      .digest();
  const head = {
    v: 1,
    agent: 'yb-a',
    epoch: 1,
    stream: 'money',
    firstSeq: 1,
    lastSeq: lines.length,
    instance,
    prevHash: '0'.repeat(64),
    endHash: hash.toString('hex'),
    lane: 'live',
  };
  return encodeBatch(head as BatchHead, lines);
}

describe('the whole collector', () => {
  test('welcomes the agent that was added beside it and shows it', async () => {
    await publish('hello', JSON.stringify(hello()));
    const welcome = await until(
      'welcome',
      () => heard.find(({ json }) => json['type'] === 'welcome')?.json as Welcome | undefined,
    );
    expect(welcome).toMatchObject({ instance, epoch: { no: 1, granted: true } });
    const { items } = endpoints.agents.response.parse(await api('/agents'));
    expect(items).toMatchObject([{ agentId: 'yb-a', state: 'online', epoch: 1, devices: 1 }]);
  });

  test('books a batch, acknowledges it, and tells the staff at once', async () => {
    const leave = new AbortController();
    const live = await fetch(`${base}/api/v1/live`, { headers: { authorization: `Bearer ${token}` }, signal: leave.signal });
    const told: LiveEvent[] = [];
    const reading = (async () => {
      let text = '';
      for await (const chunk of live.body ?? []) {
        text += new TextDecoder().decode(chunk);
        told.splice(
          0,
          told.length,
          ...[...text.matchAll(/^data: (.*)\n\n/gm)].map((match) => LiveEvent.parse(JSON.parse(match[1] ?? ''))),
        );
      }
    })().catch(() => undefined);
    await until('overview', () => told.find((event) => event.type === 'overview'));
    const sent = performance.now();
    await publish('money', batch([money(1), money(2), money(5)]));
    await until('ack', () => heard.find(({ json }) => json['type'] === 'ack' && json['contiguousUpto'] === 3));
    await until('live', () => told.find((event) => event.type === 'flow' && event.points.some((point) => point.records === 3)));
    expect(performance.now() - sent).toBeLessThan(5_000);
    const { items } = endpoints.records.response.parse(await api('/records?limit=10'));
    expect(items.map(({ recordNo, amountFen, cardMasked }) => [recordNo, amountFen, cardMasked])).toEqual(
      expect.arrayContaining([5, 2, 1].map((no) => [no, 100 + no, '****1234'])),
    );
    expect(await api('/overview')).toMatchObject({ today: { records: 3, turnoverFen: 308 } });
    leave.abort();
    await reading;
  });

  test('takes an order for the numbers that are missing to the agent, and its reply back', async () => {
    const gap = await until('gap', async () => endpoints.gaps.response.parse(await api('/gaps?state=open')).items[0]);
    expect(gap).toMatchObject({ scope: 'device', deviceId: 'yb-a-bath-01', generation: 1, first: 3, last: 4 });
    const order = await api(`/gaps/${gap?.id}/recollect`, { reason: '缺两条' });
    const command = await until(
      'command',
      () => heard.find(({ topic }) => topic.endsWith('/down/command'))?.json as Command | undefined,
    );
    expect(command).toMatchObject({
      id: order['id'],
      action: { type: 'recollect', deviceId: 'yb-a-bath-01', generation: 1, from: 3, to: 4 },
    });
    const trail = await api('/audit?limit=5');
    expect(JSON.stringify(trail)).toContain('gap.recollect');
    await publish('reply', JSON.stringify({ v: 1, id: command.id, outcome: 'done', sentAt: Date.now() }));
    const again = await until('answered', async () => {
      const next = await api(`/gaps/${gap?.id}/recollect`, { reason: '再来一次' });
      return next['id'] === order['id'] ? undefined : next;
    });
    expect(again['state']).toBe('pending');
  });

  test('shows the maintenance flag through the next hello', async () => {
    await api('/devices/yb-a-bath-01/maintenance', { maintenance: true, reason: '换阀' });
    await publish('hello', JSON.stringify({ ...hello(), epoch: null }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await api('/devices/yb-a-bath-01')).toMatchObject({ state: 'maintenance', maintenance: true });
  });

  test('verifies to the fen while it runs', async () => {
    expect(await cli(['verify'])).not.toContain('BAD');
  });
});
