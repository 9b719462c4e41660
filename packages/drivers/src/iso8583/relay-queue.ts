/** What was seen on a relay and waits to be kept. The relay never waits for it. */
import { type Clock, type Random, type Result, fullJitter } from '@cardwatch/kernel';
import type { DriverFailure, NotTaken } from '../contract.ts';
import type { RawDeviceAlarm } from '../observation.ts';
import type { Told } from './observed.core.ts';

/** `waiting`: sightings of one terminal. Signs of life beyond a few are not worth a place. */
export const queueLimits = { waiting: 1_000, signs: 8 } as const;
const again = { baseMs: 500, capMs: 30_000 } as const;

export interface QueueParts {
  readonly clock: Clock;
  readonly random: Random;
  take(told: Told): Promise<Result<void, NotTaken>>;
  failed(failure: DriverFailure): void;
}

interface Sighting {
  readonly told: () => Told;
  readonly money: boolean;
}

export class RelayQueue {
  readonly #parts: QueueParts;
  readonly #waiting: Sighting[] = [];
  #dropped = 0;
  #working = false;
  #stopped = false;
  #cancelWait: () => void = () => {};

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Money sightings that found no place and will never be kept: the settlement shows what they held. */
  get dropped(): number {
    return this.#dropped;
  }

  add(told: () => Told, money: boolean): void {
    if (this.#stopped || (!money && this.#waiting.length >= queueLimits.signs)) return;
    if (this.#waiting.length >= queueLimits.waiting) {
      this.#dropped++;
      return;
    }
    this.#waiting.push({ told, money });
    void this.#work();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWait();
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    let failures = 0;
    for (let next = this.#waiting[0]; next !== undefined && !this.#stopped; next = this.#waiting[0]) {
      const taken = await this.#parts.take(this.#withAlarm(next.told(), failures));
      if (taken.ok) {
        this.#waiting.shift();
        if (failures > 0) this.#dropped = 0;
        failures = 0;
      } else if (!next.money) this.#waiting.shift();
      else {
        this.#parts.failed({ kind: 'refused', deviceCode: 0, detail: `seen on the relay and not kept: ${taken.error.detail}` });
        await this.#pause(failures++);
      }
    }
    this.#working = false;
  }

  // The first sighting that is kept again tells what happened meanwhile.
  #withAlarm(told: Told, failures: number): Told {
    const readings = [...(told.readings ?? []), { point: 'relayWaiting', raw: this.#waiting.length - 1 }];
    if (failures === 0) return { ...told, readings };
    const now = this.#parts.clock.now();
    const alarm: RawDeviceAlarm = {
      type: 'deviceAlarm',
      alarm: 'relayNotKept',
      active: this.#dropped > 0,
      detail: `${this.#waiting.length} waited for the journal, ${this.#dropped} found no place`,
      observedText: '',
      observedAt: now,
    };
    return { ...told, readings, events: [...(told.events ?? []), alarm] };
  }

  #pause(attempt: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(again.baseMs + fullJitter(again, attempt, this.#parts.random), resolve);
      this.#cancelWait = () => {
        cancel();
        resolve();
      };
    });
  }
}
