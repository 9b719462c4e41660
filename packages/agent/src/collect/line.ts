import type { LineHealth } from '@cardwatch/contracts';
import type { LineCounters } from '@cardwatch/drivers';
import type { CancelTimer, DurationMs, EpochMs, Range } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import { Sleeper } from '../sleeper.ts';
import type { OpenGap } from './cursor.ts';
import { DeviceUnit, type DeviceParts, type OperateReport, type RecollectOutcome } from './device.ts';
import { LinePlan, type OperateJob, type Outcome, type RecollectJob, type Work } from './plan.core.ts';
import { signsOfLife } from './slot.core.ts';

export const lineLimits = { gapTries: 3 } as const;

/** Why a recollection ended, for whoever asked for it. */
export interface RecollectReport {
  readonly outcome: 'done' | 'partial' | 'failed' | 'unsupported';
  readonly recovered: number;
  readonly overwritten: readonly Range[];
  readonly detail?: string;
}

interface Pending {
  readonly resolve: (report: RecollectReport) => void;
  readonly total: number;
  recovered: number;
  readonly overwritten: Range[];
}

interface Change {
  readonly removed: readonly string[];
  readonly added: readonly AgentDevice[];
  readonly done: () => void;
}

/** `expiresAt` by the agent's own clock. */
export interface OperateOrder extends OperateJob {
  readonly expiresAt: EpochMs;
}

interface Operating {
  readonly expiresAt: EpochMs;
  readonly resolve: (report: OperateReport) => void;
  readonly cancel: CancelTimer;
}

export interface LineParts extends DeviceParts {
  /** First questions of a line are spread over this. */
  readonly spreadMs: number;
}

/** One line and its devices: one loop, one question at a time. */
export class Line {
  readonly name: string;
  readonly #units: Map<string, DeviceUnit>;
  readonly #plan: LinePlan;
  readonly #parts: LineParts;
  readonly #sleeper: Sleeper;
  readonly #pending = new Map<string, Pending>();
  /** Failed tries of gaps that the agent asked for by itself, by job. */
  readonly #tries = new Map<string, number>();
  readonly #operations = new Map<string, Operating>();
  readonly #polled = new Map<string, ((ok: boolean) => void)[]>();
  readonly #changes: Change[] = [];
  #ended = false;
  #silentSince: EpochMs | undefined;
  #counted: { readonly at: DurationMs; readonly counters: LineCounters | undefined };

