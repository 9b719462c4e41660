/** A notice as it is planned: the row that people see and what its delivery needs beside it. */
import type { Alarm, ChannelKind, Notice, NoticePolicy, NoticeReason } from '@cardwatch/contracts/watch';
import { epochMs, type EpochMs } from '@cardwatch/kernel';

/** One line of a digest: an alarm that was raised, or that is over again for somebody whom a digest had told of it. */
export interface DigestItem {
  readonly alarmId: string;
  readonly what: 'raised' | 'cleared';
}

/** How a notice is to be delivered; from the policy that holds for its alarm. */
export interface DeliveryTerms {
  /** Ways to the recipient in the order in which they are tried; the first is the notice's own. */
  readonly channels: readonly [ChannelKind, ...ChannelKind[]];
  readonly fallbackAfterMs: number;
  readonly quiet: NoticePolicy['quiet'];
  /** An important event holds at the place: quiet hours do not. */
  readonly hasty: boolean;
  /** Of digests alone: what the text lists. */
  readonly items: readonly DigestItem[];
}

export interface PlannedNotice {
  readonly notice: Notice;
  readonly terms: DeliveryTerms;
}

export interface NoticeAsk {
  readonly noticeId: string;
  readonly alarmIds: readonly string[];
  readonly reason: NoticeReason;
  readonly telling: number;
  readonly level: Alarm['level'];
  readonly recipient: string;
  readonly terms: DeliveryTerms;
}

/** `mutedBy` of a notice that became a line of the recipient's digest, and of one whose telling went through by another channel. */
export const foldedBy = 'digest';
export const toldOtherwise = 'toldOtherwise';

/** Alarms that one notice names by id at most: the limit of the contract. */
export const alarmsPerNoticeMax = 1_000;

/** A queued notice, to be tried at once. */
export function planNotice(ask: NoticeAsk, now: EpochMs): PlannedNotice {
  const notice: Notice = {
    noticeId: ask.noticeId,
    alarmIds: ask.alarmIds.slice(0, alarmsPerNoticeMax) as Notice['alarmIds'],
    reason: ask.reason,
    transition: ask.telling,
    level: ask.level,
    recipient: ask.recipient,
    channel: ask.terms.channels[0],
    state: 'queued',
    mutedBy: null,
    attempts: [],
    queuedAt: now,
    nextTryAt: now,
    sentAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
  };
  return { notice, terms: ask.terms };
}

/** It reached the recipient's channel, as far as the channel can tell. */
export const isTold = (notice: Pick<Notice, 'state'>): boolean =>
  notice.state === 'sent' || notice.state === 'delivered' || notice.state === 'read' || notice.state === 'acknowledged';

/** Nothing more happens to it by itself. */
export const isOver = (notice: Pick<Notice, 'state'>): boolean =>
  isTold(notice) || notice.state === 'failed' || notice.state === 'unconfirmed' || notice.state === 'muted';

/** An attempt without an answer (a timeout, a death after the mark of handing over) may have arrived: who may have heard of it is told that it is over. */
export const mayHaveArrived = (notice: Pick<Notice, 'attempts'>): boolean =>
  notice.attempts.some((attempt) => attempt.outcome === 'timeout');

/** Due at `at`; `setAt` shows when the clock went backwards since. */
export interface Timer {
  readonly at: EpochMs;
  readonly setAt: EpochMs;
}

export const timerIn = (delayMs: number, now: EpochMs): Timer => ({ at: epochMs(now + delayMs), setAt: now });

/** After a step back of the clock what was left to wait is waited from now: never longer than was planned. */
export const rebased = (timer: Timer, now: EpochMs): Timer =>
  now < timer.setAt ? { at: epochMs(now + timer.at - timer.setAt), setAt: now } : timer;

/** Whether any was set in what is now the future. */
export const isAhead = (timers: readonly (Timer | null)[], now: EpochMs): boolean =>
  timers.some((timer) => timer !== null && timer.setAt > now);

export const isDue = (timer: Timer | null, now: EpochMs): boolean => timer !== null && rebased(timer, now).at <= now;

/** What is left to wait, at least nothing. */
export const remainingMs = (timer: Timer, now: EpochMs): number => Math.max(0, rebased(timer, now).at - now);
