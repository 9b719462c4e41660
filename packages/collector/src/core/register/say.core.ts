import type { RowError } from './row-error.core.ts';
import { registerWordsEn } from './words-en.core.ts';
import { registerWordsZh } from './words-zh.core.ts';

/** One line for people. */
export function sayRowError({ code, value, right }: RowError, language: 'zh' | 'en'): string {
  const words = language === 'zh' ? registerWordsZh : registerWordsEn;
  return words[code].replaceAll('{value}', () => value).replaceAll('{right}', () => (right === '' ? '-' : right));
}
