/**
 * The notification desk: plans of alarms, deliveries of notices, digests and allowances in one place, in memory, rebuilt from rows. It decides; the runner
 * commits `DeskOut.change` in one transaction and then sends `DeskOut.sends`. Not a store, not a sender: without I/O, clock or randomness of its own.
 */
import { type Bucket, bucketKey, fullBucket, takeToken } from './bucket.core.ts';
import {
  type DeliveryEffect,
  deliveryDueAt,
  type DeliveryEvent,
  deliveryFromRow,
  deliveryMachineKind,
  deliveryRow,
} from './delivery.step.ts';
import { type DeliveryState, isDeliveryDue, makeDeliveryStep, rebasedDelivery, startDelivery } from './delivery.step.ts';
import type { DeskOut } from './desk-rows.core.ts';
import { type DeskView, Work } from './desk-work.core.ts';
import { addToBin, binFromRow, cutDigest, type DigestBin, digestMachineKind, takeFromBin } from './digest.core.ts';
import { isAhead, isDue, isOver, isTold, rebased, type PlannedNotice, toldOtherwise } from './notice.core.ts';
import {
  type PlanEffect,
  type PlanEvent,
  planFromRow,
  planDueAt,
  planMachineKind,
  type PlanState,
  startPlan,
} from './plan-state.core.ts';
import { makePlanStep, rebasedPlan } from './plan.step.ts';
import { recheck, type SendVerdict } from './recheck.core.ts';
import { resendPlan, type ResendRefusal } from './resend.core.ts';
import type { Transition } from '../alarm/transition.core.ts';
import type { ChannelFailure, ChannelLimits, Delivery } from '../../channels/channel.ts';
import type { MachineRow } from '../../store/watch/roles.ts';
import type { Alarm, ChannelKind, Notice } from '@cardwatch/contracts/watch';
import { minuteMs, ok, unreachable, type EpochMs, type Random, type Result } from '@cardwatch/kernel';

export type { DeskView } from './desk-work.core.ts';

export interface DeskPorts {
  readonly newId: () => string;
  readonly random: Random;
  /** Undefined: the channel is not configured; its notices fail as `misconfigured` when sent. */
  readonly limitsOf: (channel: ChannelKind) => ChannelLimits | undefined;
}

/** Digest pace of lines that a full allowance made. */
const foldedEveryMs = 10 * minuteMs;

export class NotifyDesk {
  readonly #ports: DeskPorts;
  readonly #plans = new Map<string, PlanState>();
  readonly #deliveries = new Map<string, DeliveryState>();
  readonly #bins = new Map<string, DigestBin>();
  readonly #buckets = new Map<string, Bucket>();
  /** Before the first tick every timer may be ahead: the clock may have stepped back while nobody looked. */
  #tickedAt = Number.POSITIVE_INFINITY;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** Takes its memory from the rows of a store; what was being sent is taken up again. Call once, before the first tick. */
  restore(
    rows: { readonly machines: readonly MachineRow[]; readonly notices: readonly Notice[] },
    view: DeskView,
    now: EpochMs,
  ): DeskOut {
    const notices = new Map(rows.notices.map((notice) => [notice.noticeId as string, notice]));
    for (const row of rows.machines) this.#restoreRow(row, notices);
    const work = new Work(view);
    const cutOff = [...this.#deliveries.values()].filter(({ notice }) => notice.state === 'sending');
    for (const { notice } of cutOff) this.#deliver(work, { noticeId: notice.noticeId, event: { kind: 'restarted' } }, now);
    return work.rows.out();
  }

  #restoreRow(row: MachineRow, notices: ReadonlyMap<string, Notice>): void {
    if (row.kind === planMachineKind) this.#plans.set(row.key, planFromRow(row));
    if (row.kind === digestMachineKind) this.#bins.set(row.key, binFromRow(row));
    const notice = notices.get(row.key);
    if (row.kind === deliveryMachineKind && notice !== undefined) this.#deliveries.set(row.key, deliveryFromRow(row, notice));
  }

  /** Transitions of one tick, in the order of their alarms' rows. */
  transitions(transitions: readonly Transition[], view: DeskView, now: EpochMs): DeskOut {
    const work = new Work(view);
    for (const transition of transitions) {
      const alarmId = transition.alarm.alarmId;
      this.#plan(work, { alarmId, event: { kind: 'transition', transition } }, now);
    }
    return work.rows.out();
  }

