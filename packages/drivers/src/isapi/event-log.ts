/** Reading the terminal's event log (AcsEvent) back: by serial number where the firmware knows it, else by time. */
import { type EpochMs, type Random, type Result, dayMs, epochMs, err, hourMs, minuteMs, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo } from '../contract.ts';
import type { Fields } from '../gate/fields.core.ts';
import type { BacklogWish, GateEvent } from '../gate/intake.ts';
import { epochFromIso, isoShanghai } from '../gate/iso-time.core.ts';
import type { WebTerminal } from '../gate/web-terminal.ts';
import { type AcsEvent, type AcsPage, acsPageOf } from './acs-event.core.ts';
import { type ReadBy, gateEventOf } from './gate-event.core.ts';
import { systemTimeOf } from './health.core.ts';
import type { IsapiProfile } from './model.ts';

export const logLimits = {
  eventsPerRun: 20_000,
  pagesPerRun: 5_000,
  overlapMs: 10 * minuteMs,
  lookBackHours: [24, 72, 240, 744],
} as const;

const path = '/ISAPI/AccessControl/AcsEvent?format=json';
/** All times that a 32-bit clock can show. */
const ever = { startTime: '1970-01-01T00:00:00+08:00', endTime: '2037-12-31T23:59:59+08:00' };

export interface EventLogParts {
  readonly terminal: WebTerminal;
  readonly profile: IsapiProfile;
  readonly by: ReadBy;
  readonly io: DriverIo;
  readonly random: Random;
}

export class EventLog {
  readonly #parts: EventLogParts;
  #searches = 0;
  readonly #name: string;

  constructor(parts: EventLogParts) {
    this.#parts = parts;
    this.#name = Math.floor(parts.random.next() * 0xffff_ffff).toString(16);
  }

  /** All events that a wish asks for, from the log, in no order. `malformed` when a page made no sense. */
  async read(wish: BacklogWish): Promise<Result<readonly GateEvent[], DriverFailure>> {
    const { by, log } = { by: this.#parts.by, log: this.#parts.profile.log };
    // By time, and the time of the last one is not known: further and further back, until something known comes along.
    const reach =
      log.by === 'time' && wish.afterNo !== undefined && wish.sinceAt === undefined ? logLimits.lookBackHours : [log.firstHours];
    let found: Result<readonly AcsEvent[], DriverFailure> = ok([]);
    for (const hours of reach) {
      const window = await this.#window(wish, hours);
      if (!window.ok) return window;
      found = await this.#pages(window.value);
      if (!found.ok) return found;
      if (found.value.some(({ serialNo }) => serialNo !== undefined && serialNo <= (wish.afterNo ?? -1))) break;
    }
    return ok(found.value.map((event) => gateEventOf(event, by, 'backfill')));
  }

  /** How many events the log holds. */
  async count(): Promise<Result<number, DriverFailure>> {
    const page = await this.#page({ ...ever, searchResultPosition: 0, maxResults: 1 }, this.#searchId());
    return page.ok ? ok(page.value.totalMatches ?? 0) : page;
  }

  async #pages(window: Fields): Promise<Result<readonly AcsEvent[], DriverFailure>> {
    const searchId = this.#searchId();
    const { pageSize } = this.#parts.profile.log;
    const found: AcsEvent[] = [];
    let position = 0;
    for (let pages = 0; pages < logLimits.pagesPerRun && found.length < logLimits.eventsPerRun; pages++) {
      const page = await this.#page({ ...window, searchResultPosition: position, maxResults: pageSize }, searchId);
      if (!page.ok) return page;
      const { events, unreadable, count, status } = page.value;
      if (unreadable[0] !== undefined) return err({ kind: 'malformed', detail: `AcsEvent: ${unreadable[0]}`, frameHex: '' });
      found.push(...events);
      position += count;
      if (status !== 'more' || count === 0) break;
    }
    return ok(found);
  }

  async #page(condition: Fields, searchID: string): Promise<Result<AcsPage, DriverFailure>> {
    const { terminal, profile } = this.#parts;
    const AcsEventCond = { searchID, major: 0, minor: 0, picEnable: false, timeReverseOrder: false, ...condition };
    const reply = await terminal.json('POST', path, { AcsEventCond }, profile.log.deadlineMs);
    if (!reply.ok) return reply;
    const page = acsPageOf(reply.value);
    return typeof page === 'string' ? err({ kind: 'malformed', detail: page, frameHex: '' }) : ok(page);
  }

  /** The end of the window is fixed before the first page, so that what happens meanwhile does not shift the pages. */
  async #window({ afterNo, sinceAt }: BacklogWish, hours: number): Promise<Result<Fields, DriverFailure>> {
    const { profile } = this.#parts;
    if (profile.log.by === 'none') return err({ kind: 'unsupported', detail: 'the profile says that there is no AcsEvent' });
    // The last event itself comes along: it shows that the log is still the same.
    if (profile.log.by === 'serial' && afterNo !== undefined)
      return ok({ ...ever, beginSerialNo: afterNo, endSerialNo: 0xffff_ffff });
    const now = await this.#deviceNow();
    const from = sinceAt === undefined ? now - hours * hourMs : Math.min(sinceAt, now) - logLimits.overlapMs;
    return ok({ startTime: isoShanghai(epochMs(Math.max(0, from))), endTime: isoShanghai(epochMs(now + dayMs)) });
  }

  /** By the device's clock, since its events are dated by it; by ours when it does not tell. */
  async #deviceNow(): Promise<EpochMs> {
    const { terminal, io } = this.#parts;
    const told = await terminal.xml('/ISAPI/System/time');
    const text = told.ok ? systemTimeOf(told.value) : undefined;
    return (text === undefined ? undefined : epochFromIso(text)) ?? io.clock.now();
  }

  #searchId(): string {
    this.#searches++;
    return `cw-${this.#name}-${this.#searches}`;
  }
}
