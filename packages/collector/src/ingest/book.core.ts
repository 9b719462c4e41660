/**
 * Which record numbers of one terminal's generation are booked: the quick path of the business-key dedupe. A number that is not in here was
 * never booked; one that is in here is decided by the content hash of its row.
 */
import { assert, type Range } from '@cardwatch/kernel';

/** Changes in place: it is asked once a record. Sorted closed ranges that neither touch nor overlap. */
export class BookedNumbers {
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];
  readonly #sparse: boolean;
  #touched = new Set<number>();
  #holesChanged = false;

  /** `sparse`: holes are natural, so that they are counted as booked and each of their numbers is decided by its row. */
  constructor(ranges: readonly Range[] = [], sparse = false) {
    this.#sparse = sparse;
    for (const [first, last] of ranges) {
      this.#firsts.push(first);
      this.#lasts.push(last);
    }
  }

  get rangeCount(): number {
    return this.#firsts.length;
  }

  /** True since the last `takeHolesChanged` when a hole appeared, shrank or vanished. */
  takeHolesChanged(): boolean {
    const changed = this.#holesChanged;
    this.#holesChanged = false;
    return changed;
  }

  has(no: number): boolean {
    const at = this.#firstEndingAtOrAfter(no);
    return at < this.#firsts.length && (this.#firsts[at] as number) <= no;
  }

  /** False when it was booked before. */
  add(no: number): boolean {
    const end = this.#lasts.length - 1;
    if (end >= 0 && no === (this.#lasts[end] as number) + 1) {
      this.#lasts[end] = no;
      this.#touched.add(this.#firsts[end] as number);
      return true;
    }
    return this.#sparse && end >= 0 ? this.#span(no, end) : this.#insert(no);
  }

  /** One range from the lowest to the highest number, however many there are in it. */
  #span(no: number, end: number): boolean {
    const first = this.#firsts[0] as number;
    const last = this.#lasts[end] as number;
    if (no >= first && no <= last) return false;
    for (const old of this.#firsts) this.#touched.add(old);
    this.#firsts.splice(0, end + 1, Math.min(first, no));
    this.#lasts.splice(0, end + 1, Math.max(last, no));
    this.#touched.add(Math.min(first, no));
    return true;
  }

  #insert(no: number): boolean {
    const at = this.#firstEndingAtOrAfter(no);
    const first = this.#firsts[at];
    if (first !== undefined && first <= no) return false;
    const joinsLeft = at > 0 && this.#lasts[at - 1] === no - 1;
    const joinsRight = first === no + 1;
    this.#holesChanged ||= this.#firsts.length > 0;
    if (joinsLeft && joinsRight) this.#mergeAt(at);
    else if (joinsLeft) this.#lasts[at - 1] = no;
    else if (joinsRight) this.#moveFirst(at, no);
    else {
      this.#firsts.splice(at, 0, no);
      this.#lasts.splice(at, 0, no);
    }
    this.#touched.add(this.#firsts[joinsLeft ? at - 1 : at] as number);
    return true;
  }

  #mergeAt(at: number): void {
    this.#touched.add(this.#firsts[at] as number);
    this.#lasts[at - 1] = this.#lasts[at] as number;
    this.#firsts.splice(at, 1);
    this.#lasts.splice(at, 1);
  }

  #moveFirst(at: number, no: number): void {
    this.#touched.add(this.#firsts[at] as number);
    this.#firsts[at] = no;
  }

  /** Ranges since the last call: those that stand, with their end, and those that are gone. */
  takeChanges(): { readonly stand: readonly Range[]; readonly gone: readonly number[] } {
    const stand: Range[] = [];
    const gone: number[] = [];
    for (const first of this.#touched) {
      const at = this.#firstEndingAtOrAfter(first);
      if (this.#firsts[at] === first) stand.push([first, this.#lasts[at] as number]);
      else gone.push(first);
    }
    this.#touched = new Set();
    return { stand, gone };
  }

  ranges(): Range[] {
    return this.#firsts.map((first, at) => [first, this.#lasts[at] as number]);
  }

  #firstEndingAtOrAfter(no: number): number {
    let low = 0;
    let high = this.#lasts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#lasts[middle] as number) < no) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export type Booking = 'new' | 'duplicate' | 'conflict';

/**
 * `counted`: the number is among the booked ones. `bookedHash`: content hash of its row; undefined when it has none, as when the record could not
 * be decoded at first.
 */
export function decideBooking(counted: boolean, bookedHash: string | undefined, contentHash: string): Booking {
  assert(counted || bookedHash === undefined, 'a row exists only for a counted number');
  if (bookedHash === undefined) return 'new';
  return bookedHash === contentHash ? 'duplicate' : 'conflict';
}
