/**
 * From an alarm's transitions to notices: the cause hold, escalation by a snapshot of the policy, reminders, and the other half of every "it burns":
 * "it is over". Time that the alarm spends suppressed or acknowledged does not advance it (ops-peers 2, items 3, 9, 10, 21, 24).
 */
import { closeHearers, finishIfDone, noticeMoved } from './plan-close.core.ts';
import { isDue, rebased, remainingMs, type Timer, timerIn } from './notice.core.ts';
import {
  causeHoldMs,
  causeHoldMsMax,
  type PlanEvent,
  type PlanPhase,
  type PlanState,
  type PlanStep,
  remindersMax,
} from './plan-state.core.ts';
import { binPeople, note, type PlanContext, type PlanWork, tellPeople, tellUninformed } from './plan-tell.core.ts';
import { resolveStep, route, type RoutedPerson } from './route.core.ts';
import type { Transition } from '../alarm/transition.core.ts';
import type { Alarm, NoticeReason, RuleId } from '@cardwatch/contracts/watch';
import { minuteMs, secondMs, unreachable, type EpochMs } from '@cardwatch/kernel';

/** The step of one alarm's plan under the settings of the moment; `newId` gives the ids of notices. */
export function makePlanStep(context: PlanContext): PlanStep {
  return (state, event, now) => {
    const work: PlanWork = { state: rebasedPlan(state, now), effects: [], context };
    take(work, event, now);
    finishIfDone(work);
    return [work.state, work.effects];
  };
}

/** Its timers after a step back of the clock. */
export const rebasedPlan = (state: PlanState, now: EpochMs): PlanState => ({
  ...state,
  next: state.next === null ? null : rebased(state.next, now),
  reminder: state.reminder === null ? null : rebased(state.reminder, now),
});

function take(work: PlanWork, event: PlanEvent, now: EpochMs): void {
  switch (event.kind) {
    case 'transition':
      if (event.transition.no <= work.state.lastNo) return;
      work.state = { ...work.state, lastNo: event.transition.no };
      return takeTransition(work, event.transition, now);
    case 'seen':
      return follow(work, event.alarm, now);
    case 'wake':
      follow(work, event.alarm, now);
      return wake(work, event.alarm, now);
    case 'fold':
      return fold(work, event.alarm, now);
    case 'notice':
      return noticeMoved(work, event, now);
    default:
      return unreachable(event);
  }
}

function takeTransition(work: PlanWork, transition: Transition, now: EpochMs): void {
  const { alarm } = transition;
  switch (transition.kind) {
    case 'raised':
      return hold(work, alarm, now);
    case 'levelRaised':
      return levelRaised(work, alarm, now);
    case 'cleared':
      return closeHearers(work, now);
    case 'flapping':
      return flapping(work, alarm, now);
    case 'settled':
      return settled(work, alarm, now);
    case 'acknowledged':
      return standStill(work, 'acknowledged', now);
    case 'acknowledgementExpired':
      return acknowledgementExpired(work, alarm, now);
    case 'released':
      return follow(work, alarm, now);
    default:
      return unreachable(transition.kind);
  }
}

function hold(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const { state } = work;
  work.state = { ...state, phase: 'holding', next: timerIn(isUrgent(alarm) ? 0 : causeHoldMs, now), reminder: null, left: null };
  work.state = { ...work.state, snapshot: null, step: 0, round: 0, reminders: 0 };
  follow(work, alarm, now);
}

/** Records that are about to be lost, or a fire: nothing explains them and nobody waits for a cause. */
const isUrgent = ({ rule, level }: Alarm): boolean => level === 1 && urgent.has(rule);
const urgent: ReadonlySet<RuleId> = new Set<RuleId>([
  'fireInput',
  'storeNearlyFull',
  'backlog',
  'agentDisk',
  'agentStorage',
  'duplicateIdentity',
  'recordGap',
  'deadLetters',
  'relayNotKept',
  'collectorHealth',
]);

/** Its message waits on, a second at a time, while what it is reached through was not asked since it failed. */
function holdOn(work: PlanWork, alarm: Alarm, now: EpochMs): boolean {
  const leftMs = (alarm.raisedAt ?? 0) + causeHoldMsMax - now;
  if (leftMs <= 0 || leftMs > causeHoldMsMax || isUrgent(alarm) || work.context.awaits?.(alarm) !== true) return false;
  work.state = { ...work.state, next: timerIn(Math.min(secondMs, leftMs), now) };
  return true;
}

/** Brings the plan in line with what suppresses the alarm and whether anybody has taken it. */
function follow(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const { phase } = work.state;
  if (phase === 'over') return;
  if (alarm.condition === 'cleared') return closeHearers(work, now);
  const suppressed = alarm.suppressedBy.length > 0;
  if (suppressed && phase !== 'suppressed' && phase !== 'acknowledged') {
    const since = Math.min(...alarm.suppressedBy.map((each) => each.since));
    note(work, 'notTold', { by: alarm.suppressedBy[0]?.suppressor ?? '', since });
    return standStill(work, 'suppressed', now);
  }
  if (!suppressed && phase === 'suppressed') {
    if (isTaken(alarm)) work.state = { ...work.state, phase: 'acknowledged' };
    else resume(work, alarm, now);
  }
  if (phase === 'flapping' && alarm.condition === 'active') resume(work, alarm, now);
}

