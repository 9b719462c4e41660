import { BookedNumbers } from '../../../ingest/book.core.ts';
import { type Declaration, declare, type GapRow, holesOf, open, settle } from '../../../ingest/gaps.core.ts';
import { type Numbering, readGaps, writeGaps } from './gap-rows.ts';
import type { OutboxDraft } from './outbox.ts';
import { int, type Statements } from './statements.ts';

export interface FlowSum {
  records: number;
  turnoverFen: number;
  lateRecords: number;
}

/** One generation of one terminal, as it stands with what is under way in the present transaction. */
export interface TerminalEntry {
  readonly device: string;
  readonly generation: number;
  readonly booked: BookedNumbers;
  /** Generations of the terminal under which anything is booked, and this one; shared by all of them. */
  readonly family: readonly number[];
  /** Holes in its numbers are no gaps. */
  readonly sparse: boolean;
  /** Who sent last: new gap rows carry its name. */
  agent: string;
  lastRecordAt: number;
  /** By minute of device time, of the present transaction. */
  flow: Map<number, FlowSum>;
  declared: Declaration[];
}

const terminalEntriesMax = 20_000;

/** Newest generations of a terminal that a record is looked for in: a terminal that is initialised every week has so many in a year. */
export const generationsCompared = 64;

/** Booked record numbers of all terminals: read once, kept, written back by `flush` inside the transaction that booked them. */
export class TerminalBook {
  readonly #db: Statements;
  readonly #entries = new Map<string, TerminalEntry>();
  readonly #dirty = new Set<TerminalEntry>();
  readonly #families = new Map<string, number[]>();

  constructor(db: Statements) {
    this.#db = db;
  }

  /** For writing: the entry will be flushed. */
  entry(device: string, generation: number, agent: string): TerminalEntry {
    const entry = this.#known(device, generation, agent);
    entry.agent = agent;
    this.#dirty.add(entry);
    return entry;
  }

  /** Other generations of the terminal under which this number is booked, newest first. `written`: in the present transaction too. */
  elsewhere(
    { device, generation, family, agent }: TerminalEntry,
    recordNo: number,
  ): readonly { readonly generation: number; readonly written: boolean }[] {
    return family
      .filter((other) => other !== generation)
      .map((other) => this.#known(device, other, agent))
      .filter(({ booked }) => booked.has(recordNo))
      .map((entry) => ({ generation: entry.generation, written: this.#dirty.has(entry) }));
  }

  #known(device: string, generation: number, agent: string): TerminalEntry {
    const key = `${device} ${generation}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = this.#read(device, generation, agent);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #familyOf(device: string, generation: number): readonly number[] {
    let family = this.#families.get(device);
    if (family === undefined) {
      const sql = 'SELECT DISTINCT generation FROM booked WHERE device_id = ? ORDER BY generation DESC LIMIT ?';
      family = this.#db.all(sql, device, generationsCompared).map((row) => int(row['generation']));
      this.#families.set(device, family);
    }
    if (!family.includes(generation)) family.push(generation);
    family.sort((a, b) => b - a).splice(generationsCompared);
    return family;
  }

  #read(device: string, generation: number, agent: string): TerminalEntry {
    const rows = this.#db.all(
      'SELECT first, last FROM booked WHERE device_id = ? AND generation = ? ORDER BY first',
      device,
      generation,
    );
    const sparse = isSparse(this.#db, device);
    const booked = new BookedNumbers(
      rows.map((row) => [int(row['first']), int(row['last'])]),
      sparse,
    );
    const family = this.#familyOf(device, generation);
    return { device, generation, booked, family, sparse, agent, lastRecordAt: 0, flow: new Map(), declared: [] };
  }

  dirty(): Iterable<TerminalEntry> {
    return this.#dirty;
  }

  flush(outbox: OutboxDraft, now: number): void {
    for (const entry of this.#dirty) {
      this.#store(entry);
      const holesChanged = entry.booked.takeHolesChanged();
      if (holesChanged || entry.declared.length > 0) this.#reconcile(outbox, entry, now);
      entry.declared = [];
    }
    this.#dirty.clear();
    if (this.#entries.size > terminalEntriesMax) this.reset();
  }

  #store({ device, generation, booked }: TerminalEntry): void {
    const { stand, gone } = booked.takeChanges();
    for (const first of gone) {
      this.#db.run('DELETE FROM booked WHERE device_id = ? AND generation = ? AND first = ?', device, generation, first);
    }
    for (const [first, last] of stand) this.#db.run(upsert, device, generation, first, last);
  }

  #reconcile(outbox: OutboxDraft, entry: TerminalEntry, now: number): void {
    const { device, generation, agent } = entry;
    const numbering: Numbering = { scope: 'device', device, generation };
    const present = entry.booked.ranges();
    const before = readGaps(this.#db, numbering);
    const settled = settle(before, present, now);
    const told = entry.declared.reduce<GapRow[]>((rows, said) => declare(rows, present, said, now), settled);
    const after = entry.sparse ? told : open(told, holesOf(present), 'skipped', now);
    writeGaps(this.#db, outbox, { numbering, agent }, { before, after });
  }

  reset(): void {
    this.#entries.clear();
    this.#families.clear();
    this.#dirty.clear();
  }
}

/** Holes in the numbers of this device are no gaps. */
export const isSparse = (db: Statements, device: string): boolean =>
  db.get('SELECT numbering FROM device WHERE device_id = ?', device)?.['numbering'] === 'sparse';

const upsert = `INSERT INTO booked (device_id, generation, first, last) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET last = excluded.last`;
