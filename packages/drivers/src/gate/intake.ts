/**
 * One way in for the numbered events of a gate, whatever channel they come by: live, replayed, pushed, read back. In the order of their numbers, each
 * once; a hole is first looked for in the device's own log. What cannot be found is left to custody, which sees the jump.
 */
import { type EpochMs, type Result, durationMs, epochMs, err, ok } from '@cardwatch/kernel';
import type { DeviceSink, DriverFailure, NotTaken, Observation, RawEvent, ResumePoint } from '../contract.ts';

export const intakeLimits = {
  eventsPerTake: 128,
  /** Attempts in a row to read the log until events go on without it. */
  logFailures: 3,
  /** Numbers remembered with their times, so that a clock that was set does not make an old event look new. */
  remembered: 4_096,
} as const;

/** A device clock before 2020 was never set. */
const clockSetFrom = epochMs(1_577_808_000_000);

export interface GateEvent {
  /** The device's own number; undefined where it gives none. */
  readonly eventNo: number | undefined;
  readonly observedAt: EpochMs | undefined;
  /** The device says that it told this before. */
  readonly replayed: boolean;
  readonly event: RawEvent;
}

export interface BacklogWish {
  /** Events with greater numbers; this one may come along, as a witness of what the log still holds. Undefined: no number is known. */
  readonly afterNo: number | undefined;
  /** Device time of that one, when it is known. */
  readonly sinceAt: EpochMs | undefined;
}

export type Backlog = (wish: BacklogWish) => Promise<Result<readonly GateEvent[], DriverFailure>>;

export interface IntakeParts {
  readonly sink: DeviceSink;
  readonly resume: () => ResumePoint | undefined;
  /** Reads the device's log. Undefined: it has none that can be read. */
  readonly backlog: Backlog | undefined;
}

export type IntakeFailure = DriverFailure | NotTaken;

