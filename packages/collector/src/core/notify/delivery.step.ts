/**
 * One notice on its way: queued -> sending -> sent or delivered, failed, unconfirmed or muted. Rows first: `sending` is committed before the channel is
 * called and the mark of handing over before bytes go out that could deliver, so that a death never loses it and copies it at most once.
 */
import { cutOffAs, cutOffsMax, cutOffsOf } from './handover.core.ts';
import {
  type DeliveryTerms,
  foldedBy,
  isDue,
  isOver,
  isTold,
  type PlannedNotice,
  planNotice,
  rebased,
  type Timer,
  timerIn,
} from './notice.core.ts';
import type { SendVerdict } from './recheck.core.ts';
import { failuresBeforeFallback, nextTry, retryForMs, retryTable } from './retry.core.ts';
import type { ChannelFailure, Delivery } from '../../channels/channel.ts';
import type { ChannelKind, DeliveryAttempt, Notice } from '@cardwatch/contracts/watch';
import { epochMs, unreachable, type EpochMs, type Random, type Result, type Step } from '@cardwatch/kernel';

/** Attempts that a row keeps: the first ones and the latest. */
export const attemptsKeptMax = 64;
const firstAttemptsKept = 4;

export interface DeliveryState {
  readonly notice: Notice;
  readonly terms: DeliveryTerms;
  readonly failures: number;
  readonly shrinks: number;
  readonly startedAt: EpochMs | null;
  readonly sendingSince: EpochMs | null;
  /** Of the attempt under way: bytes that could deliver may be out. */
  readonly handedOver: boolean;
  readonly next: Timer | null;
  /** When the next channel is tried beside this one; null: not begun, done, or there is none. */
  readonly fallback: Timer | null;
  readonly fellBack: boolean;
}

export type DeliveryEvent =
  | { readonly kind: 'due'; readonly verdict: SendVerdict }
  | { readonly kind: 'answered'; readonly answer: Result<Delivery, ChannelFailure>; readonly latencyMs: number }
  /** The channel is about to let bytes out that could deliver. */
  | { readonly kind: 'handingOver' }
  /** The process that was sending is gone. */
  | { readonly kind: 'restarted' }
  | { readonly kind: 'mute'; readonly by: string };

export type DeliveryEffect =
  | { readonly kind: 'send'; readonly notice: Notice; readonly terms: DeliveryTerms; readonly shrinks: number }
  | { readonly kind: 'fallback'; readonly planned: PlannedNotice }
  | { readonly kind: 'fold'; readonly notice: Notice; readonly terms: DeliveryTerms }
  /** Given up, and no other channel carries it on. */
  | { readonly kind: 'dead'; readonly notice: Notice; readonly why: string };

export interface DeliveryContext {
  readonly newId: () => string;
  readonly random: Random;
}

export const startDelivery = (planned: PlannedNotice): DeliveryState => ({
  notice: planned.notice,
  terms: planned.terms,
  failures: 0,
  shrinks: 0,
  startedAt: null,
  sendingSince: null,
  handedOver: false,
  next: { at: epochMs(planned.notice.nextTryAt ?? planned.notice.queuedAt), setAt: epochMs(planned.notice.queuedAt) },
  fallback: null,
  fellBack: false,
});

/** When the delivery wants to be woken: `MachineRow.dueAt`. */
export function deliveryDueAt(state: DeliveryState): EpochMs | null {
  if (state.notice.state !== 'queued') return null;
  const times = [state.next, state.fallback].flatMap((timer) => (timer === null ? [] : [timer.at]));
  return times.length === 0 ? null : times.reduce((a, b) => (a < b ? a : b));
}

export const isDeliveryDue = (state: DeliveryState, now: EpochMs): boolean =>
  state.notice.state === 'queued' && (isDue(state.next, now) || isDue(state.fallback, now));

/** The step of one notice. */
export function makeDeliveryStep(context: DeliveryContext): Step<DeliveryState, DeliveryEvent, DeliveryEffect> {
  return (state, event, now) => {
    switch (event.kind) {
      case 'due':
        return due(rebasedDelivery(state, now), { verdict: event.verdict, context }, now);
      case 'answered':
        return answered(state, { event, context }, now);
      case 'restarted':
        return restarted(state, context, now);
      case 'handingOver':
        return [state.notice.state === 'sending' ? { ...state, handedOver: true } : state, []];
      case 'mute':
        return [state.notice.state === 'queued' ? muted(state, event.by) : state, []];
      default:
        return unreachable(event);
    }
  };
}

