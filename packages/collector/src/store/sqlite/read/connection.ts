import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { err, ok, type Result } from '@cardwatch/kernel';
import { type ReadFailure, readLimits } from '../../read/roles.ts';

export type Row = Record<string, SQLOutputValue>;

const deadlineMark = 'cardwatch query deadline';
const statementsMax = 128;

/**
 * A read-only connection with a time limit. `in_time()` stands in the WHERE of every question that may look at many rows: SQLite calls it a
 * row, and when the time is used up it throws, which ends the statement. (node:sqlite has no interrupt.)
 */
export class ReadConnection {
  readonly db: DatabaseSync;
  readonly #mono: () => number;
  readonly #statements = new Map<string, StatementSync>();
  #deadlineAt = Number.POSITIVE_INFINITY;
  #calls = 0;

  /** `mono`: milliseconds that never step back. */
  constructor(file: string, mono: () => number) {
    this.#mono = mono;
    this.db = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
    this.db.exec('PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;');
    this.db.function('in_time', { deterministic: false }, () => this.#inTime());
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Runs `ask` under the time limit. */
  limited<T>(ask: () => T, limitMs: number = readLimits.queryMs): Result<T, ReadFailure> {
    this.#deadlineAt = this.#mono() + limitMs;
    try {
      return ok(ask());
    } catch (error) {
      if (error instanceof Error && error.message.includes(deadlineMark)) return err({ kind: 'tooBroad', limitMs });
      throw error;
    } finally {
      this.#deadlineAt = Number.POSITIVE_INFINITY;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.db.isOpen) this.db.close();
  }

  #inTime(): 1 {
    this.#calls += 1;
    if ((this.#calls & 63) === 0 && this.#mono() > this.#deadlineAt) throw new Error(deadlineMark);
    return 1;
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= statementsMax) this.#statements.clear();
    const made = this.db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }
}
