import type { MerchantBinding } from '@cardwatch/contracts/watch';
import { DeviceId } from '@cardwatch/contracts';
import { chance, dayMs, type EpochMs, epochMs, hourMs, intBetween, minuteMs, pick, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { at, lineOf, moneyOf } from '../rules/sample-world.core.ts';
import type { EventFact, MoneyFact } from '../world/world.core.ts';
import { merchantLookup } from './bindings.core.ts';
import { Distinct, exactMax, hash53 } from './distinct.core.ts';
import { entityOf } from './entity.core.ts';
import { BusinessSlots, type Slot, type SlotLength } from './slots.core.ts';

const binding = (deviceId: string, merchantId: string, validFrom: EpochMs, validTo: EpochMs | null = null): MerchantBinding => ({
  deviceId: DeviceId.parse(deviceId),
  merchantId,
  merchantName: merchantId.toUpperCase(),
  validFrom,
  validTo,
});
const homes = new Map([
  ['pos-1', { campus: 'main', area: 'main/b1/canteen' }],
  ['pos-2', { campus: 'main', area: 'main/b1/canteen' }],
  ['pos-3', { campus: 'main', area: null }],
  ['pos-4', { campus: 'yibin', area: 'yibin/b1/shop' }],
]);
const bindings = [
  binding('pos-1', 'm1', at('00:00')),
  binding('pos-1', 'm2', at('12:00')),
  binding('pos-2', 'm2', at('00:00'), at('13:00')),
];
const slotsOf = (): BusinessSlots =>
  new BusinessSlots({ home: (deviceId) => homes.get(deviceId) ?? null, merchantOf: merchantLookup(bindings) });

describe('distinct cards', () => {
  test('exact up to 64, then estimated within three standard errors', () => {
    const counts = [0, 1, 2, 63, 64, 65, 200, 1_000, 10_000, 100_000];
    const found = counts.map((count) => {
      const distinct = new Distinct();
      for (let round = 0; round < 2; round++) for (let no = 0; no < count; no++) distinct.add(`card-${no}`);
      return { count, found: distinct.count() };
    });
    const exact = found.filter(({ count }) => count <= exactMax);
    expect(exact.map((one) => one.found)).toEqual([0, 1, 2, 63, 64]);
    const estimates = found.slice(exact.length);
    expect(estimates).toHaveLength(5);
    for (const { count, found: estimate } of estimates) expect(Math.abs(estimate / count - 1)).toBeLessThan(3 / Math.sqrt(62));
  });
  test('merged is the same as taken in together, whatever the order', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 50; round++) {
      const keys = Array.from({ length: intBetween(random, 0, 200) }, () => `c${intBetween(random, 0, 150)}`);
      const [all, left, right] = [new Distinct(), new Distinct(), new Distinct()];
      for (const key of keys) {
        all.add(key);
        (chance(random, 0.5) ? left : right).add(key);
      }
      left.merge(right);
      expect(left.count()).toBe(all.count());
    }
  });
  test('53 bits that differ', () => {
    const hashes = new Set(Array.from({ length: 20_000 }, (_, no) => hash53(`card-${no}`)));
    expect(hashes.size).toBe(20_000);
    expect(Math.max(...hashes)).toBeLessThan(2 ** 53);
  });
});

test.each([
  // terminal, at, merchant
  ['pos-1', '11:59:59', 'm1'],
  ['pos-1', '12:00', 'm2'],
  ['pos-2', '12:59:59', 'm2'],
  ['pos-2', '13:00', null],
  ['pos-3', '12:00', null],
])('merchant of %s at %s: %s', (deviceId, when, expected) => {
  expect(merchantLookup(bindings)(deviceId, at(when))?.merchantId ?? null).toBe(expected);
});

/** Two hundred devices' worth of dirt in small: late, offline, grey, refunds, top-ups, repeats of cards, passes. */
function facts(seed: number, count: number): { readonly money: readonly MoneyFact[]; readonly passes: readonly EventFact[] } {
  const random = new SeededRandom(seed);
  const when = (): EpochMs => epochMs(at('10:00') + intBetween(random, 0, 4 * hourMs));
  const devices = [...homes.keys(), 'pos-9'];
  const money = Array.from({ length: count }, (_, recordNo) => {
    const observedAt = when();
    return moneyOf(pick(random, devices), observedAt, {
      recordNo,
      kind: pick(random, ['consume', 'consume', 'consume', 'refund', 'recharge', 'grey']),
      amountFen: intBetween(random, 0, 3_000),
      cardRef: `card-${intBetween(random, 0, 300)}`,
      offline: chance(random, 0.2),
      grey: chance(random, 0.02),
      tac: chance(random, 0.01) ? 'bad' : 'ok',
      ingestedAt: epochMs(observedAt + (chance(random, 0.1) ? intBetween(random, 0, 20 * hourMs) : 500)),
    });
  });
  const passes = Array.from({ length: count >> 2 }, () =>
    lineOf('pass', pick(random, devices), { result: pick(random, ['granted', 'taken', 'denied', 'unknown']) }, when()),
  );
  return { money, passes };
}

