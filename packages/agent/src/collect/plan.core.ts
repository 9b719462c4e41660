/**
 * What a line asks next. One line is half-duplex: one question at a time, so fairness is decided here and nowhere else.
 *
 * - Work is served by due time; what is late is due "now", behind what was late before it: an overloaded line goes round robin.
 * - A device that failed three times is dead: all of its tasks rest, one probe comes after 5 s, 10 s … 5 min.
 * - Several devices that failed twice bear one another out: part of the line is lost, and none of them is asked a third time.
 * - A line on which nobody is heard any more is judged as a whole: see `silence.core.ts`.
 * - Probes of the dead may take 1/25 of the time of the living: after a probe of T ms the next one on the line waits 24 T.
 */
import type { DeviceKind } from '@cardwatch/contracts';
import { exponential, minuteMs } from '@cardwatch/kernel';
import {
  newSlot,
  type OperateJob,
  type PlanTask,
  type RecollectJob,
  silentTogether,
  type Slot,
  type TaskSlot,
} from './slot.core.ts';
import { type Heard, LineSilence, type LineTurn, silenceLimits } from './silence.core.ts';

export type { OperateJob, PlanTask, RecollectJob } from './slot.core.ts';

export const planLimits = {
  failuresUntilDead: 3,
  /** A task that failed is asked again after this while its device is not dead: three failures tell within seconds, whatever the period. */
  confirmMs: 1_000,
  probe: { baseMs: 5_000, capMs: 300_000 },
  probeShare: 24,
  openRetryMs: 1_000,
  recollectsPerDevice: 64,
  operationsPerDevice: 8,
} as const;

/** How long a device that refused our credentials rests: most lock an account after five to seven tries. */
export const restAfterRefusalMs: Readonly<Record<DeviceKind, number>> = {
  gate: 30 * minuteMs,
  network: 10 * minuteMs,
  pos: 5 * minuteMs,
  shower: 5 * minuteMs,
  meter: 5 * minuteMs,
  other: 10 * minuteMs,
};

export type Work =
  | { readonly kind: 'open'; readonly deviceId: string }
  | { readonly kind: 'task'; readonly deviceId: string; readonly task: string }
  | { readonly kind: 'recollect'; readonly deviceId: string; readonly job: RecollectJob }
  | { readonly kind: 'operate'; readonly deviceId: string; readonly job: OperateJob };

export type Next = Work | { readonly kind: 'wait'; readonly untilMs: number };

/**
 * `rest`: what is left of a recollection. `parentDown`: the failure was the line's, not the device's. `silent`: nothing came back; false: something did,
 * as a refusal. `restMs`: the device must be left alone for so long.
 */
export type Outcome =
  | { readonly ok: true; readonly more: boolean; readonly rest?: RecollectJob }
  | { readonly ok: false; readonly parentDown: boolean; readonly silent?: boolean; readonly restMs?: number };

interface Candidate {
  readonly work: Work;
  readonly dueMs: number;
  readonly servedMs: number;
}

/** All times are readings of the monotonic clock in milliseconds. */
export class LinePlan {
  readonly #slots: Map<string, Slot>;
  readonly #silence: LineSilence;
  #probeFreeMs = 0;
  #lineProbedMs = 0;
  readonly #concluded: string[] = [];

