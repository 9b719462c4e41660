import { epochMs, hourMs, intBetween, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { DeviceSlots, noFigures, slotLimits } from './slots.core.ts';

const base = 1_795_363_200_000;
const minute = (no: number, seconds = 0) => epochMs(base + no * minuteMs + seconds * 1_000);

describe('minute slots', () => {
  test('sum what lies in the whole minutes of a span', () => {
    const slots = new DeviceSlots();
    for (const no of [0, 1, 2, 5]) slots.add(minute(no, 59), { records: 1, amountFen: 100 });
    const records = (from: number, to: number) => slots.sum(minute(from), minute(to)).records;
    expect([records(0, 6), records(0, 5), records(1, 2), records(3, 5), records(6, 9)]).toEqual([4, 3, 1, 0, 0]);
    expect(slots.sum(minute(0), minute(6))).toEqual({ ...noFigures(), records: 4, amountFen: 400 });
  });

  test('equal what is counted anew from every record, in whatever order they come', () => {
    const random = new SeededRandom(20_261_123);
    const slots = new DeviceSlots();
    const all: { at: number; fen: number }[] = [];
    for (let no = 0; no < 3_000; no++) {
      const record = { at: base + intBetween(random, 0, 26 * 60 * minuteMs), fen: intBetween(random, -500, 5_000) };
      all.push(record);
      slots.add(epochMs(record.at), { records: 1, amountFen: record.fen, offline: no % 3 === 0 ? 1 : 0 });
    }
    for (let no = 0; no < 200; no++) {
      const from = intBetween(random, 0, 1_000);
      const to = from + intBetween(random, 1, 500);
      const inside = all.filter(({ at }) => at >= base + from * minuteMs && at < base + to * minuteMs);
      const { records, amountFen } = slots.sum(minute(from), minute(to));
      expect([records, amountFen]).toEqual([inside.length, inside.reduce((sum, { fen }) => sum + fen, 0)]);
    }
  });

  test('what is forgotten is gone, and room is used again', () => {
    const slots = new DeviceSlots();
    for (let no = 0; no < 100; no++) slots.add(minute(no), { records: 1 }, 'card-1');
    slots.forget(minute(90));
    expect([slots.length, slots.sum(minute(0), minute(200)).records]).toEqual([10, 10]);
    for (let no = 100; no < 200; no++) slots.add(minute(no), { records: 1 });
    expect(slots.sum(minute(0), minute(200)).records).toBe(110);
    slots.forget(epochMs(base + 100 * hourMs));
    expect(slots.length).toBe(0);
  });

  test('cards: each once a minute, exactly up to the limit and no further', () => {
    const slots = new DeviceSlots();
    for (const card of ['a', 'b', 'a', 'a']) slots.add(minute(0), { records: 1 }, card);
    slots.add(minute(1), { records: 1 }, 'a');
    expect([slots.sum(minute(0), minute(1)).cards, slots.sum(minute(0), minute(2)).cards]).toEqual([2, 3]);
    for (let no = 0; no <= slotLimits.cards; no++) slots.add(minute(3), { records: 1 }, `card-${no}`);
    expect(slots.sum(minute(3), minute(4))).toMatchObject({ records: slotLimits.cards + 1, cards: slotLimits.cards });
  });

  test('a minute counts up to the limit and no further', () => {
    const slots = new DeviceSlots();
    slots.add(minute(0), { records: slotLimits.count - 1 });
    for (const wanted of [slotLimits.count, slotLimits.count]) {
      slots.add(minute(0), { records: 1 });
      expect(slots.sum(minute(0), minute(1)).records).toBe(wanted);
    }
  });

  test('cards of an older minute stand as they were', () => {
    const slots = new DeviceSlots();
    for (let no = 0; no <= slotLimits.minutesWithCards; no++) slots.add(minute(no), { records: 1 }, 'a');
    slots.add(minute(0), { records: 1 }, 'b');
    slots.add(minute(1), { records: 1 }, 'b');
    const cards = (no: number) => slots.sum(minute(no), minute(no + 1)).cards;
    expect([cards(0), cards(1)]).toEqual([1, 2]);
  });
});
