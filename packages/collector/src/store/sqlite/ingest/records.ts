import type { SQLInputValue } from 'node:sqlite';
import { type MoneyTexts, moneyColumn, moneyColumns, recordKinds } from '../../../ingest/money-rows.core.ts';
import type { MoneyRows } from '../../roles.ts';
import { BulkInsert, type Statements, textOrNull } from './statements.ts';

const columns = `record (device_id, generation, record_no, content_hash, agent_id, epoch, seq, kind, amount_fen, turnover_fen,
  balance_before_fen, balance_after_fen, card_ref, card_tail, card_counter, observed_at, ingested_at, line)`;

export interface RecordOrigin {
  readonly agent: string;
  readonly epoch: number;
  readonly ingestedAt: number;
  readonly texts: MoneyTexts;
}

const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);

/** Rows of `record`, in bulk. */
export class RecordInsert {
  readonly #bulk: BulkInsert;
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
    this.#bulk = new BulkInsert(db.db, columns, 18);
  }

  add(rows: MoneyRows, row: number, origin: RecordOrigin): void {
    const { numbers, body } = rows;
    const at = row * moneyColumns;
    const values: SQLInputValue[] = this.#bulk.values;
    values.push(
      rows.devices[numbers[at + moneyColumn.device] as number] as string,
      numbers[at + moneyColumn.generation] as number,
      numbers[at + moneyColumn.recordNo] as number,
      origin.texts.contentHash(row),
      origin.agent,
      origin.epoch,
      numbers[at + moneyColumn.seq] as number,
      recordKinds[numbers[at + moneyColumn.kind] as number] as string,
      numbers[at + moneyColumn.amountFen] as number,
      numbers[at + moneyColumn.turnoverFen] as number,
      orNull(numbers[at + moneyColumn.balanceBeforeFen]),
      orNull(numbers[at + moneyColumn.balanceAfterFen]),
      origin.texts.cardRef(row),
      origin.texts.cardTail(row),
      orNull(numbers[at + moneyColumn.cardCounter]),
      numbers[at + moneyColumn.observedAt] as number,
      origin.ingestedAt,
      body.subarray(numbers[at + moneyColumn.lineStart], numbers[at + moneyColumn.lineEnd]),
    );
    this.#bulk.rowAdded();
  }

  /** Content hash of a booked record, also of one that waits in this transaction unless it is known that none of its generation does. */
  hashOf(device: string, generation: number, recordNo: number, waits = true): string | undefined {
    if (waits) this.#bulk.flush();
    const sql = 'SELECT content_hash FROM record WHERE device_id = ? AND generation = ? AND record_no = ?';
    return textOrNull(this.#db.get(sql, device, generation, recordNo)?.['content_hash']) ?? undefined;
  }

  flush(): void {
    this.#bulk.flush();
  }

  reset(): void {
    this.#bulk.reset();
  }
}
