/** A running collector core on a free port over a throw-away folder, and real MQTT clients. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type CollectorCore, type CollectorCoreOptions, createCollectorCore } from '@cardwatch/collector';
import { type AckMessage, AckMessage as AckSchema, AgentId, SiteId } from '@cardwatch/contracts';
import { type Clock, durationMs, epochMs, silentLogger } from '@cardwatch/kernel';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { Row } from './bed.ts';
import { hello, type HelloWish } from './records.ts';

export const realClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface RunningCore {
  readonly core: CollectorCore;
  readonly folder: string;
  readonly port: number;
  readonly audited: string[];
  rows(sql: string, ...values: SQLInputValue[]): Row[];
  close(): Promise<void>;
}

export const secretOf = (agent: string): string => `secret of ${agent}`;

export async function startCore(
  limits: CollectorCoreOptions['limits'] = {},
  agents: readonly string[] = ['yb-1', 'yb-2'],
): Promise<RunningCore> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-core-'));
  const audited: string[] = [];
  const core = await createCollectorCore({
    dataDir: folder,
    mqtt: { host: '127.0.0.1', port: 0 },
    clock: realClock,
    log: silentLogger,
    audit: (entry) => audited.push('refusal' in entry ? `${entry.refusal}: ${entry.detail}` : `${entry.action}: ${entry.reason}`),
    limits,
  });
  for (const agent of agents) await addTestAgent(core, agent);
  const looking = new DatabaseSync(join(folder, 'cardwatch.db'), { readOnly: true });
  return {
    core,
    folder,
    port: core.broker.port,
    audited,
    rows: (sql, ...values) =>
      looking
        .prepare(sql)
        .all(...values)
        .map((row) => ({ ...row })),
    close: async () => {
      await core.close();
      looking.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function addTestAgent(core: CollectorCore, agent: string): Promise<void> {
  const secretHash = createHash('sha256').update(secretOf(agent)).digest('hex');
  await core.store.addAgent({ agent: AgentId.parse(agent), site: SiteId.parse('demo'), secretHash }, realClock.now());
}

export class TestAgent {
  readonly client: MqttClient;
  readonly agent: string;
  readonly answers: AckMessage[] = [];

  constructor(client: MqttClient, agent: string) {
    this.client = client;
    this.agent = agent;
    client.on('message', (_topic, payload) => this.answers.push(AckSchema.parse(JSON.parse(payload.toString('utf8')))));
    client.on('error', () => {});
  }

  async publish(kind: string, payload: Uint8Array | object): Promise<void> {
    const bytes = payload instanceof Uint8Array ? Buffer.from(payload) : JSON.stringify(payload);
    await this.client.publishAsync(`cw/1/demo/${this.agent}/up/${kind}`, bytes, { qos: 1 });
  }

  async greet(wish: HelloWish = {}): Promise<AckMessage> {
    const before = this.answers.length;
    await this.client.subscribeAsync(`cw/1/demo/${this.agent}/down/+`, { qos: 1 });
    await this.publish('hello', hello(wish));
    return until(() => this.answers.slice(before).find((answer) => answer.type !== 'ack'), 'an answer to the hello');
  }

  acked(upto: number): Promise<AckMessage> {
    return until(
      () => this.answers.find((answer) => answer.type === 'ack' && answer.contiguousUpto >= upto),
      `an acknowledgement up to ${upto}`,
    );
  }
}

export async function connectAgent(port: number, agent: string, more: IClientOptions = {}): Promise<TestAgent> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: agent,
    username: `demo/${agent}`,
    password: secretOf(agent),
    reconnectPeriod: 0,
    connectTimeout: 5_000,
    ...more,
  });
  return new TestAgent(client, agent);
}

/** Looks every few milliseconds, for at most thirty seconds: the machine may have other work. */
export async function until<T>(look: () => T | undefined | false, what: string): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
