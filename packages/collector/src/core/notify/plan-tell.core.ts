/** Turns "these people are to hear of it" into notices or lines of their digests. */
import { channelsFrom, hearerOf, isInformed, newHearer, withHearer } from './hearers.core.ts';
import { type DeliveryTerms, planNotice } from './notice.core.ts';
import {
  type Hearer,
  type PlanEffect,
  type PlanNote,
  type PlanSnapshot,
  type PlanState,
  tellingsPerTransition,
} from './plan-state.core.ts';
import type { RoutedPerson, Roster } from './route.core.ts';
import type { Alarm, AlarmLevel, ChannelKind, NoticeReason } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';

export interface PlanContext {
  readonly roster: Roster;
  readonly newId: () => string;
  /** Said by core/cause: a cause may yet show itself. Left out: none. */
  readonly awaits?: (alarm: Alarm) => boolean;
}

/** One event's work: the state so far and what is to be done. */
export interface PlanWork {
  state: PlanState;
  readonly effects: PlanEffect[];
  readonly context: PlanContext;
}

export function note(work: PlanWork, what: PlanNote['what'], detail: PlanNote['detail']): void {
  work.effects.push({ kind: 'note', note: { what, detail } });
}

export interface Telling {
  readonly alarm: Alarm;
  readonly reason: NoticeReason;
  readonly people?: readonly RoutedPerson[];
  readonly hearers?: readonly Hearer[];
}

/** Of a first telling and a raised level: who knows already is not told again. */
export function tellPeople(work: PlanWork, telling: Telling, now: EpochMs): void {
  const fresh = telling.reason !== 'escalated' && telling.reason !== 'reminder' && telling.reason !== 'flapping';
  const routed = (telling.people ?? []).map((person) => hearerFor(work, person));
  const uninformed = fresh ? routed.filter((hearer) => !isCalled(hearer, work.state.snapshot)) : routed;
  tellAll(work, telling, [...uninformed, ...(telling.hearers ?? [])], now);
}

function hearerFor(work: PlanWork, { channels: [first, ...rest], recipient: { recipientId } }: RoutedPerson): Hearer {
  const channels: readonly [ChannelKind, ...ChannelKind[]] = [first.channel, ...rest.map((each) => each.channel)];
  return { ...(hearerOf(work.state.hearers, recipientId) ?? newHearer(recipientId, channels)), channels };
}

/** Lines in the digests of those who know nothing yet. */
export function binPeople(work: PlanWork, people: readonly RoutedPerson[], now: EpochMs): void {
  const { snapshot } = work.state;
  if (snapshot === null) return;
  const uninformed = people.map((person) => hearerFor(work, person)).filter((hearer) => !isInformed(hearer));
  for (const hearer of uninformed) binOne(work, { hearer, snapshot }, now);
}

/** Where the policy calls people, a line in a digest is not a call: a raised level, or the end of a storm, still calls. */
function isCalled(hearer: Hearer, snapshot: PlanSnapshot | null): boolean {
  if (snapshot === null || snapshot.digestEveryMs !== null) return isInformed(hearer);
  return hearer.open.length > 0 || (hearer.heard !== null && !hearer.heardByDigest);
}

/** After standing still: those whose notice was muted meanwhile. */
export function tellUninformed(work: PlanWork, telling: Telling, now: EpochMs): void {
  tellAll(
    work,
    telling,
    work.state.hearers.filter((hearer) => !isInformed(hearer)),
    now,
  );
}

function tellAll(work: PlanWork, telling: Telling, hearers: readonly Hearer[], now: EpochMs): void {
  const { snapshot } = work.state;
  if (snapshot === null || hearers.length === 0) return;
  nextTelling(work);
  for (const hearer of hearers) {
    const told = snapshot.digestEveryMs === null || telling.reason === 'test' ? tellOne : binOne;
    told(work, { reason: telling.reason, level: telling.alarm.level, hearer, snapshot }, now);
  }
  note(work, 'told', { reason: telling.reason, people: hearers.length });
}

/** Rises with each telling and stays above those of an earlier plan of the same alarm. */
export function nextTelling(work: PlanWork): void {
  const telling = Math.max(work.state.telling + 1, work.state.lastNo * tellingsPerTransition);
  work.state = { ...work.state, telling };
}

export interface TellingOne {
  readonly reason: NoticeReason;
  readonly level: AlarmLevel;
  readonly hearer: Hearer;
  readonly snapshot: PlanSnapshot;
}

function tellOne(work: PlanWork, one: TellingOne, now: EpochMs): void {
  const { hearer } = one;
  const noticeId = sendNotice(work, one, hearer.channels, now);
  const open = { noticeId, telling: work.state.telling, channel: hearer.channels[0], sending: false, maybe: false };
  const kept = supersede(work, hearer);
  if (hearer.binned) work.effects.push({ kind: 'unbin', recipient: hearer.recipient, alarmId: work.state.alarmId });
  const informed: Hearer = { ...kept, binned: false, open: [...kept.open, open], lastToldAt: now };
  work.state = { ...work.state, hearers: withHearer(work.state.hearers, informed) };
}

/** What still waits of earlier tellings would come late and say less. */
function supersede(work: PlanWork, hearer: Hearer): Hearer {
  const waiting = hearer.open.filter((each) => !each.sending);
  for (const { noticeId } of waiting) work.effects.push({ kind: 'mute', noticeId, by: 'superseded' });
  const maybe = waiting.find((each) => each.maybe)?.channel ?? null;
  return { ...hearer, heard: hearer.heard ?? maybe, open: hearer.open.filter((each) => each.sending) };
}

/** Plans the notice and gives its id. */
export function sendNotice(
  work: PlanWork,
  one: TellingOne,
  channels: readonly [ChannelKind, ...ChannelKind[]],
  now: EpochMs,
): string {
  const { snapshot, hearer, reason, level } = one;
  const noticeId = work.context.newId();
  const terms: DeliveryTerms = {
    channels,
    fallbackAfterMs: snapshot.fallbackAfterMs,
    quiet: snapshot.quiet,
    hasty: snapshot.hasty,
    items: [],
  };
  const ask = {
    noticeId,
    alarmIds: [work.state.alarmId],
    reason,
    telling: work.state.telling,
    level,
    recipient: hearer.recipient,
    terms,
  };
  work.effects.push({ kind: 'tell', planned: planNotice(ask, now) });
  return noticeId;
}

function binOne(work: PlanWork, one: Pick<TellingOne, 'hearer' | 'snapshot'>, now: EpochMs): void {
  const { hearer } = one;
  if (hearer.binned) return;
  binItem(work, one, 'raised');
  const informed: Hearer = { ...hearer, binned: true, lastToldAt: now };
  work.state = { ...work.state, hearers: withHearer(work.state.hearers, informed) };
}

/** Digest pace of a channel that ran out of its allowance, where the policy itself has none. */
const foldedEveryMs = 600_000;

export function binItem(work: PlanWork, one: Pick<TellingOne, 'hearer' | 'snapshot'>, what: 'raised' | 'cleared'): void {
  const { snapshot, hearer } = one;
  const ask = {
    everyMs: snapshot.digestEveryMs ?? foldedEveryMs,
    channels: hearer.heard === null ? hearer.channels : channelsFrom(hearer.channels, hearer.heard),
    fallbackAfterMs: snapshot.fallbackAfterMs,
    quiet: snapshot.quiet,
    hasty: snapshot.hasty,
    level: snapshot.level,
  };
  work.effects.push({ kind: 'bin', recipient: hearer.recipient, item: { alarmId: work.state.alarmId, what }, ask });
}
