import { epochMs, VirtualClock } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { Seldom, seldomLimits } from './seldom.ts';

test('each key passes once a minute', () => {
  const clock = new VirtualClock(epochMs(0));
  const seldom = new Seldom(clock);
  const passed = [seldom.pass('a'), seldom.pass('a'), seldom.pass('b')];
  clock.advance(seldomLimits.everyMs - 1);
  passed.push(seldom.pass('a'));
  clock.advance(1);
  passed.push(seldom.pass('a'));
  expect(passed).toEqual([true, false, true, false, true]);
});

test('keeps no more keys than its limit', () => {
  const seldom = new Seldom(new VirtualClock(epochMs(0)));
  for (let i = 0; i < seldomLimits.keys; i++) expect(seldom.pass(`key ${i}`)).toBe(true);
  expect(seldom.pass('key 0')).toBe(false);
  expect(seldom.pass('one more')).toBe(true);
  expect(seldom.pass('key 0')).toBe(true);
});

test('tells how often a key was held back', () => {
  const clock = new VirtualClock(epochMs(0));
  const seldom = new Seldom(clock);
  const told = [seldom.take('a'), seldom.take('a'), seldom.take('a')];
  clock.advance(seldomLimits.everyMs);
  told.push(seldom.take('a'), seldom.take('a'));
  expect(told).toEqual([0, undefined, undefined, 2, undefined]);
});

test('lets no more through in a minute than its limit, whatever the keys', () => {
  const clock = new VirtualClock(epochMs(0));
  const seldom = new Seldom(clock, 3);
  const passed = (): number =>
    Array.from({ length: 10 }, (_, i) => seldom.pass(`key ${i} ${clock.now()}`)).filter(Boolean).length;
  const counts = [passed(), passed()];
  clock.advance(seldomLimits.everyMs);
  counts.push(passed());
  expect(counts).toEqual([3, 0, 3]);
});
