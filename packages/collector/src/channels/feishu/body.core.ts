import type { ChannelMessage } from '../channel.ts';
import { utf8Length } from '../../core/notify/utf8.core.ts';
import { linksOf, oneLine, plainLines, within, withoutTags } from '../text.core.ts';
import { feishuBytes } from './codes.core.ts';

export interface FeishuProof {
  readonly timestamp: string;
  readonly sign: string;
}

/** JSON may spell each byte as two, and title, buttons and braces need room as well. */
const roomBytes = 8_500;

const templateOf = ({ level, cleared }: ChannelMessage): string =>
  cleared ? 'green' : (['red', 'orange', 'yellow'][level - 1] ?? 'yellow');

/** The JSON to post; null when it is longer than Feishu takes. */
export function feishuBody(message: ChannelMessage, style: 'card' | 'text', proof: FeishuProof | null): string | null {
  const body = JSON.stringify({ ...proof, ...(style === 'card' ? cardOf(message) : textOf(message)) });
  return utf8Length(body) > feishuBytes ? null : body;
}

const textOf = (message: ChannelMessage): object => ({
  msg_type: 'text',
  content: {
    text: within(roomBytes, {
      head: `${withoutTags(oneLine(message.title))}\n`,
      text: withoutTags(plainLines(message.text)),
      tail: linksOf(message)
        .map(({ label, url }) => `\n${label}: ${url}`)
        .join(''),
    }),
  },
});

/** All texts are `plain_text`: nothing in them is markdown. */
function cardOf(message: ChannelMessage): object {
  const plain = (content: string): object => ({ tag: 'plain_text', content });
  const buttons = linksOf(message).map(({ label, url }, index, all) => ({
    tag: 'button',
    text: plain(label),
    type: index === all.length - 1 ? 'primary' : 'default',
    url,
  }));
  const text = within(roomBytes, { head: '', text: plainLines(message.text), tail: '' });
  return {
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: { template: templateOf(message), title: plain(oneLine(message.title)) },
      elements: [{ tag: 'div', text: plain(text) }, ...(buttons.length === 0 ? [] : [{ tag: 'action', actions: buttons }])],
    },
  };
}