  /** Alarms whose suppression, handling or condition changed without a transition. */
  seen(alarms: readonly Alarm[], view: DeskView, now: EpochMs): DeskOut {
    const work = new Work(view);
    for (const alarm of alarms) {
      if (this.#plans.has(alarm.alarmId)) this.#plan(work, { alarmId: alarm.alarmId, event: { kind: 'seen', alarm } }, now);
    }
    return work.rows.out();
  }

  /** Notices that no plan makes: the daily test. */
  queue(planned: readonly PlannedNotice[], view: DeskView): DeskOut {
    const work = new Work(view);
    for (const each of planned) this.#queue(work, each);
    return work.rows.out();
  }

  /** One that failed for good is tried anew, by its own channel. Refused: it did not fail, or nothing is left to be said (`cleared`, `acknowledged`…). */
  resend(notice: Notice, view: DeskView, now: EpochMs): Result<DeskOut, ResendRefusal> {
    const planned = resendPlan(notice, view.alarms, now);
    if (!planned.ok) return planned;
    const work = new Work(view);
    this.#queue(work, planned.value);
    this.#tellPlans(work, planned.value, now);
    return ok(work.rows.out());
  }

  /** Alarms that a storm folded in: told in digests while they are held back. Call after their transitions. */
  fold(alarmIds: readonly string[], view: DeskView, now: EpochMs): DeskOut {
    const work = new Work(view);
    for (const alarmId of alarmIds) {
      const alarm = view.alarms.get(alarmId);
      if (alarm !== undefined && this.#plans.has(alarmId)) this.#plan(work, { alarmId, event: { kind: 'fold', alarm } }, now);
    }
    return work.rows.out();
  }

  /** Everything that is due: steps of plans, then digests, then notices, the most urgent first. Once a second. */
  tick(view: DeskView, now: EpochMs): DeskOut {
    const work = new Work(view);
    if (now < this.#tickedAt) this.#rebase(now);
    this.#tickedAt = now;
    const awake: string[] = [];
    for (const { alarmId, next, reminder } of this.#plans.values())
      if (isDue(next, now) || isDue(reminder, now)) awake.push(alarmId);
    for (const alarmId of awake) {
      const alarm = view.alarms.get(alarmId);
      if (alarm !== undefined) this.#plan(work, { alarmId, event: { kind: 'wake', alarm } }, now);
    }
    const ripe = [...this.#bins.values()].filter((bin) => isDue(bin.due, now));
    for (const bin of ripe) this.#cut(work, bin, now);
    const due: DeliveryState[] = [];
    for (const state of this.#deliveries.values()) if (isDeliveryDue(state, now)) due.push(state);
    due.sort((a, b) => a.notice.level - b.notice.level || a.notice.queuedAt - b.notice.queuedAt);
    for (const { notice } of due) this.#try(work, notice.noticeId, now);
    return work.rows.out();
  }

  /** After the clock stepped back: what was to be waited for is waited for from now, no longer. */
  #rebase(now: EpochMs): void {
    for (const [key, state] of this.#plans)
      if (isAhead([state.next, state.reminder], now)) this.#plans.set(key, rebasedPlan(state, now));
    for (const [key, bin] of this.#bins) if (isAhead([bin.due], now)) this.#bins.set(key, { ...bin, due: rebased(bin.due, now) });
    for (const [key, state] of this.#deliveries)
      if (isAhead([state.next, state.fallback], now)) this.#deliveries.set(key, rebasedDelivery(state, now));
  }

  /** Bytes of this notice are about to go out that could deliver it: commit before they do. Null: it is not being sent any more, and none may go out. */
  handingOver(noticeId: string, view: DeskView, now: EpochMs): DeskOut | null {
    if (this.#deliveries.get(noticeId)?.notice.state !== 'sending') return null;
    const work = new Work(view);
    this.#deliver(work, { noticeId, event: { kind: 'handingOver' } }, now);
    return work.rows.out();
  }

  /** A channel answered the order of this notice. */
  answered(
    noticeId: string,
    answered: { readonly answer: Result<Delivery, ChannelFailure>; readonly latencyMs: number },
    view: DeskView,
    now: EpochMs,
  ): DeskOut {
    const work = new Work(view);
    this.#deliver(work, { noticeId, event: { kind: 'answered', ...answered } }, now);
    return work.rows.out();
  }

  /** For the auditor. */
  get plans(): ReadonlyMap<string, PlanState> {
    return this.#plans;
  }

  /** For the auditor: notices that are not over. */
  get deliveries(): ReadonlyMap<string, DeliveryState> {
    return this.#deliveries;
  }

  get bins(): ReadonlyMap<string, DigestBin> {
    return this.#bins;
  }

  #plan(work: Work, of: { readonly alarmId: string; readonly event: PlanEvent }, now: EpochMs): void {
    const { alarmId, event } = of;
    const before = this.#plans.get(alarmId) ?? startPlan(alarmId);
    const [state, effects] = makePlanStep({ ...work.view, newId: this.#ports.newId })(before, event, now);
    this.#plans.set(alarmId, state);
    work.rows.machine({ kind: planMachineKind, key: alarmId, state: JSON.stringify(state), dueAt: planDueAt(state) });
    for (const effect of effects) this.#planned(work, { alarmId, effect }, now);
  }

  #planned(work: Work, of: { readonly alarmId: string; readonly effect: PlanEffect }, now: EpochMs): void {
    const { alarmId, effect } = of;
    switch (effect.kind) {
      case 'tell':
        return this.#queue(work, effect.planned);
      case 'mute':
        return this.#deliver(work, { noticeId: effect.noticeId, event: { kind: 'mute', by: effect.by } }, now);
      case 'bin':
        return this.#keepBin(work, addToBin(this.#bins.get(effect.recipient) ?? null, effect, now));
      case 'unbin':
        return this.#unbin(work, effect);
      case 'finding':
        work.rows.findings.push(effect.finding);
        return;
      case 'note': {
        const detail = JSON.stringify(effect.note.detail);
        work.rows.history.push({ subjectId: alarmId, at: now, what: effect.note.what, by: 'notify', detail });
        return;
      }
      case 'gone':
        this.#plans.delete(alarmId);
        return work.rows.machineGone(planMachineKind, alarmId);
      default:
        return unreachable(effect);
    }
  }

  #queue(work: Work, planned: PlannedNotice): void {
    this.#keepDelivery(work, startDelivery(planned));
  }

  #keepDelivery(work: Work, state: DeliveryState): void {
    const key = state.notice.noticeId;
    work.rows.notice(state.notice);
    if (isOver(state.notice)) {
      this.#deliveries.delete(key);
      work.rows.machineGone(deliveryMachineKind, key);
    } else {
      this.#deliveries.set(key, state);
      work.rows.machine({ kind: deliveryMachineKind, key, state: deliveryRow(state), dueAt: deliveryDueAt(state) });
    }
  }

  #keepBin(work: Work, bin: DigestBin): void {
    this.#bins.set(bin.recipient, bin);
    work.rows.bin(bin);
  }

  #dropBin(work: Work, recipient: string): void {
    this.#bins.delete(recipient);
    work.rows.binGone(recipient);
  }

  #unbin(work: Work, of: { readonly recipient: string; readonly alarmId: string }): void {
    const bin = this.#bins.get(of.recipient);
    if (bin === undefined) return;
    const left = takeFromBin(bin, of.alarmId);
    if (left === null) this.#dropBin(work, of.recipient);
    else this.#keepBin(work, left);
  }

  /** Suppressed alarms wait in the bin; their time has not come. */
  #cut(work: Work, bin: DigestBin, now: EpochMs): void {
    const alarmOf = (alarmId: string): Alarm | undefined => work.view.alarms.get(alarmId);
    const burning = bin.items.filter(({ alarmId, what }) => what === 'cleared' || alarmOf(alarmId) !== undefined);
    const waiting = burning.filter(({ alarmId, what }) => what === 'raised' && isHeldBack(alarmOf(alarmId)));
    const telling = burning.filter((item) => !waiting.includes(item));
    this.#dropBin(work, bin.recipient);
    if (telling.length > 0) {
      const { planned, rest } = cutDigest({ ...bin, items: telling }, this.#ports.newId(), now);
      this.#queue(work, planned);
      this.#tellPlans(work, planned, now);
      if (rest !== null) this.#keepBin(work, rest);
    }
    if (waiting.length === 0) return;
    const { recipient, ask } = bin;
    for (const item of waiting) this.#keepBin(work, addToBin(this.#bins.get(recipient) ?? null, { recipient, item, ask }, now));
  }

  #try(work: Work, noticeId: string, now: EpochMs): void {
    const state = this.#deliveries.get(noticeId);
    if (state === undefined || !isDeliveryDue(state, now)) return;
    this.#deliver(work, { noticeId, event: { kind: 'due', verdict: this.#verdict(work, state, now) } }, now);
  }

  #verdict(work: Work, state: DeliveryState, now: EpochMs): SendVerdict {
    const { notice, terms } = state;
    const checked = recheck({ notice, terms, alarms: work.view.alarms }, now);
    if (checked.kind !== 'send' || !isDue(state.next, now)) return checked;
    const address = work.address(notice);
    if (address === null) return { kind: 'mute', by: 'noAddress' };
    const limits = this.#ports.limitsOf(notice.channel);
    if (limits === undefined) return checked;
    const key = bucketKey(notice.channel, address.address, limits.countedBy);
    const answer = takeToken(this.#buckets.get(key) ?? fullBucket, { limits, level: notice.level }, now);
    if (answer.kind === 'taken') {
      this.#buckets.set(key, answer.bucket);
      return checked;
    }
    const foldable = notice.level > 1 && answer.limit === 'minute' && isFoldable(notice);
    return foldable ? { kind: 'fold' } : { kind: 'wait', until: answer.until, why: 'allowance' };
  }

  #deliver(work: Work, of: { readonly noticeId: string; readonly event: DeliveryEvent }, now: EpochMs): void {
    const before = this.#deliveries.get(of.noticeId);
    if (before === undefined) return;
    const [state, effects] = makeDeliveryStep(this.#ports)(before, of.event, now);
    this.#keepDelivery(work, state);
    for (const effect of effects) this.#delivered(work, effect, now);
    if (state.notice.state === before.notice.state && state.notice.attempts.length === before.notice.attempts.length) return;
    if (isTold(state.notice)) this.#told(work, state.notice, now);
    this.#tellPlans(work, state, now);
  }

  #delivered(work: Work, effect: DeliveryEffect, now: EpochMs): void {
    switch (effect.kind) {
      case 'send':
        return work.send(effect);
      case 'fallback':
        this.#queue(work, effect.planned);
        return this.#tellPlans(work, effect.planned, now);
      case 'fold':
        return this.#fold(work, effect, now);
      case 'dead':
        work.rows.dead.push({ notice: effect.notice, why: effect.why });
        return;
      default:
        return unreachable(effect);
    }
  }

  #fold(work: Work, effect: Extract<DeliveryEffect, { kind: 'fold' }>, now: EpochMs): void {
    const { notice, terms } = effect;
    const what = notice.reason === 'cleared' ? ('cleared' as const) : ('raised' as const);
    const { channels, fallbackAfterMs, quiet, hasty } = terms;
    const ask = { everyMs: foldedEveryMs, channels, fallbackAfterMs, quiet, hasty, level: notice.level };
    for (const alarmId of notice.alarmIds) {
      const line = { recipient: notice.recipient, item: { alarmId, what }, ask };
      this.#keepBin(work, addToBin(this.#bins.get(notice.recipient) ?? null, line, now));
    }
  }

  /** The same telling by another channel is not needed any more, unless it is on its way already. */
  #told(work: Work, told: Notice, now: EpochMs): void {
    const detail = JSON.stringify({ recipient: told.recipient, channel: told.channel, reason: told.reason });
    for (const subjectId of told.alarmIds) work.rows.history.push({ subjectId, at: now, what: 'told', by: 'notify', detail });
    const siblings = [...this.#deliveries.values()].filter(({ notice }) => isSameTelling(notice, told));
    for (const { notice } of siblings)
      this.#deliver(work, { noticeId: notice.noticeId, event: { kind: 'mute', by: toldOtherwise } }, now);
  }

  #tellPlans(work: Work, of: PlannedNotice, now: EpochMs): void {
    const { notice, terms } = of;
    const items = new Map(terms.items.map((item) => [item.alarmId, item]));
    const alarmIds = notice.reason === 'digest' ? items.keys() : notice.alarmIds;
    for (const alarmId of alarmIds) {
      const alarm = work.view.alarms.get(alarmId);
      if (!this.#plans.has(alarmId)) continue;
      this.#plan(
        work,
        { alarmId, event: { kind: 'notice', notice, alarm: alarm ?? null, item: items.get(alarmId) ?? null } },
        now,
      );
    }
  }
}

/** By more than a storm, whose members are told in digests. */
const isHeldBack = (alarm: Alarm | undefined): boolean =>
  alarm?.suppressedBy.some(({ suppressor }) => suppressor !== 'storm') === true;

/** Words of the moment may wait for a digest; a digest itself, a storm and a test are told as they are. */
const isFoldable = (notice: Notice): boolean => !['digest', 'storm', 'test'].includes(notice.reason);

const isSameTelling = (notice: Notice, told: Notice): boolean =>
  notice.noticeId !== told.noticeId &&
  notice.recipient === told.recipient &&
  notice.transition === told.transition &&
  notice.reason === told.reason &&
  notice.alarmIds[0] === told.alarmIds[0];
