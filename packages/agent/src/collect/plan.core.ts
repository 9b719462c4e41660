/**
 * What a line asks next. One line is half-duplex: one question at a time, so fairness is decided here and nowhere else.
 *
 * - Work is served by due time; what is late is due "now", behind what was late before it: an overloaded line goes round robin.
 * - A device that failed three times is dead: all of its tasks rest, one probe comes after 5 s, 10 s … 5 min.
 * - Probes of the dead may take 1/25 of the time of the living: after a probe of T ms the next one on the line waits 24 T.
 */
import type { DeviceKind } from '@cardwatch/contracts';
import { exponential, minuteMs } from '@cardwatch/kernel';

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

export interface PlanTask {
  readonly name: string;
  readonly periodMs: number;
  readonly yields: 'readings' | 'records';
}

export interface RecollectJob {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Something that a person has a device do. */
export interface OperateJob {
  readonly id: string;
  readonly name: string;
}

export type Work =
  | { readonly kind: 'open'; readonly deviceId: string }
  | { readonly kind: 'task'; readonly deviceId: string; readonly task: string }
  | { readonly kind: 'recollect'; readonly deviceId: string; readonly job: RecollectJob }
  | { readonly kind: 'operate'; readonly deviceId: string; readonly job: OperateJob };

export type Next = Work | { readonly kind: 'wait'; readonly untilMs: number };

/**
 * `rest`: what is left of a recollection. `parentDown`: the failure was the line's, not the device's. `restMs`: the device must be left alone for so
 * long.
 */
export type Outcome =
  | { readonly ok: true; readonly more: boolean; readonly rest?: RecollectJob }
  | { readonly ok: false; readonly parentDown: boolean; readonly restMs?: number };

interface TaskSlot extends PlanTask {
  dueMs: number;
}

interface Slot {
  readonly deviceId: string;
  /** undefined until the session is open. */
  tasks: TaskSlot[] | undefined;
  openDueMs: number;
  failures: number;
  probes: number;
  goodInRow: number;
  probeAtMs: number;
  /** The next probe does not wait for the line's probe share. */
  forced: boolean;
  parentDown: boolean;
  recollects: RecollectJob[];
  recollectDueMs: number;
  operations: OperateJob[];
  servedMs: number;
}

interface Candidate {
  readonly work: Work;
  readonly dueMs: number;
  readonly servedMs: number;
}

/** All times are readings of the monotonic clock in milliseconds. */
export class LinePlan {
  readonly #slots: Map<string, Slot>;
  #probeFreeMs = 0;

  /** First questions are spread over `spreadMs`, so that a line does not begin with a burst. */
  constructor(devices: readonly string[], nowMs: number, spreadMs = 0) {
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

  /** `mayCollect` says whether records of a device may be taken over now. */
  next(nowMs: number, mayCollect: (deviceId: string) => boolean): Next {
    let best: Candidate | undefined;
    for (const slot of this.#slots.values()) {
      for (const candidate of this.#candidates(slot, mayCollect))
        if (best === undefined || earlier(candidate, best)) best = candidate;
    }
    if (best === undefined) return { kind: 'wait', untilMs: Number.POSITIVE_INFINITY };
    return best.dueMs <= nowMs ? best.work : { kind: 'wait', untilMs: best.dueMs };
  }

  finished(work: Work, outcome: Outcome, startedMs: number, endedMs: number): void {
    const slot = this.#slots.get(work.deviceId);
    if (slot === undefined) return;
    const wasDead = this.isDead(work.deviceId);
    slot.servedMs = endedMs;
    this.#reschedule(slot, work, outcome, endedMs);
    if (work.kind === 'operate') return;
    if (outcome.ok) this.#succeeded(slot, work, wasDead, endedMs);
    else this.#failed(slot, wasDead, outcome, { startedMs, endedMs });
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

  #probe(slot: Slot): Candidate {
    const { deviceId, servedMs } = slot;
    const share = slot.forced || !this.#anyAlive() ? 0 : this.#probeFreeMs;
    const dueMs = Math.max(slot.probeAtMs, share);
    const task = slot.tasks?.find((each) => each.yields === 'readings') ?? slot.tasks?.[0];
    if (task === undefined) return { work: { kind: 'open', deviceId }, dueMs, servedMs };
    return { work: { kind: 'task', deviceId, task: task.name }, dueMs, servedMs };
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
    slot.goodInRow = 0;
    slot.forced = false;
    slot.parentDown = parentDown;
    if (wasDead) this.#probeFreeMs = endedMs + planLimits.probeShare * (endedMs - startedMs);
    if (slot.failures < planLimits.failuresUntilDead) return;
    slot.probeAtMs = endedMs + (restMs ?? exponential(planLimits.probe, slot.probes++));
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

const newSlot = (deviceId: string, nowMs: number, afterMs: number): Slot => ({
  deviceId,
  tasks: undefined,
  openDueMs: nowMs + afterMs,
  failures: 0,
  probes: 0,
  goodInRow: 0,
  probeAtMs: 0,
  forced: false,
  parentDown: false,
  recollects: [],
  recollectDueMs: nowMs,
  operations: [],
  servedMs: 0,
});

const earlier = (a: Candidate, b: Candidate): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.servedMs < b.servedMs);

/** At its period; at once when there is more; soon when it failed, until its device counts as dead and is probed instead. */
function dueAfter({ dueMs, periodMs }: TaskSlot, outcome: Outcome, endedMs: number): number {
  const next = Math.max(dueMs + periodMs, endedMs);
  if (outcome.ok) return outcome.more ? endedMs : next;
  return Math.min(next, endedMs + planLimits.confirmMs);
}
