import type { Cell } from './cell.core.ts';

/** A device that a management station can ask. Times are readings of the monotonic clock, ms. */
export interface Managed {
  readonly deviceId: string;
  readonly faultTypes: readonly string[];
  cells(nowMs: number): readonly Cell[];
  /** Undefined when it struck. `no`: the port it is about. */
  strike(type: string, no: number | undefined, nowMs: number): string | undefined;
  heal(type: string, nowMs: number): void;
  snapshot(nowMs: number): UptimeSnapshot;
}

/** What is known of a device's clock over a restart of the campus: its power was not cut. */
export interface UptimeSnapshot {
  readonly boots: number;
  readonly upMs: number;
}

/** A clock that a restart sets to zero. `hideBoots`: old firmware that knows no engine. */
export class Uptime {
  #bootedAtMs: number;
  /** What the uptime shows beyond the time since the boot: set by the wrap fault. */
  #aheadMs = 0;
  boots: number;

  constructor(nowMs: number, { boots, upMs }: UptimeSnapshot) {
    this.boots = boots;
    this.#bootedAtMs = nowMs - upMs;
  }

  restart(nowMs: number): void {
    this.boots++;
    this.#aheadMs = 0;
    this.#bootedAtMs = nowMs;
  }

  /** The next wrap of the 32-bit uptime comes in `inMs`. */
  nearWrap(nowMs: number, inMs: number): void {
    this.#aheadMs = 2 ** 32 * 10 - inMs - (nowMs - this.#bootedAtMs);
  }

  upMs(nowMs: number): number {
    return nowMs - this.#bootedAtMs + this.#aheadMs;
  }

  bootedMs(nowMs: number): number {
    return nowMs - this.#bootedAtMs;
  }

  snapshot(nowMs: number): UptimeSnapshot {
    return { boots: this.boots, upMs: Math.max(0, Math.round(nowMs - this.#bootedAtMs)) };
  }
}