  /** `name` as the devices' declarations call the line. */
  constructor(name: string, devices: readonly AgentDevice[], parts: LineParts) {
    this.name = name;
    this.#parts = parts;
    this.#units = new Map(
      devices.map((device) => [device.declaration.deviceId, this.#unit(device, devices.length > 1)] as const),
    );
    this.#plan = new LinePlan([...this.units.keys()], parts.clock.mono(), parts.spreadMs);
    this.#sleeper = new Sleeper(parts.clock);
    this.#counted = { at: parts.clock.mono(), counters: undefined };
  }

  #unit(device: AgentDevice, shared: boolean): DeviceUnit {
    const unit: DeviceUnit = new DeviceUnit(device, shared, this.#parts, () => {
      this.#askForGaps(unit);
      this.#sleeper.wake();
    });
    return unit;
  }

  get units(): ReadonlyMap<string, DeviceUnit> {
    return this.#units;
  }

  /**
   * Lets devices go and takes others in, between two questions; the rest of the line goes on as it was. Resolves when the sessions of those
   * that went are closed.
   */
  change(removed: readonly string[], added: readonly AgentDevice[]): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#changes.push({ removed, added, done: resolve });
      this.#sleeper.wake();
    });
  }

  /** Money may flow; in a `fresh` journal all that is known of the devices is reported anew. */
  welcomed(fresh: boolean): void {
    if (fresh) for (const unit of this.units.values()) unit.forgetSent();
    this.#sleeper.wake();
  }

  /** Runs until aborted; closes its sessions at the end. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, mayCollect } = this.#parts;
    while (!signal.aborted) {
      await (this.#changes.length === 0 ? undefined : this.#change());
      const next = this.#plan.next(clock.mono(), mayCollect);
      if (next.kind === 'wait') await this.#sleeper.sleep(next.untilMs - clock.mono(), signal);
      else await this.#work(next, signal);
    }
    for (const pending of this.#pending.values())
      pending.resolve({ ...sums(pending), outcome: 'failed', detail: 'the agent stops' });
    this.#pending.clear();
    for (const id of this.#operations.keys()) this.#operated(id, { outcome: 'failed', detail: 'the agent stops' });
    for (const deviceId of this.#polled.keys()) this.#tellPolled(deviceId, false);
    for (const unit of this.units.values()) await unit.close();
    this.#ended = true;
    for (const { done } of this.#changes.splice(0)) done();
  }

  async #change(): Promise<void> {
    for (const { removed, added, done } of this.#changes.splice(0)) {
      for (const deviceId of removed) await this.#let(deviceId);
      const shared = this.#units.size + added.length > 1;
      for (const device of added) {
        this.#units.set(device.declaration.deviceId, this.#unit(device, shared));
        this.#plan.add(device.declaration.deviceId, this.#parts.clock.mono());
      }
      done();
    }
  }

  async #let(deviceId: string): Promise<void> {
    for (const { id } of this.#plan.remove(deviceId)) {
      const pending = this.#pending.get(id);
      pending?.resolve({ ...sums(pending), outcome: 'failed', detail: 'the device was taken out of the configuration' });
      this.#pending.delete(id);
      this.#tries.delete(id);
    }
    this.#tellPolled(deviceId, false);
    const unit = this.#units.get(deviceId);
    this.#units.delete(deviceId);
    await unit?.close();
  }

  /** Asks a device at once; resolves with whether it answered. */
  async pollNow(deviceId: string): Promise<boolean> {
    const unit = this.units.get(deviceId);
    if (unit?.onlyListens === true) return unit.watch.failures === 0 && unit.watch.answers.length > 0;
    if (!this.#plan.pollNow(deviceId, this.#parts.clock.mono())) return false;
    const answered = new Promise<boolean>((resolve) => {
      this.#polled.set(deviceId, [...(this.#polled.get(deviceId) ?? []), resolve]);
    });
    this.#sleeper.wake();
    return answered;
  }

  /** Reads records again by number, in chunks between the other work of the line. */
  async recollect(deviceId: string, job: RecollectJob): Promise<RecollectReport> {
    const none = { recovered: 0, overwritten: [] };
    if (this.units.get(deviceId)?.canRecollect !== true) return { ...none, outcome: 'unsupported' };
    if (!this.#plan.addRecollect(deviceId, job, this.#parts.clock.mono()))
      return { ...none, outcome: 'failed', detail: 'too many ranges wait for this device' };
    const report = new Promise<RecollectReport>((resolve) => {
      this.#pending.set(job.id, { resolve, total: job.to - job.from + 1, recovered: 0, overwritten: [] });
    });
    this.#sleeper.wake();
    return report;
  }

  /** Has a device do something, between two questions of its line and at most once for an id, ever. Not begun by `expiresAt`: never. */
  async operate(deviceId: string, job: OperateOrder): Promise<OperateReport> {
    const { clock } = this.#parts;
    if (this.#ended || !this.#plan.addOperation(deviceId, job))
      return { outcome: 'failed', detail: 'too many operations wait for this device' };
    if (this.units.get(deviceId)?.session === undefined) this.#plan.pollNow(deviceId, clock.mono());
    const report = new Promise<OperateReport>((resolve) => {
      const cancel = clock.after(Math.max(0, job.expiresAt - clock.now()), () => {
        this.#plan.dropOperation(deviceId, job.id);
        this.#operated(job.id, { outcome: 'expired', detail: 'the device could not be reached in time' });
      });
      this.#operations.set(job.id, { expiresAt: job.expiresAt, resolve, cancel });
    });
    this.#sleeper.wake();
    return report;
  }

  #operated(id: string, report: OperateReport): void {
    const waiting = this.#operations.get(id);
    this.#operations.delete(id);
    waiting?.cancel();
    waiting?.resolve(report);
  }

  async #operate(unit: DeviceUnit, { id, name }: OperateJob, signal: AbortSignal): Promise<void> {
    const { clock, cursors } = this.#parts;
    const waiting = this.#operations.get(id);
    if (waiting === undefined) return;
    waiting.cancel();
    const first = await cursors.beginOperation(id, waiting.expiresAt, clock.now());
    if (!first.ok) this.#operated(id, { outcome: 'failed', detail: 'the order could not be written down, so it was not begun' });
    else if (!first.value) this.#operated(id, { outcome: 'failed', detail: 'begun before; what became of it is not known' });
    else this.#operated(id, await unit.operate(name, signal));
  }

  /** Counters since the last call, as the contract's measure of a line. */
  measure(): LineHealth {
    const at = this.#parts.clock.mono();
    const now = this.#counters();
    const { at: since, counters: then } = this.#counted;
    this.#counted = { at, counters: now === undefined ? undefined : { ...now } };
    const rise = (name: 'requests' | 'timeouts' | 'crcErrors' | 'noiseBytes' | 'lateFrames' | 'busyMs'): number =>
      Math.max(0, (now?.[name] ?? 0) - (then?.[name] ?? 0));
    return {
      line: this.name,
      utilisationPct: Math.min(100, Math.round((1_000 * rise('busyMs')) / Math.max(1, at - since)) / 10),
      requests: rise('requests'),
      timeouts: rise('timeouts'),
      crcErrors: rise('crcErrors'),
      noiseBytes: rise('noiseBytes'),
      lateFrames: rise('lateFrames'),
    };
  }

  #counters(): LineCounters | undefined {
    for (const unit of this.units.values()) if (unit.session?.line !== undefined) return unit.session.line;
    return undefined;
  }

  async #work(work: Work, signal: AbortSignal): Promise<void> {
    const { clock, mayCollect } = this.#parts;
    const unit = this.units.get(work.deviceId);
    if (unit === undefined) return;
    const started = clock.mono();
    unit.collecting(mayCollect(work.deviceId));
    const outcome = await this.#run(unit, work, signal);
    const turn = this.#plan.finished(work, outcome, started, clock.mono());
    if (turn !== undefined) this.#turned(turn === 'fell');
    for (const deviceId of this.#plan.takeConcluded()) this.units.get(deviceId)?.confirmSilence();
    if (unit.session === undefined && work.kind !== 'open') this.#plan.closed(work.deviceId, clock.mono());
    if (work.kind !== 'open' || !outcome.ok || unit.onlyListens) this.#tellPolled(work.deviceId, outcome.ok);
    if (outcome.ok) this.#askForGaps(unit);
  }

  /** The line as a whole fell silent, or is heard again: said once for all of its devices. */
  #turned(fell: boolean): void {
    const { clock, log } = this.#parts;
    const fallen = this.#plan.fallen;
    const silentSince = this.#silentSince;
    this.#silentSince = fell ? clock.now() : undefined;
    if (fell) log.log('warn', 'lineSilent', { line: this.name, devices: fallen?.size ?? 0 });
    else log.log('info', 'lineHeard', { line: this.name, silentMs: clock.now() - (silentSince ?? clock.now()) });
    for (const [deviceId, unit] of this.#units) if (!fell || fallen?.has(deviceId) === true) unit.lineFallen(fell);
  }

  /** When it fell silent as a whole; undefined while it is heard. */
  get silentSince(): EpochMs | undefined {
    return this.#silentSince;
  }

  // What the agent asked for by itself is tried again a few times, then left to the collector.
  #asked(job: RecollectJob, outcome: RecollectOutcome): Outcome {
    if (outcome.ok && outcome.notBooked === undefined) {
      if (outcome.rest === undefined) this.#tries.delete(job.id);
    } else this.#tries.set(job.id, (this.#tries.get(job.id) ?? 0) + 1);
    return outcome;
  }

  async #run(unit: DeviceUnit, work: Work, signal: AbortSignal): Promise<Outcome> {
    if (work.kind === 'operate') {
      await this.#operate(unit, work.job, signal);
      return { ok: true, more: false };
    }
    if (work.kind === 'task') return unit.runTask(work.task, this.#parts.mayCollect(work.deviceId), signal);
    if (work.kind === 'recollect') return this.#reported(work.job, await unit.recollect(work.job, signal));
    const opened = await unit.open(signal);
    if (opened.tasks !== undefined) {
      const tasks = unit.session?.line === undefined ? opened.tasks : signsOfLife(opened.tasks);
      this.#plan.opened(work.deviceId, tasks, this.#parts.clock.mono());
    }
    return opened;
  }

  #reported(job: RecollectJob, outcome: RecollectOutcome): Outcome {
    const pending = this.#pending.get(job.id);
    if (pending === undefined) return this.#asked(job, outcome);
    if (outcome.ok) {
      pending.recovered += outcome.recovered;
      pending.overwritten.push(...outcome.overwritten);
      if (outcome.rest !== undefined) return outcome;
    }
    this.#pending.delete(job.id);
    const problem = outcome.ok ? outcome.notBooked : 'the device does not answer';
    const some = pending.recovered > 0 ? 'partial' : 'failed';
    const whole = pending.recovered >= pending.total && problem === undefined;
    pending.resolve({
      ...sums(pending),
      outcome: whole ? 'done' : problem === undefined ? 'partial' : some,
      ...(problem === undefined ? {} : { detail: problem }),
    });
    return outcome;
  }

  /** Each new gap is asked for once by the agent itself; after that the collector decides. */
  #askForGaps(unit: DeviceUnit): void {
    const { deviceId } = unit.device.declaration;
    const cursor = this.#parts.cursors.get(deviceId);
    if (cursor === undefined || cursor.gaps.length === 0 || !unit.canRecollect || !this.#parts.mayCollect(deviceId)) return;
    const mayAsk = (gap: OpenGap): boolean => {
      const tries = this.#tries.get(gapJob(deviceId, gap).id) ?? 0;
      const again = tries > 0 && tries < lineLimits.gapTries;
      return gap.announced && gap.generation === cursor.generation && (!gap.asked || again);
    };
    const asked = cursor.gaps
      .filter(mayAsk)
      .filter((gap) => this.#plan.addRecollect(deviceId, gapJob(deviceId, gap), this.#parts.clock.mono()));
    if (asked.length === 0) return;
    this.#parts.cursors.put(deviceId, {
      ...cursor,
      gaps: cursor.gaps.map((gap) => (asked.includes(gap) ? { ...gap, asked: true } : gap)),
    });
  }

  #tellPolled(deviceId: string, answered: boolean): void {
    for (const resolve of this.#polled.get(deviceId) ?? []) resolve(answered);
    this.#polled.delete(deviceId);
  }
}

const gapJob = (deviceId: string, { generation, from, to }: OpenGap): RecollectJob => ({
  id: `gap/${deviceId}/${generation}/${from}`,
  from,
  to,
});

const sums = ({ recovered, overwritten }: Pending): Pick<RecollectReport, 'recovered' | 'overwritten'> => ({
  recovered,
  overwritten,
});
