import { epochMs, VirtualClock } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { Presence, presenceLimits } from './presence.ts';

test('somebody is there until five minutes have passed without a sign of life, and again with the next one', () => {
  const clock = new VirtualClock(epochMs(1_000_000));
  const presence = new Presence(clock);
  let changes = 0;
  presence.watch(() => {
    changes++;
  });
  clock.advance(presenceLimits.awayMs - 1);
  presence.seen();
  clock.advance(presenceLimits.awayMs - presenceLimits.tickMs);
  expect([presence.isThere(), changes]).toEqual([true, 0]);
  clock.advance(2 * presenceLimits.tickMs);
  expect([presence.isThere(), changes]).toEqual([false, 1]);
  presence.seen();
  expect([presence.isThere(), changes]).toEqual([true, 2]);
});
