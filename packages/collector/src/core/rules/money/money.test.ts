/** Timelines of the rules that are told of records: `at  record -> what holds right after`. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { EventFact, MoneyFact } from '../../world/world.core.ts';
import type { Finding } from '../rule.core.ts';
import { at, lineOf, moneyOf, ruleWith, SampleWorld, told, watching } from '../sample-world.core.ts';
import { moneyRules } from './index.core.ts';

interface Campus {
  readonly world?: SampleWorld;
  readonly params?: Readonly<Record<string, unknown>>;
}
const place = (): SampleWorld => new SampleWorld().agent('agent-a').devices('pos', 3);

/** One watcher that is told and asked. */
function asked(rule: RuleId, { world = place(), params = {} }: Campus = {}) {
  const watch = watching(rule, params);
  let no = 0;
  let last: readonly Finding[] = [];
  const look = (now: EpochMs): string => {
    last = watch.look(world.world, now);
    return told(last);
  };
  return {
    /** Told when it was booked, asked right after. Records are numbered unless they say otherwise. */
    sells(when: string | EpochMs, more: Partial<MoneyFact> = {}, deviceId = 'pos-1'): string {
      const observedAt = typeof when === 'string' ? at(when) : when;
      const fact = moneyOf(deviceId, observedAt, { recordNo: ++no, ...more });
      watch.money(fact, world.world, fact.ingestedAt);
      return look(fact.ingestedAt);
    },
    hears(event: EventFact): string {
      watch.event(event, world.world, event.ingestedAt);
      return look(event.ingestedAt);
    },
    at: (when: string | EpochMs): string => look(typeof when === 'string' ? at(when) : when),
    values: (): Readonly<Record<string, unknown>> | undefined => last[0]?.reason.values,
    finding: (): Finding | undefined => last[0],
  };
}

const onPos = 'breach 3 device:pos-1';
const onPos2 = 'breach 2 device:pos-1';

describe('registry of the family', () => {
  const ids = moneyRules.map((rule) => rule.id);
  test('19 rules, each once, defaults fit their own schema', () => {
    expect(new Set(ids).size).toBe(19);
    for (const rule of moneyRules) expect(`${rule.id} ${rule.params.safeParse(rule.defaults).success}`).toBe(`${rule.id} true`);
  });
  test('a parameter that is not known or out of bounds is refused', () => {
    for (const rule of moneyRules)
      expect(`${rule.id} ${rule.params.safeParse({ ...asRecord(rule.defaults), nonsense: 1 }).success}`).toBe(`${rule.id} false`);
    expect(() => ruleWith('amountZero', { count: 1 })).toThrow('badParameter');
  });
});
const asRecord = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

describe('amountHigh', () => {
  test.each([
    // place, fen, told
    ['canteen', 'pos', 10_000, ''],
    ['canteen', 'pos', 10_001, onPos],
    ['shop', 'pos', 30_000, ''],
    ['shop', 'pos', 30_001, onPos],
    ['bathhouse', 'pos', 2_001, onPos],
    ['dorm', 'shower', 2_001, onPos],
    ['dorm', 'pos', 2_001, ''],
    [null, 'pos', 30_001, onPos],
  ] as const)('%s, %s, %d fen: %s', (areaType, kind, amountFen, expected) => {
    const world = new SampleWorld().device('pos-1', { areaType, kind });
    expect(asked('amountHigh', { world }).sells('12:00', { amountFen })).toBe(expected);
  });

  test('five on a terminal in an hour raise the level; it holds half an hour after the last', () => {
    const rule = asked('amountHigh');
    const sold = ['11:00', '11:10', '11:20', '11:30', '11:40'].map((when) => rule.sells(when, { amountFen: 12_000 }));
    expect(sold).toEqual([onPos, onPos, onPos, onPos, onPos2]);
    expect(rule.values()).toMatchObject({ value: 12_000, expected: 10_000, unit: 'fen', count: 5, minutes: 60, tail: '0001' });
    expect([rule.at('12:09:59'), rule.at('12:10')]).toEqual([onPos2, '']);
  });

  test('below the hard limit, far above what is usual there: after fifty sales of about ¥12', () => {
    const rule = asked('amountHigh');
    for (let no = 0; no < 49; no++) rule.sells('11:00', { amountFen: 1_150 + no });
    expect(rule.sells('11:30', { amountFen: 6_000 })).toBe('');
    expect(rule.sells('11:31', { amountFen: 6_000 })).toBe(onPos);
    expect(rule.sells('11:32', { amountFen: 4_999 })).toBe(onPos);
    expect(rule.values()).toMatchObject({ count: 1 });
  });

  test('top-ups, refunds and grey records are no sales', () => {
    const rule = asked('amountHigh');
    expect(rule.sells('12:00', { amountFen: 50_000, kind: 'recharge' })).toBe('');
    expect(rule.sells('12:01', { amountFen: 50_000, grey: true })).toBe('');
  });
});

