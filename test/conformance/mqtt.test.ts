import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimed } from './cases.ts';
import { refused } from './refused.ts';
import { hasMosquitto, startMosquitto, startOurs, type Target } from './targets.ts';

let ours: Target;
let mosquitto: Target | undefined;
beforeAll(async () => {
  ours = await startOurs();
  mosquitto = hasMosquitto ? await startMosquitto() : undefined;
});
afterAll(async () => {
  await ours.close();
  await mosquitto?.close();
});

const control = (): Target => {
  if (mosquitto === undefined) throw new Error('Mosquitto is not installed');
  return mosquitto;
};

test('there are so many cases', () => {
  expect([claimed.length, refused.length]).toEqual([40, 17]);
});

describe('claimed', () => {
  test.each(claimed.map((one) => [one.clause, one.what, one] as const))('%s: %s', (_clause, _what, one) => one.play(ours));
});

describe('not claimed, and refused', () => {
  test.each(refused.map((one) => [one.clause, one.what, one] as const))('%s: %s', (_clause, _what, one) => one.ours(ours));
});

describe.skipIf(!hasMosquitto)('the cases themselves, against Mosquitto (skipped where it is not installed)', () => {
  const tried = claimed.filter(({ stricter }) => stricter !== true);
  test.each(tried.map((one) => [one.clause, one.what, one] as const))('%s: %s', (_clause, _what, one) => one.play(control()));
  test.each(refused.map((one) => [one.clause, one.what, one] as const))('%s: %s', (_clause, _what, one) =>
    one.control(control()),
  );
});
