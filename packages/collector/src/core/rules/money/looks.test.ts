/** Silence, sales beside like days, and the offline share: what holds when the world looks so. */
import { type EpochMs, epochMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { at, findingsOf, found, moneyOf, SampleWorld } from '../sample-world.core.ts';

const perMinute = (records: number): number => records * 60;
const area = 'main/b3/canteen';

/** Ten terminals of which `silent` ones sold last at `since`; the others sell as is normal, half of them, or a share of that. */
function canteen(silent: number, since: EpochMs, now: EpochMs, rate = 2, pace = 1): SampleWorld {
  const world = new SampleWorld().agent('agent-a');
  for (let no = 1; no <= 10; no++) {
    world.device(`pos-${no}`, { lastRecordAt: no <= silent ? since : now }).expects(`pos-${no}`, 'records', perMinute(rate));
    for (let when: number = since; no > silent && when < now; when += minuteMs / rate / pace)
      world.money(moneyOf(`pos-${no}`, epochMs(when), { recordNo: when / 1_000 }));
  }
  return world;
}

describe('terminalSilent', () => {
  test.each([
    // silent since noon, now, told: ten of two a minute are five minutes, and records may take 30 s
    ['12:05:29', ''],
    ['12:05:30', 'breach 2 device:pos-1'],
    ['12:30', 'breach 2 device:pos-1'],
  ])('one dead terminal at noon, at %s: %s', (clock, expected) => {
    const now = at(clock);
    expect(found('terminalSilent', canteen(1, at('12:00'), now), now)).toBe(expected);
  });

  test('of two and a half a minute in under five minutes, with what was expected', () => {
    const world = canteen(1, at('12:00'), at('12:04:30'), 2.5);
    const finding = findingsOf('terminalSilent', world, at('12:04:30'))[0];
    expect(finding?.evidence).toEqual({
      value: 0,
      unit: 'records',
      expected: 10,
      band: null,
      sampleDays: ['2026-11-09', '2026-11-16', '2026-11-20'],
    });
    expect(finding?.reason.values).toMatchObject({ name: 'Window 1', area, value: 0, expected: 10, minutes: 4 });
  });

  test('on a slow day, at half the pace of the place, it takes twice as long', () => {
    const slow = (clock: string): string => found('terminalSilent', canteen(1, at('12:00'), at(clock), 2, 0.5), at(clock));
    expect([slow('12:05:30'), slow('12:09:30'), slow('12:11')]).toEqual(['', '', 'breach 2 device:pos-1']);
  });

  test.each([
    // what differs, told
    ['a quiet window of one record in ten minutes', (world: SampleWorld) => world.expects('pos-1', 'records', 6), ''],
    ['nothing learned', (world: SampleWorld) => world.expects('pos-1', 'records', Number.NaN), ''],
    ['in maintenance', (world: SampleWorld) => world.device('pos-1', { maintenance: true }), ''],
    ['out of reach', (world: SampleWorld) => world.device('pos-1', { state: 'offline' }), 'unknown 2 device:pos-1'],
    ['back for a minute', (world: SampleWorld) => world.device('pos-1', { since: at('12:09') }), 'unknown 2 device:pos-1'],
    ['sells offline', (world: SampleWorld) => world.device('pos-1', { state: 'sellingOffline' }), 'unknown 2 device:pos-1'],
  ])('%s', (_name, change, expected) => {
    expect(found('terminalSilent', change(canteen(1, at('12:00'), at('12:10'))), at('12:10'))).toBe(expected);
  });

  test('records that wait in the agent hide what is sold: nothing can be told of any', () => {
    const world = canteen(1, at('12:00'), at('12:10')).agent('agent-a', { backlogRecords: 9, backlogOldestAt: at('12:07') });
    expect(findingsOf('terminalSilent', world, at('12:10')).map((finding) => finding.grade)).toEqual(Array(10).fill('unknown'));
  });

  test('outside of the meals nothing is looked at', () => {
    expect(found('terminalSilent', canteen(1, at('14:00'), at('15:00')), at('15:00'))).toBe('');
  });

  test('a shop of ten records an hour is found after an hour', () => {
    const shop = (lastRecordAt: EpochMs): SampleWorld =>
      new SampleWorld().device('pos-1', { areaType: 'shop', lastRecordAt }).expects('pos-1', 'records', 10);
    expect(found('terminalSilent', shop(at('15:00')), at('16:00:29'))).toBe('');
    expect(found('terminalSilent', shop(at('15:00')), at('16:00:30'))).toBe('breach 2 device:pos-1');
  });
});

describe('areaSilent', () => {
  test.each([
    // silent of ten, told of terminals, told of the place; a terminal's peers are the nine others
    [1, 'breach 2 device:pos-1', ''],
    [5, [1, 2, 3, 4, 5].map((no) => `breach 2 device:pos-${no}`).join(', '), ''],
    [6, '', `breach 2 area:${area}`],
    [10, '', `breach 2 area:${area}`],
  ])('%d of ten silent for ten minutes', (silent, terminals, place) => {
    const world = canteen(silent, at('12:00'), at('12:10'));
    expect(found('terminalSilent', world, at('12:10'))).toBe(terminals);
    expect(found('areaSilent', world, at('12:10'))).toBe(place);
  });

  test('all of a slow place together are found after three minutes, long before any of them', () => {
    const slow = (now: EpochMs): SampleWorld => {
      const world = canteen(10, at('12:00'), now);
      for (let no = 1; no <= 10; no++) world.expects(`pos-${no}`, 'records', perMinute(0.3));
      return world;
    };
    expect(found('areaSilent', slow(at('12:03:49')), at('12:03:49'))).toBe('');
    expect(found('areaSilent', slow(at('12:03:50')), at('12:03:50'))).toBe(`breach 2 area:${area}`);
    const finding = findingsOf('areaSilent', slow(at('12:03:50')), at('12:03:50'))[0];
    expect(finding?.reason.values).toMatchObject({ count: 10, expected: 10, minutes: 3 });
    expect(finding?.devices).toHaveLength(10);
  });
});

describe('salesDeviation', () => {
  /** Sales of one terminal in the half hour before noon. */
  const sold = (fen: number, perHalfHourFen: number): SampleWorld => {
    const world = new SampleWorld()
      .agent('agent-a')
      .device('pos-1')
      .expects('pos-1', 'amountFen', perHalfHourFen * 2);
    return fen === 0 ? world : world.money(moneyOf('pos-1', at('11:40'), { amountFen: fen }));
  };
  test.each([
    // fen, normal, told: the floor of the spread is a twentieth of what is normal
    [100_000, 100_000, ''],
    [0, 100_000, 'breach 2 device:pos-1'],
    [70_001, 100_000, ''],
    [70_000, 100_000, 'breach 2 device:pos-1'],
    [130_000, 100_000, 'breach 3 device:pos-1'],
    [0, 19_999, ''],
    [0, 20_000, 'breach 2 device:pos-1'],
  ])('%d fen where %d are normal: %s', (fen, normal, expected) => {
    expect(found('salesDeviation', sold(fen, normal), at('12:02'))).toBe(expected);
  });

  test('between the two thresholds it stays what it was', () => {
    const params = { percentMin: 10 };
    expect(found('salesDeviation', sold(80_000, 100_000), at('12:02'), params)).toBe('band 3 device:pos-1'.replace('3', '2'));
  });

  test('says the band that was normal, and of which days', () => {
    const finding = findingsOf('salesDeviation', sold(0, 100_000), at('12:02'))[0];
    expect(finding?.evidence).toMatchObject({ value: 0, unit: 'fen', expected: 100_000 });
    expect(finding?.evidence?.band?.map(Math.round)).toEqual([74_055, 125_945]);
    expect(finding?.evidence?.sampleDays).toHaveLength(3);
  });

  test('out of reach: too little cannot be told, too much can', () => {
    const out = { state: 'offline' } as const;
    expect(found('salesDeviation', sold(0, 100_000).device('pos-1', out), at('12:02'))).toBe('unknown 2 device:pos-1');
    expect(found('salesDeviation', sold(200_000, 100_000).device('pos-1', out), at('12:02'))).toBe('breach 3 device:pos-1');
  });

  test('slots are judged two minutes after they ended: a sale of the running slot changes nothing', () => {
    const world = sold(100_000, 100_000).money(moneyOf('pos-1', at('12:00'), { amountFen: 900_000 }));
    expect(found('salesDeviation', world, at('12:06:59'))).toBe('');
    expect(found('salesDeviation', world, at('12:07'))).toBe('breach 3 device:pos-1');
  });
});

describe('offlineRatio', () => {
  const sells = (records: number, offline: number): SampleWorld => {
    const world = new SampleWorld().devices('pos', 2);
    for (let no = 0; no < records; no++)
      world.money(
        moneyOf(`pos-${(no % 2) + 1}`, epochMs(at('12:00') + (no % 10) * minuteMs), { recordNo: no, offline: no < offline }),
      );
    return world;
  };
  test.each([
    // records, offline, told: the lower bound of 35 of 100 is 26 %, of 28 is 20.1 %, of 27 is 19.3 %
    [100, 35, `breach 2 area:${area}`],
    [100, 28, `breach 2 area:${area}`],
    [100, 27, `band 2 area:${area}`],
    [100, 20, ''],
    [29, 29, ''],
    [30, 30, `breach 2 area:${area}`],
  ])('of %d records %d offline: %s', (records, offline, expected) => {
    expect(found('offlineRatio', sells(records, offline), at('12:12'))).toBe(expected);
  });
  test('a quarter of an hour later it is over', () => expect(found('offlineRatio', sells(100, 100), at('12:26'))).toBe(''));
});
