import { assert } from '@cardwatch/kernel';
import { recordBytes, recordWords } from './record.core.ts';

/** What one append did. `overwroteNo` is the oldest record, lost before it was acknowledged. */
export interface Appended {
  readonly recordNo: number;
  readonly overwroteNo: number | undefined;
}

export const ringCapacityDefault = 512;
/** The ring must fit between register 0x1000 and the end of the address space. */
export const ringCapacityMax = Math.floor((0x1_0000 - 0x1000) / recordWords);

/** Record store of a ring-shower controller: data sheet, sections Ring pointers and Records. */
export class RecordRing {
  readonly capacity: number;
  readonly #slots: Uint8Array;
  #head = 0;
  #tail = 0;
  #newestNo = 0;
  #netFen = 0;
  #overwritten = 0;
  #storeLife = 1;

  constructor(capacity: number) {
    assert(capacity >= 2 && capacity <= ringCapacityMax, `a ring of ${capacity} records fits the address space`);
    this.capacity = capacity;
    this.#slots = new Uint8Array(capacity * recordBytes);
  }

  get head(): number {
    return this.#head;
  }

  get tail(): number {
    return this.#tail;
  }

  /** Serial number of the newest record; 0 when none was ever written in this store life. */
  get newestNo(): number {
    return this.#newestNo;
  }

  get netFen(): number {
    return this.#netFen;
  }

  /** u16, wraps. */
  get overwritten(): number {
    return this.#overwritten;
  }

  get storeLife(): number {
    return this.#storeLife;
  }

  /** Records not yet acknowledged, at most capacity - 1. */
  get held(): number {
    return (this.#head - this.#tail + this.capacity) % this.capacity;
  }

  get nextNo(): number {
    return this.#newestNo + 1;
  }

  /** Stores the 48 bytes of record `nextNo`; overwrites the oldest unacknowledged one when the ring is full. */
  append(raw: Uint8Array, turnoverFen: number): Appended {
    assert(raw.byteLength === recordBytes, 'a record has 48 bytes');
    const overwroteNo = this.held === this.capacity - 1 ? this.#newestNo - this.held + 1 : undefined;
    this.#slots.set(raw, this.#head * recordBytes);
    this.#head = (this.#head + 1) % this.capacity;
    if (overwroteNo !== undefined) {
      this.#tail = (this.#tail + 1) % this.capacity;
      this.#overwritten = (this.#overwritten + 1) & 0xffff;
    }
    this.#newestNo++;
    this.#netFen += turnoverFen;
    assert(this.#head === this.#newestNo % this.capacity, 'record s stands at index (s - 1) mod capacity');
    return { recordNo: this.#newestNo, overwroteNo };
  }

  /** Moves the tail to an absolute index between the old tail and head in ring order, both included; false leaves it. */
  acknowledge(tail: number): boolean {
    if (tail < 0 || tail >= this.capacity) return false;
    if ((tail - this.#tail + this.capacity) % this.capacity > this.held) return false;
    this.#tail = tail;
    return true;
  }

  /** Initialises the store: serial numbers restart at 1 in a new store life (u16, wraps). */
  initialise(): void {
    this.#slots.fill(0);
    this.#head = 0;
    this.#tail = 0;
    this.#newestNo = 0;
    this.#netFen = 0;
    this.#storeLife = (this.#storeLife + 1) & 0xffff;
  }

  /** Register `offset` words after the first record's first register; undefined beyond the last index. A slot never written reads 0. */
  word(offset: number): number | undefined {
    const at = 2 * offset;
    const high = this.#slots[at];
    const low = this.#slots[at + 1];
    return high === undefined || low === undefined ? undefined : (high << 8) | low;
  }
}