test('amountZero: three of less than ten fen in ten minutes of device time', () => {
  const rule = asked('amountZero');
  expect(rule.sells('12:00', { amountFen: 0 })).toBe('');
  expect(rule.sells('12:05', { amountFen: 10 })).toBe('');
  expect(rule.sells('12:06', { amountFen: 9 })).toBe('');
  expect(rule.sells('12:10:01', { amountFen: 0 })).toBe('');
  expect(rule.sells('12:11', { amountFen: 0 })).toBe(onPos);
  expect(rule.values()).toMatchObject({ count: 3, minutes: 10, expected: 10 });
});

test('amountZero: three of a whole day that arrive in one batch are no burst', () => {
  const rule = asked('amountZero');
  const ingestedAt = at('18:00');
  expect(['08:00', '12:00', '17:00'].map((when) => rule.sells(when, { amountFen: 0, ingestedAt }))).toEqual(['', '', '']);
});

test('amountPattern: nine of ten of the last fifty alike; not at fixed prices, not while too few, not after an hour without sales', () => {
  const rule = asked('amountPattern');
  for (let no = 0; no < 5; no++) rule.sells('11:00', { amountFen: 700 + no });
  for (let no = 0; no < 44; no++) rule.sells('11:10', { amountFen: 1_000 });
  expect(rule.at('11:11')).toBe('');
  expect(rule.sells('11:12', { amountFen: 1_000 })).toBe(onPos);
  expect(rule.values()).toMatchObject({ value: 1_000, count: 45, share: 90 });
  expect(rule.at('12:12')).toBe('');
  const exempt = asked('amountPattern', { params: { fixedPrice: ['pos-1'] } });
  for (let no = 0; no < 60; no++) exempt.sells('11:10', { amountFen: 1_000 });
  expect(exempt.at('11:11')).toBe('');
});

test('frequencyTerminal: a card three times at one terminal within a minute', () => {
  const rule = asked('frequencyTerminal');
  expect(rule.sells('12:00:00')).toBe('');
  expect(rule.sells('12:00:20', {}, 'pos-2')).toBe('');
  expect(rule.sells('12:00:30')).toBe('');
  expect(rule.sells('12:00:40', { cardRef: 'card-2' })).toBe('');
  expect(rule.sells('12:01:00')).toBe('breach 3 card:card-1');
  expect(rule.values()).toMatchObject({ name: '****0001', count: 3, minutes: 1, area: 'main/b3/canteen' });
});

describe('frequencyCard', () => {
  test('six in ten minutes anywhere: level 3', () => {
    const rule = asked('frequencyCard');
    const sold = [0, 2, 4, 6, 8, 10].map((minute, no) =>
      rule.sells(epochMs(at('12:00') + minute * minuteMs), {}, `pos-${(no % 3) + 1}`),
    );
    expect(sold).toEqual(['', '', '', '', '', 'breach 3 card:card-1']);
  });
  test('more than ¥200 of a business day: level 2, and the next day begins at nothing', () => {
    const rule = asked('frequencyCard');
    expect(rule.sells('08:00', { amountFen: 20_000 })).toBe('');
    expect(rule.sells('12:00', { amountFen: 1 })).toBe('breach 2 card:card-1');
    expect(rule.values()).toMatchObject({ value: 20_001, unit: 'fen', expected: 20_000, count: 2 });
    expect(rule.sells(epochMs(at('08:00') + 24 * hourMs), { amountFen: 20_000 })).toBe('');
  });
  test('twenty of a day: level 2', () => {
    const rule = asked('frequencyCard');
    const sold = Array.from({ length: 20 }, (_, no) => rule.sells(epochMs(at('06:30') + no * 30 * minuteMs), { amountFen: 100 }));
    expect(sold.slice(0, 19).every((told) => told === '')).toBe(true);
    expect(sold[19]).toBe('breach 2 card:card-1');
  });
});

