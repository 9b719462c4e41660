import { type Result, durationMs, err, ok } from '@cardwatch/kernel';
import type {
  DeviceFacts,
  DeviceIdentity,
  DeviceSink,
  DriverIo,
  HttpAnswer,
  NotTaken,
  Observation,
  RawEvent,
  RawReading,
} from '../contract.ts';
import { accessOptions, attendanceOptions, stampOf, timeAnswer } from './answer.core.ts';
import { type ToldLine, bodyOf, eventOf, keyOf, stateFacts } from './body.core.ts';
import { foreignCommand, parseCommandResult } from './command-result.core.ts';
import { type ZkConnection, serialNumber } from './connection.ts';
import { linesOf, shapeOf, zkLimits } from './lines.core.ts';
import { Remembered } from '../web/remembered.core.ts';
import type { ZkProfile } from './model.ts';
import { infoOf, optionsFacts, optionsIdentity, optionsReadings, parseOptions } from './options.core.ts';
import type { ZkRequest } from './request.core.ts';

export interface GateParts {
  readonly connection: ZkConnection;
  readonly profile: ZkProfile;
  readonly io: DriverIo;
  /** A code of ours that an access terminal shows from then on. */
  readonly registryCode: string;
}

/** Requests of one terminal at once; it has one or two connections. */
export const gateLimits = { waiting: 8 } as const;

interface Learnt {
  readonly readings?: readonly RawReading[];
  readonly events?: readonly RawEvent[];
  readonly facts?: DeviceFacts;
  readonly discardedParts?: number;
}

const plain = (body: string): HttpAnswer => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });
/** No `OK` in it: the terminal keeps what it has and offers it again after its ErrorDelay. */
const notNow: HttpAnswer = { status: 503 };

/**
 * One terminal that dials in. It is answered `OK` only when all that it told is in the sink's custody; it is never given a command.
 * Requests of one terminal are taken one after the other.
 */
