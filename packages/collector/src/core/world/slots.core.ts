/** Minute slots of one device, by device time, kept sorted and in plain arrays: ten thousand devices of a busy day fit in tens of megabytes. */
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import type { SlotFigures } from './world.core.ts';

export const slotLimits = {
  /** Distinct cards that a minute counts exactly. */
  cards: 64,
  /** Minutes of a device whose cards are remembered; a card that returns to an older one is not counted again. */
  minutesWithCards: 4,
  /** A minute counts no further than this. */
  count: 0xffff,
} as const;

const counts = ['records', 'offline', 'late', 'failures', 'cards', 'passes', 'denied'] as const;
type Count = (typeof counts)[number];
const width = counts.length;
const column: Readonly<Record<Count, number>> = { records: 0, offline: 1, late: 2, failures: 3, cards: 4, passes: 5, denied: 6 };

export const noFigures = (): SlotFigures => ({
  records: 0,
  amountFen: 0,
  offline: 0,
  late: 0,
  failures: 0,
  cards: 0,
  passes: 0,
  denied: 0,
});

export type SlotRise = Partial<Omit<SlotFigures, 'cards'>>;

export class DeviceSlots {
  #minutes = new Int32Array(8);
  #counts = new Uint16Array(8 * width);
  #fen = new Float64Array(8);
  #length = 0;
  readonly #cards = new Map<number, Set<string>>();

  get length(): number {
    return this.#length;
  }

  /** Adds to the minute of `observedAt`, wherever it lies. */
  add(observedAt: EpochMs, rise: SlotRise, cardRef?: string): void {
    const minute = Math.floor(observedAt / minuteMs);
    const at = this.#slotOf(minute);
    for (const name of counts) if (name !== 'cards') this.#raise(at, name, rise[name] ?? 0);
    this.#fen[at] = (this.#fen[at] ?? 0) + (rise.amountFen ?? 0);
    if (cardRef !== undefined && this.#isNewCard(minute, at, cardRef)) this.#raise(at, 'cards', 1);
  }

  /** Sum over the whole minutes of `[from, to)`. */
  sum(from: EpochMs, to: EpochMs): SlotFigures {
    const end = Math.ceil(to / minuteMs);
    const [minutes, rises, fen, length] = [this.#minutes, this.#counts, this.#fen, this.#length];
    let [records, amountFen, offline, late, failures, cards, passes, denied] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let at = this.#search(Math.floor(from / minuteMs)); at < length && (minutes[at] ?? end) < end; at++) {
      const row = at * width;
      records += rises[row + column.records] ?? 0;
      offline += rises[row + column.offline] ?? 0;
      late += rises[row + column.late] ?? 0;
      failures += rises[row + column.failures] ?? 0;
      cards += rises[row + column.cards] ?? 0;
      passes += rises[row + column.passes] ?? 0;
      denied += rises[row + column.denied] ?? 0;
      amountFen += fen[at] ?? 0;
    }
    return { records, amountFen, offline, late, failures, cards, passes, denied };
  }

  /** Forgets the minutes before `from`. */
  forget(from: EpochMs): void {
    const gone = this.#search(Math.floor(from / minuteMs));
    if (gone === 0) return;
    this.#minutes.copyWithin(0, gone, this.#length);
    this.#counts.copyWithin(0, gone * width, this.#length * width);
    this.#fen.copyWithin(0, gone, this.#length);
    this.#length -= gone;
    for (const minute of this.#cards.keys()) if (minute < Math.floor(from / minuteMs)) this.#cards.delete(minute);
  }

  #raise(at: number, name: Count, by: number): void {
    const place = at * width + column[name];
    this.#counts[place] = Math.min(slotLimits.count, (this.#counts[place] ?? 0) + by);
  }

  /** First place whose minute is not before `minute`. */
  #search(minute: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#minutes[middle] ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #slotOf(minute: number): number {
    const at = this.#search(minute);
    if (at < this.#length && this.#minutes[at] === minute) return at;
    if (this.#length === this.#minutes.length) this.#grow();
    this.#minutes.copyWithin(at + 1, at, this.#length);
    this.#counts.copyWithin((at + 1) * width, at * width, this.#length * width);
    this.#fen.copyWithin(at + 1, at, this.#length);
    this.#minutes[at] = minute;
    this.#counts.fill(0, at * width, (at + 1) * width);
    this.#fen[at] = 0;
    this.#length++;
    return at;
  }

  #grow(): void {
    const capacity = this.#minutes.length + (this.#minutes.length >> 1);
    const [minutes, rises, fen] = [new Int32Array(capacity), new Uint16Array(capacity * width), new Float64Array(capacity)];
    minutes.set(this.#minutes);
    rises.set(this.#counts);
    fen.set(this.#fen);
    [this.#minutes, this.#counts, this.#fen] = [minutes, rises, fen];
  }

  #isNewCard(minute: number, at: number, cardRef: string): boolean {
    const known = this.#cards.get(minute);
    if (known === undefined && (this.#counts[at * width + column.cards] ?? 0) > 0) return false;
    const cards = known ?? new Set<string>();
    this.#cards.delete(minute);
    this.#cards.set(minute, cards);
    for (const oldest of [...this.#cards.keys()].slice(0, Math.max(0, this.#cards.size - slotLimits.minutesWithCards)))
      this.#cards.delete(oldest);
    if (cards.has(cardRef) || cards.size >= slotLimits.cards) return false;
    cards.add(cardRef);
    return true;
  }
}
