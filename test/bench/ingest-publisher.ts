/** Publisher of the ingest bench, a process of its own: many agents over real MQTT, each with the window that the collector's credit gives it. */
import { randomBytes } from 'node:crypto';
import { AckMessage } from '@cardwatch/contracts';
import { type MqttClient, connectAsync } from 'mqtt';
import { makeBatches, type MadeBatch, usualPace } from './ingest-batches.ts';
import { benchHello } from './steady-agent.ts';

export interface PublisherPlan {
  readonly port: number;
  readonly agents: readonly { readonly agent: string; readonly secret: string }[];
  readonly devices: number;
  readonly recordsPerAgent: number;
  readonly recordsPerBatch: number;
  readonly windowMax: number;
}

export type PublisherSays =
  | { readonly say: 'ready'; readonly records: number; readonly lineBytes: number; readonly wireBytes: number }
  | {
      readonly say: 'done';
      readonly ms: number;
      readonly cpuMs: number;
      readonly resent: number;
      readonly ackP50Ms: number;
      readonly ackP99Ms: number;
    };

const site = 'bench';
const stalledMs = 5_000;

class BenchAgent {
  readonly client: MqttClient;
  readonly #batches: readonly MadeBatch[];
  readonly #topic: string;
  readonly #windowMax: number;
  #next = 0;
  #acked = 0;
  #credit = 1;
  #progressAt = 0;
  #finish: () => void = () => {};
  readonly sentAt = new Map<number, number>();
  readonly latencies: number[] = [];
  resent = 0;

  constructor(client: MqttClient, agent: string, batches: readonly MadeBatch[], windowMax: number) {
    this.client = client;
    this.#batches = batches;
    this.#topic = `cw/1/${site}/${agent}/up/money`;
    this.#windowMax = windowMax;
    client.on('message', (_topic, payload) => this.#heard(payload));
  }

  #welcomed: () => void = () => {};

  async hello(agent: string, instance: string): Promise<void> {
    const welcomed = new Promise<void>((resolve) => {
      this.#welcomed = resolve;
    });
    await this.client.subscribeAsync(`cw/1/${site}/${agent}/down/+`, { qos: 1 });
    await this.client.publishAsync(`cw/1/${site}/${agent}/up/hello`, JSON.stringify(benchHello(instance)), { qos: 1 });
    await welcomed;
  }

  run(): Promise<void> {
    this.#progressAt = performance.now();
    const watch = setInterval(() => this.#resendWhenStalled(), 1_000);
    return new Promise((resolve) => {
      this.#finish = () => {
        clearInterval(watch);
        resolve();
      };
      this.#fill();
    });
  }

  #heard(payload: Uint8Array): void {
    const message = AckMessage.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (message.type === 'challenge') throw new Error('challenged, though this publisher knows no challenge');
    if (message.type === 'refused') throw new Error(`refused: ${message.reason}`);
    this.#credit = message.credit;
    if (message.type === 'welcome') return this.#welcomed();
    this.#progress(message.contiguousUpto);
  }

  #progress(upto: number): void {
    const now = performance.now();
    while (this.#acked < this.#batches.length && (this.#batches[this.#acked]?.lastSeq ?? Infinity) <= upto) {
      this.latencies.push(now - (this.sentAt.get(this.#acked) ?? now));
      this.sentAt.delete(this.#acked);
      this.#acked++;
      this.#progressAt = now;
    }
    this.#next = Math.max(this.#next, this.#acked);
    if (this.#acked === this.#batches.length) this.#finish();
    else this.#fill();
  }

  #fill(): void {
    const window = Math.min(this.#windowMax, Math.max(1, this.#credit));
    while (this.#next < this.#batches.length && this.#next - this.#acked < window) {
      this.#send(this.#next);
      this.#next++;
    }
  }

  #send(at: number): void {
    const batch = this.#batches[at];
    if (batch === undefined) return;
    if (!this.sentAt.has(at)) this.sentAt.set(at, performance.now());
    this.client.publish(this.#topic, batch.payload as Buffer, { qos: 1 });
  }

  #resendWhenStalled(): void {
    if (performance.now() - this.#progressAt < stalledMs) return;
    this.#progressAt = performance.now();
    this.resent += this.#next - this.#acked;
    for (let at = this.#acked; at < this.#next; at++) this.#send(at);
  }
}

async function main(plan: PublisherPlan): Promise<void> {
  const agents: BenchAgent[] = [];
  const totals = { records: 0, lineBytes: 0, wireBytes: 0 };
  for (const { agent, secret } of plan.agents) {
    const instance = randomBytes(16).toString('hex');
    const startAt = Date.now() - plan.recordsPerAgent * usualPace.everyMs;
    const { devices, recordsPerAgent: records, recordsPerBatch } = plan;
    const made = makeBatches({ agent, instance, epoch: 1, devices, records, recordsPerBatch, startAt, ...usualPace });
    totals.records += records;
    totals.lineBytes += made.lineBytes;
    totals.wireBytes += made.wireBytes;
    const client = await connectAsync(`mqtt://127.0.0.1:${plan.port}`, {
      clientId: agent,
      username: `${site}/${agent}`,
      password: secret,
      reconnectPeriod: 0,
      keepalive: 60,
    });
    const bench = new BenchAgent(client, agent, made.batches, plan.windowMax);
    await bench.hello(agent, instance);
    agents.push(bench);
  }
  say({ say: 'ready', ...totals });
  process.once('message', () => void measured(agents));
}

async function measured(agents: readonly BenchAgent[]): Promise<void> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(agents.map((agent) => agent.run()));
  const ms = performance.now() - startedAt;
  const used = process.cpuUsage(cpu);
  const latencies = agents.flatMap((agent) => agent.latencies).sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
  const resent = agents.reduce((sum, agent) => sum + agent.resent, 0);
  say({ say: 'done', ms, cpuMs: (used.user + used.system) / 1_000, resent, ackP50Ms: at(0.5), ackP99Ms: at(0.99) });
  for (const agent of agents) agent.client.end(true);
  process.disconnect();
}

const say = (message: PublisherSays): void => {
  process.send?.(message);
};

process.once('message', (plan) => void main(plan as PublisherPlan));
