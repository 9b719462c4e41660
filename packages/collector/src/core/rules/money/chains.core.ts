/** T-CHAIN-GAP and T-FORK: records of a card that never came, and counters that were used twice. */
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { z } from 'zod';
import type { World } from '../../world/world.core.ts';
import { type Finding, watcher } from '../rule.core.ts';
import { type BurstState, heldNow } from './burst.core.ts';
import { type Chain, type Chains, gapShownMs, gapsOf, link, missingFen, noChains } from './chain.core.ts';
import { aboutCard, findingOf, holdMinutes, momentaryTiming } from './subject.core.ts';
import { heldMax, HitMemory, Remembered } from './window.core.ts';

const modulus = z.int().min(256).max(0x1_0000_0000);

export const chainGapParams = z.strictObject({
  /** A terminal that was out of reach hands its records over within this time. */
  olderThanHours: z.int().min(1).max(48),
  /** Counters run to this and begin again. */
  modulus,
});

interface GapState {
  readonly chains: Chains;
  /** Chains with a hole; the others need no look. */
  readonly open: Remembered<Chain>;
}

/** T-CHAIN-GAP: counters of a card between two records that are known, missing for a day. Level 3; shown for 72 hours or until they come. */
export const chainGap = watcher({
  id: 'chainGap',
  source: 'T-CHAIN-GAP',
  params: chainGapParams,
  defaults: { olderThanHours: 24, modulus: 65_536 },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  lookBackMs: gapShownMs,
  start: (): GapState => ({ chains: noChains(), open: new Remembered<Chain>() }),
  money: (state, fact, { params }) => {
    const linked = link(state.chains, fact, params.modulus);
    if (linked === null || linked.kind === 'fork') return;
    const { chain } = linked;
    const key = `${chain.cardRef} ${fact.purseNo ?? 1} ${chain.direction}`;
    if (gapsOf(chain).length === 0) state.open.delete(key);
    else state.open.set(key, chain);
  },
  look: (state, { world, params, now }) => {
    const byCard = new Map<string, Finding>();
    for (const [key, chain] of state.open.entries()) {
      const finding = gapFinding(world, chain, params.olderThanHours * hourMs, now);
      if (finding === 'over') state.open.delete(key);
      else if (finding !== null && !byCard.has(chain.cardRef)) byCard.set(chain.cardRef, finding);
    }
    return [...byCard.values()];
  },
});

/** null: still too young. over: nothing of it is to be shown any more. */
function gapFinding(world: World, chain: Chain, olderThanMs: number, now: EpochMs): Finding | 'over' | null {
  const shown = gapsOf(chain).filter((gap) => now - gap.knownAt < gapShownMs);
  const gap = shown.find((one) => now - one.knownAt >= olderThanMs);
  if (gap === undefined) return shown.length === 0 ? 'over' : null;
  const { cardRef, cardTail } = chain;
  const about = aboutCard(world, { cardRef, cardTail, deviceId: gap.before.deviceId }, [gap.after.deviceId]);
  const minutes = Math.round((now - gap.knownAt) / minuteMs);
  const more = { direction: chain.direction };
  return findingOf('chainGap', about, { level: 3, value: missingFen(gap), unit: 'fen', count: gap.missing, minutes, more });
}

export const chainForkParams = z.strictObject({ modulus, holdMinutes });

/** T-FORK: one counter of a card with two contents: a clone, or an image of a card that was put back. Any, level 1. */
export const chainFork = watcher<z.infer<typeof chainForkParams>, BurstState<Chains>>({
  id: 'chainFork',
  source: 'T-FORK',
  params: chainForkParams,
  defaults: { modulus: 65_536, holdMinutes: 240 },
  timing: momentaryTiming,
  lookBackMs: gapShownMs,
  start: () => ({ hits: new HitMemory(), held: new Remembered(heldMax), own: noChains() }),
  money: (state, fact, { world, params }) => {
    const linked = link(state.own, fact, params.modulus);
    if (linked === null || linked.kind === 'linked') return;
    const [known, other] = linked.pair;
    const about = aboutCard(world, fact, [known.deviceId]);
    const until = epochMs(fact.ingestedAt + params.holdMinutes * minuteMs);
    const verdict = {
      level: 1,
      value: other.amountFen,
      unit: 'fen',
      expected: known.amountFen,
      count: fact.cardCounter ?? 0,
    } as const;
    state.held.set(fact.cardRef, { until, finding: { ...findingOf('chainFork', about, verdict), holdsUntil: until } });
  },
  look: (state, { now }) => heldNow(state, now),
});
