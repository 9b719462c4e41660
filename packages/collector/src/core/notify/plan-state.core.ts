/** The memory of one alarm's notification: the policy as it was when escalation began, where it stands, and who was told what. */
import type { DigestItem, PlannedNotice, Timer } from './notice.core.ts';
import type { RouteFinding } from './route.core.ts';
import type { Transition } from '../alarm/transition.core.ts';
import type { Alarm, AlarmLevel, ChannelKind, Notice, NoticePolicy } from '@cardwatch/contracts/watch';
import { secondMs, type EpochMs, type Step } from '@cardwatch/kernel';

/** Nobody is told before this long after the raise: the cause may show itself. */
export const causeHoldMs = 3 * secondMs;
/** The longest, where what the thing is reached through was not asked since it failed. */
export const causeHoldMsMax = 8 * secondMs;
/** Reminders of one alarm without an acknowledgement. */
export const remindersMax = 12;
/** Transitions of one alarm leave room for this many tellings each in the running number. */
export const tellingsPerTransition = 1_000;

/**
 * holding: the cause hold. running: steps or reminders lie ahead. finished: the chain is through. acknowledged, suppressed, flapping: stands still.
 * over: cleared, waiting for what is in flight.
 */
export type PlanPhase = 'holding' | 'running' | 'finished' | 'acknowledged' | 'suppressed' | 'flapping' | 'over';

/** The policy as it was when escalation began; later edits do not touch a running one. */
export interface PlanSnapshot {
  readonly policyId: string;
  readonly level: AlarmLevel;
  readonly channels: NoticePolicy['channels'];
  readonly fallbackAfterMs: number;
  readonly steps: NoticePolicy['steps'];
  readonly repeats: number;
  readonly remindEveryMs: number | null;
  readonly quiet: NoticePolicy['quiet'];
  readonly digestEveryMs: number | null;
  readonly deputy: string | null;
  readonly hasty: boolean;
}

/** A notice that says it burns and is not yet decided. */
export interface OpenNotice {
  readonly noticeId: string;
  readonly telling: number;
  readonly channel: ChannelKind;
  readonly sending: boolean;
  readonly maybe: boolean;
}

/** What one recipient knows. `heard`: the channel by which he was told, or may have been. */
export interface Hearer {
  readonly recipient: string;
  readonly channels: readonly [ChannelKind, ...ChannelKind[]];
  readonly heard: ChannelKind | null;
  readonly heardByDigest: boolean;
  /** Waits in the recipient's next digest. */
  readonly binned: boolean;
  readonly open: readonly OpenNotice[];
  readonly lastToldAt: number;
}

export interface PlanState {
  readonly alarmId: string;
  readonly phase: PlanPhase;
  readonly lastNo: number;
  readonly telling: number;
  readonly snapshot: PlanSnapshot | null;
  readonly step: number;
  readonly round: number;
  readonly reminders: number;
  readonly next: Timer | null;
  readonly reminder: Timer | null;
  /** Of a plan that stands still: what was left to wait, and whether it still was in its cause hold. */
  readonly left: { readonly nextMs: number | null; readonly reminderMs: number | null; readonly holding: boolean } | null;
  readonly hearers: readonly Hearer[];
}

export type PlanEvent =
  | { readonly kind: 'transition'; readonly transition: Transition }
  /** The alarm's row as it is now: to be told when what suppresses it changes. */
  | { readonly kind: 'seen'; readonly alarm: Alarm }
  | { readonly kind: 'wake'; readonly alarm: Alarm }
  /** A storm holds it back: a line in the digest of those who would have been told first. */
  | { readonly kind: 'fold'; readonly alarm: Alarm }
  /** A notice of this alarm moved, or a digest that carries it (then with what it says of this alarm). */
  | { readonly kind: 'notice'; readonly notice: Notice; readonly alarm: Alarm | null; readonly item: DigestItem | null };

/** Why something was done or left undone, for the alarm's history. */
export interface PlanNote {
  readonly what: 'told' | 'escalated' | 'notTold' | 'resumed' | 'standsStill' | 'chainFinished' | 'policyChosen';
  readonly detail: Readonly<Record<string, string | number>>;
}

export type PlanEffect =
  | { readonly kind: 'tell'; readonly planned: PlannedNotice }
  | { readonly kind: 'mute'; readonly noticeId: string; readonly by: string }
  /** Into the recipient's next digest. */
  | { readonly kind: 'bin'; readonly recipient: string; readonly item: DigestItem; readonly ask: BinAsk }
  | { readonly kind: 'unbin'; readonly recipient: string; readonly alarmId: string }
  | { readonly kind: 'finding'; readonly finding: RouteFinding }
  | { readonly kind: 'note'; readonly note: PlanNote }
  /** Nothing is left to do: the row may go. */
  | { readonly kind: 'gone' };

export interface BinAsk {
  readonly everyMs: number;
  readonly channels: readonly [ChannelKind, ...ChannelKind[]];
  readonly fallbackAfterMs: number;
  readonly quiet: NoticePolicy['quiet'];
  readonly hasty: boolean;
  readonly level: AlarmLevel;
}

export type PlanStep = Step<PlanState, PlanEvent, PlanEffect>;

export function startPlan(alarmId: string): PlanState {
  return {
    alarmId,
    phase: 'over',
    lastNo: 0,
    telling: 0,
    snapshot: null,
    step: 0,
    round: 0,
    reminders: 0,
    next: null,
    reminder: null,
    left: null,
    hearers: [],
  };
}

/** When the plan wants to be woken: `MachineRow.dueAt`. */
export function planDueAt(state: PlanState): EpochMs | null {
  const times = [state.next, state.reminder].flatMap((timer) => (timer === null ? [] : [timer.at]));
  return times.length === 0 ? null : times.reduce((a, b) => (a < b ? a : b));
}

export const planMachineKind = 'escalation';

/** Rows of this kind are written by `JSON.stringify` of a `PlanState` alone: the store gives back what it was given. */
export const planFromRow = (row: { readonly state: string }): PlanState => JSON.parse(row.state) as PlanState;