type Stepped = readonly [DeliveryState, readonly DeliveryEffect[]];

/** Its timers after a step back of the clock. */
export const rebasedDelivery = (state: DeliveryState, now: EpochMs): DeliveryState => ({
  ...state,
  next: state.next === null ? null : rebased(state.next, now),
  fallback: state.fallback === null ? null : rebased(state.fallback, now),
});

const muted = (state: DeliveryState, by: string): DeliveryState => ({
  ...state,
  notice: { ...state.notice, state: 'muted', mutedBy: by.slice(0, 64), nextTryAt: null },
  next: null,
  fallback: null,
});

function due(
  state: DeliveryState,
  ask: { readonly verdict: SendVerdict; readonly context: DeliveryContext },
  now: EpochMs,
): Stepped {
  if (state.notice.state !== 'queued') return [state, []];
  const { verdict } = ask;
  if (verdict.kind === 'mute') return [muted(state, verdict.by), []];
  if (verdict.kind === 'wait' && verdict.why === 'quietHours') return [waiting(state, verdict.until, now), []];
  if (verdict.kind === 'fold') return [muted(state, foldedBy), [{ kind: 'fold', notice: state.notice, terms: state.terms }]];
  const begun = begin(state, now);
  const [fallen, effects] = isDue(begun.fallback, now) ? fallBack(begun, ask.context, now) : ([begun, []] as const);
  if (verdict.kind === 'wait') return [waiting(fallen, verdict.until, now), effects];
  if (!isDue(fallen.next, now)) return [fallen, effects];
  const sending: DeliveryState = {
    ...fallen,
    notice: { ...fallen.notice, state: 'sending', nextTryAt: null },
    next: null,
    sendingSince: now,
    handedOver: false,
  };
  return [sending, [...effects, { kind: 'send', notice: sending.notice, terms: sending.terms, shrinks: sending.shrinks }]];
}

/** The clocks of a notice run from its first chance, not from the night before. */
function begin(state: DeliveryState, now: EpochMs): DeliveryState {
  if (state.startedAt !== null) return state;
  const alone = state.terms.channels.length < 2;
  return { ...state, startedAt: now, fallback: alone ? null : timerIn(state.terms.fallbackAfterMs, now) };
}

function waiting(state: DeliveryState, until: EpochMs, now: EpochMs): DeliveryState {
  const next = { at: until, setAt: now };
  return { ...state, next, notice: { ...state.notice, state: 'queued', nextTryAt: until } };
}

/** The same telling by the recipient's next channel; this one goes on trying, and whichever arrives first mutes the other. */
function fallBack(state: DeliveryState, context: DeliveryContext, now: EpochMs): Stepped {
  const [, second, ...rest] = state.terms.channels;
  if (second === undefined || state.fellBack) return [{ ...state, fallback: null }, []];
  const channels: readonly [ChannelKind, ...ChannelKind[]] = [second, ...rest];
  const { alarmIds, reason, transition, level, recipient } = state.notice;
  const planned = planNotice(
    { noticeId: context.newId(), alarmIds, reason, telling: transition, level, recipient, terms: { ...state.terms, channels } },
    now,
  );
  return [{ ...state, fallback: null, fellBack: true }, [{ kind: 'fallback', planned }]];
}

function answered(
  state: DeliveryState,
  ask: { readonly event: Extract<DeliveryEvent, { kind: 'answered' }>; readonly context: DeliveryContext },
  now: EpochMs,
): Stepped {
  if (isOver(state.notice)) return [state, []];
  const { answer, latencyMs } = ask.event;
  if (answer.ok) {
    const attempt = {
      ...attemptOf(state, latencyMs, now),
      outcome: 'sent' as const,
      providerId: cut(answer.value.providerId, 128),
    };
    const notice: Notice = { ...withAttempt(state.notice, attempt), state: answer.value.state, sentAt: now, nextTryAt: null };
    return [{ ...state, notice, next: null, fallback: null }, []];
  }
  const failure = answer.error;
  const attempt = { ...attemptOf(state, latencyMs, now), outcome: failure.kind, code: cut(failure.code, 64) };
  return failed({ ...state, notice: withAttempt(state.notice, attempt) }, { failure, context: ask.context }, now);
}

