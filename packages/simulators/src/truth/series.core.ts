import { assert } from '@cardwatch/kernel';
import { type WaterKind, waterKinds } from '../device/record.core.ts';

/** Most records that one life of one terminal may hold in memory. */
export const seriesRecordsMax = 20_000_000;

/** Every record of one life of one terminal, in record order without holes: 5 bytes each. */
export class Series {
  readonly firstRecordNo: number;
  #kinds = new Uint8Array(64);
  #amounts = new Uint32Array(64);
  #count = 0;

  constructor(firstRecordNo: number) {
    this.firstRecordNo = firstRecordNo;
  }

  get count(): number {
    return this.#count;
  }

  get lastRecordNo(): number {
    return this.firstRecordNo + this.#count - 1;
  }

  add(recordNo: number, kind: WaterKind, amountFen: number): void {
    assert(recordNo === this.lastRecordNo + 1, `record ${recordNo} follows ${this.lastRecordNo}`);
    assert(this.#count < seriesRecordsMax, 'the truth of one terminal is bounded');
    if (this.#count === this.#kinds.length) this.#grow();
    this.#kinds[this.#count] = waterKinds.indexOf(kind);
    this.#amounts[this.#count] = amountFen;
    this.#count++;
  }

  /** Undefined outside `firstRecordNo..lastRecordNo`. */
  at(recordNo: number): { readonly recordNo: number; readonly kind: WaterKind; readonly amountFen: number } | undefined {
    const index = recordNo - this.firstRecordNo;
    const kind = index < this.#count ? waterKinds[this.#kinds[index] ?? -1] : undefined;
    const amountFen = this.#amounts[index];
    return kind === undefined || amountFen === undefined ? undefined : { recordNo, kind, amountFen };
  }

  #grow(): void {
    const kinds = new Uint8Array(2 * this.#kinds.length);
    const amounts = new Uint32Array(2 * this.#amounts.length);
    kinds.set(this.#kinds);
    amounts.set(this.#amounts);
    this.#kinds = kinds;
    this.#amounts = amounts;
  }
}
