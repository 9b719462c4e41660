import type { OutboxDraft } from './outbox.ts';
import { BulkInsert, type Statements } from './statements.ts';
import type { FlowSum } from './terminals.ts';

const tail = `ON CONFLICT DO UPDATE SET records = records + excluded.records, turnover_fen = turnover_fen + excluded.turnover_fen,
  late_records = late_records + excluded.late_records`;

/** Adds to the minutes of a device. */
export class FlowInsert {
  readonly #bulk: BulkInsert;

  constructor(db: Statements) {
    this.#bulk = new BulkInsert(db.db, 'flow (minute, device_id, records, turnover_fen, late_records)', 5, tail);
  }

  add(outbox: OutboxDraft, device: string, minutes: ReadonlyMap<number, FlowSum>): void {
    for (const [minute, sum] of minutes) {
      this.#bulk.values.push(minute, device, sum.records, sum.turnoverFen, sum.lateRecords);
      this.#bulk.rowAdded();
      outbox.changed('flow', minute);
    }
  }

  flush(): void {
    this.#bulk.flush();
  }

  reset(): void {
    this.#bulk.reset();
  }
}