const isTaken = (alarm: Alarm): boolean => alarm.handling !== 'new';

/** Timers stop; what was left of them is kept. */
function standStill(work: PlanWork, phase: PlanPhase, now: EpochMs): void {
  const { state } = work;
  if (state.phase === 'over') return;
  const left = state.left ?? {
    nextMs: state.next === null ? null : remainingMs(state.next, now),
    reminderMs: state.reminder === null ? null : remainingMs(state.reminder, now),
    holding: state.phase === 'holding',
  };
  work.state = { ...state, phase, next: null, reminder: null, left };
  note(work, 'standsStill', { why: phase });
}

const timerOf = (leftMs: number | null, now: EpochMs): Timer | null => (leftMs === null ? null : timerIn(leftMs, now));

function resume(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const { left } = work.state;
  work.state = {
    ...work.state,
    phase: left?.holding === true ? 'holding' : 'running',
    next: timerOf(left?.nextMs ?? null, now),
    reminder: timerOf(left?.reminderMs ?? null, now),
    left: null,
  };
  note(work, 'resumed', { nextMs: left?.nextMs ?? 0 });
  if (work.state.phase !== 'running') return;
  tellUninformed(work, { alarm, reason: firedReason(alarm) }, now);
  settlePhase(work);
}

function wake(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const { state } = work;
  if (state.phase === 'holding' && isDue(state.next, now)) {
    if (isTaken(alarm)) return standStill(work, 'acknowledged', now);
    if (holdOn(work, alarm, now)) return;
    start(work, { alarm, reason: firedReason(alarm) }, now);
  } else if (state.phase === 'running') {
    if (isTaken(alarm)) return standStill(work, 'acknowledged', now);
    if (isDue(state.next, now)) runStep(work, { alarm, reason: 'escalated' }, now);
    if (isDue(work.state.reminder, now)) remind(work, alarm, now);
    settlePhase(work);
  }
}

interface Saying {
  readonly alarm: Alarm;
  readonly reason: NoticeReason;
}

/** The snapshot is taken, and the first step told. */
function start(work: PlanWork, saying: Saying, now: EpochMs): void {
  takeSnapshot(work, saying.alarm, now);
  const first = work.state.snapshot?.steps[0]?.afterMs ?? 0;
  work.state = { ...work.state, phase: 'running', step: 0, next: timerIn(hasten(work, first), now) };
  armReminder(work, now);
  if (isDue(work.state.next, now)) runStep(work, saying, now);
  settlePhase(work);
}

function takeSnapshot(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const found = route(alarm, work.context.roster, now);
  const { policy } = found;
  for (const finding of found.findings) if (finding.kind === 'noPolicy') work.effects.push({ kind: 'finding', finding });
  note(work, 'policyChosen', { policy: policy.policyId, level: alarm.level });
  const snapshot = {
    policyId: policy.policyId,
    level: alarm.level,
    channels: policy.channels,
    fallbackAfterMs: policy.fallbackAfterMs,
    steps: policy.steps,
    repeats: policy.repeats,
    remindEveryMs: policy.remindEveryMs,
    quiet: alarm.level === 1 ? null : policy.quiet,
    digestEveryMs: alarm.level === 3 ? policy.digestEveryMs : null,
    deputy: policy.deputy ?? null,
    hasty: found.importantEvent !== null,
  };
  work.state = { ...work.state, snapshot, step: 0, round: 0, reminders: 0 };
}

/** An important event halves what is waited for. */
const hasten = (work: PlanWork, delayMs: number): number => (work.state.snapshot?.hasty === true ? delayMs / 2 : delayMs);

function armReminder(work: PlanWork, now: EpochMs): void {
  const every = work.state.snapshot?.remindEveryMs ?? null;
  const wanted = every !== null && work.state.reminders < remindersMax && (work.state.snapshot?.digestEveryMs ?? null) === null;
  work.state = { ...work.state, reminder: wanted ? timerIn(hasten(work, every), now) : null };
}

/** Tells the people of the step that is due; a step that reaches nobody hands on at once. One wake takes one step, whatever the clock did. */
function runStep(work: PlanWork, saying: Saying, now: EpochMs): void {
  const { snapshot } = work.state;
  if (snapshot === null) return;
  for (let tries = 0; tries <= snapshot.steps.length; tries++) {
    if (snapshot.steps[work.state.step] === undefined) return;
    const people = peopleOfStep(work, now);
    tellPeople(work, { ...saying, people }, now);
    note(work, 'escalated', { step: work.state.step, round: work.state.round, people: people.length });
    planNextStep(work, now);
    if (people.length > 0 || work.state.round > 0) return;
  }
}