  /** First questions are spread over `spreadMs`, so that a line does not begin with a burst. */
  constructor(devices: readonly string[], nowMs: number, spreadMs = 0) {
    this.#silence = new LineSilence(nowMs);
    this.#slots = new Map(
      devices.map((deviceId, index) => [deviceId, newSlot(deviceId, nowMs, (index * spreadMs) / Math.max(1, devices.length))]),
    );
  }

  /** A device more on the line: it is opened at once. */
  add(deviceId: string, nowMs: number): void {
    this.#slots.set(deviceId, newSlot(deviceId, nowMs, 0));
  }

  /** A device less; the recollections that waited for it. */
  remove(deviceId: string): readonly RecollectJob[] {
    const waiting = this.#slots.get(deviceId)?.recollects ?? [];
    this.#slots.delete(deviceId);
    this.#silence.forget(deviceId);
    return waiting;
  }

  /** The session of a device is open: this is what it can be asked. */
  opened(deviceId: string, tasks: readonly PlanTask[], nowMs: number): void {
    const slot = this.#slots.get(deviceId);
    if (slot !== undefined) slot.tasks = tasks.map((task) => ({ ...task, dueMs: nowMs }));
  }

  /** The session of a device is gone: it is opened again before anything else is asked. */
  closed(deviceId: string, nowMs: number): void {
    const slot = this.#slots.get(deviceId);
    if (slot === undefined) return;
    slot.tasks = undefined;
    slot.openDueMs = nowMs + planLimits.openRetryMs;
  }

  isDead(deviceId: string): boolean {
    return (this.#slots.get(deviceId)?.failures ?? 0) >= planLimits.failuresUntilDead;
  }

  /** Devices that fell silent with their line; undefined while the line stands. */
  get fallen(): ReadonlySet<string> | undefined {
    return this.#silence.fallen;
  }

  /** `mayCollect` says whether records of a device may be taken over now. */
  next(nowMs: number, mayCollect: (deviceId: string) => boolean): Next {
    let best: Candidate | undefined;
    const offer = (candidate: Candidate): void => {
      if (best === undefined || earlier(candidate, best)) best = candidate;
    };
    const { fallen } = this.#silence;
    for (const slot of this.#slots.values())
      for (const candidate of fallen === undefined ? this.#candidates(slot, mayCollect) : this.#whileFallen(slot))
        offer(candidate);
    for (const candidate of fallen === undefined ? this.#outOfTurn() : this.#lineProbe(fallen)) offer(candidate);
    return this.#when(best, nowMs);
  }

  #when(best: Candidate | undefined, nowMs: number): Next {
    if (best === undefined) return { kind: 'wait', untilMs: Number.POSITIVE_INFINITY };
    return best.dueMs <= nowMs ? best.work : { kind: 'wait', untilMs: best.dueMs };
  }

  /** `fell`: with this outcome the whole line counts as silent, see `fallen`. `rose`: it is heard again. */
  finished(work: Work, outcome: Outcome, startedMs: number, endedMs: number): LineTurn | undefined {
    const slot = this.#slots.get(work.deviceId);
    if (slot === undefined) return undefined;
    const living = this.#living();
    const before = this.#silence.fallen;
    const wasDead = this.isDead(work.deviceId);
    // Its pauses were the line's.
    if (before?.has(work.deviceId) === true) slot.probes = 0;
    slot.servedMs = endedMs;
    this.#reschedule(slot, work, outcome, endedMs);
    if (work.kind === 'operate') return undefined;
    if (before !== undefined && work.kind !== 'open') this.#lineProbedMs = endedMs;
    if (outcome.ok) this.#succeeded(slot, work, wasDead, endedMs);
    else this.#failed(slot, wasDead, outcome, { startedMs, endedMs });
    const heard = heardOf(work, outcome);
    const turn = heard === undefined ? undefined : this.#silence.note(heard, work.deviceId, living, endedMs);
    // while nobody at all is heard, the line is judged first
    if (heard !== undefined && this.#silence.fallen === undefined && !this.#silence.suspect) this.#partLost(endedMs);
    const fallen = turn === 'fell' ? this.#silence.fallen : turn === 'rose' ? before : undefined;
    for (const deviceId of fallen ?? [])
      if (turn !== 'rose' || deviceId !== work.deviceId) this.#withLine(deviceId, endedMs, turn);
    return turn;
  }

  /** A device falls with its line, and is asked at once when it rises. It needs no pauses of its own: they would be its line's. */
  #withLine(deviceId: string, nowMs: number, turn: LineTurn | undefined): void {
    const slot = this.#slots.get(deviceId);
    if (slot === undefined) return;
    slot.failures = Math.max(slot.failures, planLimits.failuresUntilDead);
    slot.probes = 0;
    slot.goodInRow = 0;
    slot.forced = turn === 'rose';
    slot.probeAtMs = nowMs;
  }

  /** Asks a device at once, also a dead one. */
  pollNow(deviceId: string, nowMs: number): boolean {
    const slot = this.#slots.get(deviceId);
    if (slot === undefined) return false;
    slot.openDueMs = Math.min(slot.openDueMs, nowMs);
    for (const task of slot.tasks ?? []) task.dueMs = Math.min(task.dueMs, nowMs);
    slot.probeAtMs = Math.min(slot.probeAtMs, nowMs);
    slot.forced = true;
    return true;
  }

  /** False when the device is not of this line, has this range waiting already, or has too many waiting. */
  addRecollect(deviceId: string, job: RecollectJob, nowMs: number): boolean {
    const slot = this.#slots.get(deviceId);
    if (slot === undefined || slot.recollects.length >= planLimits.recollectsPerDevice) return false;
    if (slot.recollects.some((waiting) => waiting.id === job.id)) return false;
    if (slot.recollects.length === 0) slot.recollectDueMs = nowMs;
    slot.recollects.push(job);
    return true;
  }

  /** Before all other work of the line. False when too many wait. */
  addOperation(deviceId: string, job: OperateJob): boolean {
    const slot = this.#slots.get(deviceId);
    if (slot === undefined || slot.operations.length >= planLimits.operationsPerDevice) return false;
    slot.operations.push(job);
    return true;
  }

  dropOperation(deviceId: string, id: string): void {
    const slot = this.#slots.get(deviceId);
    if (slot !== undefined) slot.operations = slot.operations.filter((job) => job.id !== id);
  }

  #candidates(slot: Slot, mayCollect: (deviceId: string) => boolean): Candidate[] {
    const { deviceId, servedMs } = slot;
    const at = (work: Work, dueMs: number): Candidate => ({ work, dueMs, servedMs });
    const [operation] = slot.operations;
    if (operation !== undefined && slot.tasks !== undefined)
      return [at({ kind: 'operate', deviceId, job: operation }, Number.NEGATIVE_INFINITY)];
    if (this.isDead(deviceId)) return [this.#probe(slot)];
    if (slot.tasks === undefined) return [at({ kind: 'open', deviceId }, slot.openDueMs)];
    const open = slot.tasks.filter((task) => task.yields === 'readings' || mayCollect(deviceId));
    const tasks = open.map((task) => at({ kind: 'task', deviceId, task: task.name }, task.dueMs));
    const job = slot.recollects[0];
    return job === undefined || !mayCollect(deviceId)
      ? tasks
      : [...tasks, at({ kind: 'recollect', deviceId, job }, slot.recollectDueMs)];
  }

  #living(): string[] {
    return [...this.#slots.keys()].filter((deviceId) => !this.isDead(deviceId));
  }

  /** One question to a device that might show that the line stands. */
  #outOfTurn(): Candidate[] {
    if (!this.#silence.suspect) return [];
    const slot = this.#slots.get(this.#silence.sweep(this.#living()) ?? '');
    return slot?.tasks === undefined ? [] : [{ ...this.#question(slot), dueMs: Number.MIN_SAFE_INTEGER }];
  }

  /** While nobody is heard: what a person wants, and nothing else. */
  #whileFallen(slot: Slot): Candidate[] {
    const { deviceId, servedMs } = slot;
    const [operation] = slot.operations;
    if (operation !== undefined && slot.tasks !== undefined)
      return [{ work: { kind: 'operate', deviceId, job: operation }, dueMs: Number.NEGATIVE_INFINITY, servedMs }];
    return slot.forced ? [{ ...this.#question(slot), dueMs: slot.probeAtMs }] : [];
  }

  /** The device that was asked longest ago, in place of all. */
  #lineProbe(fallen: ReadonlySet<string>): Candidate[] {
    let longest: Slot | undefined;
    for (const deviceId of fallen) {
      const slot = this.#slots.get(deviceId);
      if (slot !== undefined && (longest === undefined || rank(slot) < rank(longest))) longest = slot;
    }
    return longest === undefined ? [] : [{ ...this.#question(longest), dueMs: this.#lineProbedMs + silenceLimits.probeEveryMs }];
  }

  #question(slot: Slot): Omit<Candidate, 'dueMs'> {
    const { deviceId, servedMs } = slot;
    const task = slot.tasks?.find((each) => each.yields === 'readings') ?? slot.tasks?.[0];
    return { work: task === undefined ? { kind: 'open', deviceId } : { kind: 'task', deviceId, task: task.name }, servedMs };
  }

  #probe(slot: Slot): Candidate {
    const share = slot.forced || !this.#anyAlive() ? 0 : this.#probeFreeMs;
    return { ...this.#question(slot), dueMs: Math.max(slot.probeAtMs, share) };
  }

  #anyAlive(): boolean {
    for (const slot of this.#slots.values()) if (slot.failures < planLimits.failuresUntilDead) return true;
    return false;
  }

  #reschedule(slot: Slot, work: Work, outcome: Outcome, endedMs: number): void {
    if (work.kind === 'open') slot.openDueMs = endedMs + planLimits.openRetryMs;
    if (work.kind === 'task') {
      const task = slot.tasks?.find((each) => each.name === work.task);
      if (task !== undefined) task.dueMs = dueAfter(task, outcome, endedMs);
    }
    if (work.kind === 'operate') slot.operations = slot.operations.filter((job) => job !== work.job);
    if (work.kind === 'recollect' && slot.recollects[0] === work.job) {
      slot.recollects.shift();
      if (outcome.ok && outcome.rest !== undefined) slot.recollects.unshift(outcome.rest);
      slot.recollectDueMs = endedMs;
    }
  }

  #succeeded(slot: Slot, work: Work, wasDead: boolean, endedMs: number): void {
    slot.goodInRow++;
    slot.forced = false;
    const steady = slot.goodInRow >= planLimits.failuresUntilDead;
    // A device that was dead rests again at its next failure until it was steady for a while.
    slot.failures = slot.probes > 0 && !steady ? planLimits.failuresUntilDead - 1 : 0;
    if (steady) slot.probes = 0;
    const asked = work.kind === 'task' ? work.task : undefined;
    if (wasDead) for (const task of slot.tasks ?? []) task.dueMs = task.name === asked ? endedMs + task.periodMs : endedMs;
    if (slot.parentDown) this.#parentIsBack(endedMs);
  }

  #failed(
    slot: Slot,
    wasDead: boolean,
    { parentDown, restMs }: Outcome & { readonly ok: false },
    { startedMs, endedMs }: { startedMs: number; endedMs: number },
  ): void {
    slot.failures = restMs === undefined ? slot.failures + 1 : Math.max(planLimits.failuresUntilDead, slot.failures + 1);
    slot.failedMs = endedMs;
    slot.goodInRow = 0;
    slot.forced = false;
    slot.parentDown = parentDown;
    if (wasDead) this.#probeFreeMs = endedMs + planLimits.probeShare * (endedMs - startedMs);
    if (slot.failures < planLimits.failuresUntilDead) return;
    slot.probeAtMs = endedMs + (restMs ?? exponential(planLimits.probe, slot.probes++));
  }

  /** Part of a line is lost, as behind a broken cable: devices that failed twice bear one another out, and each is dead without a third question. */
  #partLost(nowMs: number): void {
    const { failuresUntilDead, probe } = planLimits;
    for (const slot of silentTogether(this.#slots.values(), nowMs)) {
      if (slot.failures >= failuresUntilDead) continue;
      slot.failures = failuresUntilDead;
      slot.probeAtMs = nowMs + exponential(probe, slot.probes++);
      this.#concluded.push(slot.deviceId);
    }
  }

  /** Devices that were found dead by the others, since this was asked last. */
  takeConcluded(): readonly string[] {
    return this.#concluded.splice(0);
  }

  #parentIsBack(nowMs: number): void {
    for (const slot of this.#slots.values()) {
      if (slot.parentDown && this.isDead(slot.deviceId)) {
        slot.probeAtMs = nowMs;
        slot.forced = true;
      }
      slot.parentDown = false;
    }
  }
}

/** Those whose session stands first: to open one asks nobody. */
const rank = ({ tasks, servedMs }: Slot): number => (tasks === undefined ? Number.MAX_SAFE_INTEGER : 0) + servedMs;

/** To open a session asks nobody, unless its line cannot be reached. */
function heardOf(work: Work, outcome: Outcome): Heard | undefined {
  if (outcome.ok) return work.kind === 'open' ? undefined : 'something';
  if (outcome.parentDown) return 'cut';
  if (outcome.silent === undefined || work.kind === 'open') return undefined;
  return outcome.silent ? 'nothing' : 'something';
}

const earlier = (a: Candidate, b: Candidate): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.servedMs < b.servedMs);

/** At its period; at once when there is more; soon when it failed, until its device counts as dead and is probed instead. */
function dueAfter({ dueMs, periodMs }: TaskSlot, outcome: Outcome, endedMs: number): number {
  const next = Math.max(dueMs + periodMs, endedMs);
  if (outcome.ok) return outcome.more ? endedMs : next;
  return Math.min(next, endedMs + planLimits.confirmMs);
}
