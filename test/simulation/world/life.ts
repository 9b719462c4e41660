/**
 * One incarnation of an agent or of the collector. A crash is the end of its life: its timers never fire again, what it asked of its ports is never
 * answered, and what it asks from now on reaches nothing. Every port call may be the last thing it does.
 */
import { type Clock, chance, type SeededRandom } from '@cardwatch/kernel';
import { clockOf, type Loop } from './loop.ts';

export interface Dangers {
  /** Chance that a port call is the last one; 0 while no crashes are wanted. */
  crashChance(): number;
  crashed(): void;
  /** What this machine's wall clock is off the true time. */
  wallOffsetMs(): number;
}

export class Life {
  readonly loop: Loop;
  readonly name: string;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly #dangers: Dangers;
  #alive = true;

  constructor(loop: Loop, name: string, random: SeededRandom, dangers: Dangers) {
    this.loop = loop;
    this.name = name;
    this.random = random;
    this.#dangers = dangers;
    this.clock = clockOf(
      loop,
      () => this.#alive,
      () => dangers.wallOffsetMs(),
      `${name} timer`,
    );
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Ends this life without a word. */
  end(): void {
    this.#alive = false;
  }

  /** Stands before and after the effect of every port call: false when this life is over, perhaps right here. */
  lives(): boolean {
    if (!this.#alive) return false;
    if (!chance(this.random, this.#dangers.crashChance())) return true;
    this.#alive = false;
    this.#dangers.crashed();
    return false;
  }

  /**
   * One port call: `begin` takes effect at once, `finish` makes the answer after the delay. A crash strikes before the effect, after it, or while the
   * answer is on its way; then the promise never settles.
   */
  call<T>(label: string, delayMs: number, begin: () => void, finish: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (!this.lives()) return;
      begin();
      if (!this.lives()) return;
      this.loop.clock.after(delayMs, () => {
        if (!this.#alive) return;
        this.loop.note(label);
        resolve(finish());
      });
    });
  }
}
