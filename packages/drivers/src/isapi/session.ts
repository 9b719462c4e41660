import { type Random, type Result, durationMs, err, ok } from '@cardwatch/kernel';
import type {
  DeviceFacts,
  DeviceIdentity,
  DeviceSink,
  DriverFailure,
  DriverIo,
  HttpAnswer,
  HttpArrival,
  Observation,
  PointFailure,
  RawReading,
  RawValue,
  ResumePoint,
  Session,
} from '../contract.ts';
import { Intake } from '../gate/intake.ts';
import { epochFromIso } from '../gate/iso-time.core.ts';
import { LiveChannel } from '../gate/live-channel.ts';
import { WebTerminal } from '../gate/web-terminal.ts';
import type { DigestClient } from '../web/digest-client.ts';
import { alertStream } from './alert-stream.core.ts';
import type { IsapiConnection } from './connection.ts';
import { EventLog } from './event-log.ts';
import type { ReadBy } from './gate-event.core.ts';
import {
  type SystemStatus,
  type WorkStatus,
  deviceInfoOf,
  systemStatusOf,
  systemTimeOf,
  workStatusOf,
  workValue,
} from './health.core.ts';
import type { IsapiProfile, IsapiRead } from './model.ts';
import type { PushHub, PushPlace } from './push-hub.ts';
import { itemsOfPush } from './push.core.ts';

export interface IsapiParts {
  readonly connection: IsapiConnection;
  readonly profile: IsapiProfile;
  readonly client: DigestClient;
  readonly origin: string;
  readonly hub: PushHub;
  readonly io: DriverIo;
  readonly random: Random;
}

/** One terminal: polled for its state, listened to for its events. */
export class IsapiSession implements Session {
  readonly poll: NonNullable<Session['poll']>;
  readonly listen: NonNullable<Session['listen']>;
  readonly #parts: IsapiParts;
  readonly #terminal: WebTerminal;
  readonly #log: EventLog;
  readonly #by: ReadBy;
  readonly #closing = new AbortController();
  #channel: LiveChannel | undefined;
  #push: Promise<Result<PushPlace, DriverFailure>> | undefined;
  #intake: Intake | undefined;
  #lastPushMs: number | undefined;

