import type { Clock } from '@cardwatch/kernel';
import type { Moment } from '../device/moment.ts';
import { campusHours, campusSpanMs, sinceOpeningMs } from './campus-hours.core.ts';

/** Campus time: runs at `speed` times real time and leaps over the hours in which the campus sleeps. */
export class CampusClock {
  readonly #clock: Clock;
  readonly #startMonoMs: number;
  readonly #startOffsetMs: number;
  readonly speed: number;

  /** `startMinute` is a minute of day; at night it becomes the morning. */
  constructor(clock: Clock, startMinute: number, speed: number) {
    this.#clock = clock;
    this.#startMonoMs = clock.mono();
    this.speed = speed;
    const awake = startMinute >= campusHours.opensMinute && startMinute < campusHours.closesMinute;
    this.#startOffsetMs = awake ? sinceOpeningMs(startMinute) : 0;
  }

  moment(): Moment {
    const monoMs = this.#clock.mono();
    return { now: this.#clock.now(), monoMs, campusMs: (monoMs - this.#startMonoMs) * this.speed };
  }

  /** Campus time since start at which `offsetMs` after the opening of day `day` (0 = first) comes. */
  campusMsOf(day: number, offsetMs: number): number {
    return day * campusSpanMs + offsetMs - this.#startOffsetMs;
  }

  dayOf(campusMs: number): number {
    return Math.floor((campusMs + this.#startOffsetMs) / campusSpanMs);
  }

  /** `HH:MM` of the campus. */
  text(campusMs: number): string {
    const sinceOpening = (campusMs + this.#startOffsetMs) % campusSpanMs;
    const minute = campusHours.opensMinute + Math.floor(sinceOpening / 60_000);
    return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  }

  /** Real time until a campus time, at least 0. */
  realMsUntil(campusMs: number): number {
    return Math.max(0, (campusMs - this.moment().campusMs) / this.speed);
  }
}
