import { RecordKind } from '@cardwatch/contracts';
import { assert } from '@cardwatch/kernel';

/** Most records that one life of one terminal may hold in memory. */
export const seriesRecordsMax = 20_000_000;

const kindsByIndex = RecordKind.options;

export interface SeriesRecord {
  readonly recordNo: number;
  readonly kind: RecordKind;
  readonly amountFen: number;
}

/** Every record of one life of one terminal by ascending number, which may leap: 9 bytes each. */
export class Series {
  #numbers = new Uint32Array(64);
  #kinds = new Uint8Array(64);
  #amounts = new Uint32Array(64);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get firstRecordNo(): number {
    return this.#numbers[0] ?? 0;
  }

  /** 0 when there is none yet. */
  get lastRecordNo(): number {
    return this.#count === 0 ? 0 : (this.#numbers[this.#count - 1] ?? 0);
  }

  add({ recordNo, kind, amountFen }: SeriesRecord): void {
    assert(this.#count === 0 || recordNo > this.lastRecordNo, `record ${recordNo} comes after ${this.lastRecordNo}`);
    assert(this.#count < seriesRecordsMax, 'the truth of one terminal is bounded');
    if (this.#count === this.#kinds.length) this.#grow();
    this.#numbers[this.#count] = recordNo;
    this.#kinds[this.#count] = kindsByIndex.indexOf(kind);
    this.#amounts[this.#count] = amountFen;
    this.#count++;
  }

  /** Takes the last one back: it died with its device before anybody could read it. */
  dropLast(): SeriesRecord | undefined {
    const last = this.nth(this.#count - 1);
    if (last !== undefined) this.#count--;
    return last;
  }

  /** By position, from 0. */
  nth(index: number): SeriesRecord | undefined {
    const kind = index < this.#count ? kindsByIndex[this.#kinds[index] ?? -1] : undefined;
    const recordNo = this.#numbers[index];
    const amountFen = this.#amounts[index];
    return kind === undefined || amountFen === undefined || recordNo === undefined ? undefined : { recordNo, kind, amountFen };
  }

  /** Position of the first record whose number is not below `recordNo`. */
  indexFrom(recordNo: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] ?? 0) < recordNo) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** By number. */
  at(recordNo: number): SeriesRecord | undefined {
    const found = this.nth(this.indexFrom(recordNo));
    return found?.recordNo === recordNo ? found : undefined;
  }

  #grow(): void {
    const grown = <A extends Uint8Array | Uint32Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.#numbers = grown(this.#numbers, new Uint32Array(2 * this.#count));
    this.#kinds = grown(this.#kinds, new Uint8Array(2 * this.#count));
    this.#amounts = grown(this.#amounts, new Uint32Array(2 * this.#count));
  }
}
