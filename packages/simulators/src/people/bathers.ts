import { type CancelTimer, chance, type Clock, pick, type SeededRandom } from '@cardwatch/kernel';
import type { CampusClock } from '../campus/campus-clock.ts';
import type { Moment } from '../device/moment.ts';
import { RingShower } from '../device/ring-shower.core.ts';
import type { Shower } from '../device/shower.ts';
import type { Account } from './account.core.ts';
import type { Accounts } from './accounts.ts';
import { DayWalk } from './day-walk.ts';
import { type Person, planDay, type PlannedShower } from './demand.core.ts';

/** People who wait for a free head at one moment; the ones beyond go home. */
export const waitingMax = 2_000;
const retryMs = 30_000;
const retriesMax = 20;

export interface BathersParts {
  readonly clock: Clock;
  readonly campus: CampusClock;
  readonly random: SeededRandom;
  readonly people: readonly Person[];
  readonly accounts: Accounts;
  /** Shower heads by line. */
  readonly heads: ReadonlyMap<string, readonly Shower[]>;
}

interface Bath {
  readonly shower: PlannedShower;
  readonly account: Account;
  readonly device: Shower;
  readonly endsCampusMs: number;
  ended: boolean;
  cancel: CancelTimer;
}

/** The people of the campus: they come as the day's plan says, wait for a free head, shower and mostly tap out. */
export class Bathers {
  readonly #parts: BathersParts;
  readonly #baths = new Map<Shower, Bath>();
  readonly #waiting = new Set<CancelTimer>();
  readonly #walk: DayWalk<PlannedShower>;

  constructor(parts: BathersParts) {
    this.#parts = parts;
    const { clock, campus, people, random } = parts;
    this.#walk = new DayWalk({
      clock,
      campus,
      plan: (day) => planDay(people, random.fork(day)),
      act: (shower, campusMs) => this.#arrive(shower, campusMs, 0),
    });
  }

  get on(): boolean {
    return this.#walk.on;
  }

  /** Showers that run now. */
  get running(): number {
    return this.#baths.size;
  }

  start(): void {
    this.#walk.start();
  }

  /** No new sessions; the running ones go to their end. */
  stop(): void {
    this.#walk.stop();
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }

  close(): void {
    this.stop();
    for (const bath of this.#baths.values()) bath.cancel();
    this.#baths.clear();
  }

  #arrive(shower: PlannedShower, campusMs: number, retries: number): void {
    const person = this.#parts.people[shower.person];
    if (person === undefined) return;
    const free = (this.#parts.heads.get(person.line) ?? []).filter((head) => !head.running && !this.#baths.has(head));
    if (free.length > 0) this.#begin(shower, person, pick(this.#parts.random, free), campusMs);
    else if (retries < retriesMax && this.#waiting.size < waitingMax) this.#wait(shower, campusMs + retryMs, retries + 1);
  }

  #wait(shower: PlannedShower, campusMs: number, retries: number): void {
    const cancel = this.#parts.clock.after(this.#parts.campus.realMsUntil(campusMs), () => {
      this.#waiting.delete(cancel);
      this.#arrive(shower, campusMs, retries);
    });
    this.#waiting.add(cancel);
  }

  #begin(shower: PlannedShower, person: Person, device: Shower, campusMs: number): void {
    const account = this.#parts.accounts.of(person.card);
    const forgotTopUp = chance(this.#parts.random, 0.03);
    if (account.balanceFen < person.topUpBelowFen && !forgotTopUp) account.topUp(pick(this.#parts.random, [1_000, 1_000, 2_000]));
    const at = this.#at(campusMs);
    if (shower.brokenTap && device instanceof RingShower) device.tapBroken(account, at);
    if (device.tap(account, at) !== 'started') return;
    device.turn(shower.flow, at);
    const bath: Bath = { shower, account, device, endsCampusMs: campusMs + shower.runMs, ended: false, cancel: () => {} };
    this.#baths.set(device, bath);
    this.#schedule(bath);
  }

  /** Wall time is real, campus time is exactly when it was due: late timers never change what a shower costs. */
  #at(campusMs: number): Moment {
    return { ...this.#parts.campus.moment(), campusMs };
  }

  #schedule(bath: Bath): void {
    const deviceDueMs = bath.device.dueCampusMs ?? Number.POSITIVE_INFINITY;
    const dueMs = bath.ended ? deviceDueMs : Math.min(bath.endsCampusMs, deviceDueMs);
    if (!bath.device.running || dueMs === Number.POSITIVE_INFINITY) {
      this.#baths.delete(bath.device);
      return;
    }
    bath.cancel = this.#parts.clock.after(this.#parts.campus.realMsUntil(dueMs), () => {
      const at = this.#at(dueMs);
      if (deviceDueMs <= dueMs) bath.device.due(at);
      else this.#end(bath, at);
      this.#schedule(bath);
    });
  }

  #end(bath: Bath, at: Moment): void {
    bath.ended = true;
    if (!bath.device.running) return;
    switch (bath.shower.end) {
      case 'tapOut':
        bath.device.turn(0, at);
        bath.device.tap(bath.account, at);
        return;
      case 'forget':
        bath.device.turn(0, at);
        return;
      case 'powerCut':
        bath.device.reboot(at);
        return;
      case 'readerFailure':
        bath.device.interrupt(at);
        return;
    }
  }
}
