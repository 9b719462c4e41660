import { z } from 'zod';

/** One entry of a terminal's memory; a pass, or something at its door. */
export const Entry = z.strictObject({
  /** Counts every entry from 1: its stamp, and in the access family its index. */
  no: z.int().min(1),
  at: z.int(),
  pin: z.string(),
  card: z.string(),
  event: z.int(),
  way: z.int(),
  verify: z.int(),
});
export type Entry = z.infer<typeof Entry>;

export const StoreSnapshot = z.strictObject({ entries: z.array(Entry), last: z.int().min(0), acked: z.int().min(0) });
export type StoreSnapshot = z.infer<typeof StoreSnapshot>;

/** The push memory: what is not acknowledged is kept and offered again, oldest first. */
export class PushStore {
  readonly #entries: Entry[] = [];
  #last = 0;
  #acked = 0;

  append(entry: Omit<Entry, 'no'>): Entry {
    const kept = { no: ++this.#last, ...entry };
    this.#entries.push(kept);
    return kept;
  }

  get waiting(): number {
    return this.#entries.filter(({ no }) => no > this.#acked).length;
  }

  get acked(): number {
    return this.#acked;
  }

  batch(max: number): readonly Entry[] {
    return this.#entries.filter(({ no }) => no > this.#acked).slice(0, max);
  }

  /** The last batch that was acknowledged, for a terminal that forgets that it was. */
  before(max: number): readonly Entry[] {
    return this.#entries.filter(({ no }) => no <= this.#acked).slice(-max);
  }

  ack(upTo: number): void {
    this.#acked = Math.max(this.#acked, upTo);
    while ((this.#entries[0]?.no ?? Number.POSITIVE_INFINITY) <= this.#acked - 1_000) this.#entries.shift();
  }

  snapshot(): StoreSnapshot {
    return { entries: [...this.#entries], last: this.#last, acked: this.#acked };
  }

  restore({ entries, last, acked }: StoreSnapshot): void {
    this.#entries.splice(0, this.#entries.length, ...entries);
    [this.#last, this.#acked] = [last, acked];
  }
}
