import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, it } from 'vitest';
import { campusHours } from '../campus/campus-hours.core.ts';
import { cardNumber, drawPerson, openHours, type PlannedShower, planDay } from './demand.core.ts';

const people = Array.from({ length: 20_000 }, (_, index) => index).map((index) =>
  drawPerson(cardNumber(20, 1, index), 'l', new SeededRandom(7).fork(index)),
);
const day = planDay(people, new SeededRandom(42));
const minuteOf = (shower: PlannedShower): number => campusHours.opensMinute + shower.startMs / 60_000;
const share = (holds: (shower: PlannedShower) => boolean): number => day.filter(holds).length / day.length;

describe('a day of 20 000 people', () => {
  it('has 0.5 to 0.56 showers a person, in order, within the open hours', () => {
    expect(day.length / people.length).toBeGreaterThan(0.5);
    expect(day.length / people.length).toBeLessThan(0.56);
    expect(day.every((shower, index) => index === 0 || shower.startMs >= (day[index - 1]?.startMs ?? 0))).toBe(true);
    expect(day.every((shower) => minuteOf(shower) >= openHours.opensMinute && minuteOf(shower) < openHours.closesMinute)).toBe(
      true,
    );
  });

  it('peaks between 21:00 and 22:45', () => {
    const slots = new Map<number, number>();
    for (const shower of day) {
      const slot = 15 * Math.floor(minuteOf(shower) / 15);
      slots.set(slot, (slots.get(slot) ?? 0) + 1);
    }
    const [peak] = [...slots].sort((a, b) => b[1] - a[1])[0] ?? [0];
    expect(peak).toBeGreaterThanOrEqual(21 * 60);
    expect(peak).toBeLessThanOrEqual(22 * 60 + 45);
  });

  it('taps out in 93 %, forgets in 5 %, is interrupted in 2 %', () => {
    expect(share((shower) => shower.end === 'tapOut')).toBeCloseTo(0.93, 1);
    expect(Math.abs(share((shower) => shower.end === 'tapOut') - 0.93)).toBeLessThan(0.01);
    expect(Math.abs(share((shower) => shower.end === 'forget') - 0.05)).toBeLessThan(0.01);
    expect(Math.abs(share((shower) => shower.end === 'powerCut' || shower.end === 'readerFailure') - 0.02)).toBeLessThan(0.006);
  });

  it('runs 8.5 minutes in the middle and 18 at the 95th percentile', () => {
    const runs = day.map((shower) => shower.runMs / 60_000).sort((a, b) => a - b);
    expect(Math.abs((runs[Math.floor(runs.length * 0.5)] ?? 0) - 8.5)).toBeLessThan(0.3);
    expect(Math.abs((runs[Math.floor(runs.length * 0.95)] ?? 0) - 18)).toBeLessThan(0.9);
  });

  it('is the same for the same seed and another for another', () => {
    expect(planDay(people, new SeededRandom(42))).toEqual(day);
    expect(planDay(people, new SeededRandom(43))).not.toEqual(day);
  });
});

it('card numbers have 16 digits and are never given twice', () => {
  const cards = new Set<string>();
  for (const line of [0, 1, 99]) for (let person = 0; person < 20_000; person++) cards.add(cardNumber(20, line, person));
  expect(cards.size).toBe(60_000);
  expect([...cards].every((card) => /^0020\d{12}$/.test(card))).toBe(true);
});