/** Who stands behind the step now; what is wrong with it becomes a finding. */
function peopleOfStep(work: PlanWork, now: EpochMs): readonly RoutedPerson[] {
  const { snapshot, step } = work.state;
  if (snapshot === null) return [];
  const policy = { channels: snapshot.channels, ...(snapshot.deputy === null ? {} : { deputy: snapshot.deputy }) };
  const found = resolveStep({ who: snapshot.steps[step]?.who ?? [], policy, roster: work.context.roster }, now);
  for (const finding of found.findings) work.effects.push({ kind: 'finding', finding });
  return found.people;
}

function planNextStep(work: PlanWork, now: EpochMs): void {
  const { snapshot, step, round } = work.state;
  if (snapshot === null) return;
  const told = snapshot.steps[step]?.afterMs ?? 0;
  const following = snapshot.steps[step + 1];
  if (following !== undefined) {
    work.state = { ...work.state, step: step + 1, next: timerIn(hasten(work, Math.max(0, following.afterMs - told)), now) };
  } else if (round < snapshot.repeats) {
    const pause = snapshot.remindEveryMs ?? 5 * minuteMs;
    work.state = { ...work.state, step: 0, round: round + 1, next: timerIn(hasten(work, pause), now) };
  } else work.state = { ...work.state, step: step + 1, next: null };
}

/** Those who were told and not told anything again since. */
function remind(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const every = hasten(work, work.state.snapshot?.remindEveryMs ?? minuteMs);
  const stale = work.state.hearers.filter((hearer) => hearer.heard !== null && now - hearer.lastToldAt >= every);
  const reminders = work.state.reminders + 1;
  work.state = { ...work.state, reminders };
  if (stale.length > 0) tellPeople(work, { alarm, reason: 'reminder', hearers: stale }, now);
  armReminder(work, now);
}

function settlePhase(work: PlanWork): void {
  const { phase, next, reminder } = work.state;
  if (phase !== 'running' || next !== null || reminder !== null) return;
  work.state = { ...work.state, phase: 'finished' };
  note(work, 'chainFinished', { rounds: work.state.round + 1 });
}

/** Those who must know at the new level and do not yet; the escalation begins again by the new level's policy unless somebody has taken it. */
function levelRaised(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const { phase } = work.state;
  if (phase === 'over') return hold(work, alarm, now);
  if (phase === 'holding' || phase === 'suppressed' || phase === 'flapping') return forgetChain(work);
  takeSnapshot(work, alarm, now);
  work.state = { ...work.state, phase: 'running', left: null, next: timerIn(0, now) };
  armReminder(work, now);
  runStep(work, { alarm, reason: 'levelRaised' }, now);
  settlePhase(work);
  if (phase === 'acknowledged') standStill(work, 'acknowledged', now);
}

/** A plan that stands still begins its chain anew, by the level of then, when it goes on. */
function forgetChain(work: PlanWork): void {
  const { left } = work.state;
  if (left === null) return;
  work.state = { ...work.state, left: { ...left, holding: true, nextMs: left.nextMs ?? 0 } };
}

function fold(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  if (work.state.phase === 'over') return;
  // What holds it back stands at the alarm with the next look.
  if (work.state.phase === 'holding') work.state = { ...work.state, next: timerIn(causeHoldMs, now) };
  if (work.state.snapshot === null) takeSnapshot(work, alarm, now);
  binPeople(work, peopleOfStep(work, now), now);
}

function flapping(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  const { phase } = work.state;
  if (phase === 'acknowledged' || phase === 'suppressed') return;
  if (work.state.snapshot === null || phase === 'over') takeSnapshot(work, alarm, now);
  if (phase === 'holding' || phase === 'over') runStep(work, { alarm, reason: 'flapping' }, now);
  else tellPeople(work, { alarm, reason: 'flapping', hearers: work.state.hearers.filter((each) => each.heard !== null) }, now);
  work.state = { ...work.state, phase: 'running' };
  standStill(work, 'flapping', now);
}

function settled(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  if (alarm.condition === 'cleared') return closeHearers(work, now);
  if (work.state.phase !== 'flapping') return follow(work, alarm, now);
  const hearers = work.state.hearers.filter((each) => each.heard !== null);
  if (hearers.length > 0) tellPeople(work, { alarm, reason: 'raised', hearers }, now);
  resume(work, alarm, now);
}

function acknowledgementExpired(work: PlanWork, alarm: Alarm, now: EpochMs): void {
  if (work.state.phase !== 'acknowledged') return;
  if (alarm.suppressedBy.length > 0) {
    work.state = { ...work.state, phase: 'suppressed' };
    return;
  }
  const hearers = work.state.hearers.filter((each) => each.heard !== null);
  if (hearers.length > 0) tellPeople(work, { alarm, reason: 'reminder', hearers }, now);
  resume(work, alarm, now);
}

/** What a first telling is called. */
export function firedReason(alarm: Pick<Alarm, 'rule' | 'reason'>): NoticeReason {
  if (alarm.rule === 'testAlarm') return 'test';
  return alarm.reason.code === 'storm' ? 'storm' : 'raised';
}
