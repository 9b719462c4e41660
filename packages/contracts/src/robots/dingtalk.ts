import { type Result, utf8Length } from '@cardwatch/kernel';
import { judgeRobot, robotAnswer, type RobotRefusal } from './answer.ts';
import type { RobotAt, RobotMessage, RobotPost } from './robot.ts';
import { oneLine, plainLines, within, withoutMarks, withoutTags } from './text.ts';
import { dingtalkBytes, dingtalkCodes } from './dingtalk-codes.ts';

export { dingtalkPace } from './dingtalk-codes.ts';
/** A card has buttons. */
export type DingtalkStyle = 'card' | 'markdown' | 'text';

/** JSON may spell each byte as two, and title, buttons and braces need room as well. */
const roomBytes = 8_500;

/** The JSON to post; null when it is longer than DingTalk takes. */
export function dingtalkBody(message: RobotMessage, style: DingtalkStyle): string | null {
  const body = JSON.stringify(bodyOf(message, style));
  return utf8Length(body) > dingtalkBytes ? null : body;
}

function bodyOf(message: RobotMessage, style: DingtalkStyle): object {
  const title = withoutTags(oneLine(message.title));
  const { links } = message;
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

const textOf = (message: RobotMessage, title: string): string =>
  within(roomBytes, {
    head: `${title}\n`,
    text: withoutTags(plainLines(message.text)),
    tail: message.links.map(({ label, url }) => `\n${label}: ${url}`).join(''),
  });

/** Two line feeds make a line of their own in DingTalk's markdown. */
const markdownOf = (message: RobotMessage, title: string, withLinks: boolean): string =>
  within(roomBytes, {
    head: `### ${withoutMarks(title)}\n\n`,
    text: withoutMarks(plainLines(message.text)).replace(/\n+/g, '\n\n'),
    tail: withLinks ? message.links.map(({ label, url }) => `\n\n[${label}](${url})`).join('') : '',
  });

export interface DingtalkRobot {
  readonly url: string;
  readonly token: string;
  /** Null: the robot is guarded by its address list. */
  readonly sign: string | null;
  readonly style: DingtalkStyle;
}

/**
 * Null when it is longer than DingTalk takes. 加签: HMAC-SHA-256 keyed with the secret over `timestamp LF secret`, in base64; the timestamp in
 * milliseconds, both as query parameters.
 */
export function dingtalkPost(
  { url, token, sign, style }: DingtalkRobot,
  message: RobotMessage,
  { now, hmac }: RobotAt,
): RobotPost | null {
  const body = dingtalkBody(message, style);
  if (body === null) return null;
  const target = new URL(url);
  target.searchParams.set('access_token', token);
  if (sign !== null) {
    target.searchParams.set('timestamp', String(now));
    target.searchParams.set('sign', hmac(sign, `${now}\n${sign}`));
  }
  return { url: target.href, body };
}

export const dingtalkVerdict = (text: string): Result<null, RobotRefusal> =>
  judgeRobot(robotAnswer(text, ['errcode'], ['errmsg']), dingtalkCodes);
