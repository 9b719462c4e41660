/**
 * When states of devices and agents changed, in the order in which the watch came to know them. A state may have begun before the one that it replaces: what
 * an agent says of a time before its hello, or before it was lost. It is then written with the moment at which it was known, so that the rows of one thing
 * never step back and the last one is the one that holds.
 */
import type { EpochMs } from '@cardwatch/kernel';
import type { StateRow, WatchStore } from '../store/watch/roles.ts';

export class StateLog {
  readonly #store: Pick<WatchStore, 'states'>;
  /** Time of the last row of each thing. */
  readonly #lastAt = new Map<string, number>();

  constructor(store: Pick<WatchStore, 'states'>) {
    this.#store = store;
  }

  /** The row of a state that began at `row.at`. */
  next(row: StateRow, now: EpochMs): StateRow {
    const last = this.#lastAt.get(row.subjectId) ?? Number.NEGATIVE_INFINITY;
    const at = Math.max(last, row.at > last ? Math.min(row.at, now) : now);
    this.#lastAt.set(row.subjectId, at);
    return { ...row, at };
  }

  /** At a start: the row that is missing, if any. `seenAt`: what stood then, and was never written down, had begun before the watch did. */
  async missing(row: StateRow, seenAt: number, now: EpochMs): Promise<StateRow | null> {
    const whenever = Number.MAX_SAFE_INTEGER;
    const [last] = await this.#store.states({ subjectId: row.subjectId, from: whenever, to: whenever });
    if (last === undefined) return row.at > seenAt ? this.next(row, now) : null;
    this.#lastAt.set(row.subjectId, last.at);
    return last.state === row.state && last.cause === row.cause ? null : this.next(row, now);
  }
}
