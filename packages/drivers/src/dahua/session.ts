import { type CancelTimer, type Random, type Result, durationMs, err, ok } from '@cardwatch/kernel';
import type {
  DeviceFacts,
  DeviceIdentity,
  DeviceSink,
  DriverFailure,
  DriverIo,
  Observation,
  RawValue,
  ResumePoint,
  Session,
} from '../contract.ts';
import { Intake } from '../gate/intake.ts';
import { epochFromIso } from '../gate/iso-time.core.ts';
import { LiveChannel } from '../gate/live-channel.ts';
import { WebTerminal } from '../gate/web-terminal.ts';
import type { DigestClient } from '../web/digest-client.ts';
import type { DahuaConnection } from './connection.ts';
import { eventStream } from './event-stream.core.ts';
import type { DahuaProfile, DahuaRead } from './model.ts';
import type { DahuaBy, DahuaPass } from './pass.core.ts';
import { RecordLog } from './record-log.ts';
import { valueOf } from './text.core.ts';

export interface DahuaParts {
  readonly connection: DahuaConnection;
  readonly profile: DahuaProfile;
  readonly client: DigestClient;
  readonly origin: string;
  readonly io: DriverIo;
  readonly random: Random;
}

/** How often the record of a pass that was told live is asked for, in settling times. */
const settlings = [1, 4, 12] as const;

/** One terminal. The stream tells that somebody passed; who counts is the record, since only it has a number. */
export class DahuaSession implements Session {
  readonly poll: NonNullable<Session['poll']>;
  readonly listen: NonNullable<Session['listen']>;
  readonly #parts: DahuaParts;
  readonly #terminal: WebTerminal;
  readonly #log: RecordLog;
  readonly #by: DahuaBy;
  readonly #states = new Map<string, string>();
  #channel: LiveChannel | undefined;
  #intake: Intake | undefined;
  #sink: DeviceSink | undefined;
  readonly #closing = new AbortController();
  #cancelTick: CancelTimer = () => {};
  /** Ends a wait before its time. */
  #wake: () => void = () => {};
  #reading: Promise<void> | undefined;
  #told = 0;

