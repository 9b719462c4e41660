/** The whole way of the silence test: six weeks of slots, nightly lessons, baselines, and a Monday with a terminal that dies at noon. */
import { chance, dayMs, type EpochMs, epochMs, hourMs, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { dayNumberOf, startOfDay } from '../calendar/day.core.ts';
import { Baselines } from '../metrics/baselines.core.ts';
import { entityOf } from '../metrics/entity.core.ts';
import { dayKindOf, learnDay } from '../metrics/learn-day.core.ts';
import { BusinessSlots } from '../metrics/slots.core.ts';
import { at, moneyOf, ruleWith, SampleWorld } from '../rules/sample-world.core.ts';
import { businessTimeOf } from '../world/business-time.core.ts';
import { createLearned } from '../world/learn.core.ts';
import type { MoneyFact } from '../world/world.core.ts';
import { moneyAgain, Replay } from './replay.core.ts';
import type { TrialAlarm } from './trial.core.ts';

const place = { campus: 'main', area: 'main/b3/canteen' };
const today = startOfDay(dayNumberOf(at('00:00')));
const kindOf = dayKindOf({ periods: [], makeUpDays: [] });
/** Records a minute at the height of the meals: busy windows and quiet ones. */
const pace = [3, 2.5, 2, 2, 1.5, 1, 0.5, 0.2];
const meals = [
  [7.4, 0.6],
  [12, 0.5],
  [17.6, 0.7],
] as const;

/** Bells of three meals, minute by minute by chance; each record comes within twenty seconds. */
function day(start: EpochMs, seed: number, dead: (device: number, at: number) => boolean = () => false): readonly MoneyFact[] {
  const random = new SeededRandom(seed);
  const facts: MoneyFact[] = [];
  for (let now: number = start + 6 * hourMs; now < start + 20 * hourMs; now += 5_000) {
    const hour = (now - start) / hourMs;
    const bell = Math.max(...meals.map(([middle, width]) => Math.exp(-(((hour - middle) / width) ** 2) / 2)));
    pace.forEach((perMinute, no) => {
      if (!chance(random, (perMinute * bell) / 12) || dead(no, now)) return;
      const ingestedAt = epochMs(now + 20_000 * random.next());
      facts.push(moneyOf(`pos-${no + 1}`, epochMs(now), { cardRef: `${seed}-${now}-${no}`, amountFen: 1_200, ingestedAt }));
    });
  }
  return facts.toSorted((a, b) => a.ingestedAt - b.ingestedAt);
}

function learnedWeeks(): Baselines {
  const baselines = new Baselines(kindOf);
  const placeOf = (entity: string) => (entity === entityOf.campus('main') ? { campus: 'main', area: null } : place);
  for (let week = 1; week <= 6; week++) {
    const start = epochMs(today - week * 7 * dayMs);
    const slots = new BusinessSlots({ home: () => place, merchantOf: () => null });
    for (const fact of day(start, week)) slots.money(fact);
    learnDay({ slots, baselines, kindOf, placeOf, excluded: [] }, start);
  }
  return baselines;
}

function alarmsOf(facts: readonly MoneyFact[], baselines: Baselines): readonly TrialAlarm[] {
  const world = createLearned({
    dayType: () => 'teaching',
    businessTime: businessTimeOf,
    expected: (id, metric, from, to) => baselines.expected(id, metric, from, to),
  });
  const drawn = new SampleWorld().devices('pos', pace.length).world.devices;
  for (const device of drawn.values()) world.device(device, today);
  const trials = (['terminalSilent', 'areaSilent'] as const).map((rule) => ruleWith(rule));
  const replay = new Replay({ world, trials, from: at('06:30'), to: at('19:30') });
  for (const fact of facts) replay.take(moneyAgain(fact));
  return replay.finish().flatMap((result) => result.alarms);
}

describe('with six weeks of lessons', () => {
  const baselines = learnedWeeks();

  test('ten ordinary Mondays, 34,000 records: at most one silence by chance', () => {
    const facts = [111, 112, 113, 114, 115, 116, 117, 118, 119, 120].map((seed) => day(today, seed));
    expect(facts.reduce((sum, one) => sum + one.length, 0)).toBeGreaterThan(30_000);
    expect(facts.flatMap((one) => alarmsOf(one, baselines)).length).toBeLessThanOrEqual(1);
  });

  test.each([
    // window, records a minute, found within minutes
    [0, 3, 5],
    [1, 2.5, 5],
    [2, 2, 6],
    [4, 1.5, 9],
  ])(
    'window %d of %d a minute that dies at noon is found within %d minutes, and nothing else is',
    (no, _perMinute, minutesMax) => {
      const alarms = alarmsOf(
        day(today, 201 + no, (device, when) => device === no && when >= at('12:00') && when < at('13:00')),
        baselines,
      );
      const mine = alarms.filter(({ subject, raisedAt }) => subject.id === `pos-${no + 1}` && raisedAt >= at('12:00'));
      expect(mine).toHaveLength(1);
      expect(alarms).toEqual(mine);
      expect(((mine[0]?.raisedAt ?? 0) - at('12:00')) / minuteMs).toBeLessThanOrEqual(minutesMax);
      expect(mine[0]?.clearedAt).not.toBeNull();
    },
  );

  test('all of them at once: the place is the subject, within four minutes, and no window of its own', () => {
    const alarms = alarmsOf(
      day(today, 301, (_device, when) => when >= at('12:00') && when < at('13:00')),
      baselines,
    );
    expect(alarms.map(({ rule, subject }) => `${rule} ${subject.id}`)).toEqual(['areaSilent main/b3/canteen']);
    expect(((alarms[0]?.raisedAt ?? 0) - at('12:00')) / minuteMs).toBeLessThanOrEqual(4);
  });
});