describe('doubleCharge', () => {
  test.each([
    // second record, told
    ['the counter one on', {}, onPos],
    ['another amount', { amountFen: 1_201 }, ''],
    ['another card', { cardRef: 'card-2' }, ''],
    ['the counter two on', { cardCounter: 9 }, ''],
    ['after more than a minute', { observedAt: at('12:01:01') }, ''],
    ['without counters', { cardCounter: null }, ''],
    ['the same record again', { recordNo: 1 }, ''],
  ])('%s', (_name, more, expected) => {
    const rule = asked('doubleCharge');
    rule.sells('12:00', { cardCounter: 7 });
    expect(rule.sells('12:00:30', { cardCounter: 8, ...more })).toBe(expected);
  });

  test('the first of the pair may arrive second; five on a terminal in an hour raise the level', () => {
    const rule = asked('doubleCharge');
    const pair = (card: number, minute: number): string => {
      const when = epochMs(at('12:00') + minute * minuteMs);
      const ingestedAt = epochMs(when + minuteMs);
      rule.sells(epochMs(when + 20_000), { cardRef: `card-${card}`, cardCounter: 8, ingestedAt });
      return rule.sells(when, { cardRef: `card-${card}`, cardCounter: 7, ingestedAt });
    };
    expect([1, 2, 3, 4, 5].map((card) => pair(card, card * 5))).toEqual([onPos, onPos, onPos, onPos, onPos2]);
    expect(rule.values()).toMatchObject({ count: 5, value: 1_200, tail: '0001' });
  });
});

describe('impossibleSequence', () => {
  const campus = (): SampleWorld =>
    new SampleWorld()
      .device('pos-1', { area: 'main/b1/canteen' })
      .device('pos-2', { area: 'main/b2/shop' })
      .device('pos-3', { area: 'yibin/b1/canteen', campus: 'yibin' })
      .device('pos-4', { area: 'main/b1/shop' })
      .device('pos-5', { area: 'main/b2/late', driftMs: 60_000 })
      .device('gate-1', { area: 'main/d1/door', areaType: 'dorm', kind: 'gate' });
  const card = 'breach 3 card:card-1';

  test.each([
    // second place, seconds later, told
    ['pos-2', 24, card],
    ['pos-2', 26, ''],
    ['pos-4', 1, ''],
    ['pos-3', 29 * 60, card],
    ['pos-3', 30 * 60, ''],
    ['pos-5', 60 + 24, card],
    ['pos-5', 60 + 26, ''],
  ])('at b1, then at %s after %d s of its own clock: %s', (deviceId, seconds, expected) => {
    const rule = asked('impossibleSequence', { world: campus() });
    rule.sells('12:00');
    expect(rule.sells(epochMs(at('12:00') + seconds * 1_000), {}, deviceId)).toBe(expected);
  });

  test('named distances hold instead of the default, either way round', () => {
    const params = { distances: [{ from: 'main/b2', to: 'main/b1', metres: 1_200 }] };
    const rule = asked('impossibleSequence', { world: campus(), params });
    rule.sells('12:00');
    expect(rule.sells('12:03:19', {}, 'pos-2')).toBe(card);
    expect(rule.values()).toMatchObject({ value: 199, unit: 's', from: 'main/b1', to: 'main/b2' });
  });

  test('accounts are shared: four pairs make one', () => {
    const rule = asked('impossibleSequence', { world: campus() });
    const sold = [0, 1, 2, 3, 4].map((no) =>
      rule.sells(epochMs(at('12:00') + no * 10_000), { mode: 'accountOnline' }, no % 2 === 0 ? 'pos-1' : 'pos-2'),
    );
    expect(sold).toEqual(['', '', '', '', card]);
  });

  test('three pairs of cards in a day: level 2', () => {
    const rule = asked('impossibleSequence', { world: campus() });
    const sold = [0, 1, 2, 3].map((no) => rule.sells(epochMs(at('12:00') + no * 10_000), {}, no % 2 === 0 ? 'pos-1' : 'pos-2'));
    expect(sold).toEqual(['', card, card, 'breach 2 card:card-1']);
  });

  test.each([
    ['granted', 'in', 60, card],
    ['granted', 'in', 61, ''],
    ['denied', 'in', 10, ''],
    ['granted', 'out', 10, ''],
  ])('pass into a dormitory, %s %s, %d s after a purchase elsewhere: %s', (result, direction, seconds, expected) => {
    const rule = asked('impossibleSequence', { world: campus() });
    rule.sells('12:00');
    const when = epochMs(at('12:00') + seconds * 1_000);
    expect(rule.hears(lineOf('pass', 'gate-1', { result, direction, cardRef: 'card-1' }, when))).toBe(expected);
    if (expected !== '') expect(rule.values()).toMatchObject({ name: '****0001' });
  });
});