  constructor(parts: DahuaParts) {
    this.#parts = parts;
    const { connection, profile, client, origin, io } = parts;
    this.#by = { profile, direction: connection.direction, readers: connection.readers };
    this.#terminal = new WebTerminal({
      client,
      origin,
      deadlineMs: connection.deadlineMs,
      caPem: connection.caPem,
      io,
      closing: this.#closing.signal,
    });
    this.#log = new RecordLog({ terminal: this.#terminal, profile, by: this.#by, io });
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
    const info = await this.#terminal.text('/cgi-bin/magicBox.cgi?action=getSystemInfo');
    if (!info.ok) return info;
    const serial = valueOf(info.value, 'serialNumber');
    if (serial === undefined || serial === '') return err({ kind: 'malformed', detail: 'no serialNumber', frameHex: '' });
    const version = await this.#terminal.text('/cgi-bin/magicBox.cgi?action=getSoftwareVersion');
    const firmware = version.ok ? valueOf(version.value, 'version') : undefined;
    const model = valueOf(info.value, 'deviceType');
    return ok({ serial, ...(model === undefined ? {} : { model }), ...(firmware === undefined ? {} : { firmware }) });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelTick();
    this.#wake();
    await this.#channel?.close();
    await this.#reading;
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #listen(sink: DeviceSink, resume: () => ResumePoint | undefined): void {
    const { profile, client, io, random } = this.#parts;
    const intake = new Intake({ sink, resume, backlog: (wish) => this.#log.read(wish) });
    this.#intake = intake;
    this.#sink = sink;
    const { codes, heartbeatS, silentAfterMs } = profile.stream;
    const path = `/cgi-bin/eventManager.cgi?action=attach&codes=[${codes.join(',')}]&heartbeat=${heartbeatS}`;
    this.#channel = new LiveChannel({
      open: () => this.#terminal.stream(path, 2 * silentAfterMs),
      decoder: (contentType) => this.#decoder(contentType, intake),
      pausedForMs: () => client.pausedForMs,
      intake,
      sink,
      io,
      random,
      times: profile.stream,
    });
    this.#tick();
  }

  #decoder(contentType: string, intake: Intake): ReturnType<typeof eventStream> {
    const told = (pass: DahuaPass): boolean => {
      if (!intake.hasLog) return false;
      this.#log.await(pass.joint);
      this.#told++;
      this.#reading ??= this.#readAwaited(intake).finally(() => {
        this.#reading = undefined;
      });
      return true;
    };
    const stream = eventStream(contentType, { by: this.#by, now: () => this.#parts.io.clock.now(), told });
    const remembered = (items: ReturnType<typeof stream.feed>): ReturnType<typeof stream.feed> => {
      for (const { event } of items.flatMap(({ events }) => events))
        if (event.type === 'door') this.#states.set(event.point, event.state);
      return items;
    };
    return { feed: (bytes) => remembered(stream.feed(bytes)), end: () => remembered(stream.end()) };
  }

  /** Until every pass that was told has its record; then, and after three vain attempts, the next pass or the next tick goes on. */
  async #readAwaited(intake: Intake): Promise<void> {
    let attempt = 0;
    let told = this.#told;
    while (attempt < settlings.length && !this.#closed) {
      await this.#wait((settlings[attempt] ?? 1) * this.#parts.profile.log.settleMs);
      if (this.#closed) return;
      await this.#catchUp(intake);
      if (this.#log.awaited === 0) return;
      attempt = this.#told === told ? attempt + 1 : 0;
      told = this.#told;
    }
    this.#log.giveUp();
  }

  /** Also without a word from the stream: a part of it may have been lost. */
  #tick(): void {
    this.#cancelTick = this.#parts.io.clock.after(this.#parts.profile.stream.pollMs, () => {
      const intake = this.#intake;
      if (this.#closed || intake === undefined) return;
      if (this.#parts.client.pausedForMs > 0 || !intake.hasLog) return this.#tick();
      void this.#catchUp(intake).then(() => {
        if (!this.#closed) this.#tick();
      });
    });
  }

  async #catchUp(intake: Intake): Promise<void> {
    const caught = await intake.catchUp();
    if (!caught.ok && caught.error.kind !== 'notTaken' && !this.#closed) this.#sink?.failed(caught.error);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.io.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
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
    return ok(this.#observation([], firmware === undefined ? {} : { firmware }));
  }

  async #live(): Promise<Result<Observation, DriverFailure>> {
    const reply = await this.#terminal.text('/cgi-bin/global.cgi?action=getCurrentTime');
    if (!reply.ok) return reply;
    const text = valueOf(reply.value, 'result');
    if (text === undefined) return err({ kind: 'malformed', detail: 'getCurrentTime: no result', frameHex: '' });
    const readings = this.#parts.profile.points.map(({ name, read }) => ({ point: name, raw: this.#valueOf(read) }));
    return ok(this.#observation(readings, { deviceClock: { text, at: epochFromIso(text), readAt: this.#parts.io.clock.now() } }));
  }

  #valueOf(read: DahuaRead): RawValue {
    if (read.from === 'state') return this.#states.get(read.field);
    if (read.field === 'duplicates') return this.#intake?.duplicates;
    if (read.field === 'streams') return this.#channel?.opened;
    const last = this.#channel?.lastSignMs;
    return last === undefined ? undefined : Math.round((this.#parts.io.clock.mono() - last) / 1_000);
  }

  #observation(readings: Observation['readings'], facts: DeviceFacts): Observation {
    return { readings, records: [], facts, failures: [], rttMs: durationMs(this.#terminal.rttMs), more: false };
  }
}
