import { type Heartbeat, OperationName } from '@cardwatch/contracts';
import type { DeviceFacts, DriverFailure, NotTaken, Observation, ResumePoint, Session } from '@cardwatch/drivers';
import { type Clock, err, type Logger, ok, type Result } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import { DeviceHealth } from '../health/device-health.ts';
import { type LastSent, normaliseReadings, worthSending } from '../normalise/reading.core.ts';
import type { Reporter } from '../report/reporter.ts';
import { within } from '../sleeper.ts';
import { Calls } from './calls.ts';
import { type CustodyParts, refill, takeOver } from './custody.ts';
import { proofOf } from './doubt.core.ts';
import { heartbeatOf } from './heartbeat.core.ts';
import { IdentityCheck } from './identity.ts';
import { Listener, notTaken } from './listener.ts';
import { outcomeOf } from './outcome.core.ts';
import type { Outcome, PlanTask, RecollectJob } from './plan.core.ts';
import { type DeviceWatch, newWatch, type WatchEvent, watchStep } from './state.step.ts';
import { newMemory, type Terminal } from './terminal.ts';
import { Turns } from './turns.ts';

export const deviceLimits = { taskMs: 60_000, openMs: 20_000, identifyMs: 10_000, recollectChunk: 32 } as const;

/** Readings by which a device says of itself that it works without its upstream 脱机. */
const offlinePoints: ReadonlySet<string> = new Set(['sellingOffline']);

export interface DeviceParts extends CustodyParts {
  /** Whether records and events of the device may be taken over now. */
  mayCollect(deviceId: string): boolean;
  /** Told of each outcome; says whose fault a silence is: the device's own, or of what it is reached through. `held`: `judged` follows. */
  readonly reach?: { answered(deviceId: string): void; failed(deviceId: string): 'self' | 'parents' | 'held' };
  readonly reporter: Reporter;
  readonly readingPeriodMs: number;
  openSession(device: AgentDevice): Promise<Result<Session, DriverFailure>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One device, polled or speaking by itself: its session, its state, its last readings, and the custody of its records and events. */
export class DeviceUnit {
  readonly device: AgentDevice;
  readonly #parts: DeviceParts;
  /** Other devices hang on the same line: when it cannot be reached the line is the cause. */
  readonly #shared: boolean;
  readonly #onTaken: () => void;
  readonly #identity: IdentityCheck;
  readonly #health: DeviceHealth;
  /** Custody is taken by one at a time: the poll loop, a recollection, or what the device said by itself. */
  readonly #turns = new Turns();
  readonly #calls = new Calls();
  #memory = newMemory();
  #listener: Listener | undefined;
  #discarded = 0;
  #session: Session | undefined;
  #watch: DeviceWatch;
  #sent: LastSent = new Map();
  #facts: DeviceFacts = {};
  #lineFallen = false;

  /** `onTaken` is called after each custody of what the device said by itself. */
  constructor(device: AgentDevice, shared: boolean, parts: DeviceParts, onTaken: () => void = () => undefined) {
    this.device = device;
    this.#shared = shared;
    this.#parts = parts;
    this.#onTaken = onTaken;
    this.#identity = new IdentityCheck(device.declaration.deviceId, device.expectedSerial, parts);
    this.#health = new DeviceHealth(device, parts);
    this.#watch = newWatch(device.declaration.maintenance ?? false, parts.clock.now());
  }

  get watch(): DeviceWatch {
    return this.#watch;
  }

  get facts(): DeviceFacts {
    return this.#facts;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get canRecollect(): boolean {
    return this.#session?.poll?.recollect !== undefined;
  }

  /** Speaks by itself and is not polled. */
  get onlyListens(): boolean {
    return this.#session?.listen !== undefined && (this.#session.poll?.tasks.length ?? 0) === 0;
  }

