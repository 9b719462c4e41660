import { type Result, utf8Length } from '@cardwatch/kernel';
import { judgeRobot, robotAnswer, type RobotRefusal } from './answer.ts';
import type { RobotAt, RobotMessage, RobotPost } from './robot.ts';
import { oneLine, plainLines, within, withoutTags } from './text.ts';
import { feishuBytes, feishuCodes } from './feishu-codes.ts';

export { feishuPace } from './feishu-codes.ts';
/** A card has buttons and a colour. */
export type FeishuStyle = 'card' | 'text';

export interface FeishuProof {
  readonly timestamp: string;
  readonly sign: string;
}

/** JSON may spell each byte as two, and title, buttons and braces need room as well. */
const roomBytes = 8_500;

const templateOf = ({ level, cleared }: RobotMessage): string =>
  cleared ? 'green' : (['red', 'orange', 'yellow'][level - 1] ?? 'yellow');

/** The JSON to post; null when it is longer than Feishu takes. */
export function feishuBody(message: RobotMessage, style: FeishuStyle, proof: FeishuProof | null): string | null {
  const body = JSON.stringify({ ...proof, ...(style === 'card' ? cardOf(message) : textOf(message)) });
  return utf8Length(body) > feishuBytes ? null : body;
}

const textOf = (message: RobotMessage): object => ({
  msg_type: 'text',
  content: {
    text: within(roomBytes, {
      head: `${withoutTags(oneLine(message.title))}\n`,
      text: withoutTags(plainLines(message.text)),
      tail: message.links.map(({ label, url }) => `\n${label}: ${url}`).join(''),
    }),
  },
});

/** All texts are `plain_text`: nothing in them is markdown. */
function cardOf(message: RobotMessage): object {
  const plain = (content: string): object => ({ tag: 'plain_text', content });
  const buttons = message.links.map(({ label, url }, index, all) => ({
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

export interface FeishuRobot {
  readonly url: string;
  readonly token: string;
  readonly sign: string | null;
  readonly style: FeishuStyle;
}

/**
 * Null when it is longer than Feishu takes. 签名校验: HMAC-SHA-256 of nothing, keyed with `timestamp LF secret`, in base64; the timestamp in seconds, both
 * in the body.
 */
export function feishuPost(
  { url, token, sign, style }: FeishuRobot,
  message: RobotMessage,
  { now, hmac }: RobotAt,
): RobotPost | null {
  const timestamp = String(Math.floor(now / 1_000));
  const proof = sign === null ? null : { timestamp, sign: hmac(`${timestamp}\n${sign}`, '') };
  const body = feishuBody(message, style, proof);
  return body === null ? null : { url: `${url}/${encodeURIComponent(token)}`, body };
}

export const feishuVerdict = (text: string): Result<null, RobotRefusal> =>
  judgeRobot(robotAnswer(text, ['code', 'StatusCode'], ['msg', 'StatusMessage']), feishuCodes);
