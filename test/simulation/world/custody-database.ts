/**
 * The custody store in memory, with the schema that the collector itself makes. One connection for the collector and for the checkers: a call of the store is one
 * transaction from its beginning to its end, so whoever looks between two calls sees what is committed; unless a planted bug left one open, see `isTransaction`.
 */
import { DatabaseSync, type SQLInputValue, StatementSync } from 'node:sqlite';
import { custodySchema, type TableContent } from './custody-schema.ts';

/** While `failing` no transaction can write its outbox, which is the last thing it does. */
const intoOutbox = 'INSERT INTO outbox ';

export class CustodyDatabase extends DatabaseSync {
  failing = false;
  /** Kept over the deaths of the collector: a process that starts would make the same ones. */
  readonly #statements = new Map<string, StatementSync>();

  constructor() {
    super(':memory:');
    const { sql, rows } = custodySchema();
    this.exec(sql);
    for (const table of rows) fill(this, table);
  }

  override prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = super.prepare(sql);
      if (sql.startsWith(intoOutbox)) this.#sabotage(statement);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #sabotage(statement: StatementSync): void {
    const insert = (...values: SQLInputValue[]): unknown => {
      if (this.failing) throw new Error('database or disk is full');
      return Reflect.apply(StatementSync.prototype.run, statement, values);
    };
    Object.defineProperty(statement, 'run', { value: insert });
  }

  /** The collector died: what it had not committed is gone. */
  dropUncommitted(): void {
    if (this.isTransaction) this.exec('ROLLBACK');
  }
}

function fill(db: DatabaseSync, { insert, rows }: TableContent): void {
  const statement = db.prepare(insert);
  for (const row of rows) statement.run(...row);
}
