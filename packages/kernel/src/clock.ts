import { type DurationMs, durationMs, type EpochMs, epochMs } from './time.ts';

export type CancelTimer = () => void;

/** The only source of time and of timers. Real in each program's `shell/clock.ts`, virtual in tests and simulation. */
export interface Clock {
  /** Wall clock in whole milliseconds; may step backwards. */
  now(): EpochMs;
  /** Monotonic clock of this process; never steps. */
  mono(): DurationMs;
  /** Runs `fire` once after `delayMs` of monotonic time unless cancelled. */
  after(delayMs: number, fire: () => void): CancelTimer;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/** Virtual time: moves only when told to. Timers fire in order of due time, then of creation. */
export class VirtualClock implements Clock {
  #monoMs = 0;
  #offsetMs: number;
  #order = 0;
  readonly #heap: Timer[] = [];

  constructor(startAt: EpochMs) {
    this.#offsetMs = startAt;
  }

  now(): EpochMs {
    return epochMs(Math.floor(this.#monoMs + this.#offsetMs));
  }

  mono(): DurationMs {
    return durationMs(this.#monoMs);
  }

  after(delayMs: number, fire: () => void): CancelTimer {
    const timer: Timer = { dueMs: this.#monoMs + Math.max(0, delayMs), order: this.#order++, fire, cancelled: false };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** Steps the wall clock by `deltaMs` (either sign); monotonic time and timers do not notice. */
  stepWall(deltaMs: number): void {
    this.#offsetMs += deltaMs;
  }

  /** Monotonic due time of the next live timer. */
  nextDueMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  /** Fires the next timer, moving time to it. False when there is none at or before `limitMs`. */
  fireNext(limitMs: number = Number.POSITIVE_INFINITY): boolean {
    this.#dropCancelled();
    const timer = this.#heap[0];
    if (timer === undefined || timer.dueMs > limitMs) return false;
    this.#pop();
    this.#monoMs = Math.max(this.#monoMs, timer.dueMs);
    timer.fire();
    return true;
  }

  /** Fires all timers due within `deltaMs`, then stands at the end of it. Promise continuations do not run in between. */
  advance(deltaMs: number): void {
    const end = this.#monoMs + deltaMs;
    while (this.fireNext(end)) {
      // each call moves time to the timer that it fired
    }
    this.#monoMs = end;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled === true) this.#pop();
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    heap.push(timer);
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent] as Timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!before(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
  }
}

const before = (a: Timer, b: Timer): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
