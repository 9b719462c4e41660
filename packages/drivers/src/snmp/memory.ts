import type { RawReading, RawValue } from '../contract.ts';
import { uptimeVerdict, ticksModulus, type UptimeSample, type UptimeVerdict } from './uptime.core.ts';
import { rateOf, type CounterSample } from './rate.core.ts';

export const memoryLimits = {
  /** A reading of a port that does not change is told again after this, each port at its own time. */
  againMs: 15 * 60_000,
  points: 2_000,
  stations: 512,
  /** How long a restart stays an alarm. */
  restartMs: 10 * 60_000,
} as const;

/** What is remembered of a device from one poll to the next. It outlives the session: a link that comes and goes is no restart. */
export class DeviceMemory {
  readonly #told = new Map<string, { readonly raw: RawValue; readonly atMs: number }>();
  readonly #counters = new Map<string, CounterSample>();
  readonly #alarms = new Map<string, boolean>();
  /** Where a station was last seen, by MAC. */
  readonly stations = new Map<string, number>();
  #uptime: UptimeSample | undefined;
  #wraps = 0;
  #restartedMs: number | undefined;

  /** The verdict on a new sample; a restart forgets all counters. */
  sawUptime(sample: UptimeSample): UptimeVerdict {
    const verdict = uptimeVerdict(this.#uptime, sample);
    this.#uptime = sample;
    if (verdict === 'wrap') this.#wraps++;
    if (verdict === 'reboot') {
      this.#wraps = 0;
      this.#counters.clear();
    }
    return verdict;
  }

  /** Hundredths of a second since the device started, over the wraps that we saw. */
  get uptimeTicks(): number | undefined {
    return this.#uptime === undefined ? undefined : this.#uptime.ticks + this.#wraps * ticksModulus;
  }

  /** `true`: begin the alarm. `false`: end it. undefined: nothing changed. */
  restarted(verdict: UptimeVerdict, nowMs: number): boolean | undefined {
    if (verdict === 'reboot') {
      this.#restartedMs = nowMs;
      return true;
    }
    if (this.#restartedMs === undefined || nowMs - this.#restartedMs < memoryLimits.restartMs) return undefined;
    this.#restartedMs = undefined;
    return false;
  }

  /** Change of an alarm. The first sight of one that is quiet is no change; of a lasting one neither when `edgeOnly`. */
  alarm(name: string, active: boolean, edgeOnly: boolean): boolean | undefined {
    const before = this.#alarms.get(name);
    if (before === active) return undefined;
    this.#alarms.set(name, active);
    return before === undefined && (!active || edgeOnly) ? undefined : active;
  }

  isActive(name: string): boolean {
    return this.#alarms.get(name) === true;
  }

  /** Rise per second since the last sample; undefined at the first one and after a counter that began anew. */
  rate(name: string, now: CounterSample, bits: 32 | 64): number | undefined {
    const rate = rateOf(this.#counters.get(name), now, bits);
    this.#counters.set(name, now);
    return rate;
  }

  /** Whether a reading is worth handing over: it changed, or was not told for long. `offsetMs` spreads the ports over the time. */
  tell(
    { point, raw }: RawReading,
    nowMs: number,
    offsetMs: number,
    moved: (before: RawValue, now: RawValue) => boolean,
  ): boolean {
    const before = this.#told.get(point);
    const turn = (at: number): number => Math.floor((at + offsetMs) / memoryLimits.againMs);
    if (before !== undefined && !moved(before.raw, raw) && turn(before.atMs) === turn(nowMs)) return false;
    if (this.#told.size < memoryLimits.points || before !== undefined) this.#told.set(point, { raw, atMs: nowMs });
    return true;
  }
}
