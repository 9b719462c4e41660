/** Reading the terminal's records back (recordFinder), by time; the number of a record is its RecNo. */
import { type Result, dayMs, err, hourMs, minuteMs, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo } from '../contract.ts';
import type { BacklogWish, GateEvent } from '../gate/intake.ts';
import type { WebTerminal } from '../gate/web-terminal.ts';
import type { DahuaProfile } from './model.ts';
import { type DahuaBy, type DahuaPass, type PassJoint, isSamePass, passOf, secondsOf } from './pass.core.ts';
import { recordPageOf } from './text.core.ts';

export const recordLimits = {
  recordsPerRun: 20_000,
  pagesPerRun: 2_000,
  pageMax: 1_000,
  overlapMs: 10 * minuteMs,
  lookBackHours: [24, 72, 240, 744],
  /** Live passes whose record is looked for. */
  awaited: 256,
} as const;

export interface RecordLogParts {
  readonly terminal: WebTerminal;
  readonly profile: DahuaProfile;
  readonly by: DahuaBy;
  readonly io: DriverIo;
}

export class RecordLog {
  readonly #parts: RecordLogParts;
  #awaited: PassJoint[] = [];

  constructor(parts: RecordLogParts) {
    this.#parts = parts;
  }

  /** Passes that were told live and whose record has not come yet. */
  get awaited(): number {
    return this.#awaited.length;
  }

  await(joint: PassJoint): void {
    this.#awaited.push(joint);
    if (this.#awaited.length > recordLimits.awaited) this.#awaited.shift();
  }

  giveUp(): void {
    this.#awaited = [];
  }

  /** All records that a wish asks for, in no order. `malformed` when a page made no sense. */
  async read(wish: BacklogWish): Promise<Result<readonly GateEvent[], DriverFailure>> {
    const { profile, io } = this.#parts;
    const now = io.clock.now();
    const reach =
      wish.afterNo === undefined || wish.sinceAt !== undefined ? [profile.log.firstHours] : recordLimits.lookBackHours;
    let found: readonly DahuaPass[] = [];
    for (const hours of reach) {
      const from = wish.sinceAt === undefined ? now - hours * hourMs : Math.min(wish.sinceAt, now) - recordLimits.overlapMs;
      const read = await this.#pages(secondsOf(from, profile.createTime), secondsOf(now + dayMs, profile.createTime));
      if (!read.ok) return read;
      found = read.value;
      if (found.some(({ event }) => (event.eventNo ?? 0) <= (wish.afterNo ?? -1))) break;
    }
    return ok(found.map((pass) => this.#claim(pass)));
  }

  /** A record whose pass was told live a moment ago is live news, and no longer awaited. */
  #claim({ event, joint }: DahuaPass): GateEvent {
    const index = this.#awaited.findIndex((awaited) => isSamePass(awaited, joint));
    if (index < 0 || event.event.type !== 'pass') return event;
    this.#awaited.splice(index, 1);
    return { ...event, event: { ...event.event, live: true, source: 'stream' } };
  }

  // There is no page number: each page begins at the time of the last record, and what came along again is dropped by its number.
  async #pages(fromS: number, toS: number): Promise<Result<readonly DahuaPass[], DriverFailure>> {
    const { profile } = this.#parts;
    const found = new Map<number, DahuaPass>();
    let startS = fromS;
    let count = profile.log.pageSize;
    for (let pages = 0; pages < recordLimits.pagesPerRun && found.size < recordLimits.recordsPerRun; pages++) {
      const page = await this.#page(startS, toS, count);
      if (!page.ok) return page;
      for (const pass of page.value) if (pass.event.eventNo !== undefined) found.set(pass.event.eventNo, pass);
      if (page.value.length < count) break;
      const lastS = page.value.reduce((last, { joint }) => Math.max(last, joint.createdS), startS);
      // A whole page of one second: a larger one, and where that is not to be had, the rest is missed visibly.
      if (lastS > startS) startS = lastS;
      else if (count < recordLimits.pageMax) count = Math.min(2 * count, recordLimits.pageMax);
      else startS = lastS + 1;
    }
    return ok([...found.values()]);
  }

  async #page(startS: number, endS: number, count: number): Promise<Result<readonly DahuaPass[], DriverFailure>> {
    const { terminal, profile, by } = this.#parts;
    const { name, deadlineMs } = profile.log;
    const path = `/cgi-bin/recordFinder.cgi?action=find&name=${encodeURIComponent(name)}&StartTime=${startS}&EndTime=${endS}&count=${count}`;
    const reply = await terminal.text(path, deadlineMs);
    if (!reply.ok) return reply;
    const page = recordPageOf(reply.value);
    if (typeof page === 'string') return err({ kind: 'malformed', detail: `recordFinder: ${page}`, frameHex: '' });
    const passes = page.records.map((fields) => passOf(fields, by, 'backfill', false));
    const read = passes.filter((pass) => pass !== undefined && pass.event.eventNo !== undefined);
    if (read.length !== passes.length)
      return err({ kind: 'malformed', detail: 'recordFinder: a record without RecNo or CreateTime', frameHex: '' });
    return ok(read.filter((pass) => pass !== undefined));
  }
}
