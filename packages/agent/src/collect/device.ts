import type { Heartbeat } from '@cardwatch/contracts';
import type { DeviceFacts, DriverFailure, Observation, Session } from '@cardwatch/drivers';
import { type Clock, err, type Logger, type Result } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import { type LastSent, normaliseReadings, worthSending } from '../normalise/reading.core.ts';
import type { Reporter } from '../report/reporter.ts';
import { within } from '../sleeper.ts';
import { type CustodyParts, refill, takeOver, type Terminal, type Unconfirmed } from './custody.ts';
import { heartbeatOf } from './heartbeat.core.ts';
import type { Outcome, PlanTask, RecollectJob } from './plan.core.ts';
import { type DeviceWatch, newWatch, type WatchEvent, watchStep } from './state.step.ts';

export const deviceLimits = { taskMs: 60_000, openMs: 20_000, recollectChunk: 32 } as const;

/** Readings by which a device says of itself that it works without its upstream 脱机. */
const offlinePoints: ReadonlySet<string> = new Set(['sellingOffline']);

export interface DeviceParts extends CustodyParts {
  readonly reporter: Reporter;
  readonly readingPeriodMs: number;
  openSession(device: AgentDevice): Promise<Result<Session, DriverFailure>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One polled device: its session, its state, its last readings, and the custody of its records. */
export class DeviceUnit {
  readonly device: AgentDevice;
  readonly #parts: DeviceParts;
  /** Other devices hang on the same line: when it cannot be reached the line is the cause. */
  readonly #shared: boolean;
  readonly #unconfirmed: Unconfirmed = new Map();
  #session: Session | undefined;
  #watch: DeviceWatch;
  #sent: LastSent = new Map();
  #facts: DeviceFacts = {};

