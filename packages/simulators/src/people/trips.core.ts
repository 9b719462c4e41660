import { chance, type Random } from '@cardwatch/kernel';
import { campusHours, sinceOpeningMs } from '../campus/campus-hours.core.ts';
import type { PassAttempt } from '../cluster.ts';
import { type Arrival, drawMinute } from './mixture.core.ts';

/** 23:00 on weekdays. */
export const curfewMinute = 1_380;

/** Out to breakfast and class, back for the noon rest, out again, back after dinner; the evening return crowds before curfew. */
const legs: readonly {
  readonly direction: 'in' | 'out';
  readonly participation: number;
  readonly arrivals: readonly Arrival[];
}[] = [
  { direction: 'out', participation: 0.92, arrivals: [{ minute: 460, deviationMin: 18, weight: 1 }] },
  { direction: 'in', participation: 0.7, arrivals: [{ minute: 750, deviationMin: 22, weight: 1 }] },
  { direction: 'out', participation: 0.68, arrivals: [{ minute: 825, deviationMin: 12, weight: 1 }] },
  { direction: 'in', participation: 0.55, arrivals: [{ minute: 1_090, deviationMin: 30, weight: 1 }] },
  { direction: 'out', participation: 0.5, arrivals: [{ minute: 1_130, deviationMin: 15, weight: 1 }] },
  {
    direction: 'in',
    participation: 0.9,
    arrivals: [
      { minute: 1_290, deviationMin: 30, weight: 0.45 },
      { minute: 1_350, deviationMin: 18, weight: 0.42 },
      { minute: 1_373, deviationMin: 4, weight: 0.12 },
      { minute: 1_395, deviationMin: 8, weight: 0.01 },
    ],
  },
];

const tailgates = 0.03;
const denied = 0.03;

export interface PlannedPass {
  readonly person: number;
  /** Since the campus woke up. */
  readonly startMs: number;
  readonly direction: PassAttempt['direction'];
  readonly method: PassAttempt['method'];
  readonly outcome: PassAttempt['outcome'];
  /** 0 to 1: which lane. */
  readonly lane: number;
}

/** One day's dorm passes of `people` persons, by start. Who walks behind another leaves no trace and is not in it. */
export function planTrips(people: number, random: Random): readonly PlannedPass[] {
  const passes: PlannedPass[] = [];
  for (let person = 0; person < people; person++)
    for (const leg of legs) {
      const goes = chance(random, leg.participation) && !chance(random, tailgates);
      const minute = drawMinute(leg.arrivals, random);
      const method = methodOf(random.next());
      const refused = chance(random, denied);
      const stranger = chance(random, 0.2);
      const lane = random.next();
      if (!goes || minute < campusHours.opensMinute || minute >= campusHours.closesMinute - 2) continue;
      const startMs = Math.round(sinceOpeningMs(minute));
      const pass = { person, direction: leg.direction, method, lane };
      if (refused) passes.push({ ...pass, startMs, outcome: stranger && method === 'face' ? 'stranger' : 'denied' });
      passes.push({ ...pass, startMs: refused ? startMs + 8_000 : startMs, outcome: 'granted' });
    }
  return passes.sort((a, b) => a.startMs - b.startMs || a.person - b.person);
}

function methodOf(draw: number): PassAttempt['method'] {
  if (draw < 0.7) return 'face';
  return draw < 0.9 ? 'card' : 'qr';
}
