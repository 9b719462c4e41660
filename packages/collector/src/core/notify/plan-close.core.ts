/** The end of a plan: everybody who heard that it burns hears that it is over, once; what nobody heard is muted with the reason. */
import { channelsFrom, hearerOf, heardNotice, newHearer, withHearer } from './hearers.core.ts';
import { foldedBy } from './notice.core.ts';
import { binItem, nextTelling, type PlanWork, sendNotice } from './plan-tell.core.ts';
import type { Hearer, PlanEvent } from './plan-state.core.ts';
import type { EpochMs } from '@cardwatch/kernel';

/** The alarm is over: nothing more escalates. */
export function closeHearers(work: PlanWork, now: EpochMs): void {
  work.state = { ...work.state, phase: 'over', next: null, reminder: null, left: null };
  nextTelling(work);
  for (const hearer of work.state.hearers) closeHearer(work, hearer, now);
}

/** What waits is muted, what is on its way is waited for; who heard by now is told. */
function closeHearer(work: PlanWork, hearer: Hearer, now: EpochMs): void {
  if (hearer.binned) work.effects.push({ kind: 'unbin', recipient: hearer.recipient, alarmId: work.state.alarmId });
  const waiting = hearer.open.filter((each) => !each.sending);
  for (const { noticeId } of waiting) work.effects.push({ kind: 'mute', noticeId, by: 'cleared' });
  const maybe = waiting.find((each) => each.maybe)?.channel ?? null;
  const quieted: Hearer = {
    ...hearer,
    binned: false,
    heard: hearer.heard ?? maybe,
    open: hearer.open.filter((each) => each.sending),
  };
  work.state = { ...work.state, hearers: withHearer(work.state.hearers, quieted) };
  if (quieted.heard !== null && quieted.open.length === 0) tellCleared(work, quieted, now);
}

function tellCleared(work: PlanWork, hearer: Hearer, now: EpochMs): void {
  const { snapshot } = work.state;
  if (snapshot === null || hearer.heard === null) return;
  if (hearer.heardByDigest) binItem(work, { hearer, snapshot }, 'cleared');
  else {
    sendNotice(
      work,
      { reason: 'cleared', level: snapshot.level, hearer, snapshot },
      channelsFrom(hearer.channels, hearer.heard),
      now,
    );
  }
  const hearers = work.state.hearers.filter((each) => each.recipient !== hearer.recipient);
  work.state = { ...work.state, hearers };
}

/** A notice of this alarm moved: sent, failed, back in the queue, or a fallback of it came into being. */
export function noticeMoved(work: PlanWork, event: Extract<PlanEvent, { kind: 'notice' }>, now: EpochMs): void {
  const { notice, item } = event;
  if (notice.reason === 'cleared' || item?.what === 'cleared') return;
  const known = hearerOf(work.state.hearers, notice.recipient);
  // Who was told that it is over left the ledger: late words about his older notices change nothing.
  if (known === undefined && work.state.phase === 'over') return;
  const before = known ?? newHearer(notice.recipient, [notice.channel]);
  const folded = notice.state === 'muted' && notice.mutedBy === foldedBy;
  const moved = heardNotice({ ...before, binned: folded || (item === null && before.binned) }, notice);
  work.state = { ...work.state, hearers: withHearer(work.state.hearers, moved) };
  if (work.state.phase !== 'over') return;
  const after = hearerOf(work.state.hearers, notice.recipient);
  if (after !== undefined) closeHearer(work, after, now);
}

/** The row of a plan with nothing left to do may go. */
export function finishIfDone(work: PlanWork): void {
  const { phase, hearers } = work.state;
  const idle = hearers.every((hearer) => hearer.heard === null && hearer.open.length === 0 && !hearer.binned);
  if (phase === 'over' && idle) work.effects.push({ kind: 'gone' });
}
