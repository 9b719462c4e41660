import { dayMs, epochMs, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Baselines, type DayKind } from './baselines.core.ts';
import { packed, profileOf } from './day-profile.core.ts';
import { openedDays, totalOf, valueOf } from './open-days.core.ts';

/** 2026-11-23 00:00 in Shanghai, a Monday. */
const monday = 1_795_363_200_000;
const mondays: DayKind = { type: 'teaching', weekday: 1 };

function dayOf(random: SeededRandom, scale: number): Float32Array {
  const from = Math.floor(random.next() * 200);
  const to = from + Math.floor(random.next() * (288 - from));
  return Float32Array.from({ length: 288 }, (_, slot) => {
    if (slot < from || slot >= to || random.next() < 0.3) return 0;
    return random.next() < 0.05 ? Number.NaN : Math.floor((random.next() - 0.1) * scale);
  });
}

/** Slot by slot, as a person would. */
function walked(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let slot = 0; slot < 288; slot++) {
    const share = Math.min(to, slot + 1) - Math.max(from, slot);
    if (share > 0) sum += (values[slot] ?? 0) * share;
  }
  return sum;
}

describe('unpacked days', () => {
  test.each([5, 3_000, 90_000, 2_000_000_000])('sum any window as a walk over its slots does, values up to %i', (scale) => {
    const random = new SeededRandom(scale);
    let unknown = 0;
    for (let round = 0; round < 60; round++) {
      const days = Array.from({ length: 4 }, () => dayOf(random, scale));
      const open = openedDays(
        days.map((values, no) => {
          const profile = profileOf(`2026-11-0${no + 1}`, values);
          return { day: profile.day, first: profile.first, values: packed(profile.values) };
        }),
      );
      for (let ask = 0; ask < 40; ask++) {
        const from = random.next() * 288;
        const to = Math.min(288, from + random.next() * (ask % 2 === 0 ? 2 : 100));
        for (const [no, values] of days.entries()) {
          const [total, other] = [totalOf(open, no, from, to), walked(values, from, to)];
          expect(Number.isNaN(total)).toBe(Number.isNaN(other));
          if (Number.isNaN(total)) unknown++;
          else expect(Math.abs(total - other)).toBeLessThan(1e-9 * Math.max(1, scale * 100));
          const slot = Math.floor(from);
          expect(valueOf(open, no, slot)).toBe(values[slot]);
        }
      }
    }
    expect(unknown).toBeGreaterThan(100);
  });

  test('nothing is known of no days', () => {
    expect(openedDays([{ day: '2026-11-09', first: 0, values: '?' }]).days).toEqual([]);
  });
});

describe('days are unpacked ahead of the rules', () => {
  const taken = (entity: string, week: number, value: number) => ({
    entity,
    campus: null,
    metric: 'records' as const,
    kind: mondays,
    day: `2026-11-${String(23 - 7 * week).padStart(2, '0')}`,
    values: new Float32Array(288).fill(value),
  });

  test('what was tended, asked again, learned again and let go of answers the same', () => {
    const kindOf = (at: number): DayKind => ({ type: 'teaching', weekday: 1 + (Math.floor((at - monday) / dayMs) % 7) });
    const [tended, plain] = [new Baselines(kindOf), new Baselines(kindOf)];
    for (const baselines of [tended, plain])
      for (let no = 0; no < 30; no++) for (const week of [3, 2, 1]) baselines.learn(taken(`pos-${no}`, week, no + week));
    const ask = (baselines: Baselines, no: number): unknown =>
      baselines.expected(`pos-${no}`, 'records', epochMs(monday + 600 * minuteMs), epochMs(monday + 630 * minuteMs));
    const all = (): void => {
      for (let no = 0; no < 30; no++) {
        const once = ask(tended, no);
        expect(ask(tended, no)).toBe(once);
        expect(once).toEqual(ask(plain, no));
      }
    };
    expect(tended.tend([epochMs(monday)], 20)).toBe(true);
    expect(tended.tend([epochMs(monday)], 20)).toBe(false);
    all();
    for (const baselines of [tended, plain]) baselines.learn(taken('pos-3', 1, 77));
    all();
    while (tended.tend([epochMs(monday + dayMs)], 7));
    all();
    tended.rest();
    all();
    expect(ask(tended, 3)).toMatchObject({ median: 6 * 6, days: ['2026-11-02', '2026-11-09', '2026-11-16'] });
  });
});