describe('offHours', () => {
  test('half an hour of grace on both sides; three, or ¥50, within an hour', () => {
    const rule = asked('offHours');
    expect(rule.sells('13:59')).toBe('');
    expect(rule.sells('14:30')).toBe('');
    expect(rule.sells('14:31')).toBe('');
    expect(rule.sells('15:30:01')).toBe('');
    expect(rule.sells('15:30:30')).toBe(onPos);
    expect(rule.values()).toMatchObject({ count: 3, value: 3_600 });
  });
  test('just after closing and before opening is fine', () => {
    const rule = asked('offHours');
    expect(['13:59', '13:59:10', '13:59:20', '06:00', '06:00:10', '06:00:20'].map((when) => rule.sells(when))).toEqual([
      '',
      '',
      '',
      '',
      '',
      '',
    ]);
  });
  test('one of ¥50 is enough; a place without a type has no hours', () => {
    expect(asked('offHours').sells('03:00', { amountFen: 5_000 })).toBe(onPos);
    const world = new SampleWorld().device('pos-1', { areaType: null });
    expect(asked('offHours', { world }).sells('03:00', { amountFen: 5_000 })).toBe('');
  });
});

test.each([
  // fact of the device, sale at, told
  [{ state: 'disabled', since: at('11:00') }, '12:00', onPos2],
  [{ state: 'maintenance', since: at('11:00') }, '12:00', onPos2],
  [{ maintenance: true, since: at('11:00') }, '12:00', onPos2],
  [{ state: 'disabled', since: at('11:00') }, '11:04', ''],
  [{ state: 'disabled', since: at('11:00') }, '10:00', ''],
  [{ state: 'online', since: at('11:00') }, '12:00', ''],
] as const)('soldWhileClosed: %o, sale at %s: %s', (fact, when, expected) => {
  const world = new SampleWorld().device('pos-1', fact);
  expect(asked('soldWhileClosed', { world }).sells(when)).toBe(expected);
});

describe('greyRecords', () => {
  test('three in an hour of device time', () => {
    const rule = asked('greyRecords');
    for (let no = 0; no < 2_000; no++) rule.sells('08:00');
    const sold = ['11:00', '11:40', '12:01', '12:30'].map((when) => rule.sells(when, { kind: 'grey', grey: true }));
    expect(sold).toEqual(['', '', '', onPos2]);
    expect(rule.values()).toMatchObject({ count: 3, minutes: 60 });
  });
  test('surely more than two in a thousand of a day: five of a thousand, not four', () => {
    const rule = asked('greyRecords');
    for (let no = 0; no < 1_000; no++) rule.sells('08:00');
    const sold = ['06:00', '08:00', '10:00', '12:00', '14:00'].map((when) => rule.sells(when, { grey: true }));
    expect(sold).toEqual(['', '', '', '', onPos2]);
    expect(rule.values()).toMatchObject({ unit: '%', expected: 0.2, count: 5 });
  });
  test('a day of fewer than thirty records is not judged by its share', () => {
    const rule = asked('greyRecords');
    expect(['06:00', '08:00', '10:00'].map((when) => rule.sells(when, { grey: true }))).toEqual(['', '', '']);
  });
});

