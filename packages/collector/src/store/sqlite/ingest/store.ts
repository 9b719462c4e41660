import type { DatabaseSync } from 'node:sqlite';
import { AgentId, type Command, type Reply, SiteId } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import type {
  AgentCredential,
  AgentPresence,
  CommitOutcome,
  HelloFacts,
  HelloOutcome,
  IngestStore,
  ParsedBatch,
  SweepFacts,
} from '../../roles.ts';
import { CardFiling } from './card-filing.ts';
import { expireCommands, keepReply, takeDue } from './commands.ts';
import { bookBatch, flushCommit, outcomeOf } from './commit.ts';
import { DeadLetterBook } from './dead-letters.ts';
import { DeviceBook } from './devices.ts';
import { FlowInsert } from './flow.ts';
import { openSession } from './hello.ts';
import { isOfThePast } from './hello-memory.ts';
import { OutboxDraft, outboxColumns } from './outbox.ts';
import { readOnline, writeDuplicate, writePresence, writeSeen } from './presence.ts';
import { RecordInsert } from './records.ts';
import { BulkInsert, Statements, text } from './statements.ts';
import { StreamBook } from './streams.ts';
import { openStreamGaps, prune } from './sweep.ts';
import { TerminalBook } from './terminals.ts';
import type { CommitParts } from './transaction.ts';

/** The ingest side of the SQLite store. Synchronous inside; one transaction a call. The only writer of the custody tables but `command` and `device.maintenance`. */
export class SqliteIngestStore implements IngestStore {
  readonly #db: Statements;
  readonly #streams: StreamBook;
  readonly #terminals: TerminalBook;
  readonly #records: RecordInsert;
  readonly #devices: DeviceBook;
  readonly #cards: CardFiling;
  readonly #letters: DeadLetterBook;
  readonly #flow: FlowInsert;
  readonly #outbox: BulkInsert;

  constructor(db: DatabaseSync) {
    this.#db = new Statements(db);
    this.#streams = new StreamBook(this.#db);
    this.#terminals = new TerminalBook(this.#db);
    this.#records = new RecordInsert(this.#db);
    this.#devices = new DeviceBook(this.#db);
    this.#cards = new CardFiling(this.#db);
    this.#letters = new DeadLetterBook(this.#db);
    this.#flow = new FlowInsert(this.#db);
    this.#outbox = new BulkInsert(db, outboxColumns, 3);
  }

  commit(batches: readonly ParsedBatch[]): Promise<readonly CommitOutcome[]> {
    return this.#change(batches[0]?.ingestedAt ?? 0, (parts) => {
      const drafts = batches.map((batch) => bookBatch(parts, batch));
      const now = batches.reduce((latest, batch) => Math.max(latest, batch.ingestedAt), 0);
      const added = drafts.reduce((sum, { entry, tally }) => sum + (entry.stream === 'money' ? tally.accepted : 0), 0);
      flushCommit(parts, this.#flow, now, added);
      return drafts.map((draft) => outcomeOf(parts, draft));
    });
  }

  hello(hello: HelloFacts): Promise<HelloOutcome | 'ofThePast'> {
    return this.#change(hello.now, (parts) => {
      if (isOfThePast(parts.db, hello)) return 'ofThePast';
      const outcome = openSession(parts, hello);
      parts.streams.flush(parts.outbox, hello.now);
      return outcome;
    });
  }

  sweep(facts: SweepFacts): Promise<void> {
    return this.#change(facts.now, (parts) => {
      openStreamGaps(parts, facts);
      parts.cards.fileRest();
      prune(parts, facts.now);
    });
  }

  setPresence(changes: readonly AgentPresence[], now: EpochMs): Promise<void> {
    return this.#change(now, (parts) => writePresence(parts, changes, now));
  }

  seen(agents: readonly { readonly agent: AgentId; readonly at: EpochMs }[]): Promise<void> {
    const now = agents.reduce((latest, { at }) => Math.max(latest, at), 0);
    return this.#change(now, (parts) => writeSeen(parts, agents));
  }

  setDuplicateIdentity(agent: AgentId, duplicate: boolean, now: EpochMs): Promise<void> {
    return this.#change(now, (parts) => writeDuplicate(parts, agent, duplicate));
  }

  onlineAgents(): Promise<readonly { readonly agent: AgentId; readonly since: EpochMs }[]> {
    return this.#change(0, readOnline);
  }

  takeDue(agent: AgentId, now: EpochMs): Promise<readonly Command[]> {
    return this.#change(now, ({ db }) => takeDue(db, agent, now));
  }

  reply(agent: AgentId, reply: Reply): Promise<boolean> {
    return this.#change(0, ({ db }) => keepReply(db, agent, reply));
  }

  expire(now: EpochMs): Promise<number> {
    return this.#change(now, ({ db }) => expireCommands(db, now));
  }

  credentials(): Promise<readonly AgentCredential[]> {
    return this.#change(0, ({ db }) =>
      db.all('SELECT agent_id, site_id, secret_hash, suspended FROM agent').map((row) => ({
        agent: AgentId.parse(row['agent_id']),
        site: SiteId.parse(row['site_id']),
        secretHash: text(row['secret_hash']),
        suspended: row['suspended'] === 1,
      })),
    );
  }

  addAgent({ agent, site, secretHash }: Omit<AgentCredential, 'suspended'>, now: EpochMs): Promise<boolean> {
    const sql = `INSERT INTO agent (agent_id, site_id, secret_hash, created_at, since) VALUES (?1,?2,?3,?4,?4) ON CONFLICT DO NOTHING`;
    return this.#change(now, ({ db }) => db.run(sql, agent, site, secretHash, now) === 1);
  }

  close(): Promise<void> {
    if (this.#db.db.isOpen) this.#db.db.close();
    return Promise.resolve();
  }

  /** One transaction with its outbox rows. When it fails nothing happened, in memory either. */
  async #change<T>(at: number, work: (parts: CommitParts) => T): Promise<T> {
    const outbox = new OutboxDraft();
    const parts: CommitParts = {
      db: this.#db,
      outbox,
      streams: this.#streams,
      terminals: this.#terminals,
      records: this.#records,
      devices: this.#devices,
      cards: this.#cards,
      letters: this.#letters,
    };
    try {
      return this.#db.transaction(() => {
        const value = work(parts);
        outbox.write(this.#outbox, at);
        return value;
      });
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#streams.reset();
    this.#terminals.reset();
    this.#records.reset();
    this.#devices.reset();
    this.#flow.reset();
    this.#outbox.reset();
    this.#cards.reset();
    this.#letters.reset();
  }
}
