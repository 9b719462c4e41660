/** The collector's ingest over a throw-away SQLite file and virtual time, without a broker: what is handed in, what comes out. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { createIngest, type Ingest, type IngestAudit, type IngestPorts } from '@cardwatch/collector/ingest';
import { type IngestStore, openIngestStore } from '@cardwatch/collector/store';
import { type Ack, AckMessage, AgentId, type Command, Command as CommandSchema, SiteId, type UpKind } from '@cardwatch/contracts';
import { epochMs, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { morning } from './records.ts';

export type Row = Record<string, SQLOutputValue>;

export const site = SiteId.parse('demo');

export interface Bed {
  /** Looks at what is committed. */
  rows(sql: string, ...values: SQLInputValue[]): Row[];
  /** Writes as the API does, on a connection of its own. */
  write(sql: string, ...values: SQLInputValue[]): void;
  readonly store: IngestStore;
  close(): Promise<void>;
  readonly ingest: Ingest;
  readonly clock: VirtualClock;
  readonly answers: { readonly agent: string; readonly message: AckMessage }[];
  readonly commands: { readonly agent: string; readonly command: Command }[];
  readonly audited: IngestAudit[];
  readonly disconnected: string[];
  send(agent: string, kind: UpKind, payload: Uint8Array | object): void;
  /** Lets `ms` pass in small steps and waits until all is quiet. */
  pass(ms: number): Promise<void>;
  acks(agent: string): Ack[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface BedOptions {
  readonly ports?: Partial<IngestPorts>;
  /** Stands before the store. */
  readonly through?: (store: IngestStore) => IngestStore;
  /** Goes on with the folder of another bed. */
  readonly folder?: string;
  /** Where the store's file is, when `through` brings another one. */
  readonly file?: string;
}

export const newFolder = (): string => fs.mkdtempSync(join(tmpdir(), 'cardwatch-bed-'));

export function makeBed({
  ports = {},
  through,
  folder = newFolder(),
  file = join(folder, 'cardwatch.db'),
}: BedOptions = {}): Bed {
  fs.mkdirSync(folder, { recursive: true });
  const own = openIngestStore(file);
  const store = through?.(own) ?? own;
  const looking = new DatabaseSync(file, { readOnly: true });
  const clock = new VirtualClock(epochMs(morning + 3_600_000));
  const answers: Bed['answers'] = [];
  const commands: Bed['commands'] = [];
  const audited: IngestAudit[] = [];
  const disconnected: string[] = [];
  let uuids = 0;
  const ingest = createIngest({
    store,
    clock,
    log: silentLogger,
    publish: (topic, payload) => {
      const agent = topic.split('/')[3] ?? '';
      const json: unknown = JSON.parse(decoder.decode(payload));
      if (topic.endsWith('/command')) commands.push({ agent, command: CommandSchema.parse(json) });
      else answers.push({ agent, message: AckMessage.parse(json) });
    },
    audit: (entry) => audited.push(entry),
    uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`,
    disconnect: (agent) => disconnected.push(agent),
    ...ports,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(500, left));
      await ingest.idle();
    }
  };
  return {
    rows: (sql, ...values) =>
      looking
        .prepare(sql)
        .all(...values)
        .map((row) => ({ ...row })),
    write: (sql, ...values) => {
      const db = new DatabaseSync(file);
      db.prepare(sql).run(...values);
      db.close();
    },
    store,
    close: async () => {
      await ingest.close();
      await store.close();
      looking.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
    ingest,
    clock,
    answers,
    commands,
    audited,
    disconnected,
    send: (agent, kind, payload) =>
      ingest.receive(
        { site, agent: AgentId.parse(agent) },
        kind,
        payload instanceof Uint8Array ? payload : encoder.encode(JSON.stringify(payload)),
      ),
    pass,
    acks: (agent) =>
      answers.flatMap((answer) => (answer.agent === agent && answer.message.type === 'ack' ? [answer.message] : [])),
  };
}

/** Fails every commit that `fails` says, before anything is done. */
export const failing =
  (fails: (batches: number) => boolean) =>
  (store: IngestStore): IngestStore =>
    new Proxy(store, {
      get: (target, name) =>
        name === 'commit'
          ? (batches: Parameters<IngestStore['commit']>[0]) =>
              fails(batches.length) ? Promise.reject(new Error('database is locked')) : target.commit(batches)
          : Reflect.get(target, name).bind(target),
    });