test.each([
  ['bad', onPos2],
  ['ok', ''],
  ['unchecked', ''],
] as const)('tacInvalid: %s: %s', (tac, expected) => expect(asked('tacInvalid').sells('12:00', { tac })).toBe(expected));

test.each([
  // mode, balance after, overdraft, told
  ['cardOffline', 0, 0, ''],
  ['cardOffline', -1, 0, 'breach 2 card:card-1'],
  ['cardOffline', -1, 1_000, 'breach 2 card:card-1'],
  ['accountOnline', -1_000, 1_000, ''],
  ['accountOnline', -1_001, 1_000, 'breach 2 card:card-1'],
  ['cardOffline', null, 0, ''],
])('negativeBalance: %s %s with %d: %s', (mode, balanceAfterFen, overdraftFen, expected) => {
  expect(asked('negativeBalance', { params: { overdraftFen } }).sells('12:00', { mode, balanceAfterFen })).toBe(expected);
});

describe('chainGap', () => {
  const link = (cardCounter: number, before: number, amountFen = 1_000): Partial<MoneyFact> => ({
    cardCounter,
    amountFen,
    balanceBeforeFen: before,
    balanceAfterFen: before - amountFen,
  });
  const later = (hours: number): EpochMs => epochMs(at('12:00') + hours * hourMs);

  test('a hole is told after 24 hours, with what is missing, and gone when it is filled', () => {
    const rule = asked('chainGap');
    rule.sells('11:00', link(7, 9_000));
    expect(rule.sells('12:00', link(10, 5_000))).toBe('');
    expect([rule.at(later(23.9)), rule.at(later(24))]).toEqual(['', 'breach 3 card:card-1']);
    expect(rule.values()).toMatchObject({ value: -3_000, unit: 'fen', count: 2, minutes: 1_440 });
    expect(rule.sells('11:20', { ...link(8, 8_000), ingestedAt: later(25) })).toBe('breach 3 card:card-1');
    expect(rule.values()).toMatchObject({ count: 1, value: -2_000 });
    expect(rule.sells('11:40', { ...link(9, 7_000, 2_000), ingestedAt: later(25) })).toBe('');
  });
  test('left to the reconciliation after 72 hours', () => {
    const rule = asked('chainGap');
    rule.sells('11:00', link(7, 9_000));
    rule.sells('12:00', link(9, 5_000));
    expect([rule.at(later(71.9)), rule.at(later(72))]).toEqual(['breach 3 card:card-1', '']);
  });
  test('order of arrival does not matter, nor does the wrap of the counter', () => {
    const rule = asked('chainGap');
    rule.sells('12:00', link(1, 5_000));
    rule.sells('11:00', link(65_535, 7_000));
    rule.sells('11:30', link(0, 6_000));
    expect(rule.at(later(30))).toBe('');
  });
  test('top-ups and purses count for themselves; accounts, grey records and those without a counter do not', () => {
    const rule = asked('chainGap');
    rule.sells('11:00', link(7, 9_000));
    rule.sells('11:10', { ...link(40, 8_000), kind: 'recharge' });
    rule.sells('11:20', { ...link(90, 8_000), purseNo: 3 });
    rule.sells('11:30', { ...link(95, 8_000), mode: 'accountOnline' });
    rule.sells('11:40', { ...link(96, 8_000), kind: 'grey', grey: true });
    rule.sells('11:45', { ...link(96, 8_000), cardCounter: null });
    rule.sells('11:50', link(8, 8_000));
    expect(rule.at(later(30))).toBe('');
  });
});

