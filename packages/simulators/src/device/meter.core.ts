import type { Moment } from './moment.ts';

/** Flow of a leak, 0.01 L/min. */
export const leakFlow = 150;

/** A water meter: integrates the flow over campus time and never decreases. Flow in 0.01 L/min, meter in 0.1 L. */
export class WaterMeter {
  #meterDl = 0;
  #flow = 0;
  #seenCampusMs = 0;

  get flow(): number {
    return this.#flow;
  }

  read(at: Moment): number {
    const elapsedMs = at.campusMs - this.#seenCampusMs;
    if (elapsedMs > 0) {
      this.#meterDl += ((this.#flow / 10) * elapsedMs) / 60_000;
      this.#seenCampusMs = at.campusMs;
    }
    return Math.floor(this.#meterDl);
  }

  turn(flow: number, at: Moment): void {
    this.read(at);
    this.#flow = flow;
  }

  /** Water that ran while nobody counted it, e.g. before a power cut. */
  add(waterDl: number): void {
    this.#meterDl += waterDl;
  }

  restore(meterDl: number): void {
    this.#meterDl = Math.max(this.#meterDl, meterDl);
  }
}
