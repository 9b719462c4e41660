import { epochMs, ok, VirtualClock } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { ActDone } from '../../core/watch/act.core.ts';
import type { WatchDesk } from '../watch-desk.ts';
import { countedOnce, countLimits } from './counted-once.ts';

function open() {
  const clock = new VirtualClock(epochMs(0));
  let counted = 0;
  let breaks = false;
  const watch = {
    countAlarms: async () => {
      counted += 1;
      if (breaks) throw new Error('disk');
      return counted;
    },
    alarmFacets: async () => ({ level: [{ value: '1', count: ++counted }] }),
    act: async () => ok({} as ActDone),
  } as unknown as WatchDesk;
  return { clock, ...countedOnce(watch, clock), counted: () => counted, setBreaks: (is: boolean) => void (breaks = is) };
}

test('fifty who ask the same are answered by one count, each other filter by its own', async () => {
  const { watch, counted } = open();
  const answers = await Promise.all(Array.from({ length: 50 }, () => watch.countAlarms({ open: true })));
  expect([new Set(answers).size, counted()]).toEqual([1, 1]);
  await watch.countAlarms({ open: true, areas: ['main'] });
  await watch.alarmFacets({ open: true });
  await watch.alarmFacets({ open: true });
  expect(counted()).toBe(3);
});

test.each<[string, (seen: ReturnType<typeof open>) => unknown]>([
  ['an alarm changed', ({ changed }) => changed()],
  ['an act was done', ({ watch }) => watch.act({} as Parameters<WatchDesk['act']>[0])],
  ['its time is over', ({ clock }) => clock.advance(countLimits.keepMs)],
])('it is counted again after %s', async (_what, happens) => {
  const seen = open();
  await seen.watch.countAlarms({ open: true });
  await happens(seen);
  expect(await seen.watch.countAlarms({ open: true })).toBe(2);
});

test('it is not counted again before its time is over', async () => {
  const { watch, clock, counted } = open();
  await watch.countAlarms({ open: true });
  clock.advance(countLimits.keepMs - 1);
  await watch.countAlarms({ open: true });
  expect(counted()).toBe(1);
});

test('what was asked before a change is not kept after it', async () => {
  const { watch, changed } = open();
  const before = watch.countAlarms({ open: true });
  changed();
  expect([await before, await watch.countAlarms({ open: true })]).toEqual([1, 2]);
});

test('a question that failed is asked again', async () => {
  const { watch, setBreaks } = open();
  setBreaks(true);
  await expect(watch.countAlarms({ open: true })).rejects.toThrow('disk');
  setBreaks(false);
  expect(await watch.countAlarms({ open: true })).toBe(2);
});

test.each([
  ['as many filters as fit', countLimits.filters, 0],
  ['one more', countLimits.filters + 1, 1],
])('%s: counted again %i, %i', async (_what, filters, again) => {
  const { watch, counted } = open();
  for (let n = 0; n < filters; n++) await watch.countAlarms({ from: n });
  const before = counted();
  await watch.countAlarms({ from: 0 });
  expect(counted() - before).toBe(again);
});
