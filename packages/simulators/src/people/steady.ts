import { assert, type CancelTimer, chance, type Clock, intBetween, type Random } from '@cardwatch/kernel';
import type { CampusClock } from '../campus/campus-clock.ts';
import type { RingShower } from '../device/ring-shower.core.ts';
import type { Account } from './account.core.ts';
import type { Accounts } from './accounts.ts';
import { cardNumber } from './demand.core.ts';

/** wait: a controller with many unacknowledged records gets no new ones; overwrite: it writes on, as a real one does. */
export type OnFull = 'wait' | 'overwrite';

export const steadyLimits = { ratePerSecond: 50_000, heldWhenWaiting: 48 } as const;
const tickMs = 20;
const cardsOfDevice = 4;
const steadySeries = 21;

interface Script {
  readonly account: Account;
  continuations: number;
  readonly tapsOut: boolean;
}

interface Head {
  readonly device: RingShower;
  readonly index: number;
  campusMs: number;
  sessions: number;
  script: Script | undefined;
}

/** Writes valid sessions on the record-keeping controllers at a steady rate of records, without waiting for water to run. */
export class SteadySessions {
  readonly #clock: Clock;
  readonly #campus: CampusClock;
  readonly #random: Random;
  readonly #accounts: Accounts;
  readonly #heads: readonly Head[];
  #ratePerSecond = 0;
  #onFull: OnFull = 'wait';
  #owed = 0;
  #ticked = 0;
  #turn = 0;
  #written = 0;
  #cancel: CancelTimer = () => {};

  constructor(parts: {
    readonly clock: Clock;
    readonly campus: CampusClock;
    readonly random: Random;
    readonly accounts: Accounts;
    readonly devices: readonly RingShower[];
  }) {
    this.#clock = parts.clock;
    this.#campus = parts.campus;
    this.#random = parts.random;
    this.#accounts = parts.accounts;
    this.#heads = parts.devices.map((device, index) => ({ device, index, campusMs: 0, sessions: 0, script: undefined }));
  }

  get ratePerSecond(): number {
    return this.#ratePerSecond;
  }

  get written(): number {
    return this.#written;
  }

  get running(): number {
    return this.#heads.filter((head) => head.script !== undefined).length;
  }

  /** 0 stops: open sessions are tapped out at once. */
  set(ratePerSecond: number, onFull: OnFull): void {
    assert(ratePerSecond >= 0 && ratePerSecond <= steadyLimits.ratePerSecond, 'the rate is bounded');
    this.#cancel();
    this.#ratePerSecond = ratePerSecond;
    this.#onFull = onFull;
    this.#owed = 0;
    this.#ticked = this.#clock.mono();
    if (ratePerSecond === 0) for (const head of this.#heads) this.#settle(head);
    else this.#await();
  }

  /** Writes exactly this many records now, unless every controller is full and waits; tells how many it wrote. */
  write(records: number): number {
    let done = 0;
    while (done < records) {
      const wrote = this.#round(records - done);
      if (wrote === 0) break;
      done += wrote;
    }
    return done;
  }

  /** Writes this many records on one controller, full or not: an overrun when they exceed its room. Ends its last session. */
  writeOn(deviceId: string, records: number): number {
    const head = this.#heads.find((candidate) => candidate.device.deviceId === deviceId);
    if (head === undefined) return 0;
    let done = 0;
    for (let steps = 0; done < records && steps < 4 * records + 8; steps++) done += this.#step(head);
    this.#settle(head);
    return done;
  }

  close(): void {
    this.#cancel();
  }

  #await(): void {
    this.#cancel = this.#clock.after(tickMs, () => {
      const monoMs = this.#clock.mono();
      this.#owed = Math.min(this.#ratePerSecond, this.#owed + (this.#ratePerSecond * (monoMs - this.#ticked)) / 1_000);
      this.#ticked = monoMs;
      this.#owed -= this.write(Math.floor(this.#owed));
      this.#await();
    });
  }

  /** One step on each controller in turn, at most `records` records; 0 when none could write. */
  #round(records: number): number {
    let done = 0;
    for (let visited = 0; visited < 2 * this.#heads.length && done < records; visited++) {
      const head = this.#heads[this.#turn++ % this.#heads.length];
      if (head !== undefined && !this.#mustWait(head)) done += this.#step(head);
    }
    return done;
  }

  #mustWait({ device, script }: Head): boolean {
    if (script === undefined && device.running) return true;
    return this.#onFull === 'wait' && device.ring.held >= Math.min(steadyLimits.heldWhenWaiting, device.ring.capacity - 2);
  }

  #step(head: Head): number {
    const { device } = head;
    const before = device.ring.newestNo;
    if (head.script !== undefined && !device.running) head.script = undefined;
    if (head.script === undefined) this.#begin(head);
    else if (head.script.continuations > 0) this.#continue(head, head.script);
    else this.#end(head, head.script);
    const wrote = Math.max(0, device.ring.newestNo - before);
    this.#written += wrote;
    return wrote;
  }

  #begin(head: Head): void {
    if (head.device.running) return;
    const account = this.#accounts.of(cardNumber(steadySeries, head.index % 10_000, head.sessions++ % cardsOfDevice));
    if (account.balanceFen < 1_000) account.topUp(2_000);
    head.campusMs = Math.max(head.campusMs, this.#campus.moment().campusMs);
    const at = { ...this.#campus.moment(), campusMs: head.campusMs };
    if (head.device.tap(account, at) !== 'started') return;
    head.device.turn(intBetween(this.#random, 500, 800), at);
    head.script = { account, continuations: intBetween(this.#random, 0, 6), tapsOut: chance(this.#random, 0.93) };
  }

  #continue(head: Head, script: Script): void {
    script.continuations--;
    head.campusMs = head.device.dueCampusMs ?? head.campusMs;
    head.device.due({ ...this.#campus.moment(), campusMs: head.campusMs });
  }

  #end(head: Head, script: Script): void {
    const leftMs = Math.max(0, (head.device.dueCampusMs ?? head.campusMs) - head.campusMs);
    head.campusMs += Math.floor(this.#random.next() * leftMs);
    const at = { ...this.#campus.moment(), campusMs: head.campusMs };
    head.device.turn(0, at);
    if (script.tapsOut) head.device.tap(script.account, at);
    else head.device.interrupt(at);
    head.script = undefined;
  }

  #settle(head: Head): void {
    if (head.script !== undefined && head.device.running) this.#end(head, { ...head.script, tapsOut: true });
    head.script = undefined;
  }
}
