import { chance, normal, type Random } from '@cardwatch/kernel';
import { campusHours, sinceOpeningMs } from '../campus/campus-hours.core.ts';
import { type Arrival, drawMinute } from './mixture.core.ts';

/** Who eats when: a teaching weekday. `taps`: mean number of sales of one diner. */
export const meals = [
  {
    participation: 0.45,
    taps: 1.25,
    meanFen: 450,
    deviationFen: 200,
    arrivals: [
      { minute: 445, deviationMin: 14, weight: 0.55 },
      { minute: 495, deviationMin: 20, weight: 0.3 },
      { minute: 560, deviationMin: 25, weight: 0.15 },
    ],
  },
  {
    participation: 0.78,
    taps: 1.45,
    meanFen: 1_250,
    deviationFen: 420,
    arrivals: [
      { minute: 685, deviationMin: 18, weight: 0.3 },
      { minute: 724, deviationMin: 11, weight: 0.5 },
      { minute: 755, deviationMin: 20, weight: 0.2 },
    ],
  },
  {
    participation: 0.68,
    taps: 1.4,
    meanFen: 1_200,
    deviationFen: 400,
    arrivals: [
      { minute: 1_030, deviationMin: 22, weight: 0.45 },
      { minute: 1_070, deviationMin: 16, weight: 0.4 },
      { minute: 1_120, deviationMin: 25, weight: 0.15 },
    ],
  },
  {
    participation: 0.08,
    taps: 1.1,
    meanFen: 900,
    deviationFen: 300,
    arrivals: [{ minute: 1_280, deviationMin: 30, weight: 1 }],
  },
] as const satisfies readonly {
  readonly participation: number;
  readonly taps: number;
  readonly meanFen: number;
  readonly deviationFen: number;
  readonly arrivals: readonly Arrival[];
}[];

const drinkMeanFen = 400;
const betweenTapsMs = 90_000;

export interface PlannedSale {
  readonly person: number;
  /** Since the campus woke up. */
  readonly startMs: number;
  readonly amountFen: number;
  /** 0 to 1: which window; the first ones are the favourites. */
  readonly window: number;
}

/** One day's canteen sales of `people` persons, by start. Same random, same day. */
export function planMeals(people: number, random: Random): readonly PlannedSale[] {
  const sales: PlannedSale[] = [];
  for (let person = 0; person < people; person++)
    for (const meal of meals) {
      const comes = chance(random, meal.participation);
      const minute = drawMinute(meal.arrivals, random);
      const taps = 1 + (chance(random, meal.taps - 1) ? 1 : 0);
      for (let tap = 0; tap < taps; tap++) {
        const mean = tap === 0 ? meal.meanFen : drinkMeanFen;
        const amountFen = roundedFen(Math.max(50, normal(random, mean, tap === 0 ? meal.deviationFen : 150)), random);
        const startMs = Math.round(sinceOpeningMs(minute) + tap * betweenTapsMs);
        const window = zipfShare(random);
        if (comes && minute >= campusHours.opensMinute && minute < campusHours.closesMinute - 5)
          sales.push({ person, startMs, amountFen, window });
      }
    }
  return sales.sort((a, b) => a.startMs - b.startMs || a.person - b.person);
}

/** 80 % end in 10 fen, 15 % in 50 fen, 5 % are weighed to the fen. */
function roundedFen(fen: number, random: Random): number {
  const draw = random.next();
  const step = draw < 0.8 ? 10 : draw < 0.95 ? 50 : 1;
  return Math.max(step, Math.round(fen / step) * step);
}

/** Favourite windows: the share grows towards 0, as Zipf's law with exponent 1 has it. */
const zipfShare = (random: Random): number => (Math.exp(random.next() * Math.log(21)) - 1) / 20;
