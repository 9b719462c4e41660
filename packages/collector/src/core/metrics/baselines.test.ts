import { dayMs, type EpochMs, epochMs, hourMs, intBetween, minuteMs, normal, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { dayName, dayNumberOf, startOfDay } from '../calendar/day.core.ts';
import { at, moneyOf } from '../rules/sample-world.core.ts';
import { baselineLimits, type BaselineRow, Baselines, type DayKind, type DayTaken } from './baselines.core.ts';
import { packed, unpacked } from './day-profile.core.ts';
import { dayKindOf, type Excluded, excludedBy, learnDay } from './learn-day.core.ts';
import { BusinessSlots, slotsOfDay } from './slots.core.ts';
import { flooredSpread, median, medianDeviation } from './statistics.core.ts';

/** 2026-11-23 is a Monday; weeks before it are `-1`, `-2`… */
const today = startOfDay(dayNumberOf(at('00:00')));
const monday = (week: number): EpochMs => epochMs(today + week * 7 * dayMs);
const calendar = { periods: [], makeUpDays: [] };
const kindOf = dayKindOf(calendar);
const flat = (value: number): Float32Array => new Float32Array(slotsOfDay).fill(value);
const slot = (clock: string): number => (at(clock) - at('00:00')) / (5 * minuteMs);

const taken = (day: EpochMs, values: Float32Array, more: Partial<DayTaken> = {}): DayTaken => ({
  entity: 'pos-1',
  campus: 'campus:main',
  metric: 'records',
  kind: kindOf(day),
  day: dayName(dayNumberOf(day)),
  values,
  ...more,
});

function learned(days: readonly (readonly [number, Float32Array])[]): Baselines {
  const baselines = new Baselines(kindOf);
  for (const [week, values] of days) baselines.learn(taken(monday(week), values));
  return baselines;
}

describe('like days', () => {
  test('two are no expectation, three are', () => {
    const two = learned([
      [-1, flat(10)],
      [-2, flat(12)],
    ]);
    expect(two.expected('pos-1', 'records', at('12:00'), at('12:05'))).toBeNull();
    two.learn(taken(monday(-3), flat(14)));
    expect(two.expected('pos-1', 'records', at('12:00'), at('12:05'))).toEqual({
      median: 12,
      mad: 2,
      days: ['2026-11-02', '2026-11-09', '2026-11-16'],
    });
  });

  test('the last six count, whatever the order in which they were learned; the same day again replaces itself', () => {
    const baselines = learned([8, 3, 1, 7, 5, 2, 6, 4].map((week) => [-week, flat(week)] as const));
    const six = baselines.expected('pos-1', 'records', at('12:00'), at('13:00'));
    expect(six).toMatchObject({ median: 3.5 * 12, days: expect.objectContaining({ length: 6 }) as unknown });
    baselines.learn(taken(monday(-1), flat(100)));
    expect(baselines.expected('pos-1', 'records', at('12:00'), at('13:00'))?.median).toBe(4.5 * 12);
  });

  test('a Tuesday, a Saturday and an exam week say nothing of a teaching Monday', () => {
    const baselines = learned([
      [-1, flat(10)],
      [-2, flat(10)],
    ]);
    baselines.learn(taken(epochMs(monday(-3) + dayMs), flat(10)));
    baselines.learn(taken(monday(-3), flat(10), { kind: { type: 'exam', weekday: 1 } }));
    expect(baselines.table('pos-1', 'records', kindOf(today))).toBeNull();
  });

  test('a make-up Saturday is the weekday that it is worked as', () => {
    const saturday = epochMs(today + 5 * dayMs);
    const made = { periods: [], makeUpDays: [{ day: dayName(dayNumberOf(saturday)), asWeekday: 4 }] };
    expect(dayKindOf(made)(saturday)).toEqual({ type: 'teaching', weekday: 4 });
    expect(kindOf(saturday)).toEqual({ type: 'weekend', weekday: 6 });
  });
});

describe('windows', () => {
  const noon = flat(0);
  noon[slot('12:00')] = 30;
  noon[slot('12:05')] = 20;
  noon[slot('12:10')] = 10;
  const baselines = learned([
    [-1, noon],
    [-2, noon],
    [-3, noon],
  ]);

  test.each([
    // from, to, median: one slot is the middle of itself and its neighbours, longer ones are totals
    ['12:00', '12:05', 20],
    ['12:05', '12:10', 20],
    ['12:10', '12:15', 10],
    ['12:06', '12:08', 8],
    ['12:00', '12:15', 60],
    ['12:02:30', '12:12:30', 40],
    ['11:00', '13:00', 60],
    ['13:00', '14:00', 0],
  ])('%s to %s: %d', (from, to, expected) => {
    expect(baselines.expected('pos-1', 'records', at(from), at(to))?.median).toBeCloseTo(expected, 4);
  });

  test('an empty or reversed window has no expectation', () => {
    expect(baselines.expected('pos-1', 'records', at('12:05'), at('12:05'))).toBeNull();
    expect(baselines.expected('pos-1', 'records', at('12:05'), at('12:00'))).toBeNull();
  });

  test('over midnight both days are asked', () => {
    const both = learned([
      [-1, flat(1)],
      [-2, flat(1)],
      [-3, flat(1)],
    ]);
    for (const week of [-1, -2, -3]) both.learn(taken(epochMs(monday(week) + dayMs), flat(3)));
    const night = both.expected('pos-1', 'records', epochMs(at('24:00') - hourMs), epochMs(at('24:00') + hourMs));
    expect(night?.median).toBe(12 + 36);
    expect(night?.days).toHaveLength(6);
  });

  test('a shop of seven an hour: the medians of its slots are nought, its hour is not', () => {
    const random = new SeededRandom(11);
    const days = [-1, -2, -3, -4, -5, -6].map((week) => {
      const values = flat(0);
      for (let sale = 0; sale < 7; sale++) {
        const at5 = slot('15:00') + intBetween(random, 0, 11);
        values[at5] = (values[at5] ?? 0) + 1;
      }
      return [week, values] as const;
    });
    const shop = learned(days);
    expect(shop.expected('pos-1', 'records', at('15:00'), at('16:00'))?.median).toBe(7);
    expect(shop.expected('pos-1', 'records', at('15:00'), at('15:05'))?.median).toBeLessThan(1);
  });
});

describe('times that are not learned from', () => {
  test('a slot with a fault counts on the other days alone', () => {
    const broken = flat(0);
    for (let at5 = slot('12:00'); at5 < slot('13:00'); at5++) broken[at5] = Number.NaN;
    const baselines = learned([
      [-1, broken],
      [-2, flat(10)],
      [-3, flat(10)],
      [-4, flat(10)],
    ]);
    const lunch = baselines.expected('pos-1', 'records', at('12:00'), at('13:00'));
    expect(lunch).toMatchObject({ median: 120, days: ['2026-10-26', '2026-11-02', '2026-11-09'] });
    expect(baselines.expected('pos-1', 'records', at('14:00'), at('15:00'))?.days).toHaveLength(4);
  });

  const lesson = (excluded: readonly Excluded[]) => {
    const place = { campus: 'main', area: 'main/b1/canteen' };
    const slots = new BusinessSlots({ home: () => place, merchantOf: () => null });
    const baselines = new Baselines(kindOf);
    for (const clock of ['11:58', '12:01', '12:04', '12:06']) slots.money(moneyOf('pos-1', at(clock)));
    const placeOf = (entity: string) => (entity === 'campus:main' ? { campus: 'main', area: null } : place);
    return learnDay({ slots, baselines, kindOf, placeOf, excluded }, at('00:00'));
  };
  const values = (rows: readonly BaselineRow[], entity: string, metric = 'records'): readonly number[] => {
    const row = rows.find((one) => one.entity === entity && one.metric === metric);
    return [...(row === undefined ? [] : (unpacked(row.values) ?? []))];
  };

  test('the lesson of a day: one row for each thing and figure that it has', () => {
    const rows = lesson([]);
    expect(rows.map((row) => `${row.entity} ${row.metric} ${row.campus}`).toSorted()).toEqual([
      'campus:main amountFen null',
      'campus:main records null',
      'main/b1/canteen amountFen campus:main',
      'main/b1/canteen records campus:main',
      'pos-1 amountFen campus:main',
      'pos-1 records campus:main',
    ]);
    expect(values(rows, 'pos-1')).toEqual([1, 2, 1]);
    expect(values(rows, 'pos-1', 'amountFen')).toEqual([1_200, 2_400, 1_200]);
  });

  test.each([
    // what is left out, terminal, campus
    ['a fault of the terminal', { areas: [], entities: ['pos-1'] }, [1, Number.NaN, 1], [1, 2, 1]],
    ['an event in its building', { areas: ['main/b1'], entities: [] }, [1, Number.NaN, 1], [1, Number.NaN, 1]],
    ['an event elsewhere', { areas: ['main/b2'], entities: [] }, [1, 2, 1], [1, Number.NaN, 1]],
    ['an event on another campus', { areas: ['yibin'], entities: [] }, [1, 2, 1], [1, 2, 1]],
    ['an event everywhere', { areas: [], entities: [] }, [1, Number.NaN, 1], [1, Number.NaN, 1]],
  ])('%s', (_name, where, terminal, campus) => {
    const rows = lesson([{ from: at('12:02'), to: at('12:03'), ...where }]);
    expect(values(rows, 'pos-1')).toEqual(terminal);
    expect(values(rows, 'campus:main')).toEqual(campus);
  });

  test('an important event freezes its areas', () => {
    const event = {
      eventId: 'e',
      name: 'exam',
      from: at('12:00'),
      to: at('13:00'),
      areas: ['main/b1'],
      vip: false,
      freeze: true,
    };
    expect(values(lesson([excludedBy(event)]), 'pos-1').filter(Number.isNaN)).toHaveLength(12);
  });
});

describe('cold start', () => {
  const grown = (): Baselines => {
    const baselines = new Baselines(kindOf);
    for (const week of [-1, -2, -3]) {
      baselines.learn(taken(monday(week), flat(100), { entity: 'campus:main', campus: null }));
      baselines.learn(taken(epochMs(monday(week) + dayMs), flat(200), { entity: 'campus:main', campus: null }));
    }
    return baselines;
  };
  test('one day of its own: its share of what the campus does on such days', () => {
    const baselines = grown();
    baselines.learn(taken(monday(-1), flat(5)));
    expect(baselines.expected('pos-1', 'records', at('12:00'), at('13:00'))).toMatchObject({ median: 60, mad: 3 });
    const tuesday = epochMs(at('12:00') + dayMs);
    expect(baselines.expected('pos-1', 'records', tuesday, epochMs(tuesday + hourMs))?.median).toBe(120);
  });
  test('a weekday that the campus does not know either: all days of the type', () => {
    const baselines = grown();
    baselines.learn(taken(monday(-1), flat(5)));
    const friday = epochMs(at('12:00') + 4 * dayMs);
    expect(baselines.expected('pos-1', 'records', friday, epochMs(friday + hourMs))).toMatchObject({ median: 90 });
    const sunday = epochMs(at('12:00') + 6 * dayMs);
    expect(baselines.expected('pos-1', 'records', sunday, epochMs(sunday + hourMs))).toBeNull();
  });
  test('not a day of its own: nothing is expected', () => {
    expect(grown().expected('pos-1', 'records', at('12:00'), at('13:00'))).toBeNull();
  });
});

describe('storage', () => {
  const random = new SeededRandom(5);
  const noisy = (): Float32Array =>
    Float32Array.from({ length: slotsOfDay }, (_, at5) =>
      at5 < 70 || at5 > 240 ? 0 : Math.max(0, Math.round(normal(random, 20, 6))),
    );

  test('what is stored and read again expects the same, as JSON too', () => {
    const before = learned([-1, -2, -3, -4, -5, -6].map((week) => [week, noisy()] as const));
    const after = new Baselines(kindOf);
    expect(after.fromRows(JSON.parse(JSON.stringify(before.toRows())) as BaselineRow[])).toEqual({ taken: 6, refused: 0 });
    for (let hour = 0; hour < 24; hour++) {
      const from = epochMs(today + hour * hourMs);
      for (const ms of [4 * minuteMs, 5 * minuteMs, 35 * minuteMs, hourMs])
        expect(after.expected('pos-1', 'records', from, epochMs(from + ms))).toEqual(
          before.expected('pos-1', 'records', from, epochMs(from + ms)),
        );
    }
  });
  test('a day takes less than 1.6 kB, and a day of nothing next to nothing', () => {
    const rows = learned([
      [-1, noisy()],
      [-2, flat(0)],
    ]).toRows();
    expect(rows.map((row) => row.values.length).toSorted((a, b) => a - b)).toEqual([0, expect.any(Number)]);
    expect(Math.max(...rows.map((row) => row.values.length))).toBeLessThan(1_600);
  });
  test.each([['!'], ['AAA'], ['AAAA'], [packed(new Float32Array(slotsOfDay + 1))]])('%s is refused', (text) => {
    expect(unpacked(text)).toBeNull();
    const row = learned([[-1, flat(1)]]).toRows()[0] as BaselineRow;
    expect(new Baselines(kindOf).fromRows([{ ...row, values: text }])).toEqual({ taken: 0, refused: 1 });
  });
});

test('property: a long window expects the median of what the like days had in it, with the floored deviation', () => {
  const random = new SeededRandom(21);
  for (let round = 0; round < 60; round++) {
    const count = intBetween(random, 3, 6);
    const days = Array.from(
      { length: count },
      (_, no) => [-(no + 1), Float32Array.from({ length: slotsOfDay }, () => intBetween(random, 0, 9))] as const,
    );
    const [first, length] = [intBetween(random, 0, 200), intBetween(random, 2, 60)];
    const totals = days.map(([, values]) => values.slice(first, first + length).reduce((sum, value) => sum + value, 0));
    const from = epochMs(today + first * 5 * minuteMs);
    const found = learned(days).expected('pos-1', 'records', from, epochMs(from + length * 5 * minuteMs));
    const center = median(totals);
    expect(found?.median).toBeCloseTo(center, 6);
    expect(found?.mad).toBeCloseTo(flooredSpread(medianDeviation(totals, center), center), 6);
    expect(found?.days).toHaveLength(count);
  }
});

test('a kind of day is its type and weekday', () => {
  const kinds: DayKind[] = [0, 1, 5, 6].map((days) => kindOf(epochMs(today + days * dayMs)));
  expect(kinds.map(({ type, weekday }) => `${type}/${weekday}`)).toEqual(['teaching/1', 'teaching/2', 'weekend/6', 'weekend/7']);
});

describe('days at rest', () => {
  const random = new SeededRandom(77);
  const anyDay = (): Float32Array =>
    Float32Array.from({ length: intBetween(random, 0, slotsOfDay) }, () => {
      const what = intBetween(random, 0, 5);
      if (what < 2) return 0;
      if (what === 2) return Number.NaN;
      return what === 3 ? -intBetween(random, 1, 100_000) : intBetween(random, 1, what === 4 ? 40 : 10_000_000);
    });

  test('property: what is packed is unpacked to the same, whatever it holds', () => {
    for (let round = 0; round < 300; round++) {
      const values = anyDay();
      expect([...(unpacked(packed(values)) ?? [])]).toEqual([...values]);
    }
  });

  test('a thing with all its days is one text, and keeps within its room by letting the oldest go', () => {
    const before = new Baselines(kindOf);
    const busy = (): Float32Array => Float32Array.from({ length: slotsOfDay }, () => intBetween(random, 1e6, 9e6));
    for (let no = 42; no >= 1; no--) before.learn(taken(epochMs(today - no * dayMs), busy(), { metric: 'amountFen' }));
    const text = before.textOf('pos-1') ?? '';
    expect(text.length).toBeLessThanOrEqual(baselineLimits.entityBytes);
    expect(text.length).toBeGreaterThan(baselineLimits.entityBytes - 3_000);
    expect(text).toContain('2026-11-22');
    expect(text).not.toContain('2026-10-12');
    const after = new Baselines(kindOf);
    expect(after.takeText('pos-1', text)).toBe(true);
    const noon = [at('12:00'), at('13:00')] as const;
    expect(after.expected('pos-1', 'amountFen', ...noon)).toEqual(before.expected('pos-1', 'amountFen', ...noon));
  });

  test('a day that became another kind of day is no longer of the first', () => {
    const baselines = learned([-1, -2, -3].map((week) => [week, flat(5)] as const));
    baselines.learn(taken(monday(-1), flat(5), { kind: { type: 'exam', weekday: 1 } }));
    expect(baselines.expected('pos-1', 'records', at('12:00'), at('13:00'))).toBeNull();
  });

  test.each([['x'], ['null'], ['{"v":2,"campus":null,"days":[]}'], ['{"v":1,"campus":null,"days":[["sales",[]]]}']])(
    '%s is not taken',
    (text) => {
      expect(new Baselines(kindOf).takeText('pos-1', text)).toBe(false);
    },
  );
});
