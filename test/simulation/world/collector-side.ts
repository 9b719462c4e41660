/** The collector's process over a database that outlives it: what was committed is there after a crash, what was not is gone. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createIngest, type Ingest } from '@cardwatch/collector/ingest';
import { type IngestStore, openIngestStore } from '@cardwatch/collector/store';
import { AgentId, parseTopic, type SiteId } from '@cardwatch/contracts';
import { chance, type SeededRandom, silentLogger } from '@cardwatch/kernel';
import { uuidOf } from './agent-ports.ts';
import type { UpMessage } from './broker.ts';
import type { Campus } from './campus.ts';
import { Life } from './life.ts';

export interface CollectorOptions {
  readonly site: SiteId;
  /** Chance that a call of the store, or a publish, is the last thing it does. */
  readonly crashChance: number;
  /** Chance that a call of the store fails with nothing done. */
  readonly failChance: number;
}

/** While its table holds a row no transaction can write its outbox, which is the last thing it does. */
const sabotage = `
  CREATE TABLE simulated_fault (one INTEGER);
  CREATE TRIGGER simulated_fault BEFORE INSERT ON outbox WHEN EXISTS (SELECT 1 FROM simulated_fault)
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;`;

/** Memory where there is some: the database is thrown away with the run. */
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A store as the collector itself makes it, made once. Small pages: what a commit writes is small here, and there is no medium that would want large ones. */
function makeEmptyStore(): Uint8Array {
  const file = join(folder, `cardwatch-simulation-${process.pid}-template.db`);
  const first = new DatabaseSync(file);
  first.exec('PRAGMA page_size = 4096; CREATE TABLE page_size_is_fixed (one INTEGER); DROP TABLE page_size_is_fixed');
  first.close();
  void openIngestStore(file).close();
  const last = new DatabaseSync(file);
  last.exec(`${sabotage} PRAGMA wal_checkpoint(TRUNCATE)`);
  last.close();
  const image = readFileSync(file);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  return image;
}

let made: Uint8Array | undefined;
const emptyStore = (): Uint8Array => {
  made ??= makeEmptyStore();
  return made;
};

export class CollectorSide {
  readonly file: string;
  /** A connection of the checker's own: it sees what is committed and nothing else. */
  readonly db: DatabaseSync;
  /** Makes transactions fail in their last statement. */
  readonly #saboteur: DatabaseSync;
  ingest: Ingest | undefined;
  starts = 0;
  fragile = true;
  readonly #campus: Campus;
  readonly #random: SeededRandom;
  readonly #options: CollectorOptions;
  #life: Life | undefined;
  #store: IngestStore | undefined;
  /** A transaction is in the database and its answer is not yet on its way. */
  #committed = false;
  readonly #addresses = new Map<string, { readonly site: SiteId; readonly agent: AgentId }>();

  constructor(campus: Campus, random: SeededRandom, options: CollectorOptions, name: string) {
    this.#campus = campus;
    this.#random = random;
    this.#options = options;
    this.file = join(folder, `cardwatch-simulation-${process.pid}-${name}.db`);
    this.removeFile();
    writeFileSync(this.file, emptyStore());
    this.#saboteur = new DatabaseSync(this.file);
    this.db = new DatabaseSync(this.file, { readOnly: true });
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
    const store = openIngestStore(this.file);
    this.#store = store;
    const ingest = createIngest({
      store: this.#gated(store, life),
      publish: (topic, payload) => this.#publish(life, topic, payload),
      clock: life.clock,
      log: silentLogger,
      audit: (entry) => this.#campus.counts.audited.push(`${entry.action} ${entry.reason}`),
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
    this.#closeStore();
    this.db.close();
    this.#saboteur.close();
    this.removeFile();
  }

  removeFile(): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.file + suffix, { force: true });
  }

  #died(): void {
    this.#campus.counts.collectorCrashes++;
    this.ingest = undefined;
    this.#campus.broker.collectorDied();
    this.#closeStore();
    this.#campus.loop.after(200 + this.#random.next() ** 3 * 60_000, 'start collector', () => this.start());
  }

  #closeStore(): void {
    void this.#store?.close();
    this.#store = undefined;
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
    if (topic.ok && topic.value.way === 'up') ingest.receive(topic.value.address, topic.value.kind, message.payload);
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
      if (method === 'commit' && bookedMoney(args)) this.#campus.ledger.look();
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
    this.#saboteur.exec('INSERT INTO simulated_fault VALUES (1)');
    const answer = call();
    this.#saboteur.exec('DELETE FROM simulated_fault');
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