  /** Names of what a person may have it do. */
  get operations(): readonly string[] {
    return (this.#session?.command?.names ?? []).filter((name) => OperationName.safeParse(name).success);
  }

  heartbeat(): Heartbeat {
    const { deviceId } = this.device.declaration;
    const { told } = this.#identity;
    const known = {
      serial: told?.serial,
      firmware: told?.firmware,
      duplicates: this.#memory.duplicates,
      discardedParts: this.#discarded,
      operations: this.operations,
    };
    return heartbeatOf(deviceId, this.#watch, this.#facts, this.#parts.cursors.get(deviceId), known, this.#parts.clock.now());
  }

  /** What was reported and taken over so far was lost (no journal yet): all of it counts as new. */
  forgetSent(): void {
    this.#sent = new Map();
    this.#memory = { ...newMemory(), duplicates: this.#memory.duplicates };
  }

  collecting(allowed: boolean): void {
    this.#apply({ type: 'collecting', allowed });
  }

  /** Whose fault its failures are, now that what it is reached through was asked. */
  judged(parentDown: boolean): void {
    this.#apply({ type: 'judged', parentDown });
  }

  /** Others of the line fell silent with it: what it failed so far is enough. */
  confirmSilence(): void {
    this.#apply({ type: 'confirmed' });
  }

  /** Its line is silent as a whole, or is heard again. All of a line fall at once; each that answers is well again by itself. */
  lineFallen(fallen: boolean): void {
    this.#lineFallen = fallen;
    if (fallen) this.#apply({ type: 'failed', failure: 'timeout', parentDown: true, conclusive: true });
  }

  /** Called about once a second. */
  tick(): void {
    if (this.#listener === undefined) return;
    this.#listener.watch();
    this.collecting(this.#parts.mayCollect(this.device.declaration.deviceId));
  }

  async open(signal: AbortSignal): Promise<Outcome & { readonly tasks?: readonly PlanTask[] }> {
    const { clock } = this.#parts;
    if (this.#session?.listen !== undefined) return { ok: true, more: false, tasks: this.#session.poll?.tasks ?? [] };
    const opening = this.#parts.openSession(this.device);
    const opened = await within(clock, deviceLimits.openMs, opening, () => {
      // What opens too late would hold its port for good.
      opening.then((session) => (session.ok ? session.value.close() : undefined)).catch(() => undefined);
      return late(deviceLimits.openMs);
    });
    if (!opened.ok) return this.#failed(opened.error);
    this.#session = opened.value;
    this.#identity.due();
    this.#listen(opened.value, signal);
    return { ok: true, more: false, tasks: opened.value.poll?.tasks ?? [] };
  }

  async runTask(task: string, mayCollect: boolean, signal: AbortSignal): Promise<Outcome> {
    const poll = this.#session?.poll;
    if (poll === undefined) return this.#failed({ kind: 'closed' });
    const verdict = await this.#recognised(signal);
    if (verdict !== 'go') return verdict === 'stranger' ? { ok: true, more: false } : this.#lost(verdict, signal);
    const observed = await this.#guarded((inner) => poll.run(task, inner, this.#resume()), signal);
    if (!observed.ok) return this.#lost(observed.error, signal);
    this.#answered(observed.value);
    if (!mayCollect) return { ok: true, more: false };
    const taken = await this.#turns.run(() => takeOver(this.#terminal('poll'), observed.value, this.#parts, signal));
    if (taken.ok) this.#health.took(observed.value.records);
    else this.#parts.log.log('warn', 'notTakenOver', { device: this.device.declaration.deviceId, kind: taken.error.kind });
    return { ok: true, more: taken.ok && observed.value.more };
  }

  /** One chunk of a recollection; `rest` in the outcome is what is left of it. */
  async recollect(job: RecollectJob, signal: AbortSignal): Promise<RecollectOutcome> {
    const recollect = this.#session?.poll?.recollect?.bind(this.#session.poll);
    if (recollect === undefined) return { ok: true, more: false, recovered: 0, overwritten: [] };
    if (this.#watch.stranger) return { ok: true, more: false, recovered: 0, overwritten: [], notBooked: 'identityChanged' };
    const to = Math.min(job.to, job.from + deviceLimits.recollectChunk - 1);
    const read = await this.#guarded((inner) => recollect({ from: job.from, to }, inner), signal);
    if (!read.ok) return this.#failed(read.error);
    const booked = await this.#turns.run(() => refill(this.#terminal('poll'), read.value, [job.from, to], this.#parts));
    if (!booked.ok) return { ok: true, more: false, recovered: 0, overwritten: [], notBooked: booked.error.kind };
    const rest = to < job.to ? { rest: { ...job, from: to + 1 } } : {};
    return { ok: true, more: to < job.to, ...rest, ...booked.value };
  }

  /** Has the device do something. Whoever calls has made sure that it is the first time. */
  async operate(name: string, signal: AbortSignal): Promise<OperateReport> {
    const command = this.#session?.command;
    if (command === undefined || !command.names.includes(name))
      return { outcome: 'unsupported', detail: `the device offers ${this.operations.join(', ') || 'no operations'}` };
    const verdict = await this.#recognised(signal);
    if (verdict !== 'go') return { outcome: 'failed', detail: verdict === 'stranger' ? 'identityChanged' : verdict.kind };
    const done = await this.#guarded((inner) => command.run(name, inner), signal);
    if (done.ok) return { outcome: done.value.outcome === 'done' ? 'done' : 'partial', detail: done.value.detail };
    const outcome = done.error.kind === 'unsupported' ? 'unsupported' : 'failed';
    return { outcome, detail: 'detail' in done.error ? `${done.error.kind}: ${done.error.detail}` : done.error.kind };
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#listener?.stop();
    this.#listener = undefined;
    this.#session = undefined;
    await session?.close();
  }

  #resume(): ResumePoint | undefined {
    const cursor = this.#parts.cursors.get(this.device.declaration.deviceId);
    return cursor && { generation: cursor.generation, lastRecordNo: cursor.lastRecordNo };
  }

  #listen(session: Session, signal: AbortSignal): void {
    const { listen } = session;
    if (listen === undefined) return;
    this.#listener = new Listener(listen, {
      clock: this.#parts.clock,
      took: (observation) => this.#took(observation, signal),
      failed: (failure, silent) => this.#unheard(failure, silent),
    });
    listen.start(this.#listener, () => this.#resume());
  }

  /** The device spoke by itself. A sign of life alone needs no custody. */
  async #took(observation: Observation, signal: AbortSignal): Promise<Result<void, NotTaken>> {
    if (this.#watch.channel !== undefined) this.#apply({ type: 'channel', failure: undefined });
    if (saysNothing(observation)) {
      this.#answered(observation);
      return ok(undefined);
    }
    const verdict = await this.#recognised(signal);
    if (verdict !== 'go') return notTaken(verdict === 'stranger' ? 'identityChanged' : `identity: ${verdict.kind}`);
    this.#answered(observation);
    const { deviceId } = this.device.declaration;
    if (signal.aborted || !this.#parts.mayCollect(deviceId)) return notTaken('records cannot be kept now');
    const taken = await this.#turns.run(() => takeOver(this.#terminal('listen'), observation, this.#parts, signal));
    if (!taken.ok) {
      this.#parts.log.log('warn', 'notTakenOver', { device: deviceId, kind: taken.error.kind });
      return notTaken(taken.error.kind);
    }
    this.#onTaken();
    return ok(undefined);
  }

  /** Nothing comes, or nothing that makes sense. A device that is polled as well still answers: only its channel is ill, and only when that lasts. */
  #unheard(failure: DriverFailure, silent: boolean): void {
    const polled = (this.#session?.poll?.tasks.length ?? 0) > 0;
    const certain = silent || failure.kind === 'unauthorised' || failure.kind === 'unsupported';
    if (polled && certain) this.#apply({ type: 'channel', failure: failure.kind });
    if (!polled) this.#apply({ type: 'failed', failure: failure.kind, ...this.#blame(failure), conclusive: silent });
  }

  async #recognised(signal: AbortSignal): Promise<'go' | 'stranger' | DriverFailure> {
    const session = this.#session;
    if (session === undefined) return { kind: 'closed' };
    const verdict = await this.#identity.check(session, (identify) => this.#within(deviceLimits.identifyMs, identify, signal));
    if (verdict.kind === 'failed') return verdict.failure;
    if (this.#watch.stranger !== (verdict.kind === 'stranger'))
      this.#apply({ type: 'identity', right: verdict.kind !== 'stranger' });
    return verdict.kind;
  }

  #terminal(way: Terminal['way']): Terminal {
    const { declaration, profile } = this.device;
    return { deviceId: declaration.deviceId, profile, driftMs: this.#watch.driftMs, way, memory: this.#memory };
  }

  /** Runs one call on the session under a deadline; a session that does not answer to the abort is given up. */
  async #guarded<T>(
    call: (signal: AbortSignal) => Promise<Result<T, DriverFailure>>,
    signal: AbortSignal,
  ): Promise<Result<T, DriverFailure>> {
    let gaveUp = false;
    const result = await this.#within(deviceLimits.taskMs, call, signal, () => {
      gaveUp = true;
    });
    if (gaveUp && !signal.aborted) await this.close();
    return result;
  }

  #within<T>(
    limitMs: number,
    call: (signal: AbortSignal) => Promise<Result<T, DriverFailure>>,
    signal: AbortSignal,
    gaveUp: () => void = () => undefined,
  ): Promise<Result<T, DriverFailure>> {
    return this.#calls.run(signal, (inner) =>
      within(this.#parts.clock, limitMs, call(inner.signal), () => {
        inner.abort();
        gaveUp();
        return late(limitMs);
      }),
    );
  }

  async #lost(failure: DriverFailure, signal: AbortSignal): Promise<Outcome & { readonly ok: false }> {
    if (signal.aborted) return { ok: false, parentDown: false };
    const outcome = this.#failed(failure);
    if (failure.kind === 'closed') await this.close();
    return outcome;
  }

  #failed(failure: DriverFailure): Outcome & { readonly ok: false } {
    const proof = proofOf(failure);
    const doubtful = proof !== undefined && proof !== 'alone';
    this.#apply({ type: 'failed', failure: failure.kind, ...this.#blame(failure), doubtful });
    return outcomeOf(failure, { shared: this.#shared, kind: this.device.profile.kind });
  }

  /** Its silence may not be its own: the line is down, or what it is reached through. A refusal is no silence. */
  #blame({ kind }: DriverFailure): { readonly parentDown: boolean; readonly held: boolean } {
    const { deviceId } = this.device.declaration;
    const { reach } = this.#parts;
    if (kind !== 'unreachable' && kind !== 'timeout' && kind !== 'closed') {
      reach?.answered(deviceId);
      return { parentDown: false, held: false };
    }
    const blame = reach?.failed(deviceId) ?? 'self';
    if (this.#lineFallen || (kind === 'unreachable' && this.#shared)) return { parentDown: true, held: false };
    return { parentDown: blame === 'parents', held: blame === 'held' };
  }

  #answered(observation: Observation): void {
    this.#parts.reach?.answered(this.device.declaration.deviceId);
    this.#facts = { ...this.#facts, ...observation.facts };
    const { deviceClock: clock, uncollected, freeRecords } = observation.facts;
    const total = (uncollected ?? 0) + (freeRecords ?? 0);
    const offline = observation.readings.filter(({ point }) => offlinePoints.has(point));
    this.#discarded += observation.discardedParts ?? 0;
    this.#readings(observation);
    const saysOffline =
      observation.facts.sellingOffline ??
      (offline.length === 0 ? undefined : this.#saysOffline(offline.map(({ point }) => point)));
    this.#apply({
      type: 'answered',
      rttMs: observation.rttMs,
      partial: observation.failures.length > 0,
      ...(clock?.at === undefined ? {} : { driftMs: Math.round(clock.at - clock.readAt) }),
      ...(uncollected === undefined || freeRecords === undefined || total === 0 ? {} : { storePct: (100 * uncollected) / total }),
      ...(saysOffline === undefined ? {} : { saysOffline }),
    });
  }

  #saysOffline(points: readonly string[]): boolean {
    return points.some((point) => this.#sent.get(point)?.value === true);
  }

  #readings(observation: Observation): void {
    if (observation.readings.length + observation.failures.length === 0) return this.#health.read([]);
    const { points } = this.device.profile;
    const { deviceId } = this.device.declaration;
    const failed = observation.failures.flatMap((failure) => failure.points);
    const lines = normaliseReadings(observation.readings, failed, { deviceId, points }, this.#parts.clock.now());
    const { send, last } = worthSending(lines, this.#sent, points, this.#parts.readingPeriodMs);
    this.#sent = last;
    this.#health.read(lines);
    for (const line of send) this.#parts.reporter.health(line);
  }

  #apply(event: WatchEvent): void {
    const [next, effects] = watchStep(this.device.profile.health)(this.#watch, event, this.#parts.clock.now());
    this.#watch = next;
    for (const { from, to } of effects) {
      // Whoever is back may be another one.
      if (to.state === 'offline') this.#identity.due();
      this.#parts.log.log('info', 'deviceState', {
        device: this.device.declaration.deviceId,
        from: from.state,
        to: to.state,
        cause: to.cause,
      });
      this.#parts.reporter.urgentHealth(this.heartbeat());
    }
  }
}

/** What became of an operation: `partial` when the device said yes and does not show it yet. */
export interface OperateReport {
  readonly outcome: 'done' | 'partial' | 'failed' | 'unsupported' | 'expired';
  readonly detail: string;
}

export type RecollectOutcome =
  | (Outcome & { readonly ok: false })
  | (Outcome & {
      readonly ok: true;
      readonly recovered: number;
      readonly overwritten: readonly (readonly [number, number])[];
      readonly notBooked?: string;
    });

const late = (afterMs: number): Result<never, DriverFailure> => err({ kind: 'timeout', afterMs });

const saysNothing = ({ records, events = [], readings, facts, confirm }: Observation): boolean =>
  records.length + events.length + readings.length === 0 && Object.keys(facts).length === 0 && confirm === undefined;
