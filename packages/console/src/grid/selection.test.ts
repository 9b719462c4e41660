import { describe, expect, test } from 'vitest';
import { allToggled, nothingSelected, ranged, toggled } from './selection.core.ts';

const order = ['a', 'b', 'c', 'd', 'e'];

describe('marking rows', () => {
  test('one by one, there and back', () => {
    const marked = toggled(toggled(nothingSelected, 'b'), 'd');
    expect([...marked.keys]).toEqual(['b', 'd']);
    expect([...toggled(marked, 'b').keys]).toEqual(['d']);
  });

  test('from the last marked one to another, upwards as well', () => {
    expect([...ranged(toggled(nothingSelected, 'd'), order, 'b').keys].sort()).toEqual(['b', 'c', 'd']);
    expect([...ranged(nothingSelected, order, 'b').keys]).toEqual(['b']);
    expect([...ranged(toggled(nothingSelected, 'gone'), order, 'b').keys].sort()).toEqual(['b', 'gone']);
  });

  test('all, and none again', () => {
    const all = allToggled(toggled(nothingSelected, 'c'), order);
    expect(all.keys.size).toBe(5);
    expect(allToggled(all, order).keys.size).toBe(0);
  });
});
