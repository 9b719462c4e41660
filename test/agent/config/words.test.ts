/** Every broken configuration says what is wrong, where, and what is allowed; nothing else; in both languages. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { langOf } from '../../../packages/agent/src/config/words.ts';
import { Desk } from './desk.ts';

const folder = join(import.meta.dirname, 'cases');
const cases = readdirSync(folder).filter((name) => name.endsWith('.conf'));
const desk = new Desk();
afterAll(() => desk.close());

/** Beside each case: its messages in English, then in Chinese. */
const expected = (name: string): string[] =>
  readFileSync(join(folder, name.replace('.conf', '.txt')), 'utf8')
    .trim()
    .split('\n');

describe('a broken configuration', () => {
  test('comes in 73 kinds', () => expect(cases).toHaveLength(73));

  test.each(cases)('%s', async (name) => {
    const en = await desk.messages(join(folder, name), 'en');
    const zh = await desk.messages(join(folder, name), 'zh');
    expect([...en, ...zh]).toEqual(expected(name));
    expect(en.length).toBeGreaterThan(0);
    expect(zh).toHaveLength(en.length);
    for (const text of [...en, ...zh]) expect(text).not.toMatch(/A{43}|1b1b1b|2c2c2c|top-secret|sesame|passwd|u:p@/);
    for (const text of zh) expect(text).toMatch(/[\u4e00-\u9fff]/);
  });
});

test('the good one has nothing to say', async () => {
  expect(await desk.messages(join(import.meta.dirname, 'good.yaml'), 'en')).toEqual([]);
});

test.each([
  [undefined, 'zh_CN.UTF-8', 'zh'],
  [undefined, 'en_GB.UTF-8', 'en'],
  [undefined, undefined, 'en'],
  ['en', 'zh_CN.UTF-8', 'en'],
  ['zh', 'C', 'zh'],
] as const)('asked for %s under LANG=%s: %s', (asked, environment, lang) => {
  expect(langOf(asked, environment)).toBe(lang);
});
