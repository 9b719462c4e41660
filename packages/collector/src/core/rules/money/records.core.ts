/** What single records say of themselves: closed hours, switched off, grey, forged, overdrawn, out of time. */
import { businessDay, type EpochMs, epochMs, hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { ratioTrialsMin, wilsonLowerBound } from '../../metrics/statistics.core.ts';
import type { MoneyFact, World } from '../../world/world.core.ts';
import { sumFen } from './amounts.core.ts';
import { burst } from './burst.core.ts';
import { aboutCard, aboutDevice, holdMinutes, isPurchase, isSale } from './subject.core.ts';
import { Remembered } from './window.core.ts';

const devicesMax = 20_000;

export const offHoursParams = z.strictObject({
  /** Grace before opening and after closing. */
  marginMinutes: z.int().min(0).max(240),
  count: z.int().min(1).max(100),
  sumFen: z.int().min(0).max(100_000_000),
  holdMinutes,
});

/** T-OFFHOUR: purchases half an hour outside the hours of the place, three or ¥50 within an hour. A place without a type has no hours. */
export const offHours = burst({
  id: 'offHours',
  source: 'T-OFFHOUR',
  params: offHoursParams,
  defaults: { marginMinutes: 30, count: 3, sumFen: 5_000, holdMinutes: 60 },
  own: () => null,
  windowMs: () => hourMs,
  strike: (_own, fact, { world, params }) =>
    isPurchase(fact) && isClosed(world, fact, params.marginMinutes * minuteMs) ? aboutDevice(world, fact.deviceId) : null,
  judge: (hits, _fact, { params }) => {
    const value = sumFen(hits);
    if (hits.length < params.count && value < params.sumFen) return null;
    return { level: 3, value, unit: 'fen', expected: 0, count: hits.length, minutes: 60 };
  },
});

function isClosed(world: World, fact: MoneyFact, marginMs: number): boolean {
  const areaType = world.devices.get(fact.deviceId)?.areaType ?? null;
  if (areaType === null) return false;
  const times = [fact.observedAt - marginMs, fact.observedAt, fact.observedAt + marginMs];
  return times.every((at) => !world.businessTime(areaType, epochMs(at)).open);
}

export const soldWhileClosedParams = z.strictObject({
  /** Sales so soon after it was taken out of service do not count. */
  graceMinutes: z.int().min(0).max(120),
  holdMinutes,
});

/** T-CLOSED: a sale on a terminal that was out of service or under maintenance by then. Any, level 2. */
export const soldWhileClosed = burst({
  id: 'soldWhileClosed',
  source: 'T-CLOSED',
  params: soldWhileClosedParams,
  defaults: { graceMinutes: 5, holdMinutes: 60 },
  own: () => null,
  windowMs: () => hourMs,
  strike: (_own, fact, { world, params }) => {
    const device = world.devices.get(fact.deviceId);
    if (device === undefined || !isSale(fact)) return null;
    const out = device.maintenance || device.state === 'maintenance' || device.state === 'disabled';
    return out && fact.observedAt >= device.since + params.graceMinutes * minuteMs ? aboutDevice(world, fact.deviceId) : null;
  },
  judge: (hits) => ({ level: 2, value: sumFen(hits), unit: 'fen', expected: 0, count: hits.length, minutes: 60 }),
});

export const greyRecordsParams = z.strictObject({
  count: z.int().min(1).max(100),
  /** Share of the day's records of a terminal, percent, by the lower bound of Wilson, from `dayCount` grey ones on. */
  dayPercent: z.number().min(0.01).max(100),
  dayCount: z.int().min(2).max(1_000),
  holdMinutes,
});

interface GreyDay {
  all: number;
  grey: number;
}
const deviceDay = (fact: MoneyFact): string => `${fact.deviceId} ${businessDay(fact.observedAt)}`;

/** T-GREY: three grey records of a terminal in an hour, or surely more than 0.2 % of its day. */
export const greyRecords = burst({
  id: 'greyRecords',
  source: 'T-GREY',
  params: greyRecordsParams,
  defaults: { count: 3, dayPercent: 0.2, dayCount: 3, holdMinutes: 60 },
  own: () => new Remembered<GreyDay>(devicesMax),
  windowMs: () => hourMs,
  strike: (days, fact, { world }) => {
    const day = days.touch(deviceDay(fact), () => ({ all: 0, grey: 0 }));
    day.all++;
    if (!isGrey(fact)) return null;
    day.grey++;
    return aboutDevice(world, fact.deviceId);
  },
  judge: (hits, fact, { params }, days) => {
    const count = hits.length;
    if (count >= params.count) return { level: 2, value: count, unit: 'records', expected: params.count, count, minutes: 60 };
    const { all, grey } = days.get(deviceDay(fact)) ?? { all: 0, grey: 0 };
    const percent = 100 * wilsonLowerBound(grey, all);
    if (grey < params.dayCount || all < ratioTrialsMin || percent <= params.dayPercent) return null;
    return { level: 2, value: percent, unit: '%', expected: params.dayPercent, count: grey, minutes: 1_440 };
  },
});

const isGrey = (fact: MoneyFact): boolean => fact.grey || fact.kind === 'grey';

export const tacInvalidParams = z.strictObject({ holdMinutes });

/** T-TAC: the transaction code of a record is wrong. Any, level 2. */
export const tacInvalid = burst({
  id: 'tacInvalid',
  source: 'T-TAC',
  params: tacInvalidParams,
  defaults: { holdMinutes: 60 },
  own: () => null,
  windowMs: () => hourMs,
  strike: (_own, fact, { world }) => (fact.tac === 'bad' ? aboutDevice(world, fact.deviceId) : null),
  judge: (hits, fact) => ({
    level: 2,
    value: fact.amountFen,
    unit: 'fen',
    count: hits.length,
    minutes: 60,
    more: { tail: fact.cardTail },
  }),
});

export const negativeBalanceParams = z.strictObject({
  /** What an account may owe; a card may owe nothing. */
  overdraftFen: z.int().min(0).max(10_000_000),
  holdMinutes,
});

/** T-NEG: a card below zero, an account below its overdraft limit. Any, level 2. */
export const negativeBalance = burst({
  id: 'negativeBalance',
  source: 'T-NEG',
  params: negativeBalanceParams,
  defaults: { overdraftFen: 0, holdMinutes: 60 },
  own: () => null,
  windowMs: () => hourMs,
  strike: (_own, fact, { world, params }) =>
    fact.balanceAfterFen !== null && fact.balanceAfterFen < floorOf(fact, params.overdraftFen)
      ? aboutCard(world, fact, [])
      : null,
  judge: (hits, fact, { params }) => ({
    level: 2,
    value: fact.balanceAfterFen,
    unit: 'fen',
    expected: floorOf(fact, params.overdraftFen),
    count: hits.length,
  }),
});

const isAccount = (fact: MoneyFact): boolean => fact.mode === 'accountOnline' || fact.mode === 'accountDeferred';
const floorOf = (fact: MoneyFact, overdraftFen: number): number => 0 - (isAccount(fact) ? overdraftFen : 0);

export const recordClockParams = z.strictObject({
  /** Device time may be ahead of the agent's by so much. */
  aheadSeconds: z.int().min(1).max(86_400),
  /** A later record of a terminal may be earlier than the one before it by so much. */
  backSeconds: z.int().min(1).max(86_400),
  /** Off by more than this is level 2. */
  raiseLevelAtMinutes: z.int().min(1).max(1_440),
  /** Device time before this year is none. */
  yearMin: z.int().min(2_000).max(2_100),
  holdMinutes,
});

interface LastRecord {
  readonly generation: number;
  readonly recordNo: number;
  readonly at: EpochMs;
}
interface ClockMemory {
  readonly last: Remembered<LastRecord>;
  /** Of the record that is looked at; one is judged at a time. */
  offMs: number;
}

/** Records out of time: in the agent's future, before the year that the house began, or going back while their numbers go on. Level 2 beyond half an hour. */
export const recordClock = burst({
  id: 'recordClock',
  source: 'S-CLOCK',
  params: recordClockParams,
  defaults: { aheadSeconds: 300, backSeconds: 1_800, raiseLevelAtMinutes: 30, yearMin: 2_015, holdMinutes: 60 },
  own: (): ClockMemory => ({ last: new Remembered(devicesMax), offMs: 0 }),
  windowMs: () => hourMs,
  strike: (memory, fact, { world, params }) => {
    memory.offMs = offMs(memory.last.get(fact.deviceId), fact, params);
    keepLatest(memory.last, fact);
    return memory.offMs === 0 ? null : aboutDevice(world, fact.deviceId);
  },
  judge: (hits, _fact, { params }, memory) => ({
    level: Math.abs(memory.offMs) > params.raiseLevelAtMinutes * minuteMs ? 2 : 3,
    value: Math.round(memory.offMs / secondMs),
    unit: 's',
    expected: 0,
    count: hits.length,
    minutes: 60,
  }),
});

/** How far device time is off, signed; 0 when it is in order. */
function offMs(last: LastRecord | undefined, fact: MoneyFact, params: z.infer<typeof recordClockParams>): number {
  const ahead = fact.observedAt - fact.recordedAt;
  if (ahead > params.aheadSeconds * secondMs) return ahead;
  if (Number(businessDay(fact.observedAt).slice(0, 4)) < params.yearMin) return ahead;
  if (last === undefined || last.generation !== fact.generation || fact.recordNo !== last.recordNo + 1) return 0;
  const step = fact.observedAt - last.at;
  return step < -params.backSeconds * secondMs ? step : 0;
}

function keepLatest(lasts: Remembered<LastRecord>, fact: MoneyFact): void {
  const last = lasts.get(fact.deviceId);
  const isLater =
    last === undefined ||
    fact.generation > last.generation ||
    (fact.generation === last.generation && fact.recordNo > last.recordNo);
  if (isLater) lasts.set(fact.deviceId, { generation: fact.generation, recordNo: fact.recordNo, at: fact.observedAt });
}
