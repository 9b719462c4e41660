/** The collector's process over a database that outlives it: what was committed is there after a crash, what was not is gone. */
import type { ParsedBatch } from '../../../packages/collector/src/store/roles.ts';
import { createIngest, type Ingest } from '@cardwatch/collector/ingest';
import { type IngestStore, openIngestStore } from '@cardwatch/collector/store';
import { AgentId, parseTopic, type SiteId } from '@cardwatch/contracts';
import { chance, type SeededRandom, silentLogger } from '@cardwatch/kernel';
import { uuidOf } from './agent-ports.ts';
import type { UpMessage } from './broker.ts';
import type { Campus } from './campus.ts';
import { CustodyDatabase } from './custody-database.ts';
import { Life } from './life.ts';

export interface CollectorOptions {
  readonly site: SiteId;
  /** Chance that a call of the store, or a publish, is the last thing it does. */
  readonly crashChance: number;
  /** Chance that a call of the store fails with nothing done. */
  readonly failChance: number;
}

export class CollectorSide {
  /** Outlives the process: what it committed is there. */
  readonly db = new CustodyDatabase();
  ingest: Ingest | undefined;
  starts = 0;
  fragile = true;
  readonly #campus: Campus;
  readonly #random: SeededRandom;
  readonly #options: CollectorOptions;
  #life: Life | undefined;
  /** A transaction is in the database and its answer is not yet on its way. */
  #committed = false;
  readonly #addresses = new Map<string, { readonly site: SiteId; readonly agent: AgentId }>();

  constructor(campus: Campus, random: SeededRandom, options: CollectorOptions) {
    this.#campus = campus;
    this.#random = random;
    this.#options = options;
  }

  get running(): boolean {
    return this.#life?.alive === true;
  }

  start(): void {
    if (this.running) return;
    this.starts++;
    const life = new Life(this.#campus.loop, 'collector', this.#random.fork(this.starts), {
      crashChance: () => (this.fragile && this.#campus.sparing.lurks ? this.#options.crashChance : 0),
      crashed: () => {
        this.#campus.loop.struck(
          this.#committed ? 'collector crashed between commit and answer' : 'collector crashed at an await',
        );
        this.#died();
      },
      wallOffsetMs: () => 0,
    });
    this.#life = life;
    const store = openIngestStore(this.db);
    const ingest = createIngest({
      store: this.#gated(store, life),
      publish: (topic, payload) => this.#publish(life, topic, payload),
      clock: life.clock,
      log: silentLogger,
      audit: (entry) => this.#campus.audit.append(entry, life.clock.now()),
      uuid: () => uuidOf(life.random),
      ...(this.#campus.broker.embedded ? { disconnect: (agent: AgentId) => this.#disconnect(life, agent) } : {}),
    });
    this.ingest = ingest;
    this.#campus.broker.serve({
      life,
      receive: (message) => this.#receive(ingest, message),
      connected: (agent) => ingest.connected(this.#address(agent)),
      disconnected: (agent, why) => ingest.disconnected(this.#address(agent), why),
    });
  }

  /** False when there was nothing to kill. */
  crash(): boolean {
    if (!this.running) return false;
    this.#life?.end();
    this.#died();
    return true;
  }

  /** After the last run: nothing is left of it. */
  close(): void {
    this.#life?.end();
    this.db.close();
  }

  #died(): void {
    this.#campus.counts.collectorCrashes++;
    this.ingest = undefined;
    this.#campus.broker.collectorDied();
    this.db.dropUncommitted();
    this.#campus.loop.after(200 + this.#random.next() ** 3 * 60_000, 'start collector', () => this.start());
  }

  #address(agent: string): { readonly site: SiteId; readonly agent: AgentId } {
    let address = this.#addresses.get(agent);
    if (address === undefined) {
      address = { site: this.#options.site, agent: AgentId.parse(agent) };
      this.#addresses.set(agent, address);
    }
    return address;
  }

  #receive(ingest: Ingest, message: UpMessage): void {
    const topic = parseTopic(message.topic);
    if (!topic.ok || topic.value.way !== 'up') return;
    const { audit, violations } = this.#campus;
    const before = audit.rows;
    ingest.receive(topic.value.address, topic.value.kind, message.payload);
    if (message.forged === true && audit.rows === before)
      violations.add('I11', `a batch under the name of ${message.agent} that another agent wrote is not refused in the trail`);
  }

  #disconnect(life: Life, agent: AgentId): void {
    if (life.lives()) this.#campus.broker.disconnect(agent, 'closed');
  }

  #publish(life: Life, topic: string, payload: Uint8Array): void {
    if (!life.lives()) return;
    const parsed = parseTopic(topic);
    if (!parsed.ok) return;
    const { agent } = parsed.value.address;
    this.#campus.checkDown(agent, payload);
    this.#campus.broker.publishDown(agent, topic, payload);
  }

  /** The store with a crash lurking before and after each call, and between the commit and its answer. */
  #gated(store: IngestStore, life: Life): IngestStore {
    const call = async (method: keyof IngestStore, args: readonly unknown[]): Promise<unknown> => {
      if (!life.lives()) return new Promise(() => {});
      const fails = chance(life.random, this.#failChance(method));
      if (fails) this.#campus.loop.struck('transaction failed');
      if (fails && chance(life.random, 0.3)) {
        await life.call(`store ${method} fails`, 5, nothing, nothing);
        throw new Error('database is locked');
      }
      const answer = await this.#sabotaged(fails, () =>
        (store[method] as (...given: unknown[]) => Promise<unknown>).apply(store, [...args]),
      );
      if (method === 'commit' && bookedMoney(args) && !this.db.isTransaction) {
        this.#campus.ledger.look();
        this.#campus.ledger.took(args[0] as readonly ParsedBatch[]);
      }
      this.#committed = method === 'commit';
      const told = life.call(`store ${method}`, 0.5 + life.random.next() * 8, nothing, () => answer);
      this.#committed = false;
      return told;
    };
    return new Proxy(store, {
      get:
        (_target, method: keyof IngestStore) =>
        (...args: readonly unknown[]) =>
          call(method, args),
    });
  }

  async #sabotaged<T>(fails: boolean, call: () => Promise<T>): Promise<T> {
    if (!fails) return call();
    this.db.failing = true;
    const answer = call();
    this.db.failing = false;
    return answer;
  }

  #failChance(method: keyof IngestStore): number {
    return this.fragile && this.#campus.sparing.lurks && (method === 'commit' || method === 'hello')
      ? this.#options.failChance
      : 0;
  }
}

/** Health and events are most of what is committed, and no money. */
const bookedMoney = ([batches]: readonly unknown[]): boolean =>
  (batches as readonly { readonly stream: string }[]).some(({ stream }) => stream === 'money');

const nothing = (): void => {};
