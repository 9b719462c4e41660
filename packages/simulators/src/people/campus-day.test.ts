import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, it } from 'vitest';
import { campusHours } from '../campus/campus-hours.core.ts';
import { planMeals } from './meals.core.ts';
import { curfewMinute, planTrips } from './trips.core.ts';

const people = 10_000;
const minuteOf = ({ startMs }: { readonly startMs: number }): number => campusHours.opensMinute + startMs / 60_000;
const within = (minute: number, low: number, high: number): boolean => minute >= low && minute < high;

function busiestMinute(times: readonly number[]): number {
  const slots = new Map<number, number>();
  for (const time of times) slots.set(Math.floor(time), (slots.get(Math.floor(time)) ?? 0) + 1);
  return [...slots].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

describe('meals of 10 000 students', () => {
  const sales = planMeals(people, new SeededRandom(4));
  const minutes = sales.map(minuteOf);

  it('are 2.7 sales a student and day, in order, while the campus is awake', () => {
    expect(sales.length / people).toBeGreaterThan(2.5);
    expect(sales.length / people).toBeLessThan(2.9);
    expect(sales.every((sale, index) => index === 0 || sale.startMs >= (sales[index - 1]?.startMs ?? 0))).toBe(true);
    expect(minutes.every((minute) => within(minute, campusHours.opensMinute, campusHours.closesMinute))).toBe(true);
  });

  it('peak at lunch between 11:58 and 12:12', () => {
    const peak = busiestMinute(minutes);
    expect(peak).toBeGreaterThanOrEqual(11 * 60 + 58);
    expect(peak).toBeLessThanOrEqual(12 * 60 + 12);
  });

  it('fill the hour from 11:30 4.5 to 7 times as much as the other hours', () => {
    const lunch = minutes.filter((minute) => within(minute, 690, 750)).length;
    const others = minutes.filter((minute) => within(minute, 390, 1_320) && !within(minute, 690, 750)).length / 14.5;
    expect(lunch / others).toBeGreaterThan(4.5);
    expect(lunch / others).toBeLessThan(7);
  });

  it('crowd at the favourite windows', () => {
    const windows = Array.from({ length: 20 }, () => 0);
    for (const { window } of sales) windows[Math.floor(window * 20)] = (windows[Math.floor(window * 20)] ?? 0) + 1;
    expect((windows[0] ?? 0) / (sales.length / 20)).toBeGreaterThan(3);
    expect(windows.every((count) => count > 0)).toBe(true);
  });

  it('are the same for the same seed', () => {
    expect(planMeals(200, new SeededRandom(4))).toEqual(planMeals(200, new SeededRandom(4)));
    expect(planMeals(200, new SeededRandom(5))).not.toEqual(planMeals(200, new SeededRandom(4)));
  });
});

describe('dorm passes of 10 000 students', () => {
  const passes = planTrips(people, new SeededRandom(4));

  it('are about 4.2 a student and day, 2 to 4 % of them denied, 70 % by face', () => {
    expect(passes.length / people).toBeGreaterThan(3.9);
    expect(passes.length / people).toBeLessThan(4.6);
    const share = (holds: (pass: (typeof passes)[number]) => boolean): number => passes.filter(holds).length / passes.length;
    expect(share(({ outcome }) => outcome !== 'granted')).toBeGreaterThan(0.02);
    expect(share(({ outcome }) => outcome !== 'granted')).toBeLessThan(0.04);
    expect(Math.abs(share(({ method }) => method === 'face') - 0.7)).toBeLessThan(0.02);
  });

  it('crowd within the 20 minutes before curfew', () => {
    const evening = passes.filter((pass) => pass.direction === 'in' && minuteOf(pass) > 1_350).map(minuteOf);
    const peak = busiestMinute(evening);
    expect(peak).toBeGreaterThanOrEqual(curfewMinute - 30);
    expect(peak).toBeLessThan(curfewMinute);
    const late =
      evening.filter((minute) => minute >= curfewMinute).length / passes.filter((pass) => pass.direction === 'in').length;
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(0.05);
  });
});
