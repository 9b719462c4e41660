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
