import type { ChannelMessage } from '../channel.ts';
import { utf8Length } from '../../core/notify/utf8.core.ts';
import { linksOf, oneLine, plainLines, within, withoutMarks, withoutTags } from '../text.core.ts';
import { wecomBytes } from './codes.core.ts';

export type WecomBody =
  | { readonly msgtype: 'markdown'; readonly markdown: { readonly content: string } }
  | { readonly msgtype: 'text'; readonly text: { readonly content: string } };

/** Of the three colours that WeCom has, orange warns and green is all clear. */
const colourOf = ({ level, cleared }: ChannelMessage): string => (cleared ? 'info' : level === 3 ? 'comment' : 'warning');

/** Null when title and links alone are longer than WeCom takes. */
export function wecomBody(message: ChannelMessage, style: 'markdown' | 'text'): WecomBody | null {
  const content = style === 'markdown' ? markdownOf(message) : textOf(message);
  if (utf8Length(content) > wecomBytes[style]) return null;
  return style === 'markdown' ? { msgtype: 'markdown', markdown: { content } } : { msgtype: 'text', text: { content } };
}

function markdownOf(message: ChannelMessage): string {
  const title = withoutMarks(oneLine(message.title));
  const links = linksOf(message).map(({ label, url }) => `[${label}](${url})`);
  return within(wecomBytes.markdown, {
    head: `**<font color="${colourOf(message)}">${title}</font>**\n`,
    text: withoutMarks(plainLines(message.text)),
    tail: links.length === 0 ? '' : `\n${links.join('　')}`,
  });
}

const textOf = (message: ChannelMessage): string =>
  within(wecomBytes.text, {
    head: `${withoutTags(oneLine(message.title))}\n`,
    text: withoutTags(plainLines(message.text)),
    tail: linksOf(message)
      .map(({ label, url }) => `\n${label}: ${url}`)
      .join(''),
  });
