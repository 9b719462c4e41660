/**
 * The one loop that everything under test lives in: one virtual clock, one seeded random source, one trace. An event is one of these, and is
 * counted once: a timer of the code under test that fired, a message delivered or lost, a disk operation or device exchange completed, a record made
 * by a terminal, a fault injected. What a timer of a dead incarnation would have done is neither run nor counted.
 */
import { crc32 } from 'node:zlib';
import { type CancelTimer, type Clock, epochMs, SeededRandom, VirtualClock } from '@cardwatch/kernel';
import { drainMicrotasks } from './microtasks.ts';

export type TraceSink = (line: string) => void;

/** 2026-11-23T06:00:00+08:00 */
const startAt = epochMs(1_795_384_800_000);

export class Loop {
  readonly clock = new VirtualClock(startAt);
  readonly random: SeededRandom;
  /** How often each kind of fault was really injected. */
  readonly faults = new Map<string, number>();
  readonly #sink: TraceSink | undefined;
  readonly #labels = new Map<string, number>();
  #hash = 0x811c9dc5;
  #events = 0;

  constructor(seed: number, sink: TraceSink | undefined) {
    this.random = new SeededRandom(seed);
    this.#sink = sink;
  }

  get events(): number {
    return this.#events;
  }

  /** Rolling hash over every event so far: two runs of one seed differ here as soon as they differ at all. */
  get traceHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Counts one event and mixes it into the trace. `detail` is a number that would differ if the run did: a length, a checksum, a serial. */
  note(label: string, detail = 0): void {
    this.#events++;
    const at = Math.round(this.clock.mono() * 1_000);
    this.#mix(this.#labelHash(label));
    this.#mix(at | 0);
    this.#mix(detail | 0);
    this.#sink?.(`${this.#events} ${(at / 1_000).toFixed(3)} ${label} ${detail}`);
  }

  /** Mixes a number into the trace without counting an event. */
  mark(detail: number): void {
    this.#mix(detail | 0);
  }

  /** Counts a fault where it takes effect, beside the event that it makes or spoils. */
  struck(kind: string, times = 1): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + times);
  }

  get faultsStruck(): number {
    let sum = 0;
    for (const times of this.faults.values()) sum += times;
    return sum;
  }

  /** After `delayMs` of virtual time counts an event and does it. */
  after(delayMs: number, label: string, act: () => void): CancelTimer {
    return this.clock.after(delayMs, () => {
      this.note(label);
      act();
    });
  }

  /** Fires the next timer and everything that follows from it at once. False when nothing is left before `untilMs` of monotonic time. */
  step(untilMs: number): boolean {
    const fired = this.clock.fireNext(untilMs);
    if (fired) drainMicrotasks();
    return fired;
  }

  #labelHash(label: string): number {
    let hash = this.#labels.get(label);
    if (hash === undefined) {
      hash = crc32(label);
      this.#labels.set(label, hash);
    }
    return hash;
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, 0x01000193);
    this.#hash ^= this.#hash >>> 15;
  }
}

/** A clock for one incarnation: its timers die with it, its wall clock may stand beside the true time. */
export function clockOf(loop: Loop, isAlive: () => boolean, wallOffsetMs: () => number, label: string): Clock {
  return {
    now: () => epochMs(Math.floor(loop.clock.now() + wallOffsetMs())),
    mono: () => loop.clock.mono(),
    after: (delayMs, fire) =>
      loop.clock.after(delayMs, () => {
        if (!isAlive()) return;
        loop.note(label);
        fire();
      }),
  };
}
