/** Amounts: too high, next to nothing, always the same. */
import { hourMs, minuteMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { medianDeviation, median, modifiedZ } from '../../metrics/statistics.core.ts';
import type { AreaType } from '../../world/place.core.ts';
import type { MoneyFact, World } from '../../world/world.core.ts';
import { watcher } from '../rule.core.ts';
import { burst } from './burst.core.ts';
import { aboutDevice, aboutMerchant, findingOf, holdMinutes, isPurchase, isSale, keyOf } from './subject.core.ts';
import { type Hit, Remembered, Ring } from './window.core.ts';

/** Amounts that a merchant's habit is read from. */
const habitMax = 200;
const habitMin = 50;
const fen = z.int().min(0).max(1_000_000_000);

export const amountHighParams = z.strictObject({
  /** A single sale above this is found, whatever is usual there. */
  hardFen: z.strictObject({ canteen: fen, shop: fen, shower: fen, other: fen }),
  /** Modified z among the merchant's last 200 amounts; below `outlierMinFen` none counts. */
  zMax: z.number().min(3).max(50),
  outlierMinFen: fen,
  /** So many in one hour on one terminal raise the level. */
  raiseLevelAt: z.int().min(1).max(100),
  holdMinutes,
});

/** T-AMT-HI: a sale above the hard limit of its kind of place, or far above what the merchant sells. Level 2 with five on a terminal in an hour. */
export const amountHigh = burst({
  id: 'amountHigh',
  source: 'T-AMT-HI',
  params: amountHighParams,
  defaults: {
    hardFen: { canteen: 10_000, shop: 30_000, shower: 2_000, other: 30_000 },
    zMax: 6,
    outlierMinFen: 5_000,
    raiseLevelAt: 5,
    holdMinutes: 30,
  },
  own: () => new Remembered<Ring<number>>(10_000),
  windowMs: () => hourMs,
  strike: (habits, fact, { world, params }) => {
    if (!isSale(fact)) return null;
    const habit = habits.touch(
      keyOf(aboutMerchant(world, fact.deviceId, fact.observedAt).subject),
      () => new Ring<number>(habitMax),
    );
    const unusual = fact.amountFen >= params.outlierMinFen && habitZ(habit.values(), fact.amountFen) > params.zMax;
    habit.push(fact.amountFen);
    return fact.amountFen > hardLimitOf(world, fact, params.hardFen) || unusual ? aboutDevice(world, fact.deviceId) : null;
  },
  judge: (hits, fact, { world, params }) => ({
    level: hits.length >= params.raiseLevelAt ? 2 : 3,
    value: fact.amountFen,
    unit: 'fen',
    expected: hardLimitOf(world, fact, params.hardFen),
    count: hits.length,
    minutes: 60,
    more: { tail: fact.cardTail },
  }),
});

function habitZ(amounts: readonly number[], amountFen: number): number {
  if (amounts.length < habitMin) return 0;
  const center = median(amounts);
  return modifiedZ(amountFen, center, medianDeviation(amounts, center));
}

const limitName: Readonly<Partial<Record<AreaType, 'canteen' | 'shop' | 'shower'>>> = {
  canteen: 'canteen',
  shop: 'shop',
  bathhouse: 'shower',
};

function hardLimitOf(world: World, fact: MoneyFact, hardFen: z.infer<typeof amountHighParams>['hardFen']): number {
  const device = world.devices.get(fact.deviceId);
  if (device?.kind === 'shower') return hardFen.shower;
  return hardFen[
    (device?.areaType === undefined || device.areaType === null ? undefined : limitName[device.areaType]) ?? 'other'
  ];
}

export const amountZeroParams = z.strictObject({
  belowFen: z.int().min(1).max(1_000),
  count: z.int().min(2).max(100),
  windowMinutes: z.int().min(1).max(60),
  holdMinutes,
});

/** T-AMT-ZERO: purchases of nothing or of less than ten fen, three in ten minutes on a terminal. */
export const amountZero = burst({
  id: 'amountZero',
  source: 'T-AMT-ZERO',
  params: amountZeroParams,
  defaults: { belowFen: 10, count: 3, windowMinutes: 10, holdMinutes: 30 },
  own: () => null,
  windowMs: (params) => params.windowMinutes * minuteMs,
  strike: (_own, fact, { world, params }) =>
    isPurchase(fact) && fact.amountFen < params.belowFen ? aboutDevice(world, fact.deviceId) : null,
  judge: (hits, fact, { params }) =>
    hits.length < params.count
      ? null
      : {
          level: 3,
          value: fact.amountFen,
          unit: 'fen',
          expected: params.belowFen,
          count: hits.length,
          minutes: params.windowMinutes,
        },
});

export const amountPatternParams = z.strictObject({
  /** Purchases that are looked at, the last ones of each terminal. */
  last: z.int().min(20).max(200),
  share: z.number().min(0.5).max(1),
  /** Terminals where the same price is the rule. */
  fixedPrice: z.array(z.string().max(63)).max(1_000),
  /** A terminal that sold nothing for so long is not judged. */
  quietMinutes: z.int().min(5).max(240),
});

interface Amounts {
  readonly ring: Ring<number>;
  lastAt: number;
}

/** T-AMT-PATTERN: nine of ten of the last fifty purchases of a free-price terminal have the same amount. */
export const amountPattern = watcher({
  id: 'amountPattern',
  source: 'T-AMT-PATTERN',
  params: amountPatternParams,
  defaults: { last: 50, share: 0.9, fixedPrice: [] as string[], quietMinutes: 60 },
  timing: { raiseAfterMs: 0, clearAfterMs: 10 * minuteMs, nOfM: null },
  lookBackMs: 12 * hourMs,
  start: () => new Remembered<Amounts>(10_000),
  money: (state, fact, { world, params }) => {
    if (!isPurchase(fact) || world.devices.get(fact.deviceId)?.kind !== 'pos') return;
    const amounts = state.touch(fact.deviceId, () => ({ ring: new Ring<number>(params.last), lastAt: 0 }));
    amounts.ring.push(fact.amountFen);
    amounts.lastAt = Math.max(amounts.lastAt, fact.ingestedAt);
  },
  look: (state, { world, params, now }) =>
    [...state.entries()]
      .filter(([deviceId, { lastAt }]) => lastAt > now - params.quietMinutes * minuteMs && !params.fixedPrice.includes(deviceId))
      .flatMap(([deviceId, { ring }]) => {
        const amounts = ring.values();
        const { amountFen, count } = mostFrequent(amounts);
        if (amounts.length < params.last || count < params.share * amounts.length) return [];
        const more = { share: Math.round((100 * count) / amounts.length) };
        return [
          findingOf('amountPattern', aboutDevice(world, deviceId), { level: 3, value: amountFen, unit: 'fen', count, more }),
        ];
      }),
});

function mostFrequent(amounts: readonly number[]): { readonly amountFen: number; readonly count: number } {
  const counts = new Map<number, number>();
  for (const amountFen of amounts) counts.set(amountFen, (counts.get(amountFen) ?? 0) + 1);
  return [...counts].reduce((best, [amountFen, count]) => (count > best.count ? { amountFen, count } : best), {
    amountFen: 0,
    count: 0,
  });
}

/** Sum of the hits' amounts, fen. */
export const sumFen = (hits: readonly Hit[]): number => hits.reduce((sum, hit) => sum + hit.amountFen, 0);
