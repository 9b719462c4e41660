/**
 * Reads the ledger as it is written and compares each new row with what the terminals made: the row must be one that a terminal made (I3), to the fen, and
 * no two rows may be the same one (I2), whatever key they stand under.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MoneyTexts } from '../../../packages/collector/src/ingest/money-rows.core.ts';
import type { ParsedBatch } from '../../../packages/collector/src/store/roles.ts';
import type { Truth } from '../world/truth.ts';
import type { Violations } from './violation.ts';

interface LedgerRow {
  readonly id: number;
  readonly device_id: string;
  readonly generation: number;
  readonly record_no: number;
  readonly content_hash: string;
  readonly kind: string;
  readonly amount_fen: number;
  readonly turnover_fen: number;
}

interface LetterRow {
  readonly id: number;
  readonly content_hash: string;
  readonly device_id: string | null;
  readonly kind: string;
  readonly bytes: Uint8Array;
}

export class LedgerWatch {
  /** Content hashes of all rows of the ledger. */
  readonly booked = new Set<string>();
  /** Content hashes that are dead letters, by the hash that their own line names. */
  readonly letters = new Set<string>();
  /** Those of them whose key is booked with other content. */
  readonly conflicts = new Set<string>();
  /** Generations that the ledger knows of `device/storeLife`. */
  readonly generations = new Map<string, Set<number>>();
  readonly sums = { rows: 0, fen: 0, doubledFen: 0, inventedFen: 0 };
  readonly #truth: Truth;
  readonly #violations: Violations;
  readonly #rows: StatementSync;
  readonly #letterRows: StatementSync;
  #lastRow = 0;
  #lastLetter = 0;

  constructor(db: DatabaseSync, truth: Truth, violations: Violations) {
    this.#truth = truth;
    this.#violations = violations;
    this.#rows = db.prepare(
      'SELECT id, device_id, generation, record_no, content_hash, kind, amount_fen, turnover_fen FROM record WHERE id > ? ORDER BY id',
    );
    this.#letterRows = db.prepare('SELECT id, content_hash, device_id, kind, bytes FROM dead_letter WHERE id > ? ORDER BY id');
  }

  /** Takes in what was committed since the last look. */
  look(): void {
    for (const row of this.#rows.all(this.#lastRow) as unknown as LedgerRow[]) {
      this.#lastRow = row.id;
      this.#take(row);
    }
    for (const row of this.#letterRows.all(this.#lastLetter) as unknown as LetterRow[]) {
      this.#lastLetter = row.id;
      this.letters.add(row.content_hash);
      const named = /"contentHash":"([0-9a-f]{32})"/.exec(Buffer.from(row.bytes).toString('latin1'))?.[1];
      if (named === undefined) continue;
      this.letters.add(named);
      if (row.kind === 'conflict') this.conflicts.add(named);
    }
  }

  /** A commit took these batches: each of their records stands in the ledger or among the dead letters, whoever wrote its number before. */
  took(batches: readonly ParsedBatch[]): void {
    for (const batch of batches) {
      if (batch.stream !== 'money') continue;
      const texts = new MoneyTexts(batch.rows);
      const rows = Array.from({ length: batch.rows.count }, (_, row) => texts.contentHash(row));
      const undecoded = batch.others.flatMap((other) => (other.ok ? [other.line.contentHash] : []));
      const missing = [...rows, ...undecoded].find((hash) => !this.booked.has(hash) && !this.letters.has(hash));
      if (missing === undefined) continue;
      const { epoch, firstSeq, lastSeq } = batch.head;
      this.#violations.add(
        'I4',
        `${batch.agent} epoch ${epoch}: ${firstSeq} to ${lastSeq} are committed, and a record of them stands nowhere`,
      );
    }
  }

  #take(row: LedgerRow): void {
    const where = `${row.device_id} generation ${row.generation} number ${row.record_no}`;
    const made = this.#truth.byHash.get(row.content_hash);
    if (made === undefined || made.device !== row.device_id || made.serial !== row.record_no) {
      this.sums.inventedFen += row.amount_fen;
      this.#violations.add('I3', `a row that no terminal made: ${where}, ${row.amount_fen} fen`);
      return;
    }
    if (made.amountFen !== row.amount_fen || made.turnoverFen !== row.turnover_fen || made.kind !== row.kind)
      this.#violations.add(
        'I3',
        `${where} says ${row.kind} ${row.amount_fen} fen, the terminal ${made.kind} ${made.amountFen} fen`,
      );
    if (this.booked.has(row.content_hash)) {
      this.sums.doubledFen += row.amount_fen;
      this.#violations.add('I2', `booked twice: ${where}, ${row.amount_fen} fen`);
      return;
    }
    this.booked.add(row.content_hash);
    this.sums.rows++;
    this.sums.fen += row.turnover_fen;
    const life = `${row.device_id}/${made.storeLife}`;
    const generations = this.generations.get(life) ?? new Set();
    this.generations.set(life, generations.add(row.generation));
  }
}
