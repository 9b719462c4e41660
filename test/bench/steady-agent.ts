/** An agent of the benches: real MQTT, made-up batches, as slow or fast as it is told. */
import { randomBytes } from 'node:crypto';
import { AckMessage, type DeviceDeclaration, DeviceId, type HealthLine, type Stream } from '@cardwatch/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { BatchChain, BatchMaker, type BatchPlan, benchDevice, type MadeBatch } from './ingest-batches.ts';

const none = { first: 0, last: 0, acked: 0 };

/** Hello of a process that begins its first epoch. */
export const benchHello = (instance: string, devices: readonly DeviceDeclaration[] = []): object => ({
  v: 1,
  instance,
  epoch: null,
  streams: { money: none, event: none, health: none },
  part: 1,
  parts: 1,
  devices,
  versions: { agent: 'bench', node: process.version },
  bootedAt: Date.now(),
  sentAt: Date.now(),
});

interface SteadyPlan extends Pick<BatchPlan, 'agent' | 'devices' | 'startAt' | 'everyMs' | 'cards'> {
  readonly port: number;
  readonly site: string;
  readonly secret: string;
}

/** Showers of one bath house, eight on a line. */
const declared = ({ agent, devices }: SteadyPlan): readonly DeviceDeclaration[] =>
  Array.from({ length: devices }, (_, no) => ({
    deviceId: DeviceId.parse(benchDevice(agent, no)),
    name: benchDevice(agent, no),
    kind: 'shower',
    profile: 'modbus/cardwatch/ring-shower',
    line: `bus-${Math.floor(no / 8) + 1}`,
    place: { campus: 'bench', building: agent, area: 'showers' },
  }));

interface Unacked {
  readonly batch: MadeBatch;
  readonly sentAt: number;
}

const resendMs = 5_000;

export class SteadyAgent {
  readonly #plan: SteadyPlan;
  readonly #client: MqttClient;
  readonly #maker: BatchMaker;
  readonly #health: BatchChain;
  readonly #since = Date.now();
  readonly #topic: string;
  #unacked: Unacked[] = [];
  #welcomed: () => void = () => {};
  #progressAt = performance.now();
  ackedRecords = 0;
  resent = 0;
  ackMsWorst = 0;

  private constructor(plan: SteadyPlan, client: MqttClient, instance: string) {
    const { agent, site } = plan;
    this.#plan = plan;
    this.#client = client;
    this.#topic = `cw/1/${site}/${agent}/up`;
    this.#maker = new BatchMaker({ ...plan, instance, epoch: 1 });
    this.#health = new BatchChain({ agent, instance, epoch: 1 }, 'health');
    client.on('message', (_topic, payload) => this.#heard(payload));
    client.on('error', () => {});
  }

  /** Connected and welcomed; rejects when it is not let in. */
  static async connect(plan: SteadyPlan): Promise<SteadyAgent> {
    const { port, site, agent, secret } = plan;
    const client = await connectAsync(
      `mqtt://127.0.0.1:${port}`,
      {
        clientId: agent,
        username: `${site}/${agent}`,
        password: secret,
        reconnectPeriod: 0,
        keepalive: 60,
        connectTimeout: 5_000,
      },
      false,
    );
    const instance = randomBytes(16).toString('hex');
    const self = new SteadyAgent(plan, client, instance);
    await self.#hello(instance);
    return self;
  }

  get unackedRecords(): number {
    return this.#unacked.reduce((sum, { batch }) => sum + batch.records, 0);
  }

  /** Makes a batch and sends it. What is not acknowledged for long is sent again with it. */
  send(records: number): void {
    const now = performance.now();
    const batch = this.#maker.next(records);
    this.#unacked.push({ batch, sentAt: now });
    this.#publish('money', batch);
    if (now - this.#progressAt < resendMs) return;
    this.#progressAt = now;
    this.resent += this.#unacked.length;
    for (const { batch: again } of this.#unacked) this.#publish('money', again);
  }

  /** Every device is well. */
  beat(): void {
    const now = Date.now();
    const lines = declared(this.#plan).map(({ deviceId }): HealthLine => {
      return { type: 'heartbeat', deviceId, state: 'online', since: this.#since, askedAt: now, rttMs: 12, recordedAt: now };
    });
    this.#publish('health', this.#health.next(lines.map((line) => Buffer.from(JSON.stringify(line)))));
  }

  close(): void {
    this.#client.end(true);
  }

  #publish(stream: Stream, batch: MadeBatch): void {
    this.#client.publish(`${this.#topic}/${stream}`, batch.payload as Buffer, { qos: 1 });
  }

  async #hello(instance: string): Promise<void> {
    const { site, agent } = this.#plan;
    const welcomed = new Promise<void>((resolve) => {
      this.#welcomed = resolve;
    });
    await this.#client.subscribeAsync(`cw/1/${site}/${agent}/down/+`, { qos: 1 });
    await this.#client.publishAsync(`${this.#topic}/hello`, JSON.stringify(benchHello(instance, declared(this.#plan))), {
      qos: 1,
    });
    await welcomed;
  }

  #heard(payload: Uint8Array): void {
    const message = AckMessage.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (message.type === 'challenge') throw new Error('challenged, though this publisher knows no challenge');
    if (message.type === 'refused') throw new Error(`refused: ${message.reason}`);
    if (message.type === 'welcome') return this.#welcomed();
    if (message.stream !== 'money') return;
    const now = performance.now();
    const done = this.#unacked.filter(({ batch }) => batch.lastSeq <= message.contiguousUpto);
    if (done.length === 0) return;
    this.#progressAt = now;
    this.#unacked = this.#unacked.slice(done.length);
    for (const { batch, sentAt } of done) {
      this.ackedRecords += batch.records;
      this.ackMsWorst = Math.max(this.ackMsWorst, now - sentAt);
    }
  }
}
