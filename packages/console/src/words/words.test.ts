import { describe, expect, test } from 'vitest';
import { en as english } from './en.ts';
import { learn, sayIn, sayOr } from './say.ts';
import { zh as chinese } from './zh.ts';

await learn('en');

const placeholders = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\{([a-zA-Z]+)/g)].map((match) => match[1] ?? ''))].sort();
const zh: Readonly<Record<string, string>> = chinese;
const en: Readonly<Record<string, string>> = english;

describe('the dictionaries', () => {
  test('have the same keys, and enough of them', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    expect(Object.keys(zh).length).toBeGreaterThan(250);
  });

  test('have no empty message', () => {
    const empty = [...Object.entries(zh), ...Object.entries(en)].filter(([, text]) => text.trim() === '').map(([key]) => key);
    expect(empty).toEqual([]);
  });

  test('name the same values in both languages', () => {
    const differing = Object.keys(zh).filter((key) => placeholders(zh[key] ?? '').join() !== placeholders(en[key] ?? '').join());
    expect(differing).toEqual([]);
  });

  test('say neither 请稍候 nor anything with an exclamation mark', () => {
    const loud = [...Object.entries(zh), ...Object.entries(en)]
      .filter(([, text]) => /请稍候|[!！]/.test(text))
      .map(([key]) => key);
    expect(loud).toEqual([]);
  });

  test('leave no Chinese in the English and translate every sentence', () => {
    expect(Object.keys(en).filter((key) => /[\u4e00-\u9fff]/.test(en[key] ?? ''))).toEqual([]);
  });
});

describe('saying', () => {
  test('fills values in and chooses the English number', () => {
    expect(sayIn('zh')('overview.devices', { n: 1 })).toBe('1 台');
    expect(sayIn('en')('overview.devices', { n: 1 })).toBe('1 device');
    expect(sayIn('en')('overview.devices', { n: '1,234' })).toBe('1,234 devices');
  });

  test('falls back to the outside word when nobody wrote one', () => {
    expect(sayOr('zh', 'point.flow', 'flow')).toBe('流量');
    expect(sayOr('zh', 'point.somethingNew', 'somethingNew')).toBe('somethingNew');
  });
});