  constructor(device: AgentDevice, shared: boolean, parts: DeviceParts) {
    this.device = device;
    this.#shared = shared;
    this.#parts = parts;
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

  heartbeat(): Heartbeat {
    const cursor = this.#parts.cursors.get(this.device.declaration.deviceId);
    return heartbeatOf(this.device.declaration.deviceId, this.#watch, this.#facts, cursor, this.#parts.clock.now());
  }

  /** What was reported so far was lost (no journal yet): all of it is reported anew. */
  forgetSent(): void {
    this.#sent = new Map();
  }

  collecting(allowed: boolean): void {
    this.#apply({ type: 'collecting', allowed });
  }

  async open(): Promise<Outcome & { readonly tasks?: readonly PlanTask[] }> {
    const { clock } = this.#parts;
    const opened = await within(clock, deviceLimits.openMs, this.#parts.openSession(this.device), () =>
      late(deviceLimits.openMs),
    );
    if (!opened.ok) return this.#failed(opened.error);
    this.#session = opened.value;
    return { ok: true, more: false, tasks: opened.value.poll?.tasks ?? [] };
  }

  async runTask(task: string, mayCollect: boolean, signal: AbortSignal): Promise<Outcome> {
    const poll = this.#session?.poll;
    if (poll === undefined) return this.#failed({ kind: 'closed' });
    const observed = await this.#guarded((inner) => poll.run(task, inner), signal);
    if (!observed.ok) return signal.aborted ? { ok: false, parentDown: false } : this.#failed(observed.error);
    this.#answered(observed.value);
    if (!mayCollect) return { ok: true, more: false };
    const taken = await takeOver(this.#terminal(), observed.value, this.#parts, signal);
    if (!taken.ok)
      this.#parts.log.log('warn', 'notTakenOver', { device: this.device.declaration.deviceId, kind: taken.error.kind });
    return { ok: true, more: taken.ok && observed.value.more };
  }

  /** One chunk of a recollection; `rest` in the outcome is what is left of it. */
  async recollect(job: RecollectJob, signal: AbortSignal): Promise<RecollectOutcome> {
    const recollect = this.#session?.poll?.recollect?.bind(this.#session.poll);
    if (recollect === undefined) return { ok: true, more: false, recovered: 0, overwritten: [] };
    const to = Math.min(job.to, job.from + deviceLimits.recollectChunk - 1);
    const read = await this.#guarded((inner) => recollect({ from: job.from, to }, inner), signal);
    if (!read.ok) return this.#failed(read.error);
    const booked = await refill(this.#terminal(), read.value, [job.from, to], this.#parts);
    if (!booked.ok) return { ok: true, more: false, recovered: 0, overwritten: [], notBooked: booked.error.kind };
    const rest = to < job.to ? { rest: { ...job, from: to + 1 } } : {};
    return { ok: true, more: to < job.to, ...rest, ...booked.value };
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  #terminal(): Terminal {
    const { declaration, profile } = this.device;
    return { deviceId: declaration.deviceId, profile, unconfirmed: this.#unconfirmed, driftMs: this.#watch.driftMs };
  }

  /** Runs one call on the session under a deadline; a session that does not answer to the abort is given up. */
  async #guarded<T>(
    call: (signal: AbortSignal) => Promise<Result<T, DriverFailure>>,
    signal: AbortSignal,
  ): Promise<Result<T, DriverFailure>> {
    const inner = new AbortController();
    const stop = (): void => inner.abort();
    signal.addEventListener('abort', stop, { once: true });
    const result = await within(this.#parts.clock, deviceLimits.taskMs, call(inner.signal), () => {
      inner.abort();
      return late(deviceLimits.taskMs);
    });
    signal.removeEventListener('abort', stop);
    if (inner.signal.aborted && !signal.aborted) await this.close();
    return result;
  }

  #failed(failure: DriverFailure): Outcome & { readonly ok: false } {
    const parentDown = failure.kind === 'unreachable' && this.#shared;
    this.#apply({ type: 'failed', failure: failure.kind, parentDown });
    if (failure.kind === 'closed') this.#session = undefined;
    return { ok: false, parentDown };
  }

  #answered(observation: Observation): void {
    this.#facts = { ...this.#facts, ...observation.facts };
    const { deviceClock: clock, uncollected, freeRecords } = observation.facts;
    const total = (uncollected ?? 0) + (freeRecords ?? 0);
    const offline = observation.readings.filter(({ point }) => offlinePoints.has(point));
    this.#readings(observation);
    this.#apply({
      type: 'answered',
      rttMs: observation.rttMs,
      partial: observation.failures.length > 0,
      ...(clock?.at === undefined ? {} : { driftMs: Math.round(clock.at - clock.readAt) }),
      ...(uncollected === undefined || freeRecords === undefined || total === 0 ? {} : { storePct: (100 * uncollected) / total }),
      ...(offline.length === 0 ? {} : { saysOffline: this.#saysOffline(offline.map(({ point }) => point)) }),
    });
  }

  #saysOffline(points: readonly string[]): boolean {
    return points.some((point) => this.#sent.get(point)?.value === true);
  }

  #readings(observation: Observation): void {
    const { points } = this.device.profile;
    const { deviceId } = this.device.declaration;
    const failed = observation.failures.flatMap((failure) => failure.points);
    const lines = normaliseReadings(observation.readings, failed, { deviceId, points }, this.#parts.clock.now());
    const { send, last } = worthSending(lines, this.#sent, points, this.#parts.readingPeriodMs);
    this.#sent = last;
    for (const line of send) this.#parts.reporter.health(line);
  }

  #apply(event: WatchEvent): void {
    const [next, effects] = watchStep(this.device.profile.health)(this.#watch, event, this.#parts.clock.now());
    this.#watch = next;
    for (const { from, to } of effects) {
      this.#parts.log.log('info', 'deviceState', {
        device: this.device.declaration.deviceId,
        from: from.state,
        to: to.state,
        cause: to.cause,
      });
      this.#parts.reporter.health(this.heartbeat());
    }
  }
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
