/** Text that fits: counted in bytes of UTF-8, cut between characters. */
import type { ChannelLimits, ChannelMessage } from './channel.ts';
import { failed, type Refusal } from './failure.core.ts';
import { acknowledgeLabel, openLabel } from './words/words.ts';

const encoder = new TextEncoder();

export const byteLength = (text: string): number => encoder.encode(text).byteLength;

/** At most `bytes` of UTF-8; an ellipsis where something was cut, and never half a character. */
export function cutToBytes(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  const room = bytes - 3;
  if (room < 0) return '';
  let end = 0;
  let used = 0;
  for (const character of text) {
    used += byteLength(character);
    if (used > room) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}

/** On one line, without control characters: what a subject, a header or a title may be. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Line feeds and tabs stay; carriage returns and other control characters go. */
export const plainLines = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();

/** A message over the limits is not sent: whoever made it did not know the channel. */
export function overLimits({ title, text }: ChannelMessage, limits: ChannelLimits): Refusal | null {
  const fits = byteLength(title) <= limits.titleBytes && byteLength(text) <= limits.textBytes;
  return fits ? null : failed({ kind: 'tooLarge', detail: 'tooLong' });
}

export interface LinkLine {
  readonly label: string;
  readonly url: string;
}

/** The links of a message, the one to acknowledge last: nearest to the thumb. */
export const linksOf = ({ link, acknowledgeLink }: ChannelMessage): readonly LinkLine[] => [
  ...(link === null ? [] : [{ label: openLabel, url: link }]),
  ...(acknowledgeLink === null ? [] : [{ label: acknowledgeLabel, url: acknowledgeLink }]),
];

/** Title, text and tail within a size: the text gives way, the links never do. */
export function within(bytes: number, parts: { readonly head: string; readonly text: string; readonly tail: string }): string {
  const { head, text, tail } = parts;
  return `${head}${cutToBytes(text, bytes - byteLength(head) - byteLength(tail))}${tail}`;
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
