import { describe, expect, test } from 'vitest';
import type { ServiceFailure } from '../services/failure.ts';
import { knownRefusals } from './refusal-words.core.ts';
import { answerTo, bugAnswer, languageOf } from './words.core.ts';

/** One of every kind; a new kind does not compile without one. */
const failures: { readonly [K in ServiceFailure['kind']]: Extract<ServiceFailure, { kind: K }> } = {
  signInNeeded: { kind: 'signInNeeded' },
  badCredentials: { kind: 'badCredentials' },
  forbidden: { kind: 'forbidden', scope: 'audit:read' },
  crossSite: { kind: 'crossSite', reason: 'origin' },
  notFound: { kind: 'notFound', place: 'deviceId', value: 'x' },
  invalid: { kind: 'invalid', place: 'query.limit', expected: '<= 500' },
  cursor: { kind: 'cursor' },
  tooBroad: { kind: 'tooBroad', limitMs: 1_500 },
  locked: { kind: 'locked', retryAfterS: 1_800 },
  quota: { kind: 'quota', limit: 30, retryAfterS: 3_600 },
  busy: { kind: 'busy', retryAfterS: 2 },
  exists: { kind: 'exists', place: 'name', value: 'li' },
  full: { kind: 'full', limit: 500 },
  setupClosed: { kind: 'setupClosed' },
  setupCode: { kind: 'setupCode' },
  resetCode: { kind: 'resetCode' },
  wrongPassword: { kind: 'wrongPassword' },
  lastAdmin: { kind: 'lastAdmin' },
  sealed: { kind: 'sealed', reason: 'noKey' },
  tooLarge: { kind: 'tooLarge', limitBytes: 65_536 },
  mediaType: { kind: 'mediaType' },
  sheet: { kind: 'sheet', why: 'rows', place: 'body', value: '', expected: '<= 20000' },
  watchDown: { kind: 'watchDown', retryAfterS: 5 },
  refused: { kind: 'refused', why: 'stillBurning' },
  inTheWay: { kind: 'inTheWay', place: 'rows', value: 'pos-1' },
  changedMeanwhile: { kind: 'changedMeanwhile' },
  keyUsed: { kind: 'keyUsed' },
  link: { kind: 'link', why: 'unknown' },
};

describe('every failure', () => {
  const all = [...Object.values(failures).map(answerTo), bugAnswer];
  const more = [answerTo({ kind: 'crossSite', reason: 'header' }), answerTo({ kind: 'sealed', reason: 'damaged' })];
  const links = (['used', 'expired'] as const).map((why) => answerTo({ kind: 'link', why }));
  const sheets = (['columns', 'line', 'cell', 'bomb', 'encoding', 'empty', 'unreadable', 'tooMuch'] as const).map((why) =>
    answerTo({ kind: 'sheet', why, place: '7', value: 'Device', expected: '<= 5' }),
  );
  const refused = ['notOnHold', 'illegalMove'].map((why) => answerTo({ kind: 'refused', why }));

  test('has a status and a sentence of its own in both languages', () => {
    const answers = [...all, ...more, ...links, ...sheets, ...refused];
    expect(answers).toHaveLength(43);
    for (const { status, words } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(words.zh).toMatch(/\p{Script=Han}.*。$/u);
      expect(words.en).toMatch(/^[A-Z][\x20-\x7e]*\.$/);
    }
    expect(new Set(answers.map(({ words }) => words.zh)).size).toBe(43);
    expect(new Set(answers.map(({ words }) => words.en)).size).toBe(43);
  });

  test('a wait is told in seconds up to two minutes, then in minutes', () => {
    const told = (retryAfterS: number): string => answerTo({ kind: 'locked', retryAfterS }).words.en;
    expect([told(1), told(119), told(120), told(1_799)].map((text) => / in (\S+ \S+)\.$/.exec(text)?.[1])).toEqual([
      '1 s',
      '119 s',
      '2 min',
      '30 min',
    ]);
  });
});

describe('the language', () => {
  test.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['*', 'zh'],
    ['fr', 'zh'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.3,zh;q=0.7', 'zh'],
    ['fr,en;q=0.5,zh;q=0.4', 'en'],
    ['en;q=0,zh;q=0.1', 'zh'],
    ['EN-us', 'en'],
    ['q=1;;;,,,en', 'en'],
  ])('of %j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

test('every refusal of the watch has a sentence of its own in both languages', () => {
  expect(knownRefusals.length).toBeGreaterThan(12);
  for (const { zh, en } of knownRefusals) {
    expect(zh).toMatch(/\p{Script=Han}.*。$/u);
    expect(en).toMatch(/^[A-Z][\x20-\x7e]*\.$/);
  }
  expect(new Set(knownRefusals.map(({ en }) => en)).size).toBe(knownRefusals.length);
});
