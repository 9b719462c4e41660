/**
 * The shape of most money rules: records that strike are counted for somebody in a window of device time; enough of them make a finding that holds for a
 * while after the record was booked. Count and hold both come from the records alone, so that being told them again gives the same findings.
 */
import type { RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, minuteMs } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { MoneyFact } from '../../world/world.core.ts';
import { type Asking, type Finding, type Watcher, watcher } from '../rule.core.ts';
import { type About, findingOf, keyOf, momentaryLookBackMs, momentaryTiming, type Verdict } from './subject.core.ts';
import { heldMax, type Hit, HitMemory, Remembered } from './window.core.ts';

export interface BurstParams {
  readonly holdMinutes: number;
}

/** What a rule keeps: hits by subject, findings that still hold, and its own memory. */
export interface BurstState<O> {
  readonly hits: HitMemory;
  readonly held: Remembered<{ readonly until: EpochMs; readonly finding: Finding }>;
  readonly own: O;
}

/** Hits are counted together by subject, or by `tally` where that is finer. */
export type Strike = About & { readonly tally?: string };

export interface Burst<P, O> {
  readonly id: RuleId;
  readonly source: string;
  readonly params: z.ZodType<P>;
  readonly defaults: P;
  /** What the rule keeps beside the hits. */
  readonly own: () => O;
  /** Milliseconds of device time in which hits are counted together. */
  windowMs(params: P): number;
  /** Whom the record counts against; null: it does not count. Called once for every record, in order. */
  strike(own: O, fact: MoneyFact, ask: Asking<P>): Strike | null;
  /** Whether these hits (all of one window, oldest first) are a finding. */
  judge(hits: readonly Hit[], fact: MoneyFact, ask: Asking<P>, own: O): Verdict | null;
}

export function burst<P extends BurstParams, O>(rule: Burst<P, O>): Watcher<P, BurstState<O>> {
  const { id, source, params, defaults } = rule;
  return watcher<P, BurstState<O>>({
    id,
    source,
    params,
    defaults,
    timing: momentaryTiming,
    lookBackMs: momentaryLookBackMs,
    start: () => ({ hits: new HitMemory(), held: new Remembered(heldMax), own: rule.own() }),
    money: (state, fact, ask) => take(rule, state, fact, ask),
    look: (state, { now }) => heldNow(state, now),
  });
}

function take<P extends BurstParams, O>(rule: Burst<P, O>, state: BurstState<O>, fact: MoneyFact, ask: Asking<P>): void {
  const about = rule.strike(state.own, fact, ask);
  if (about === null) return;
  const key = keyOf(about.subject);
  const tally = about.tally ?? key;
  const hit: Hit = { at: fact.observedAt, deviceId: fact.deviceId, amountFen: fact.amountFen, cardTail: fact.cardTail };
  const hits = state.hits.add(tally, hit, rule.windowMs(ask.params));
  const verdict = rule.judge(hits, fact, ask, state.own);
  if (verdict === null) return;
  const until = epochMs(fact.ingestedAt + ask.params.holdMinutes * minuteMs);
  state.held.set(key, { until, finding: { ...findingOf(rule.id, about, verdict), holdsUntil: until } });
}

/** Findings that still hold; the others are forgotten. */
export function heldNow<O>(state: Pick<BurstState<O>, 'held'>, now: EpochMs): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [key, { until, finding }] of state.held.entries()) {
    if (until > now) findings.push(finding);
    else state.held.delete(key);
  }
  return findings;
}