/** The same from the raw facts, the plain way. */
function recomputed({ money, passes }: ReturnType<typeof facts>, entity: string, from: EpochMs, to: EpochMs): Omit<Slot, 'from'> {
  const merchantOf = merchantLookup(bindings);
  const isOf = (deviceId: string, observedAt: EpochMs): boolean => {
    const home = homes.get(deviceId);
    const merchant = merchantOf(deviceId, observedAt);
    return (
      entity === deviceId ||
      (home !== undefined && (entity === home.area || entity === `campus:${home.campus}`)) ||
      (merchant !== null && entity === `merchant:${merchant.merchantId}`)
    );
  };
  const inside = (observedAt: EpochMs): boolean => observedAt >= from && observedAt < to;
  const mine = money.filter((fact) => inside(fact.observedAt) && isOf(fact.deviceId, fact.observedAt));
  const walked = passes.filter((fact) => inside(fact.observedAt) && isOf(fact.deviceId ?? '', fact.observedAt));
  const turnover = (fact: MoneyFact): number => (fact.kind === 'consume' ? 1 : fact.kind === 'refund' ? -1 : 0) * fact.amountFen;
  return {
    records: mine.length,
    amountFen: mine.reduce((sum, fact) => sum + turnover(fact), 0),
    offline: mine.filter((fact) => fact.offline).length,
    late: mine.filter((fact) => fact.ingestedAt - fact.observedAt > minuteMs).length,
    failures: mine.filter((fact) => fact.grey || fact.tac === 'bad').length,
    passes: walked.filter((fact) => ['granted', 'taken'].includes(String(fact.line['result']))).length,
    denied: walked.filter((fact) => fact.line['result'] === 'denied').length,
    cards: new Set(mine.map((fact) => fact.cardRef)).size,
  };
}

const entities = [
  'pos-1',
  'pos-9',
  entityOf.area('main/b1/canteen'),
  entityOf.merchant('m1'),
  entityOf.merchant('m2'),
  entityOf.campus('main'),
  entityOf.campus('yibin'),
];

describe('M-1', () => {
  test('every slot equals the sum of the raw facts of its time, whatever the order of arrival', () => {
    let compared = 0;
    for (const seed of [1, 2, 3]) {
      const raw = facts(seed, 1_500);
      const slots = slotsOf();
      const byArrival = [...raw.money, ...raw.passes].toSorted((a, b) => a.ingestedAt - b.ingestedAt);
      for (const fact of byArrival)
        if ('line' in fact) slots.event(fact);
        else slots.money(fact);
      expect(slots.refused).toBe(0);
      for (const entity of entities) for (const length of [1, 5] as const) compared += compareAll(slots, raw, entity, length);
    }
    expect(compared).toBeGreaterThan(2_000);
  });

  function compareAll(slots: BusinessSlots, raw: ReturnType<typeof facts>, entity: string, length: SlotLength): number {
    const [from, to] = [at('10:00'), at('14:10')];
    const found = slots.slots(entity, length, from, to);
    for (const { from: begins, ...figures } of found)
      expect(figures).toEqual(recomputed(raw, entity, begins, epochMs(begins + length * minuteMs)));
    expect(found.reduce((sum, slot) => sum + slot.records, 0)).toBe(recomputed(raw, entity, from, to).records);
    return found.length;
  }

  test('a sum over minutes counts a card once', () => {
    const slots = slotsOf();
    for (const when of ['12:00', '12:01', '12:02']) slots.money(moneyOf('pos-1', at(when)));
    expect(slots.figures('pos-1', at('12:00'), at('12:03'))).toMatchObject({ records: 3, cards: 1, amountFen: 3_600 });
    expect(slots.figures('pos-1', at('12:01'), at('12:02'))).toMatchObject({ records: 1, cards: 1 });
  });

  test('a record that comes five hours late counts in its own slot, and shows there as late', () => {
    const slots = slotsOf();
    slots.money(moneyOf('pos-1', at('12:03:10'), { ingestedAt: at('17:00') }));
    expect(slots.slots('pos-1', 5, at('12:00'), at('17:30'))).toMatchObject([{ from: at('12:00'), records: 1, late: 1 }]);
  });

  test('rebinding at noon: the morning stays with the merchant of the morning, also when it comes after noon', () => {
    const slots = slotsOf();
    slots.money(moneyOf('pos-1', at('11:59'), { ingestedAt: at('12:30') }));
    slots.money(moneyOf('pos-1', at('12:01')));
    expect(slots.figures('merchant:m1', at('11:00'), at('13:00')).records).toBe(1);
    expect(slots.figures('merchant:m2', at('11:00'), at('13:00')).records).toBe(1);
  });
});

describe('limits', () => {
  test('three days back and an hour ahead belong to a slot, one millisecond more does not', () => {
    const slots = slotsOf();
    const ingestedAt = at('12:00');
    for (const ms of [-3 * dayMs, -3 * dayMs - 1, hourMs, hourMs + 1])
      slots.money(moneyOf('pos-1', epochMs(ingestedAt + ms), { ingestedAt }));
    expect(slots.refused).toBe(2);
  });
  test('forgets minutes after 26 hours and five minutes after three days', () => {
    const slots = slotsOf();
    slots.money(moneyOf('pos-1', at('12:00')));
    const seen = (now: EpochMs): readonly number[] => {
      slots.forget(now);
      return ([1, 5] as const).map((length) => slots.slots('pos-1', length, at('12:00'), at('12:05')).length);
    };
    expect(seen(epochMs(at('12:00') + 26 * hourMs))).toEqual([1, 1]);
    expect(seen(epochMs(at('12:01') + 26 * hourMs))).toEqual([0, 1]);
    expect(seen(epochMs(at('12:05') + 3 * dayMs))).toEqual([0, 0]);
    expect(slots.entities()).toEqual([]);
  });
});