function failed(
  state: DeliveryState,
  ask: { readonly failure: ChannelFailure; readonly context: DeliveryContext },
  now: EpochMs,
): Stepped {
  const { failure, context } = ask;
  const failures = state.failures + 1;
  const next = nextTry({ ...failure, failures, shrinks: state.shrinks }, context.random);
  const urgent = retryTable[failure.kind].fallbackNow || next.kind === 'never' || failures >= failuresBeforeFallback;
  const counted = { ...state, failures };
  const [fallen, effects] = urgent || isDue(state.fallback, now) ? fallBack(counted, context, now) : ([counted, []] as const);
  const endsAt = (state.startedAt ?? now) + retryForMs(state.notice.level);
  if (next.kind === 'never' || now + next.waitMs > endsAt) {
    const notice: Notice = { ...fallen.notice, state: 'failed', nextTryAt: null };
    const dead = fallen.fellBack ? [] : [{ kind: 'dead' as const, notice, why: failure.kind }];
    return [{ ...fallen, notice, next: null, fallback: null }, [...effects, ...dead]];
  }
  const shrinks = next.shrink ? fallen.shrinks + 1 : fallen.shrinks;
  return [waiting({ ...fallen, shrinks }, epochMs(now + next.waitMs), now), effects];
}

/** Tried once more at once, unless it was cut off too often where it may have gone out. */
function restarted(state: DeliveryState, context: DeliveryContext, now: EpochMs): Stepped {
  if (state.notice.state !== 'sending') return [state, []];
  const attempt = { ...attemptOf(state, 0, now), ...(state.handedOver ? cutOffAs.after : cutOffAs.before) };
  const cutOff: DeliveryState = { ...state, handedOver: false, notice: withAttempt(state.notice, attempt) };
  const again = !state.handedOver || cutOffsOf(cutOff.notice) < cutOffsMax;
  return again ? [waiting(cutOff, now, now), []] : unconfirmed(cutOff, context, now);
}

/** Whether it arrived stays open: the next channel takes over where there is one. */
function unconfirmed(state: DeliveryState, context: DeliveryContext, now: EpochMs): Stepped {
  const [fallen, effects] = fallBack(state, context, now);
  const notice: Notice = { ...fallen.notice, state: 'unconfirmed', nextTryAt: null };
  const dead = fallen.fellBack ? [] : [{ kind: 'dead' as const, notice, why: notice.state }];
  return [{ ...fallen, notice, next: null, fallback: null }, [...effects, ...dead]];
}

const attemptOf = (state: DeliveryState, latencyMs: number, now: EpochMs): Omit<DeliveryAttempt, 'outcome'> => ({
  at: now,
  channel: state.notice.channel,
  code: null,
  latencyMs: Math.max(0, Math.round(latencyMs)),
  providerId: null,
});

const cut = (text: string | null, length: number): string | null => text?.slice(0, length) ?? null;

function withAttempt(notice: Notice, attempt: DeliveryAttempt): Notice {
  const all = [...notice.attempts, attempt];
  if (all.length <= attemptsKeptMax) return { ...notice, attempts: all };
  return { ...notice, attempts: [...all.slice(0, firstAttemptsKept), ...all.slice(firstAttemptsKept - attemptsKeptMax)] };
}

/** A told notice whose channel reports later that it arrived or was read; never backwards. */
export function receivedNotice(notice: Notice, arrived: 'delivered' | 'read'): Notice {
  const forward = notice.state === 'sent' || (notice.state === 'delivered' && arrived === 'read');
  return forward ? { ...notice, state: arrived } : notice;
}

/** A told notice by which, or after which, somebody took the alarm; notices that were not told stay as they are. One that is answered did arrive. */
export const acknowledgedNotice = (notice: Notice, by: string, now: EpochMs): Notice =>
  (isTold(notice) || notice.state === 'unconfirmed') && notice.state !== 'acknowledged'
    ? { ...notice, state: 'acknowledged', acknowledgedAt: now, acknowledgedBy: by.slice(0, 64) }
    : notice;

export const deliveryMachineKind = 'delivery';

/** Rows of this kind hold what the notice's own row does not. */
export const deliveryRow = (state: DeliveryState): string => JSON.stringify({ ...state, notice: undefined });
/** Written by `deliveryRow` alone: the store gives back what it was given. A row without the mark is older than it: its bytes may be out. */
export const deliveryFromRow = (row: { readonly state: string }, notice: Notice): DeliveryState => ({
  handedOver: true,
  ...(JSON.parse(row.state) as Omit<DeliveryState, 'notice' | 'handedOver'>),
  notice,
});
