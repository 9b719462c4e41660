/** Transactions of one batch in columns: written where they are parsed, read where they are booked, perhaps in another thread. */
import { RecordKind, type TransactionRecord, turnoverFen } from '@cardwatch/contracts';
import { assert } from '@cardwatch/kernel';
import type { MoneyRows } from '../store/roles.ts';
import { type MoneyScan, scanned } from './money-scan.core.ts';

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
const space = 0x20;

export const recordKinds: readonly RecordKind[] = RecordKind.options;
const kindIndex = new Map<RecordKind, number>(recordKinds.map((kind, at) => [kind, at]));
const latin1 = new TextDecoder('latin1');

/** Where a line stands in the body. */
export interface LinePlace {
  readonly seq: number;
  readonly start: number;
  readonly end: number;
}

export class MoneyRowsWriter {
  readonly #body: Uint8Array;
  readonly #numbers: Float64Array;
  readonly #texts: Uint8Array;
  readonly #deviceAt = new Map<string, number>();
  readonly #profiles: string[] = [];
  #count = 0;

  constructor(body: Uint8Array, rowsMax: number) {
    this.#body = body;
    this.#numbers = new Float64Array(rowsMax * moneyColumns);
    this.#texts = new Uint8Array(rowsMax * textWidth).fill(space);
  }

  /** A line that the scan has said yes to. */
  addScanned(place: LinePlace, { numbers, starts, ends }: MoneyScan): void {
    const body = this.#body;
    const deviceId = latin1.decode(body.subarray(starts[scanned.deviceId], ends[scanned.deviceId]));
    const device =
      this.#deviceAt.get(deviceId) ?? this.#addDevice(deviceId, this.#cut(starts[scanned.profile], ends[scanned.profile]));
    const kind = numbers[scanned.kind] as number;
    const amountFen = numbers[scanned.amountFen] as number;
    const at = this.#begin(place, device);
    const row = this.#numbers;
    row[at + moneyColumn.generation] = numbers[scanned.generation] as number;
    row[at + moneyColumn.recordNo] = numbers[scanned.recordNo] as number;
    row[at + moneyColumn.kind] = kind;
    row[at + moneyColumn.amountFen] = amountFen;
    row[at + moneyColumn.turnoverFen] = turnoverFen(recordKinds[kind] as RecordKind, amountFen);
    row[at + moneyColumn.balanceBeforeFen] = numbers[scanned.balanceBeforeFen] as number;
    row[at + moneyColumn.balanceAfterFen] = numbers[scanned.balanceAfterFen] as number;
    row[at + moneyColumn.cardCounter] = numbers[scanned.cardCounter] as number;
    row[at + moneyColumn.observedAt] = numbers[scanned.observedAt] as number;
    const textAt = this.#count * textWidth;
    this.#copy(starts[scanned.contentHash] as number, hashWidth, textAt);
    this.#copy(starts[scanned.cardRef] as number, hashWidth, textAt + hashWidth);
    const tailStart = starts[scanned.cardTail] as number;
    this.#copy(tailStart, (ends[scanned.cardTail] as number) - tailStart, textAt + 2 * hashWidth);
    this.#count++;
  }

  add(place: LinePlace, record: TransactionRecord): void {
    const device = this.#deviceAt.get(record.deviceId) ?? this.#addDevice(record.deviceId, record.profile);
    const at = this.#begin(place, device);
    const row = this.#numbers;
    row[at + moneyColumn.generation] = record.generation;
    row[at + moneyColumn.recordNo] = record.recordNo;
    row[at + moneyColumn.kind] = kindIndex.get(record.kind) ?? Number.NaN;
    row[at + moneyColumn.amountFen] = record.amountFen;
    row[at + moneyColumn.turnoverFen] = turnoverFen(record.kind, record.amountFen);
    row[at + moneyColumn.balanceBeforeFen] = record.balanceBeforeFen ?? Number.NaN;
    row[at + moneyColumn.balanceAfterFen] = record.balanceAfterFen ?? Number.NaN;
    row[at + moneyColumn.cardCounter] = record.cardCounter ?? Number.NaN;
    row[at + moneyColumn.observedAt] = record.observedAt;
    const text = record.contentHash + record.cardRef + record.cardTail;
    for (let i = 0; i < text.length; i++) this.#texts[this.#count * textWidth + i] = text.charCodeAt(i);
    this.#count++;
  }

  #begin({ seq, start, end }: LinePlace, device: number): number {
    const at = this.#count * moneyColumns;
    assert(at + moneyColumns <= this.#numbers.length, 'room for the row');
    this.#numbers[at + moneyColumn.seq] = seq;
    this.#numbers[at + moneyColumn.lineStart] = start;
    this.#numbers[at + moneyColumn.lineEnd] = end;
    this.#numbers[at + moneyColumn.device] = device;
    return at;
  }

  #addDevice(deviceId: string, profile: string): number {
    const at = this.#deviceAt.size;
    this.#deviceAt.set(deviceId, at);
    this.#profiles.push(profile);
    return at;
  }

  #cut(start: number | undefined, end: number | undefined): string {
    return latin1.decode(this.#body.subarray(start, end));
  }

  #copy(from: number, length: number, to: number): void {
    for (let i = 0; i < length; i++) this.#texts[to + i] = this.#body[from + i] as number;
  }

  rows(): MoneyRows {
    return {
      count: this.#count,
      numbers: this.#numbers,
      texts: this.#texts,
      devices: [...this.#deviceAt.keys()],
      profiles: this.#profiles,
      body: this.#body,
    };
  }
}

/** The texts of a batch, decoded once. */
export class MoneyTexts {
  readonly #all: string;

  constructor(rows: MoneyRows) {
    this.#all = latin1.decode(rows.texts);
  }

  contentHash(row: number): string {
    return this.#all.substring(row * textWidth, row * textWidth + hashWidth);
  }

  cardRef(row: number): string {
    return this.#all.substring(row * textWidth + hashWidth, row * textWidth + 2 * hashWidth);
  }

  cardTail(row: number): string {
    return this.#all.substring(row * textWidth + 2 * hashWidth, (row + 1) * textWidth).trimEnd();
  }
}
