import { type EpochMs, epochMs, hourMs, intBetween, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { cardsMax, forgottenShare, HitList, HitMemory, hitsKeptMs, hitsMax, partsMax, Remembered, Ring } from './window.core.ts';

const hit = (ms: number): { readonly at: EpochMs } => ({ at: epochMs(ms) });

describe('remembered keys', () => {
  test('as many cards as there is room for, and one more: the longest untouched sixteenth is forgotten', () => {
    const cards = new Remembered<number>();
    for (let no = 0; no < cardsMax; no++) cards.touch(`card-${no}`, () => no);
    cards.touch('card-0', () => -1);
    expect([cards.size, cards.get('card-0'), cards.get('card-1')]).toEqual([60_000, 0, 1]);
    cards.touch('one-more', () => 7);
    const forgotten = cardsMax / forgottenShare;
    expect(cards.size).toBe(60_001 - forgotten);
    expect([`card-0`, `card-${forgotten}`, `card-${forgotten + 1}`, 'one-more'].map((key) => cards.get(key))).toEqual([
      0,
      undefined,
      forgotten + 1,
      7,
    ]);
  });
  test('a full memory stays full: no more than a hundredth goes at once, however many cards come', () => {
    const cards = new Remembered<number>();
    for (let no = 0; no < cardsMax; no++) cards.set(`card-${no}`, no);
    let least = cardsMax;
    for (let no = 0; no < cardsMax; no++) {
      cards.set(`other-${no}`, no);
      least = Math.min(least, cards.size);
    }
    expect(least).toBeGreaterThanOrEqual(0.99 * cardsMax);
    expect(cards.size).toBeLessThanOrEqual(cardsMax);
  });
  test('a look without touching keeps the order', () => {
    const two = new Remembered<number>(2);
    two.set('a', 1);
    two.set('b', 2);
    expect(two.get('a')).toBe(1);
    two.set('c', 3);
    expect([...two.entries()]).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
  });
});

describe('parts of all keys', () => {
  test('as many as there is room for, and one more: the longest untouched keys make way', () => {
    const lists = new Remembered<string[]>(100, { max: 32, of: (list) => list.length });
    const add = (key: string): void => {
      lists.touch(key, () => []).push(key);
      lists.grew(1);
    };
    for (const key of ['a', 'b', 'c', 'd']) for (let no = 0; no < 8; no++) add(key);
    lists.touch('a', () => []);
    expect([...lists.entries()].map(([key]) => key)).toEqual(['b', 'c', 'd', 'a']);
    add('c');
    expect([...lists.entries()].map(([key, { length }]) => `${key} ${length}`)).toEqual(['d 8', 'a 8', 'c 9']);
    lists.delete('d');
    for (let no = 0; no < 15; no++) add('e');
    expect(lists.size).toBe(3);
    add('e');
    expect([...lists.entries()].map(([key, { length }]) => `${key} ${length}`)).toEqual(['c 9', 'e 16']);
  });

  test('one key alone keeps what it has', () => {
    const one = new Remembered<number[]>(100, { max: 4, of: (list) => list.length });
    for (let no = 0; no < 9; no++) {
      one.touch('a', () => []).push(no);
      one.grew(1);
    }
    expect(one.get('a')).toHaveLength(9);
  });

  test('hits of many cards: so many in all, and never those of the last card', () => {
    const memory = new HitMemory<{ readonly at: EpochMs }>();
    const [cards, each] = [3_000, 150];
    for (let card = 0; card < cards; card++) for (let no = 0; no < each; no++) memory.add(`card-${card}`, hit(no), 0);
    const kept = Array.from({ length: cards }, (_, card) => memory.of(`card-${card}`).length);
    expect(kept.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(partsMax);
    expect(kept.filter((count) => count === each).length).toBeGreaterThan(partsMax / each - partsMax / each / forgottenShare - 2);
    expect([kept[0], kept.at(-1)]).toEqual([0, each]);
  });
});

test('a ring holds the last of them', () => {
  const ring = new Ring<number>(3);
  for (const value of [1, 2, 3, 4, 5]) ring.push(value);
  expect(ring.values().toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
});

describe('hits', () => {
  test('256 are kept, of 257 the oldest goes', () => {
    const hits = new HitList();
    for (let no = 0; no <= hitsMax; no++) hits.add(hit(no) as never, 10_000);
    expect([hits.all().length, hits.all()[0]?.at]).toEqual([256, 1]);
  });
  test('what is 26 hours older than the newest is kept, a millisecond more is not', () => {
    const hits = new HitList<{ readonly at: EpochMs }>();
    hits.add(hit(0), hourMs);
    hits.add(hit(hitsKeptMs), hourMs);
    expect(hits.all()).toHaveLength(2);
    hits.add(hit(hitsKeptMs + 1), hourMs);
    expect(hits.all().map(({ at }) => at)).toEqual([hitsKeptMs, hitsKeptMs + 1]);
  });
  test('property: the fullest window around a hit is found, whatever the order of arrival', () => {
    const random = new SeededRandom(13);
    for (let round = 0; round < 200; round++) {
      const hits = new HitList<{ readonly at: EpochMs }>();
      const told: number[] = [];
      const windowMs = intBetween(random, 0, 20) * minuteMs;
      for (let no = 0; no < 25; no++) {
        const ms = intBetween(random, 0, 60) * minuteMs;
        told.push(ms);
        const fullest = hits.add(hit(ms), windowMs);
        const starts = told.filter((start) => start <= ms && start >= ms - windowMs);
        const best = Math.max(...starts.map((start) => told.filter((one) => one >= start && one <= start + windowMs).length));
        expect(fullest.length).toBe(best);
      }
    }
  });
});