export class Intake {
  readonly #parts: IntakeParts;
  #last: number | undefined;
  #lastAt: EpochMs | undefined;
  /** The log holds neither the last event nor a later one: it was cleared, or another device stands there. */
  #cleared = false;
  #turn: Promise<unknown> = Promise.resolve();
  #backlog: Backlog | undefined;
  #logFailures = 0;
  readonly #remembered = new Map<number, EpochMs | undefined>();
  /** Events that were offered again. */
  duplicates = 0;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#backlog = parts.backlog;
  }

  /** False when the device has no log that can be read, as far as is known. */
  get hasLog(): boolean {
    return this.#backlog !== undefined;
  }

  /** At the start, and after each interruption: all that the log holds beyond what is in custody. */
  catchUp(): Promise<Result<void, IntakeFailure>> {
    return this.#inTurn(async () => {
      const kept = this.#parts.resume()?.lastRecordNo;
      if (kept !== undefined && kept !== this.#last) {
        this.#last = kept;
        this.#lastAt = undefined;
      }
      const read = await this.#read(this.#last);
      if (!read.ok) return read;
      // Neither the last event nor a later one: whatever else the log holds is of a new life, or there is nothing in it.
      this.#cleared = this.#last !== undefined && this.hasLog && !read.value.some(({ eventNo }) => eventNo !== undefined);
      const all = this.#cleared ? await this.#read(undefined) : read;
      return all.ok ? this.#deliverBacklog(all.value) : all;
    });
  }

  /** `ok` when each of them is in custody, now or from before. */
  take(events: readonly GateEvent[], discardedParts: number): Promise<Result<void, IntakeFailure>> {
    return this.#inTurn(() => this.#take(events, discardedParts));
  }

  /** A sign of life without an event. */
  sign(discardedParts = 0): Promise<Result<void, IntakeFailure>> {
    return this.#inTurn(() => this.#deliver([], discardedParts));
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run);
    this.#turn = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  async #take(events: readonly GateEvent[], discardedParts: number): Promise<Result<void, IntakeFailure>> {
    const run: GateEvent[] = [];
    for (const [index, event] of events.entries()) {
      const last = run.findLast(({ eventNo }) => eventNo !== undefined) ?? { eventNo: this.#last, observedAt: this.#lastAt };
      switch (this.#placeOf(event, last)) {
        case 'next':
          run.push(event);
          break;
        case 'known':
          this.duplicates++;
          break;
        case 'hole':
        case 'restart': {
          // Numbers are looked for from where custody stands, so what is before goes first.
          const before = await this.#deliver(run, discardedParts);
          if (!before.ok) return before;
          const after = await this.#aroundHole(event);
          return after.ok ? this.#take(events.slice(index + 1), 0) : after;
        }
      }
    }
    return this.#deliver(run, discardedParts);
  }

  #placeOf(
    { eventNo, observedAt, replayed }: GateEvent,
    last: { readonly eventNo: number | undefined; readonly observedAt: EpochMs | undefined },
  ): 'next' | 'known' | 'hole' | 'restart' {
    if (eventNo === undefined || last.eventNo === undefined || eventNo === last.eventNo + 1) return 'next';
    if (eventNo > last.eventNo) return this.#backlog === undefined ? 'next' : 'hole';
    if (replayed || (this.#remembered.has(eventNo) && this.#remembered.get(eventNo) === observedAt)) return 'known';
    return this.#cleared || isLater(observedAt, last.observedAt) ? 'restart' : 'known';
  }

  async #aroundHole(event: GateEvent): Promise<Result<void, IntakeFailure>> {
    const restart = event.eventNo !== undefined && this.#last !== undefined && event.eventNo <= this.#last;
    const since = this.#lastAt;
    const read = await this.#read(restart ? 0 : this.#last);
    if (!read.ok) return read;
    const found = restart ? this.#ofNewLife(read.value, since) : read.value;
    if (restart) this.#beginAnew();
    return this.#deliver(this.#beyond([...found, event]), 0);
  }

  async #deliverBacklog(found: readonly GateEvent[]): Promise<Result<void, IntakeFailure>> {
    const last = this.#last;
    const numbers = found.flatMap(({ eventNo }) => eventNo ?? []);
    const witness = found.find(({ eventNo }) => eventNo !== undefined && eventNo === last);
    if (witness !== undefined) this.#lastAt = witness.observedAt;
    const since = this.#lastAt;
    // The newest that the log holds is older than what is in custody: its numbers have begun anew.
    const restarted = last !== undefined && numbers.length > 0 && numbers.every((number) => number < last);
    const ofNewLife = restarted ? this.#ofNewLife(found, since) : [];
    if (ofNewLife.length === 0) return this.#deliver(this.#beyond(found), 0);
    this.#beginAnew();
    return this.#deliver(this.#beyond(ofNewLife), 0);
  }

  /** Not older than the last event of the old life, and none of those that were taken from it. */
  #ofNewLife(found: readonly GateEvent[], since: EpochMs | undefined): readonly GateEvent[] {
    return found.filter(({ eventNo, observedAt }) => {
      const taken = eventNo !== undefined && this.#remembered.has(eventNo) && this.#remembered.get(eventNo) === observedAt;
      return !taken && (!isSet(since) || (isSet(observedAt) && observedAt >= since));
    });
  }

  #beginAnew(): void {
    this.#last = 0;
    this.#remembered.clear();
  }

  #remember(events: readonly GateEvent[]): void {
    for (const { eventNo, observedAt } of events) if (eventNo !== undefined) this.#remembered.set(eventNo, observedAt);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= intakeLimits.remembered) break;
      this.#remembered.delete(oldest);
    }
  }

  /** Nothing when there is no log, or when it could not be read for some time: live events do not wait for ever. */
  async #read(afterNo: number | undefined): Promise<Result<readonly GateEvent[], DriverFailure>> {
    if (this.#backlog === undefined) return ok([]);
    const read = await this.#backlog({ afterNo, sinceAt: isSet(this.#lastAt) ? this.#lastAt : undefined });
    if (read.ok) {
      this.#logFailures = 0;
      return read;
    }
    if (read.error.kind === 'unsupported') {
      this.#backlog = undefined;
      return ok([]);
    }
    this.#logFailures++;
    return this.#logFailures < intakeLimits.logFailures ? read : ok([]);
  }

  /** In the order of their numbers, each once, and only those after the last one. A live one wins over the same from the log. */
  #beyond(found: readonly GateEvent[]): readonly GateEvent[] {
    const after = this.#last ?? -1;
    const byNumber = new Map<number, GateEvent>();
    for (const event of found) if (event.eventNo !== undefined && event.eventNo > after) byNumber.set(event.eventNo, event);
    return [...byNumber.values()].sort((a, b) => (a.eventNo ?? 0) - (b.eventNo ?? 0));
  }

  async #deliver(events: readonly GateEvent[], discardedParts: number): Promise<Result<void, IntakeFailure>> {
    const numbers = events.flatMap(({ eventNo }) => eventNo ?? []);
    const newest = numbers.length === 0 ? undefined : Math.max(...numbers.slice(-1), this.#last ?? 0);
    let at = 0;
    do {
      const part = events.slice(at, at + intakeLimits.eventsPerTake);
      at += intakeLimits.eventsPerTake;
      const more = at < events.length;
      const taken = await this.#parts.sink.take(
        observationOf(part, at === intakeLimits.eventsPerTake ? discardedParts : 0, newest, more),
      );
      if (!taken.ok) return err(taken.error);
      this.#remember(part);
      const last = part.findLast(({ eventNo }) => eventNo !== undefined);
      if (last === undefined) continue;
      this.#last = last.eventNo;
      this.#lastAt = last.observedAt;
      this.#cleared = false;
    } while (at < events.length);
    return ok(undefined);
  }
}

const isSet = (at: EpochMs | undefined): at is EpochMs => at !== undefined && at >= clockSetFrom;

const isLater = (at: EpochMs | undefined, than: EpochMs | undefined): boolean => isSet(at) && isSet(than) && at > than;

function observationOf(
  events: readonly GateEvent[],
  discardedParts: number,
  newestRecordNo: number | undefined,
  more: boolean,
): Observation {
  return {
    readings: [],
    records: [],
    events: events.map(({ event }) => event),
    ...(discardedParts === 0 ? {} : { discardedParts }),
    failures: [],
    facts: newestRecordNo === undefined ? {} : { newestRecordNo },
    rttMs: durationMs(0),
    more,
  };
}
