/**
 * Whether it is devices that fall silent, or their line. Three devices in a row, and nothing sound in between, make the line suspect: the others
 * are then asked out of turn, from both ends of the line, one question each. Whoever answers clears it. When all were asked in vain the line
 * fell: one verdict for all of its devices, and from then on one question every two seconds, until somebody answers and all are asked at once.
 */

export const silenceLimits = {
  /** Silent devices in a row that make a line suspect; a line with fewer living ones is never judged as a whole. */
  suspectAfter: 3,
  /** Devices in a row for which the line itself could not be reached (port gone, server down). */
  cutAfter: 2,
  /** A line that was heard within this did not fall. */
  silentMs: 5_000,
  /** A fallen line is asked this often. */
  probeEveryMs: 2_000,
} as const;

/** What an answer, or none, says about the line. `cut`: the line itself could not be reached. */
export type Heard = 'something' | 'nothing' | 'cut';

export type LineTurn = 'fell' | 'rose';

/** Times are readings of the monotonic clock, ms. */
export class LineSilence {
  readonly #silent = new Set<string>();
  readonly #cut = new Set<string>();
  #heardMs: number;
  #fallen: ReadonlySet<string> | undefined;
  #fromEnd = false;

  constructor(nowMs: number) {
    this.#heardMs = nowMs;
  }

  /** Devices that were well until their line fell; undefined while it stands. */
  get fallen(): ReadonlySet<string> | undefined {
    return this.#fallen;
  }

  /** `living`: devices that are not dead, the one that was asked among them if it was not dead before. In the order of the line. */
  note(heard: Heard, deviceId: string, living: readonly string[], nowMs: number): LineTurn | undefined {
    if (heard === 'something') return this.#something(nowMs);
    // Whoever fell silent with the others counts on, also when it is dead by itself meanwhile.
    if (this.#fallen !== undefined || !(living.includes(deviceId) || this.#silent.has(deviceId))) return undefined;
    this.#silent.add(deviceId);
    if (heard === 'cut') this.#cut.add(deviceId);
    else this.#cut.clear();
    return this.#falls(living, nowMs) ? 'fell' : undefined;
  }

  get suspect(): boolean {
    return this.#fallen === undefined && this.#silent.size >= silenceLimits.suspectAfter;
  }

  /** On a suspect line the device that is asked next, out of its turn: one that has not been silent yet. */
  sweep(living: readonly string[]): string | undefined {
    const rest = living.filter((deviceId) => !this.#silent.has(deviceId));
    return this.#fromEnd ? rest.at(-1) : rest[0];
  }

  forget(deviceId: string): void {
    this.#silent.delete(deviceId);
    this.#cut.delete(deviceId);
    if (this.#fallen === undefined) return;
    const rest = new Set([...this.#fallen].filter((each) => each !== deviceId));
    this.#fallen = rest.size === 0 ? undefined : rest;
  }

  #something(nowMs: number): LineTurn | undefined {
    const fallen = this.#fallen !== undefined;
    this.#silent.clear();
    this.#cut.clear();
    this.#heardMs = nowMs;
    this.#fallen = undefined;
    return fallen ? 'rose' : undefined;
  }

  #falls(living: readonly string[], nowMs: number): boolean {
    this.#fromEnd = !this.#fromEnd;
    const all = new Set([...living, ...this.#silent]);
    const asked = this.#silent.size >= silenceLimits.suspectAfter && living.every((deviceId) => this.#silent.has(deviceId));
    const cut = this.#cut.size >= silenceLimits.cutAfter;
    if (!(asked || cut) || nowMs - this.#heardMs < silenceLimits.silentMs) return false;
    this.#fallen = all;
    return true;
  }
}