export class ZkGate {
  readonly #parts: GateParts;
  readonly #seen = new Remembered(zkLimits.remembered);
  #sink: DeviceSink | undefined;
  #stamp: string | undefined;
  #registered = false;
  #refusedPosts: () => number = () => 0;
  #identity: DeviceIdentity;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#identity = { serial: parts.connection.serial };
  }

  /** The serial number alone until the terminal has sent its options. */
  get identity(): DeviceIdentity {
    return this.#identity;
  }

  /** `refusedPosts`: how many posts of others were refused at this port. */
  start(sink: DeviceSink, refusedPosts: () => number): void {
    this.#sink = sink;
    this.#refusedPosts = refusedPosts;
  }

  stop(): void {
    this.#sink = undefined;
  }

  /** The last stamp that is in custody. */
  get stamp(): string | undefined {
    return this.#stamp;
  }

  answer(request: ZkRequest, body: Uint8Array): Promise<HttpAnswer> {
    if (this.#waiting >= gateLimits.waiting) return Promise.resolve(notNow);
    this.#waiting++;
    const mine = this.#turn.then(() => this.#answer(request, body)).finally(() => this.#waiting--);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #answer(request: ZkRequest, body: Uint8Array): Promise<HttpAnswer> {
    if (this.#sink === undefined) return notNow;
    switch (request.path) {
      case 'cdata':
        return request.post ? this.#data(request, body) : this.#hello(request);
      case 'registry':
        return this.#registry(body);
      case 'push':
        return this.#configuration();
      case 'getrequest':
        return this.#alive(infoOf(request.query.get('info') ?? ''), 'OK');
      case 'devicecmd':
        return this.#commandResults(body);
      case 'rtdata':
        return plain(timeAnswer(this.#parts.io.clock.now(), this.#parts.profile.timeZoneHours));
      case 'ping':
        return this.#alive({}, 'OK');
      case 'querydata':
      case 'fdata':
        return this.#alive({ discardedParts: 1 }, 'OK');
    }
  }

  async #hello(request: ZkRequest): Promise<HttpAnswer> {
    const { profile, connection } = this.#parts;
    const access = request.query.get('devicetype') === 'acc' || profile.family === 'access';
    if (access) return this.#alive({}, this.#registered ? this.#accessText() : 'OK');
    return this.#alive({}, attendanceOptions({ serial: connection.serial, stamp: this.#stamp, profile }));
  }

  #accessText(): string {
    return accessOptions({ registryCode: this.#parts.registryCode, profile: this.#parts.profile });
  }

  async #registry(body: Uint8Array): Promise<HttpAnswer> {
    const learnt = this.#options(textOf(body));
    const answer = await this.#alive(learnt, `RegistryCode=${this.#parts.registryCode}`);
    if (answer.status === 200) this.#registered = true;
    return { ...answer, headers: { ...answer.headers, 'set-cookie': `token=${this.#parts.registryCode}; path=/` } };
  }

  async #configuration(): Promise<HttpAnswer> {
    this.#registered = true;
    return this.#alive({}, this.#accessText());
  }

  #options(text: string): Learnt {
    const options = parseOptions(text);
    this.#identity = optionsIdentity(this.#parts.connection.serial, options);
    return { facts: optionsFacts(options), readings: optionsReadings(options) };
  }

  async #data(request: ZkRequest, body: Uint8Array): Promise<HttpAnswer> {
    const table = request.query.get('table')?.toLowerCase() ?? '';
    if (table === 'options') return this.#alive(this.#options(textOf(body)), 'OK');
    if (table === 'tabledata') return this.#tableData(request, body);
    if (/^(attphoto|biodata|biophoto|userpic)$/.test(table)) return this.#alive({ discardedParts: 1 }, 'OK: 1');
    const lines = bodyOf(body, this.#parts.profile);
    if (lines === undefined) return { status: 413 };
    const taken = await this.#takeLines(lines);
    if (!taken.ok) return notNow;
    const stamp = stampOf(request.query.get('stamp'));
    if (table === 'attlog' && stamp !== undefined) this.#stamp = stamp;
    return plain(table.startsWith('rt') ? 'OK' : `OK: ${lines.length}`);
  }

  /** Its own acknowledgement or the terminal sends it for ever: `<table>=<count>`. */
  async #tableData({ query }: ZkRequest, body: Uint8Array): Promise<HttpAnswer> {
    const name = query.get('tablename') ?? '';
    const count = linesOf(body)?.length ?? 0;
    if (!serialNumber.test(name)) return { status: 400 };
    return this.#alive({ discardedParts: count }, `${name}=${query.get('count') ?? count}`);
  }

  async #takeLines(lines: readonly ToldLine[]): Promise<Result<void, NotTaken>> {
    const fresh = this.#fresh(lines);
    for (let at = 0; at === 0 || at < fresh.length; at += zkLimits.eventsPerTake) {
      const some = fresh.slice(at, at + zkLimits.eventsPerTake);
      const taken = await this.#take(this.#learntOf(some));
      if (!taken.ok) return taken;
      for (const { told } of some) this.#remember(keyOf(told));
    }
    return ok(undefined);
  }

  /** Without what is in custody already, and without what stands twice in one body. */
  #fresh(lines: readonly ToldLine[]): readonly ToldLine[] {
    const here = new Set<string>();
    return lines.filter(({ told }) => {
      const key = keyOf(told);
      if (key === undefined) return true;
      const known = here.has(key) || this.#seen.has(key);
      here.add(key);
      return !known;
    });
  }

  #remember(key: string | undefined): void {
    if (key !== undefined) this.#seen.add(key);
  }

  #learntOf(lines: readonly ToldLine[]): Learnt {
    const { profile, connection, io } = this.#parts;
    const context = { profile, direction: connection.direction, now: io.clock.now() };
    const events = lines.flatMap(({ told }) => {
      const event = eventOf(told, context);
      return event === undefined ? [] : [event];
    });
    const state = lines.findLast(({ told }) => told.kind === 'state')?.told;
    return {
      events,
      discardedParts: lines.filter(({ told }) => told.kind === 'private').length,
      ...(state?.kind === 'state'
        ? { readings: state.readings, facts: stateFacts(state, profile.timeZoneHours, io.clock.now()) }
        : {}),
    };
  }

  async #commandResults(body: Uint8Array): Promise<HttpAnswer> {
    const lines = linesOf(body);
    if (lines === undefined) return { status: 413 };
    const events = lines.slice(0, zkLimits.eventsPerTake).map(({ text }): RawEvent => {
      const parsed = parseCommandResult(text ?? '');
      if (parsed.ok) return foreignCommand(parsed.value, '');
      const detail = `${parsed.error}: ${shapeOf(text ?? '')}`;
      return { type: 'deviceAudit', action: 'undecodedLine', detail, observedText: '', observedAt: undefined };
    });
    return this.#alive({ events }, 'OK');
  }

  async #alive(learnt: Learnt, text: string): Promise<HttpAnswer> {
    const taken = await this.#take(learnt);
    return taken.ok ? plain(text) : notNow;
  }

  async #take({ readings = [], events = [], facts = {}, discardedParts = 0 }: Learnt): Promise<Result<void, NotTaken>> {
    const known = new Set(this.#parts.profile.points.map(({ name }) => name));
    const told = [...readings, { point: 'refusedPosts', raw: this.#refusedPosts() }].filter(({ point }) => known.has(point));
    const observation: Observation = {
      readings: told,
      records: [],
      events,
      discardedParts,
      collectMode: 'realtime',
      failures: [],
      facts,
      rttMs: durationMs(0),
      more: false,
    };
    return this.#sink?.take(observation) ?? err({ kind: 'notTaken', detail: 'the session is closed' });
  }
}

const textOf = (body: Uint8Array): string => linesOf(body)?.find(({ text }) => text !== undefined)?.text ?? '';
