import { int, type Statements } from './statements.ts';

/** Files a run when this many records wait, so that a run touches each page of `record_card` for many rows at once. */
const runRecords = 65_536;

/** Keeps `record_card` up to date in sorted runs; the view `card_hit` looks through the rest. */
export class CardFiling {
  readonly #db: Statements;
  #upto: number;
  #last: number;

  constructor(db: Statements) {
    this.#db = db;
    this.#upto = int(db.get('SELECT id FROM record_card_upto')?.['id']);
    this.#last = this.#newest();
  }

  #newest(): number {
    return int(this.#db.get('SELECT coalesce(max(id), 0) AS id FROM record')?.['id']);
  }

  /** Inside the transaction of a commit: files a run when it is due. */
  afterCommit(added: number): void {
    this.#last += added;
    if (this.#last - this.#upto >= runRecords) this.#file();
  }

  /** Inside a transaction of its own, when it is quiet. */
  fileRest(): void {
    if (this.#last > this.#upto) this.#file();
  }

  get waiting(): number {
    return this.#last - this.#upto;
  }

  #file(): void {
    const upto = this.#newest();
    this.#db.run(
      `INSERT INTO record_card (bucket, observed_at, id, card_ref)
       SELECT substr(card_ref, 1, 2), observed_at, id, card_ref FROM record WHERE id > ? AND id <= ? ORDER BY 1, 2, 3`,
      this.#upto,
      upto,
    );
    this.#db.run('UPDATE record_card_upto SET id = ?', upto);
    this.#upto = upto;
    this.#last = upto;
  }

  /** After a rollback. */
  reset(): void {
    this.#upto = int(this.#db.get('SELECT id FROM record_card_upto')?.['id']);
    this.#last = this.#newest();
  }
}
