/** Text that fits a channel: on lines, without marks and tags, within bytes. */
import { cutUtf8, utf8Length } from '@cardwatch/kernel';

/** On one line, without control characters: what a subject, a header or a title may be. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Line feeds and tabs stay; carriage returns and other control characters go. */
export const plainLines = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();

/** Title, text and tail within a size: the text gives way, the links never do. */
export function within(bytes: number, parts: { readonly head: string; readonly text: string; readonly tail: string }): string {
  const { head, text, tail } = parts;
  return `${head}${cutUtf8(text, bytes - utf8Length(head) - utf8Length(tail))}${tail}`;
}

const marks: Readonly<Record<string, string>> = {
  '<': '＜',
  '>': '＞',
  '[': '［',
  ']': '］',
  '`': '｀',
  '*': '＊',
  _: '＿',
  '!': '！',
  '\\': '＼',
  '|': '｜',
  '~': '～',
  '@': '＠',
};

/** Text from outside as it may stand in a robot's markdown: no link, mention, picture or heading comes out of it. */
export const withoutMarks = (text: string): string =>
  text.replace(/[<>[\]`*_!\\|~@]/g, (mark) => marks[mark] ?? '').replace(/^(\s*)([#>+=-])/gm, '$1 $2');

/** Text from outside as it may stand in a robot's plain text, where `<@all>` and `<at …>` would call everybody. */
export const withoutTags = (text: string): string => text.replaceAll('<', '＜').replaceAll('>', '＞');