  constructor(parts: IsapiParts) {
    this.#parts = parts;
    const { connection, profile, client, origin, io, random } = parts;
    this.#by = { table: profile.codeTable, direction: connection.direction, readers: connection.readers };
    this.#terminal = new WebTerminal({
      client,
      origin,
      deadlineMs: connection.deadlineMs,
      caPem: connection.caPem,
      io,
      closing: this.#closing.signal,
    });
    this.#log = new EventLog({ terminal: this.#terminal, profile, by: this.#by, io, random });
    const { live, identity } = profile.tasks;
    this.poll = {
      tasks: [
        { name: 'live', periodMs: live.periodMs, yields: 'readings' },
        ...(identity === undefined ? [] : [{ name: 'identity', periodMs: identity.periodMs, yields: 'readings' as const }]),
      ],
      run: (task) => this.#run(task),
    };
    this.listen = { silentAfterMs: profile.stream.silentAfterMs, start: (sink, resume) => this.#listen(sink, resume) };
  }

  async identify(): Promise<Result<DeviceIdentity, DriverFailure>> {
    const read = await this.#terminal.xml('/ISAPI/System/deviceInfo');
    if (!read.ok) return read;
    const info = deviceInfoOf(read.value);
    if (info === undefined) return err({ kind: 'malformed', detail: 'no DeviceInfo with a serial number', frameHex: '' });
    const { deviceType: _type, ...identity } = info;
    return ok(identity);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#channel?.close();
    const place = await this.#push;
    if (place?.ok === true) await place.value.close();
  }

  #listen(sink: DeviceSink, resume: () => ResumePoint | undefined): void {
    const { profile, connection, client, io, random } = this.#parts;
    const backlog = profile.log.by === 'none' ? undefined : this.#log.read.bind(this.#log);
    const intake = new Intake({ sink, resume, backlog });
    this.#intake = intake;
    if (connection.channel === 'push') {
      this.#push = this.#openPush(sink, intake);
      if (backlog === undefined) return;
    }
    this.#channel = new LiveChannel({
      open:
        connection.channel === 'push'
          ? () => Promise.resolve(err({ kind: 'unsupported', detail: 'this terminal pushes' }))
          : () => this.#terminal.stream(profile.stream.path, 2 * profile.stream.silentAfterMs),
      decoder: (contentType) => alertStream(contentType, this.#by),
      pausedForMs: () => client.pausedForMs,
      intake,
      sink,
      io,
      random,
      times: profile.stream,
    });
  }

  async #openPush(sink: DeviceSink, intake: Intake): Promise<Result<PushPlace, DriverFailure>> {
    const { connection, hub, io } = this.#parts;
    const { push, pushPath } = connection;
    if (push === undefined || pushPath === undefined) {
      const failure: DriverFailure = {
        kind: 'unsupported',
        detail: 'channel push needs `push` at the link and `pushPath` at the device',
      };
      sink.failed(failure);
      return err(failure);
    }
    const place = await hub.add({ ...push, path: pushPath }, (request) => this.#pushed(request, sink, intake), io);
    if (!place.ok) sink.failed(place.error);
    return place;
  }

  /** Answered with 200 only when all of it is in custody: the terminal keeps what was not taken, and posts it again. */
  async #pushed(request: HttpArrival, sink: DeviceSink, intake: Intake): Promise<HttpAnswer> {
    if (!isFrom(request.peer, this.#parts.connection.host)) return { status: 403 };
    const type = request.headers['content-type'];
    const items = itemsOfPush(request.body, typeof type === 'string' ? type : '', this.#by);
    const broken = items.find((item) => item.broken !== undefined)?.broken;
    const events = items.flatMap((item) => item.events);
    if (broken !== undefined) sink.failed({ kind: 'malformed', detail: broken, frameHex: '' });
    // What will never be readable is not asked for again.
    if (broken !== undefined && events.length === 0) return { status: 200 };
    const taken = await intake.take(
      events,
      items.reduce((sum, { discardedParts }) => sum + discardedParts, 0),
    );
    this.#lastPushMs = this.#parts.io.clock.mono();
    return { status: taken.ok ? 200 : 503 };
  }

  #run(task: string): Promise<Result<Observation, DriverFailure>> {
    if (task === 'live') return this.#live();
    if (task === 'identity') return this.#identity();
    return Promise.resolve(err({ kind: 'unsupported', detail: `no task ${task}` }));
  }

  async #identity(): Promise<Result<Observation, DriverFailure>> {
    const identity = await this.identify();
    if (!identity.ok) return identity;
    const { firmware } = identity.value;
    return ok(this.#observation([], firmware === undefined ? {} : { firmware }, []));
  }

  async #live(): Promise<Result<Observation, DriverFailure>> {
    const { points } = this.#parts.profile;
    const asks = (from: IsapiRead['from']): boolean => points.some(({ read }) => read.from === from);
    const failures: PointFailure[] = [];
    const failed = (from: IsapiRead['from'], failure: DriverFailure): undefined => {
      failures.push({ points: points.filter(({ read }) => read.from === from).map(({ name }) => name), failure });
      return undefined;
    };
    const status = await this.#status();
    // Who does not answer, or does not let us in, is not asked again for the rest.
    if (!status.ok && isMute(status.error)) return status;
    const work = await this.#terminal.json('GET', '/ISAPI/AccessControl/AcsWorkStatus?format=json');
    if (!status.ok && !work.ok) return status;
    const count = asks('log') ? await this.#log.count() : ok(undefined);
    const values: Values = {
      work: work.ok ? workStatusOf(work.value) : failed('work', work.error),
      status: status.ok ? status.value : failed('status', status.error),
      events: count.ok ? count.value : failed('log', count.error),
    };
    const readings = points.flatMap(({ name, read }): readonly RawReading[] =>
      failures.some((failure) => failure.points.includes(name)) ? [] : [{ point: name, raw: this.#valueOf(read, values) }],
    );
    return ok(this.#observation(readings, this.#clockFacts(values.status?.deviceTime), failures));
  }

  /** Not on all terminals; the clock is then asked for alone. */
  async #status(): Promise<Result<SystemStatus, DriverFailure>> {
    const read = await this.#terminal.xml('/ISAPI/System/status');
    if (!read.ok && isMute(read.error)) return read;
    const status = read.ok ? systemStatusOf(read.value) : undefined;
    if (status?.deviceTime !== undefined) return ok(status);
    const time = await this.#terminal.xml('/ISAPI/System/time');
    if (!time.ok) return time;
    const deviceTime = systemTimeOf(time.value);
    if (deviceTime === undefined && status === undefined)
      return err({ kind: 'malformed', detail: 'System/time: another document', frameHex: '' });
    const none = { uptimeSec: undefined, cpu: undefined, memUsed: undefined, memAvail: undefined };
    return ok({ ...none, ...status, deviceTime });
  }

  #valueOf(read: IsapiRead, values: Values): RawValue {
    switch (read.from) {
      case 'work': {
        const raw = values.work === undefined ? undefined : workValue(values.work, read.field, read.index);
        const turned = read.field === 'magneticStatus' && this.#parts.connection.contactInverted;
        return turned && (raw === 0 || raw === 1) ? 1 - raw : raw;
      }
      case 'status':
        return values.status?.[read.field];
      case 'log': {
        const { capacity } = this.#parts.profile.log;
        if (read.field === 'events' || values.events === undefined) return values.events;
        return capacity === undefined ? undefined : Math.min(100, (100 * values.events) / capacity);
      }
      case 'channel':
        return this.#channelValue(read.field);
    }
  }

  #channelValue(field: 'signAgeS' | 'duplicates' | 'streams'): RawValue {
    if (field === 'duplicates') return this.#intake?.duplicates;
    if (field === 'streams') return this.#channel?.opened;
    const last = Math.max(this.#lastPushMs ?? -1, this.#channel?.lastSignMs ?? -1);
    return last < 0 ? undefined : Math.round((this.#parts.io.clock.mono() - last) / 1_000);
  }

  #clockFacts(text: string | undefined): DeviceFacts {
    return text === undefined ? {} : { deviceClock: { text, at: epochFromIso(text), readAt: this.#parts.io.clock.now() } };
  }

  #observation(readings: readonly RawReading[], facts: DeviceFacts, failures: readonly PointFailure[]): Observation {
    return { readings, records: [], facts, failures, rttMs: durationMs(this.#terminal.rttMs), more: false };
  }
}

const isMute = ({ kind }: DriverFailure): boolean =>
  kind === 'timeout' || kind === 'unreachable' || kind === 'unauthorised' || kind === 'closed';

interface Values {
  readonly work: WorkStatus | undefined;
  readonly status: SystemStatus | undefined;
  readonly events: number | undefined;
}

/** Host names are not looked up here: a device that is named by one is known by its path alone. */
const isFrom = (peer: string, host: string): boolean => !/^[\d.:a-f]+$/i.test(host) || peer.replace(/^::ffff:/, '') === host;
