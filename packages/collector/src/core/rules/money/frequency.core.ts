/** How often a card pays: at one terminal, all day, and twice for the same thing. */
import { businessDay, type EpochMs, hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import type { MoneyFact } from '../../world/world.core.ts';
import { burst } from './burst.core.ts';
import { aboutCard, aboutDevice, holdMinutes, isPurchase } from './subject.core.ts';
import { HitMemory, Remembered } from './window.core.ts';

export const frequencyTerminalParams = z.strictObject({
  count: z.int().min(2).max(50),
  windowSeconds: z.int().min(5).max(600),
  holdMinutes,
});

/** T-FREQ-POS: one card three times at one terminal within a minute. */
export const frequencyTerminal = burst({
  id: 'frequencyTerminal',
  source: 'T-FREQ-POS',
  params: frequencyTerminalParams,
  defaults: { count: 3, windowSeconds: 60, holdMinutes: 30 },
  own: () => null,
  windowMs: (params) => params.windowSeconds * secondMs,
  strike: (_own, fact, { world }) =>
    isPurchase(fact) ? { ...aboutCard(world, fact, []), tally: `${fact.cardRef} ${fact.deviceId}` } : null,
  judge: (hits, _fact, { params }) => {
    const count = hits.length;
    if (count < params.count) return null;
    return { level: 3, value: count, unit: 'records', expected: params.count, count, minutes: params.windowSeconds / 60 };
  },
});

export const frequencyCardParams = z.strictObject({
  count: z.int().min(2).max(100),
  windowMinutes: z.int().min(1).max(60),
  dayCount: z.int().min(2).max(500),
  daySumFen: z.int().min(100).max(100_000_000),
  holdMinutes,
});

interface CardDay {
  count: number;
  sumFen: number;
}

const dayKey = (fact: MoneyFact): string => `${fact.cardRef} ${businessDay(fact.observedAt)}`;

/** T-FREQ-CARD: six purchases in ten minutes (level 3); twenty in a day or more than ¥200 in a day (level 2). Days are business days of device time. */
export const frequencyCard = burst({
  id: 'frequencyCard',
  source: 'T-FREQ-CARD',
  params: frequencyCardParams,
  defaults: { count: 6, windowMinutes: 10, dayCount: 20, daySumFen: 20_000, holdMinutes: 60 },
  own: () => new Remembered<CardDay>(),
  windowMs: (params) => params.windowMinutes * minuteMs,
  strike: (days, fact, { world }) => {
    if (!isPurchase(fact)) return null;
    const card = days.touch(dayKey(fact), () => ({ count: 0, sumFen: 0 }));
    card.count++;
    card.sumFen += fact.amountFen;
    return aboutCard(world, fact, []);
  },
  judge: (hits, fact, { params }, days) => {
    const day = days.get(dayKey(fact)) ?? { count: 0, sumFen: 0 };
    if (day.sumFen > params.daySumFen)
      return { level: 2, value: day.sumFen, unit: 'fen', expected: params.daySumFen, count: day.count, minutes: 1_440 };
    if (day.count >= params.dayCount)
      return { level: 2, value: day.count, unit: 'records', expected: params.dayCount, count: day.count, minutes: 1_440 };
    if (hits.length < params.count) return null;
    const count = hits.length;
    return { level: 3, value: count, unit: 'records', expected: params.count, count, minutes: params.windowMinutes };
  },
});

export const doubleChargeParams = z.strictObject({
  windowSeconds: z.int().min(1).max(600),
  raiseLevelAt: z.int().min(1).max(100),
  /** Whether a pair without card counters (accounts) counts: people do buy the same thing twice. */
  withoutCounter: z.boolean(),
  holdMinutes,
});

type Charge = Pick<MoneyFact, 'deviceId' | 'generation' | 'recordNo' | 'amountFen' | 'cardCounter'> & { readonly at: EpochMs };

/** T-DUP: same card, terminal and amount within a minute, the card's counter one on. Level 2 with five on a terminal in an hour. */
export const doubleCharge = burst({
  id: 'doubleCharge',
  source: 'T-DUP',
  params: doubleChargeParams,
  defaults: { windowSeconds: 60, raiseLevelAt: 5, withoutCounter: false, holdMinutes: 60 },
  own: () => new HitMemory<Charge>(),
  windowMs: () => hourMs,
  strike: (cards, fact, { world, params }) => {
    if (!isPurchase(fact) || fact.amountFen === 0) return null;
    const { deviceId, generation, recordNo, amountFen, cardCounter, observedAt: at } = fact;
    const charge: Charge = { deviceId, generation, recordNo, amountFen, cardCounter, at };
    const twin = cards.of(fact.cardRef).find((other) => isTwin(other, charge, params));
    cards.add(fact.cardRef, charge, 0);
    return twin === undefined ? null : aboutDevice(world, deviceId);
  },
  judge: (hits, fact, { params }) => ({
    level: hits.length >= params.raiseLevelAt ? 2 : 3,
    value: fact.amountFen,
    unit: 'fen',
    count: hits.length,
    minutes: 60,
    more: { tail: fact.cardTail },
  }),
});

function isTwin(other: Charge, fact: Charge, params: z.infer<typeof doubleChargeParams>): boolean {
  if (other.deviceId !== fact.deviceId || other.amountFen !== fact.amountFen) return false;
  if (other.generation === fact.generation && other.recordNo === fact.recordNo) return false;
  if (Math.abs(other.at - fact.at) > params.windowSeconds * secondMs) return false;
  if (other.cardCounter === null || fact.cardCounter === null) return params.withoutCounter;
  return Math.abs(other.cardCounter - fact.cardCounter) === 1;
}
