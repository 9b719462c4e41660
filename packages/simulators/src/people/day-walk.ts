import type { CancelTimer, Clock } from '@cardwatch/kernel';
import type { CampusClock } from '../campus/campus-clock.ts';

/** Something that is due in the course of a day. */
export interface Due {
  /** Since the campus woke up. */
  readonly startMs: number;
}

export interface DayWalkParts<T extends Due> {
  readonly clock: Clock;
  readonly campus: CampusClock;
  /** All that is due on a day, by start. */
  plan(day: number): readonly T[];
  /** `campusMs`: when it was due; late timers never change what it costs. */
  act(due: T, campusMs: number): void;
}

/** Walks through one planned day after the other in campus time. What was due before it started is left out. */
export class DayWalk<T extends Due> {
  readonly #parts: DayWalkParts<T>;
  #plan: readonly T[] = [];
  #next = 0;
  #day = -1;
  #on = false;
  #cancel: CancelTimer = () => {};

  constructor(parts: DayWalkParts<T>) {
    this.#parts = parts;
  }

  get on(): boolean {
    return this.#on;
  }

  start(): void {
    if (this.#on) return;
    this.#on = true;
    const { campus } = this.#parts;
    this.#open(campus.dayOf(campus.moment().campusMs));
    this.#await();
  }

  stop(): void {
    this.#on = false;
    this.#cancel();
  }

  #open(day: number): void {
    const { campus } = this.#parts;
    this.#day = day;
    this.#plan = this.#parts.plan(day);
    const passedMs = campus.moment().campusMs;
    const next = this.#plan.findIndex(({ startMs }) => campus.campusMsOf(day, startMs) >= passedMs);
    this.#next = next < 0 ? this.#plan.length : next;
  }

  #await(): void {
    if (!this.#on) return;
    const { campus, clock } = this.#parts;
    const due = this.#plan[this.#next];
    const dueMs = due === undefined ? campus.campusMsOf(this.#day + 1, 0) : campus.campusMsOf(this.#day, due.startMs);
    this.#cancel = clock.after(campus.realMsUntil(dueMs), () => {
      if (due === undefined) this.#open(this.#day + 1);
      else {
        this.#next++;
        this.#parts.act(due, dueMs);
      }
      this.#await();
    });
  }
}
