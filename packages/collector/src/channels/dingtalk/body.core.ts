import type { ChannelMessage } from '../channel.ts';
import { utf8Length } from '../../core/notify/utf8.core.ts';
import { linksOf, oneLine, plainLines, within, withoutMarks, withoutTags } from '../text.core.ts';
import { dingtalkBytes } from './codes.core.ts';
import type { DingtalkSettings } from './settings.ts';

/** JSON may spell each byte as two, and title, buttons and braces need room as well. */
const roomBytes = 8_500;

/** The JSON to post; null when it is longer than DingTalk takes. */
export function dingtalkBody(message: ChannelMessage, style: DingtalkSettings['style']): string | null {
  const body = JSON.stringify(bodyOf(message, style));
  return utf8Length(body) > dingtalkBytes ? null : body;
}

function bodyOf(message: ChannelMessage, style: DingtalkSettings['style']): object {
  const title = withoutTags(oneLine(message.title));
  const links = linksOf(message);
  switch (style) {
    case 'text':
      return { msgtype: 'text', text: { content: textOf(message, title) } };
    case 'markdown':
      return { msgtype: 'markdown', markdown: { title, text: markdownOf(message, title, true) } };
    default:
      // A card without a button is not taken.
      return links.length === 0
        ? { msgtype: 'markdown', markdown: { title, text: markdownOf(message, title, true) } }
        : {
            msgtype: 'actionCard',
            actionCard: {
              title,
              text: markdownOf(message, title, false),
              btnOrientation: '0',
              btns: links.map(({ label, url }) => ({ title: label, actionURL: url })),
            },
          };
  }
}

const textOf = (message: ChannelMessage, title: string): string =>
  within(roomBytes, {
    head: `${title}\n`,
    text: withoutTags(plainLines(message.text)),
    tail: linksOf(message)
      .map(({ label, url }) => `\n${label}: ${url}`)
      .join(''),
  });

/** Two line feeds make a line of their own in DingTalk's markdown. */
const markdownOf = (message: ChannelMessage, title: string, withLinks: boolean): string =>
  within(roomBytes, {
    head: `### ${withoutMarks(title)}\n\n`,
    text: withoutMarks(plainLines(message.text)).replace(/\n+/g, '\n\n'),
    tail: withLinks
      ? linksOf(message)
          .map(({ label, url }) => `\n\n[${label}](${url})`)
          .join('')
      : '',
  });