describe('chainFork', () => {
  test.each([
    // the second record with counter 7, told
    ['at another terminal', 'pos-2', {}, 'breach 1 card:card-1'],
    ['with another amount', 'pos-1', { amountFen: 900 }, 'breach 1 card:card-1'],
    ['the very same', 'pos-1', { recordNo: 1 }, ''],
    ['collected again under a new number', 'pos-1', { generation: 2, recordNo: 1 }, ''],
    ['a top-up', 'pos-2', { kind: 'recharge' }, ''],
    ['of another purse', 'pos-2', { purseNo: 2 }, ''],
  ])('counter 7 %s', (_name, deviceId, more, expected) => {
    const rule = asked('chainFork');
    rule.sells('12:00', { cardCounter: 7 });
    expect(rule.sells('12:00', { cardCounter: 7, ...more }, deviceId)).toBe(expected);
  });
  test('names both terminals and no more of the card than its tail', () => {
    const rule = asked('chainFork');
    rule.sells('12:00', { cardCounter: 7, cardRef: 'ab'.repeat(16) });
    rule.sells('13:00', { cardCounter: 7, cardRef: 'ab'.repeat(16) }, 'pos-2');
    expect(rule.finding()?.devices).toEqual(['pos-1', 'pos-2']);
    expect(JSON.stringify(rule.values())).not.toContain('abab');
    expect(rule.values()).toMatchObject({ name: '****0001' });
  });
});

describe('recordClock', () => {
  test.each([
    // device time, agent time, told
    ['12:05', '12:00', ''],
    ['12:05:01', '12:00', onPos],
    ['12:31', '12:00', onPos2],
    ['09:00', '12:00', ''],
  ])('device %s, agent %s: %s', (observed, recorded, expected) => {
    const times = { recordedAt: at(recorded), ingestedAt: at(recorded) };
    expect(asked('recordClock').sells(observed, times)).toBe(expected);
  });
  test('the year 2000 is no time', () => {
    const times = { recordedAt: at('12:00'), ingestedAt: at('12:00') };
    expect(asked('recordClock').sells(epochMs(946_684_800_000), times)).toBe(onPos2);
  });
  test('numbers go on, time goes back by more than half an hour', () => {
    const rule = asked('recordClock');
    const ingestedAt = at('12:00');
    expect(rule.sells('11:00', { ingestedAt, recordedAt: ingestedAt })).toBe('');
    expect(rule.sells('10:30', { ingestedAt, recordedAt: ingestedAt })).toBe('');
    expect(rule.sells('09:59', { ingestedAt, recordedAt: ingestedAt })).toBe(onPos2);
    expect(rule.values()).toMatchObject({ value: -1_860, unit: 's' });
  });
  test('a new generation and an old record that is collected again go back as they like', () => {
    const rule = asked('recordClock');
    const ingestedAt = at('12:00');
    rule.sells('11:00', { ingestedAt, recordedAt: ingestedAt, recordNo: 50 });
    expect(rule.sells('09:00', { ingestedAt, recordedAt: ingestedAt, recordNo: 51, generation: 2 })).toBe('');
    expect(rule.sells('08:00', { ingestedAt, recordedAt: ingestedAt, recordNo: 12, generation: 2 })).toBe('');
  });
});

test('being told the same records again after a restart gives the same findings', () => {
  const watchers = moneyRules.filter((rule) => rule.shape === 'watcher').map((rule) => rule.id);
  expect(watchers.length).toBe(15);
  for (const id of watchers) {
    const [first, second] = [asked(id), asked(id)];
    const tell = (rule: ReturnType<typeof asked>): string => {
      for (let no = 0; no < 40; no++)
        rule.sells(epochMs(at('03:00') + no * 15_000), {
          amountFen: no % 2,
          cardCounter: no * 2,
          balanceAfterFen: -1,
          tac: 'bad',
          grey: no % 9 === 0,
        });
      return rule.at('03:20');
    };
    expect(`${id} ${tell(second)}`).toBe(`${id} ${tell(first)}`);
  }
});
