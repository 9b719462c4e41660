import { epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { businessTimeOf } from './business-time.core.ts';
import type { AreaType } from './place.core.ts';

/** Monday 2026-11-23 00:00 in Shanghai. */
const midnight = 1_795_363_200_000;
const at = (clock: string) => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return epochMs(midnight + hours * hourMs + minutes * minuteMs);
};

test.each<readonly [AreaType | null, string, boolean, string | null, number]>([
  // area, time, open, peak, minutes until the next peak
  ['canteen', '00:00', false, null, 390],
  ['canteen', '06:29', false, null, 1],
  ['canteen', '06:30', true, 'breakfast', 0],
  ['canteen', '08:59', true, 'breakfast', 0],
  ['canteen', '09:00', false, null, 90],
  ['canteen', '10:30', true, 'lunch', 0],
  ['canteen', '13:30', false, null, 180],
  ['canteen', '16:30', true, 'dinner', 0],
  ['canteen', '19:30', false, null, 60],
  ['canteen', '21:00', true, 'night', 0],
  ['canteen', '22:30', false, null, 480],
  ['dorm', '03:00', true, null, 18 * 60 + 30],
  ['dorm', '22:50', true, 'curfew', 0],
  ['gate', '23:30', true, null, 22 * 60],
  ['bathhouse', '16:59', false, null, 1],
  ['bathhouse', '17:00', true, 'shower', 0],
  ['bathhouse', '23:00', false, null, 18 * 60],
  ['shop', '12:00', true, null, 24 * 60],
  ['shop', '23:00', false, null, 24 * 60],
  ['library', '06:00', false, null, 24 * 60],
  ['office', '09:00', true, null, 24 * 60],
  ['other', '03:00', true, null, 24 * 60],
  [null, '03:00', true, null, 24 * 60],
])('%s at %s', (area, clock, open, peak, minutes) => {
  expect(businessTimeOf(area, at(clock))).toEqual({ open, peak, untilPeakMs: minutes * minuteMs });
});
