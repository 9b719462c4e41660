import { expect, test } from 'vitest';
import { describeLineUtilisation, measureLineUtilisation } from '../bench/line-utilisation.ts';

test('healthy slaves at 9600 baud: the line is used to at least 90 % of what the byte times allow', { retry: 2 }, async () => {
  const measured = await measureLineUtilisation({ forMs: 4_000, devices: 4 });
  expect(measured.tooEarly, describeLineUtilisation(measured)).toBe(0);
  expect(measured.timeouts).toBe(0);
  expect(measured.ofAllowedPct, describeLineUtilisation(measured)).toBeGreaterThanOrEqual(90);
});
