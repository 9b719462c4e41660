import { expect, test } from 'vitest';
import { isWithin } from './area.core.ts';

test.each([
  [null, 'main', 'main/canteen-1/hall', true],
  [null, null, null, true],
  [['main'], 'main', 'main/canteen-1/hall', true],
  [['main'], 'main', null, true],
  [['main/canteen-1'], 'main', 'main/canteen-1/hall', true],
  [['main/canteen-1/hall'], 'main', 'main/canteen-1/hall', true],
  [['yibin', 'main/canteen-1'], 'main', 'main/canteen-1/hall', true],
  [['main/canteen'], 'main', 'main/canteen-1/hall', false],
  [['main/canteen-1'], 'main', null, false],
  [['yibin'], 'main', 'main/canteen-1/hall', false],
  [['main'], null, null, false],
])('%j, at %s %s: %s', (areas, campus, area, expected) => {
  expect(isWithin(areas, { campus, area })).toBe(expected);
});
