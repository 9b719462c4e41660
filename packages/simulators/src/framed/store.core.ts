/** The record store of a simulated terminal: a ring of places with a flag line between collected and uncollected records. Pure. */
import { assert, fromHex, toHex } from '@cardwatch/kernel';
import { z } from 'zod';

export interface StoreShape {
  readonly capacity: number;
  /** Places that are never filled with uncollected records. */
  readonly spare: number;
  /** Last number of the counter; after it comes 1. */
  readonly lastNo: number;
}

export interface Totals {
  readonly records: number;
  readonly fen: number;
}

/** Collected records that outlive a stop of the simulator. A snapshot is written at every sale: it must stay small. */
const historyKept = 64;

const Kept = z.strictObject({
  capacity: z.int(),
  places: z.array(z.strictObject({ at: z.int(), no: z.int(), fen: z.int(), hex: z.string() })),
  next: z.int(),
  newestNo: z.int(),
  held: z.int(),
  life: z.int(),
  wraps: z.int(),
  overwritten: z.int(),
  collectedRecords: z.int(),
  collectedFen: z.int(),
  uncollectedFen: z.int(),
});
export type KeptStore = z.infer<typeof Kept>;

interface Place {
  readonly no: number;
  readonly raw: Uint8Array;
  readonly fen: number;
}

export class PosStore {
  readonly shape: StoreShape;
  #places: (Place | undefined)[];
  #next = 0;
  #newestNo: number;
  #held = 0;
  #life = 1;
  #wraps = 0;
  #overwritten = 0;
  #collected = { records: 0, fen: 0 };
  #uncollectedFen = 0;

  constructor(shape: StoreShape, newestNo = 0) {
    this.shape = shape;
    this.#places = Array.from({ length: shape.capacity }, () => undefined);
    this.#newestNo = newestNo;
    this.#next = newestNo % shape.capacity;
  }

  get newestNo(): number {
    return this.#newestNo;
  }

  get nextNo(): number {
    return this.#newestNo === this.shape.lastNo ? 1 : this.#newestNo + 1;
  }

  get nextPlace(): number {
    return this.#next;
  }

  get firstPlace(): number {
    return (this.#next - this.#held + this.shape.capacity) % this.shape.capacity;
  }

  get held(): number {
    return this.#held;
  }

  get room(): number {
    return this.shape.capacity - this.shape.spare - this.#held;
  }

  get life(): number {
    return this.#life;
  }

  /** Lives of the counter so far, from 1: an end that was run over begins one as well. */
  get generation(): number {
    return this.#life + this.#wraps;
  }

  /** What `generation` will be for the next record. */
  get nextGeneration(): number {
    return this.generation + (this.#newestNo === this.shape.lastNo ? 1 : 0);
  }

  get overwritten(): number {
    return this.#overwritten & 0xffff;
  }

  get collected(): Totals {
    return { ...this.#collected };
  }

  get uncollected(): Totals {
    return { records: this.#held, fen: this.#uncollectedFen };
  }

  /** Number of the uncollected record that the next one would take the place of. */
  get wouldOverwrite(): number | undefined {
    return this.room > 0 ? undefined : this.#places[this.firstPlace]?.no;
  }

  append(raw: Uint8Array, fen: number): void {
    if (this.room <= 0) {
      this.collect(1);
      this.#overwritten++;
    }
    if (this.#newestNo === this.shape.lastNo) this.#wraps++;
    this.#newestNo = this.nextNo;
    this.#places[this.#next] = { no: this.#newestNo, raw, fen };
    this.#next = (this.#next + 1) % this.shape.capacity;
    this.#held++;
    this.#uncollectedFen += fen;
  }

  /** Marks the oldest records as collected. */
  collect(count: number): void {
    assert(count <= this.#held, 'no more than there are');
    for (let i = 0; i < count; i++) {
      const fen = this.#places[this.firstPlace]?.fen ?? 0;
      this.#held--;
      this.#uncollectedFen -= fen;
      this.#collected = { records: this.#collected.records + 1, fen: this.#collected.fen + fen };
    }
  }

  at(place: number): Uint8Array | undefined {
    return this.#places[place]?.raw;
  }

  /** Uncollected record at an offset from the oldest. */
  waiting(offset: number): Uint8Array | undefined {
    return offset < this.#held ? this.at((this.firstPlace + offset) % this.shape.capacity) : undefined;
  }

  byNumber(no: number): Uint8Array | undefined {
    return this.#places.find((place) => place?.no === no)?.raw;
  }

  /** A new life: numbers and totals begin anew. */
  initialise(): void {
    this.#places = this.#places.map(() => undefined);
    this.#next = 0;
    this.#newestNo = 0;
    this.#held = 0;
    this.#collected = { records: 0, fen: 0 };
    this.#uncollectedFen = 0;
    this.#life++;
  }

  /** All that waits, and of what was collected the newest `historyKept`. */
  keep(): KeptStore {
    const places: KeptStore['places'] = [];
    for (let back = 1; back <= Math.min(this.shape.capacity, this.#held + historyKept); back++) {
      const at = (this.#next - back + this.shape.capacity) % this.shape.capacity;
      const place = this.#places[at];
      if (place !== undefined) places.push({ at, no: place.no, fen: place.fen, hex: toHex(place.raw) });
    }
    return {
      capacity: this.shape.capacity,
      places,
      next: this.#next,
      newestNo: this.#newestNo,
      held: this.#held,
      life: this.#life,
      wraps: this.#wraps,
      overwritten: this.#overwritten,
      collectedRecords: this.#collected.records,
      collectedFen: this.#collected.fen,
      uncollectedFen: this.#uncollectedFen,
    };
  }

  restore(kept: KeptStore): void {
    assert(kept.capacity === this.shape.capacity, 'the store is as large as it was');
    for (const { at, no, fen, hex } of kept.places) this.#places[at] = { no, fen, raw: bytesOf(hex) };
    this.#next = kept.next;
    this.#newestNo = kept.newestNo;
    this.#held = kept.held;
    this.#life = kept.life;
    this.#wraps = kept.wraps;
    this.#overwritten = kept.overwritten;
    this.#collected = { records: kept.collectedRecords, fen: kept.collectedFen };
    this.#uncollectedFen = kept.uncollectedFen;
  }
}

export { Kept as KeptStoreShape };

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  assert(bytes !== undefined, 'a kept record is hex');
  return bytes;
}
