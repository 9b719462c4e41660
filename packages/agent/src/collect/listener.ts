import type { DeviceSink, DriverFailure, ListenCapability, NotTaken, Observation } from '@cardwatch/drivers';
import { type Clock, err, type Result } from '@cardwatch/kernel';
import { Turns } from './turns.ts';

/** `waiting`: observations of one device that are under way or wait; a driver that offers more gets `notTaken` and keeps them. */
export const listenLimits = { waiting: 8 } as const;

export interface ListenerParts {
  readonly clock: Clock;
  /** State, readings and custody of what the device said; `NotTaken` when it cannot be kept now. */
  took(observation: Observation): Promise<Result<void, NotTaken>>;
  /** `silent`: nothing came for `silentAfterMs`. */
  failed(failure: DriverFailure, silent: boolean): void;
}

export const notTaken = (detail: string): Result<never, NotTaken> => err({ kind: 'notTaken', detail });

/** The sink of one session of a device that speaks by itself: one observation after the other, bounded, and a watch on silence. */
export class Listener implements DeviceSink {
  readonly #parts: ListenerParts;
  readonly #silentAfterMs: number;
  readonly #turns = new Turns();
  #heardAtMs: number;
  #stopped = false;

  constructor(listen: ListenCapability, parts: ListenerParts) {
    this.#parts = parts;
    this.#silentAfterMs = listen.silentAfterMs;
    this.#heardAtMs = parts.clock.mono();
  }

  async take(observation: Observation): Promise<Result<void, NotTaken>> {
    if (this.#stopped) return notTaken('the agent stops');
    if (this.#turns.waiting >= listenLimits.waiting) return notTaken(`${listenLimits.waiting} observations wait`);
    return this.#turns.run(async () => {
      if (this.#stopped) return notTaken('the agent stops');
      this.#heardAtMs = this.#parts.clock.mono();
      return this.#parts.took(observation);
    });
  }

  failed(failure: DriverFailure): void {
    if (!this.#stopped) this.#parts.failed(failure, false);
  }

  /** Called about once a second: a device that was silent for too long does not answer. */
  watch(): void {
    const silentMs = this.#parts.clock.mono() - this.#heardAtMs;
    if (this.#stopped || silentMs < this.#silentAfterMs) return;
    this.#heardAtMs = this.#parts.clock.mono();
    this.#parts.failed({ kind: 'timeout', afterMs: this.#silentAfterMs }, true);
  }

  /** From now on nothing is taken; what is under way is finished. */
  stop(): void {
    this.#stopped = true;
  }
}
