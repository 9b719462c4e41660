/**
 * What a line asks next. One line is half-duplex: one question at a time, so fairness is decided here and nowhere else.
 *
 * - Work is served by due time; what is late is due "now", behind what was late before it: an overloaded line goes round robin.
 * - A device that failed three times is dead: all of its tasks rest, one probe comes after 5 s, 10 s … 5 min.
 * - Several devices that fall silent at once: part of the line may be lost, and who was not heard since is asked out of turn: see `part.core.ts`.
 * - What a few lost frames explain kills nobody, see `doubt.core.ts`: on a noisy line it takes more than three failures.
 * - A line on which nobody is heard any more is judged as a whole: see `silence.core.ts`.
 * - Probes of the dead may take 1/25 of the time of the living: after a probe of T ms the next one on the line waits 24 T.
 */
import { exponential } from '@cardwatch/kernel';
import { askOutOfTurn, besides, mayBeLost, Pace, partLimits, silentTogether, tornSince } from './part.core.ts';
import { newSlot, type OperateJob, type PlanTask, type RecollectJob, type Slot } from './slot.core.ts';
import { type Heard, LineSilence, type LineTurn, silenceLimits } from './silence.core.ts';
import { type Candidate, Choice, dueAfter, operationOf, type Outcome, planLimits, type Work } from './turn.core.ts';

export type { Outcome, Work } from './turn.core.ts';
export { planLimits } from './turn.core.ts';
export type { OperateJob, PlanTask, RecollectJob } from './slot.core.ts';

export type Next = Work | { readonly kind: 'wait'; readonly untilMs: number };

/** All times are readings of the monotonic clock in milliseconds. */
export class LinePlan {
  readonly #slots: Map<string, Slot>;
  readonly #silence: LineSilence;
  #probeFreeMs = 0;
  #lineProbedMs = 0;
  readonly #concluded: string[] = [];
  readonly #pace = new Pace();
  #heardMs: number;
  #tornMs = Number.POSITIVE_INFINITY;

  /** First questions are spread over `spreadMs`, so that a line does not begin with a burst. */
  constructor(devices: readonly string[], nowMs: number, spreadMs = 0) {
    this.#silence = new LineSilence(nowMs);
    this.#heardMs = nowMs;
    this.#slots = new Map(devices.map((deviceId, place) => [deviceId, newSlot(deviceId, place, { nowMs, spreadMs })]));
  }

