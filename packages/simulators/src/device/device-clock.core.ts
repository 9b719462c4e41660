import { type CivilTime, epochFromShanghai, epochMs, type EpochMs, shanghaiFromEpoch } from '@cardwatch/kernel';

/** A device's own clock: wall time plus an offset, or never set. */
export class DeviceClock {
  #offsetMs: number | undefined = 0;

  /** Undefined when the clock was never set. */
  get offsetMs(): number | undefined {
    return this.#offsetMs;
  }

  read(now: EpochMs): EpochMs | undefined {
    return this.#offsetMs === undefined ? undefined : epochMs(now + this.#offsetMs);
  }

  civil(now: EpochMs): CivilTime | undefined {
    const shown = this.read(now);
    return shown === undefined ? undefined : shanghaiFromEpoch(shown);
  }

  set(shown: EpochMs, now: EpochMs): void {
    this.#offsetMs = shown - now;
  }

  step(deltaMs: number): void {
    this.#offsetMs = (this.#offsetMs ?? 0) + deltaMs;
  }

  restore(offsetMs: number | undefined): void {
    this.#offsetMs = offsetMs;
  }
}

/** Six BCD digit pairs `yyMMddhhmmss`; undefined when no such moment exists. */
export function epochFromClockDigits(digits: string): EpochMs | undefined {
  const parts = digits.match(/\d\d/g)?.map(Number);
  if (digits.length !== 12 || parts?.length !== 6) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  return epochFromShanghai({ year: 2000 + year, month, day, hour, minute, second });
}
