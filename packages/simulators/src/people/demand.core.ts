import { chance, normal, type Random } from '@cardwatch/kernel';
import { sinceOpeningMs } from '../campus/campus-hours.core.ts';

/** When people shower: minute of day, deviation in minutes, weight. Mixture of a teaching weekday. */
export const startMixture = [
  { minute: 770, deviationMin: 40, weight: 0.07 },
  { minute: 1_065, deviationMin: 45, weight: 0.15 },
  { minute: 1_275, deviationMin: 55, weight: 0.5 },
  { minute: 1_345, deviationMin: 30, weight: 0.28 },
] as const;

/** Bath houses are open from 11:30 to 23:30. */
export const openHours = { opensMinute: 690, closesMinute: 1_410 } as const;

const showersPerDay = 0.55;
/** A person's own habit keeps within this of the preferred minute. */
const habitDeviationMin = 12;
const runMedianMin = 8.5;
/** ln(18 / 8.5) / 1.645: the 95th percentile is 18 minutes. */
const runSigma = 0.456;

/** tapOut 93 %, forget 5 % (no second tap 未回刷), powerCut 1 % and readerFailure 1 % (interrupted). */
export type ShowerEnd = 'tapOut' | 'forget' | 'powerCut' | 'readerFailure';

export interface Person {
  readonly card: string;
  readonly line: string;
  readonly preferredMinute: number;
  /** Flow that this person likes, 0.01 L/min. */
  readonly flow: number;
  /** Tops up when the water purse holds less. */
  readonly topUpBelowFen: number;
}

export interface PlannedShower {
  readonly person: number;
  /** Since the campus woke up. */
  readonly startMs: number;
  readonly runMs: number;
  readonly flow: number;
  readonly end: ShowerEnd;
  /** The card left the field while the hold was written: hold and reversal, then the tap is repeated. */
  readonly brokenTap: boolean;
}

export function drawPerson(card: string, line: string, random: Random): Person {
  return {
    card,
    line,
    preferredMinute: drawPreferredMinute(random),
    flow: Math.round(500 + 300 * random.next()),
    topUpBelowFen: Math.round(Math.max(100, normal(random, 400, 120))),
  };
}

/** One day's showers of all people, by start. Every person's draws come from the one stream in order: same seed, same day. */
export function planDay(people: readonly Person[], random: Random): readonly PlannedShower[] {
  const showers: PlannedShower[] = [];
  for (const [index, person] of people.entries()) {
    const wants = chance(random, showersPerDay);
    const minute = normal(random, person.preferredMinute, habitDeviationMin);
    const runMs = 60_000 * Math.min(40, Math.max(1.5, runMedianMin * Math.exp(normal(random, 0, runSigma))));
    const flow = Math.round(person.flow * (0.95 + 0.1 * random.next()));
    const end = endOf(random.next());
    const brokenTap = chance(random, 0.004);
    if (!wants || minute < openHours.opensMinute || minute >= openHours.closesMinute) continue;
    showers.push({ person: index, startMs: sinceOpeningMs(minute), runMs, flow, end, brokenTap });
  }
  return showers.sort((a, b) => a.startMs - b.startMs || a.person - b.person);
}

function endOf(draw: number): ShowerEnd {
  if (draw < 0.93) return 'tapOut';
  if (draw < 0.98) return 'forget';
  return draw < 0.99 ? 'powerCut' : 'readerFailure';
}

function drawPreferredMinute(random: Random): number {
  let draw = random.next();
  for (const { minute, deviationMin, weight } of startMixture) {
    if (draw < weight) return normal(random, minute, Math.sqrt(deviationMin ** 2 - habitDeviationMin ** 2));
    draw -= weight;
  }
  return startMixture[2].minute;
}

/** 16 digits with leading zeros, so that nobody takes a card number for a number. `series` keeps people and generator apart. */
export function cardNumber(series: number, line: number, person: number): string {
  const block = Math.floor(person / 10_000);
  const tail = (person * 7_919 + 1_013 * line + 37) % 10_000;
  return `00${pad(series, 2)}${pad(line, 4)}${pad(block, 4)}${pad(tail, 4)}`;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