  /** A device more on the line: it is opened at once. */
  add(deviceId: string, nowMs: number): void {
    const place = 1 + Math.max(-1, ...[...this.#slots.values()].map((slot) => slot.place));
    this.#slots.set(deviceId, newSlot(deviceId, place, { nowMs, spreadMs: 0 }));
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
    // also on a line that is never idle the devices come in the order of their phases
    if (slot !== undefined) slot.tasks = tasks.map((task) => ({ ...task, dueMs: nowMs - 1 + slot.phase, begun: false }));
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
    const choice = new Choice();
    const { fallen } = this.#silence;
    const since = fallen === undefined ? tornSince(this.#slots.values(), nowMs) : undefined;
    this.#tornMs = since ?? Number.POSITIVE_INFINITY;
    if (since !== undefined && !this.#allMayBeLost(nowMs)) return this.#whileTorn(since, nowMs, mayCollect);
    for (const slot of this.#slots.values())
      if (fallen === undefined) this.#offer(slot, mayCollect, choice);
      else for (const candidate of this.#whileFallen(slot)) choice.offer(candidate);
    for (const candidate of fallen === undefined ? this.#outOfTurn() : this.#lineProbe(fallen)) choice.offer(candidate);
    return this.#when(choice.best, nowMs);
  }

  /** Who may be lost is asked first, but for the share of the living and for what a person wants. */
  #whileTorn(sinceMs: number, nowMs: number, mayCollect: (deviceId: string) => boolean): Next {
    const open = [...this.#slots.values()].filter((slot) => mayBeLost(slot, sinceMs, planLimits.failuresUntilDead));
    const choice = new Choice();
    for (const slot of this.#slots.values())
      if (!open.includes(slot)) this.#offer(slot, mayCollect, choice);
      else for (const candidate of operationOf(slot)) choice.offer(candidate);
    const rest = choice.best;
    const { livingAreNext } = this.#pace;
    const lost = askOutOfTurn(open, this.#slots.values(), { likelyWell: livingAreNext }, nowMs);
    if (lost === undefined || rest?.work.kind === 'operate') return this.#when(rest, nowMs);
    const restIsNext = livingAreNext
      ? lost.slot.fellMs !== undefined || (rest?.servedMs ?? 0) < lost.slot.servedMs
      : lost.dueMs > nowMs;
    const question = { ...this.#question(lost.slot), dueMs: lost.dueMs };
    if (rest === undefined || rest.dueMs > Math.max(nowMs, lost.dueMs)) return this.#when(question, nowMs);
    return this.#when(restIsNext ? rest : question, nowMs);
  }

  /** Nobody was heard for a while: before a part of the line the whole line is judged. */
  #allMayBeLost(nowMs: number): boolean {
    return this.#silence.suspect && nowMs - this.#heardMs >= partLimits.heardMs;
  }

  #when(best: Candidate | undefined, nowMs: number): Next {
    if (best === undefined) return { kind: 'wait', untilMs: Number.POSITIVE_INFINITY };
    return best.dueMs <= nowMs ? best.work : { kind: 'wait', untilMs: best.dueMs };
  }

  /** `fell`: with this outcome the whole line counts as silent, see `fallen`. `rose`: it is heard again. */
  finished(work: Work, outcome: Outcome, startedMs: number, endedMs: number): LineTurn | undefined {
    const slot = this.#slots.get(work.deviceId);
    if (slot === undefined) return undefined;
    // Who was heard needs no list of the living.
    const living = outcome.ok ? [] : this.#living();
    const before = this.#silence.fallen;
    const wasDead = this.isDead(work.deviceId);
    // Its pauses were the line's.
    if (before?.has(work.deviceId) === true) slot.probes = 0;
    slot.servedMs = endedMs;
    this.#pace.took(outcome.ok, endedMs - startedMs);
    this.#reschedule(slot, work, outcome, endedMs);
    if (work.kind === 'operate') return undefined;
    if (before !== undefined && work.kind !== 'open') this.#lineProbedMs = endedMs;
    if (outcome.ok) this.#succeeded(slot, work, wasDead, endedMs);
    else this.#failed(slot, wasDead, outcome, { startedMs, endedMs });
    const heard = heardOf(work, outcome);
    const turn = heard === undefined ? undefined : this.#silence.note(heard, work.deviceId, living, endedMs);
    if (heard === 'something') this.#heardMs = endedMs;
    if (heard !== undefined && this.#silence.fallen === undefined && !this.#allMayBeLost(endedMs)) this.#partLost(endedMs);
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

  /** Makes no more candidates than may be the best: it is asked after each question, of every device of the line. */
  #offer(slot: Slot, mayCollect: (deviceId: string) => boolean, choice: Choice): void {
    const { deviceId, servedMs, tasks, failures } = slot;
    const [operation] = operationOf(slot);
    if (operation !== undefined) return choice.offer(operation);
    if (failures >= planLimits.failuresUntilDead) return choice.offer(this.#probe(slot));
    if (tasks === undefined) return choice.offer({ work: { kind: 'open', deviceId }, dueMs: slot.openDueMs, servedMs });
    for (const task of tasks)
      if (choice.takes(task.dueMs, servedMs) && (task.yields === 'readings' || mayCollect(deviceId)))
        choice.offer({ work: { kind: 'task', deviceId, task: task.name }, dueMs: task.dueMs, servedMs });
    const job = slot.recollects[0];
    if (job !== undefined && choice.takes(slot.recollectDueMs, servedMs) && mayCollect(deviceId))
      choice.offer({ work: { kind: 'recollect', deviceId, job }, dueMs: slot.recollectDueMs, servedMs });
  }

  #living(): string[] {
    return [...this.#slots.keys()].filter((deviceId) => !this.isDead(deviceId));
  }

  /** One question to a device that might show that the line stands. */
  #outOfTurn(): Candidate[] {
    if (!this.#silence.suspect) return [];
    const slot = this.#witness() ?? this.#slots.get(this.#silence.sweep(this.#living()) ?? '');
    return slot?.tasks === undefined ? [] : [{ ...this.#question(slot), dueMs: Number.MIN_SAFE_INTEGER }];
  }

  /** Who was heard last although others had fallen silent already: the likeliest to show that the line stands. */
  #witness(): Slot | undefined {
    let last: Slot | undefined;
    for (const slot of this.#slots.values())
      if (slot.fellMs === undefined && slot.heardMs > (last ?? { heardMs: this.#tornMs }).heardMs) last = slot;
    return last;
  }

  /** While nobody is heard: what a person wants, and nothing else. */
  #whileFallen(slot: Slot): Candidate[] {
    const operation = operationOf(slot);
    if (operation.length > 0) return operation;
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
      if (task !== undefined) {
        task.dueMs = dueAfter(task, task.begun ? 1 : slot.phase, outcome, endedMs);
        task.begun = true;
      }
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
    if (work.kind !== 'open') this.#heard(slot, endedMs);
    slot.forced = false;
    const steady = slot.goodInRow >= planLimits.failuresUntilDead;
    // A device that was dead rests again at its next failure until it was steady for a while.
    slot.failures = slot.probes > 0 && !steady ? planLimits.failuresUntilDead - 1 : 0;
    if (steady) slot.probes = 0;
    const asked = work.kind === 'task' ? work.task : undefined;
    if (wasDead) for (const task of slot.tasks ?? []) task.dueMs = task.name === asked ? endedMs + task.periodMs : endedMs;
    if (slot.parentDown) this.#parentIsBack(endedMs);
  }

  #heard(slot: Slot, nowMs: number): void {
    slot.fellMs = undefined;
    slot.heardMs = nowMs;
    if (!slot.parted) return;
    for (const beside of besides(this.#slots.values(), slot)) {
      beside.probeAtMs = Math.min(beside.probeAtMs, nowMs);
      beside.forced = true;
    }
    slot.parted = false;
  }

  #failed(
    slot: Slot,
    wasDead: boolean,
    { parentDown, restMs, silent, proof }: Outcome & { readonly ok: false },
    { startedMs, endedMs }: { startedMs: number; endedMs: number },
  ): void {
    const { failuresUntilDead } = planLimits;
    const doubtful = proof !== undefined && proof !== 'alone' && !wasDead;
    if (restMs !== undefined) slot.failures = Math.max(failuresUntilDead, slot.failures + 1);
    else slot.failures = doubtful ? Math.min(slot.failures + 1, failuresUntilDead - 1) : slot.failures + 1;
    slot.failedMs = endedMs;
    slot.sure = proof !== 'none';
    if (silent === true) slot.fellMs ??= endedMs;
    slot.goodInRow = 0;
    slot.forced = false;
    slot.parentDown = parentDown;
    if (wasDead) this.#probeFreeMs = endedMs + planLimits.probeShare * (endedMs - startedMs);
    if (slot.failures < failuresUntilDead) return;
    slot.probeAtMs = endedMs + (restMs ?? exponential(planLimits.probe, slot.probes++));
    if (slot.parted) this.#askPart(endedMs);
  }

  /** One of a lost part stands for all: so often one of them is asked, in turn, however long they have been away. */
  #askPart(nowMs: number): void {
    const part = [...this.#slots.values()].filter((slot) => slot.parted && this.isDead(slot.deviceId));
    if (part.length < partLimits.devices) return;
    const longest = part.reduce((first, slot) => (slot.servedMs < first.servedMs ? slot : first));
    longest.probeAtMs = Math.min(longest.probeAtMs, nowMs + partLimits.probeEveryMs);
  }

  /** Part of a line is lost, as behind a broken cable: devices that failed twice bear one another out, and each is dead without a third question. */
  #partLost(nowMs: number): void {
    const { failuresUntilDead, probe } = planLimits;
    for (const slot of silentTogether(this.#slots.values(), nowMs)) {
      slot.parted = true;
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
