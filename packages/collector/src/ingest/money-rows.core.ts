/** Transactions of one batch in columns: written where they are parsed, read where they are booked, perhaps in another thread. */
import { RecordKind, type TransactionRecord, turnoverFen } from '@cardwatch/contracts';
import { assert } from '@cardwatch/kernel';
import type { MoneyRows } from '../store/roles.ts';

/** Number columns. An absent optional number is NaN. */
export const moneyColumn = {
  seq: 0,
  lineStart: 1,
  lineEnd: 2,
  device: 3,
  generation: 4,
  recordNo: 5,
  kind: 6,
  amountFen: 7,
  turnoverFen: 8,
  balanceBeforeFen: 9,
  balanceAfterFen: 10,
  cardCounter: 11,
  observedAt: 12,
} as const;
export const moneyColumns = 13;

const hashWidth = 32;
const tailWidth = 4;
const textWidth = 2 * hashWidth + tailWidth;

export const recordKinds: readonly RecordKind[] = RecordKind.options;
const kindIndex = new Map<RecordKind, number>(recordKinds.map((kind, at) => [kind, at]));

/** Where a line stands in the body. */
export interface LinePlace {
  readonly seq: number;
  readonly start: number;
  readonly end: number;
}

export class MoneyRowsWriter {
  readonly #numbers: Float64Array;
  readonly #deviceAt = new Map<string, number>();
  readonly #profiles: string[] = [];
  #texts = '';
  #count = 0;

  constructor(rowsMax: number) {
    this.#numbers = new Float64Array(rowsMax * moneyColumns);
  }

  add({ seq, start, end }: LinePlace, record: TransactionRecord): void {
    const numbers = this.#numbers;
    const at = this.#count * moneyColumns;
    assert(at + moneyColumns <= numbers.length, 'room for the row');
    numbers[at + moneyColumn.seq] = seq;
    numbers[at + moneyColumn.lineStart] = start;
    numbers[at + moneyColumn.lineEnd] = end;
    numbers[at + moneyColumn.device] = this.#device(record);
    numbers[at + moneyColumn.generation] = record.generation;
    numbers[at + moneyColumn.recordNo] = record.recordNo;
    numbers[at + moneyColumn.kind] = kindIndex.get(record.kind) ?? Number.NaN;
    numbers[at + moneyColumn.amountFen] = record.amountFen;
    numbers[at + moneyColumn.turnoverFen] = turnoverFen(record.kind, record.amountFen);
    numbers[at + moneyColumn.balanceBeforeFen] = record.balanceBeforeFen ?? Number.NaN;
    numbers[at + moneyColumn.balanceAfterFen] = record.balanceAfterFen ?? Number.NaN;
    numbers[at + moneyColumn.cardCounter] = record.cardCounter ?? Number.NaN;
    numbers[at + moneyColumn.observedAt] = record.observedAt;
    this.#texts += record.contentHash + record.cardRef + record.cardTail.padEnd(tailWidth);
    this.#count++;
  }

  #device(record: TransactionRecord): number {
    const known = this.#deviceAt.get(record.deviceId);
    if (known !== undefined) return known;
    const at = this.#deviceAt.size;
    this.#deviceAt.set(record.deviceId, at);
    this.#profiles.push(record.profile);
    return at;
  }

  rows(body: Uint8Array): MoneyRows {
    return {
      count: this.#count,
      numbers: this.#numbers,
      texts: this.#texts,
      devices: [...this.#deviceAt.keys()],
      profiles: this.#profiles,
      body,
    };
  }
}

export const contentHashAt = (rows: MoneyRows, row: number): string =>
  rows.texts.substring(row * textWidth, row * textWidth + hashWidth);

export const cardRefAt = (rows: MoneyRows, row: number): string =>
  rows.texts.substring(row * textWidth + hashWidth, row * textWidth + 2 * hashWidth);

export const cardTailAt = (rows: MoneyRows, row: number): string =>
  rows.texts.substring(row * textWidth + 2 * hashWidth, (row + 1) * textWidth).trimEnd();
