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
  /** The firmware does not know beginSerialNo: it gave events from before. */
  #deafToSerials = false;
  readonly #name: string;

  constructor(parts: EventLogParts) {
    this.#parts = parts;
    this.#name = Math.floor(parts.random.next() * 0xffff_ffff).toString(16);
  }

  /**
   * The events that a wish asks for, from the log, in no order. `malformed` when a page made no sense. Items that are no event are left out: their
   * numbers are missed visibly.
   */
  async read(wish: BacklogWish): Promise<Result<readonly GateEvent[], DriverFailure>> {
    const { profile, by } = this.#parts;
    if (profile.log.by === 'none') return err({ kind: 'unsupported', detail: 'the profile says that there is no AcsEvent' });
    const found = await this.#find(wish);
    return found.ok ? ok(found.value.map((event) => gateEventOf(event, by, 'backfill'))) : found;
  }

  async #find(wish: BacklogWish): Promise<Result<readonly AcsEvent[], DriverFailure>> {
    const { afterNo, sinceAt } = wish;
    if (this.#parts.profile.log.by === 'serial' && afterNo !== undefined && !this.#deafToSerials) {
      // The last event itself comes along: it shows that the log is still the same.
      const found = await this.#pages({ ...ever, beginSerialNo: afterNo, endSerialNo: 0xffff_ffff }, afterNo);
      if (!found.ok || !this.#deafToSerials) return found;
    }
    // Where the time of the last one is not known: further and further back, until something known comes along.
    const reach = afterNo !== undefined && sinceAt === undefined ? logLimits.lookBackHours : [this.#parts.profile.log.firstHours];
    let found: Result<readonly AcsEvent[], DriverFailure> = ok([]);
    for (const hours of reach) {
      found = await this.#pages(await this.#window(sinceAt, hours), afterNo);
      if (!found.ok || found.value.some((event) => isKnown(event, afterNo))) return found;
    }
    return found;
  }

  /** How many events the log holds. */
  async count(): Promise<Result<number, DriverFailure>> {
    const page = await this.#page({ ...ever, searchResultPosition: 0, maxResults: 1 }, this.#searchId());
    return page.ok ? ok(page.value.totalMatches ?? 0) : page;
  }

  /** Pages until the end. Known events are kept as witnesses, the newest of them; a run ends early when enough new ones came, never in the midst of known ones. */
  async #pages(window: Fields, afterNo: number | undefined): Promise<Result<readonly AcsEvent[], DriverFailure>> {
    const searchId = this.#searchId();
    const { pageSize } = this.#parts.profile.log;
    const known: AcsEvent[] = [];
    const found: AcsEvent[] = [];
    let position = 0;
    for (let pages = 0; pages < logLimits.pagesPerRun; pages++) {
      const page = await this.#page({ ...window, searchResultPosition: position, maxResults: pageSize }, searchId);
      if (!page.ok) return page;
      const { events, count, status } = page.value;
      if ('beginSerialNo' in window && events.some(({ serialNo }) => serialNo !== undefined && serialNo < (afterNo ?? 0))) {
        this.#deafToSerials = true;
        return ok([]);
      }
      for (const event of events) (isKnown(event, afterNo) ? known : found).push(event);
      if (known.length > logLimits.eventsPerRun) known.splice(0, known.length - logLimits.eventsPerRun);
      position += count;
      if (status !== 'more' || count === 0 || found.length >= logLimits.eventsPerRun) return ok([...known, ...found]);
    }
    return err({ kind: 'malformed', detail: `AcsEvent: more than ${logLimits.pagesPerRun} pages`, frameHex: '' });
  }

  async #page(condition: Fields, searchID: string): Promise<Result<AcsPage, DriverFailure>> {
    const { terminal, profile } = this.#parts;
    const AcsEventCond = { searchID, major: 0, minor: 0, picEnable: false, timeReverseOrder: false, ...condition };
    const reply = await terminal.json('POST', path, { AcsEventCond }, profile.log.deadlineMs);
    if (!reply.ok) return reply;
    const page = acsPageOf(reply.value);
    if (typeof page === 'string') return err({ kind: 'malformed', detail: `AcsEvent: ${page}`, frameHex: '' });
    const { unreadable, events } = page;
    if (unreadable[0] !== undefined && events.length === 0)
      return err({ kind: 'malformed', detail: `AcsEvent: ${unreadable[0]}`, frameHex: '' });
    if (unreadable[0] !== undefined)
      this.#parts.io.log.log('warn', 'logItemsUnreadable', { count: unreadable.length, reason: unreadable[0] });
    return ok(page);
  }

  /** The end is fixed before the first page, so that what happens meanwhile comes behind it. */
  async #window(sinceAt: EpochMs | undefined, hours: number): Promise<Fields> {
    const now = await this.#deviceNow();
    const from = sinceAt === undefined ? now - hours * hourMs : Math.min(sinceAt, now) - logLimits.overlapMs;
    return { startTime: isoShanghai(epochMs(Math.max(0, from))), endTime: isoShanghai(epochMs(now + dayMs)) };
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

const isKnown = ({ serialNo }: AcsEvent, afterNo: number | undefined): boolean =>
  serialNo !== undefined && afterNo !== undefined && serialNo <= afterNo;
