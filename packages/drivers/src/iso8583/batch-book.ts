/** What was taken of one batch of one terminal: repetitions are recognised by it, and a settlement is held against its sums. */
import type { RecordKind } from '@cardwatch/contracts';
import type { MoneyRecord } from './record.core.ts';

export const bookLimits = { entries: 4_096, cards: 64 } as const;

export interface Sums {
  readonly debitFen: number;
  readonly debitCount: number;
  readonly creditFen: number;
  readonly creditCount: number;
}

export const sumsEqual = (a: Sums, b: Sums): boolean =>
  a.debitFen === b.debitFen && a.debitCount === b.debitCount && a.creditFen === b.creditFen && a.creditCount === b.creditCount;

type Side = 'debit' | 'credit' | 'neither';

interface Entry {
  readonly checksum: number;
  readonly side: Side;
  readonly amountFen: number;
}

const sideOf = (kind: RecordKind | undefined): Side => {
  if (kind === 'consume' || kind === 'fee') return 'debit';
  return kind === 'refund' || kind === 'reversal' || kind === 'correction' ? 'credit' : 'neither';
};

export class BatchBook {
  readonly batch: number;
  /** Seen from its first record on: only then a sum or a missing record means anything. */
  #complete: boolean;
  readonly #entries = new Map<number, Entry>();
  readonly #cards = new Map<number, string>();
  readonly #sums = { debitFen: 0, debitCount: 0, creditFen: 0, creditCount: 0 };

  constructor(batch: number, complete: boolean) {
    this.batch = batch;
    this.#complete = complete;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get sums(): Sums {
    return this.#sums;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(recordNo: number): boolean {
    return this.#entries.has(recordNo);
  }

  /** The very same record was taken. */
  holds({ recordNo, checksum }: Pick<MoneyRecord, 'recordNo' | 'checksum'>): boolean {
    return this.#entries.get(recordNo)?.checksum === checksum;
  }

  /** Card of a recent record: reversals may come without it. */
  cardOf(recordNo: number): string | undefined {
    return this.#cards.get(recordNo);
  }

  /** Called once the record is on disk. */
  add(money: MoneyRecord, kind: RecordKind | undefined): void {
    const { recordNo, checksum, amountFen, key, cardNo } = money;
    if (this.#entries.has(recordNo)) return;
    if (this.#entries.size >= bookLimits.entries) {
      this.#complete = false;
      return;
    }
    const side = key.reversal ? 'neither' : sideOf(kind);
    this.#entries.set(recordNo, { checksum, side, amountFen });
    if (cardNo !== undefined && !key.reversal) this.#remember(recordNo, cardNo);
    if (key.reversal) this.#count(this.#entries.get(recordNo - 1), -1);
    else if (!this.#entries.has(recordNo + 1)) this.#count({ side, amountFen }, 1);
  }

  // A reversal takes its original out of the batch, whichever of the two came first.
  #count(entry: Pick<Entry, 'side' | 'amountFen'> | undefined, sign: 1 | -1): void {
    if (entry === undefined || entry.side === 'neither') return;
    this.#sums[`${entry.side}Fen`] += sign * entry.amountFen;
    this.#sums[`${entry.side}Count`] += sign;
  }

  #remember(recordNo: number, cardNo: string): void {
    const oldest = this.#cards.keys().next().value;
    if (this.#cards.size >= bookLimits.cards && oldest !== undefined) this.#cards.delete(oldest);
    this.#cards.set(recordNo, cardNo);
  }
}

/** The batch at work and the one before it, whose last records may still be repeated. */
export class BatchShelf {
  #current: BatchBook | undefined;
  #before: BatchBook | undefined;

  get current(): BatchBook | undefined {
    return this.#current;
  }

  /** `untouched`: nothing of this batch was kept before this program began. */
  book(batch: number, untouched: boolean): BatchBook {
    if (this.#current?.batch === batch) return this.#current;
    if (this.#before?.batch === batch) return this.#before;
    const opened = new BatchBook(batch, untouched);
    if (this.#current !== undefined && batch < this.#current.batch) this.#before = opened;
    else [this.#current, this.#before] = [opened, this.#current];
    return opened;
  }
}
