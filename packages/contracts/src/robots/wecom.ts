import { type Result, utf8Length } from '@cardwatch/kernel';
import { judgeRobot, robotAnswer, type RobotRefusal } from './answer.ts';
import type { RobotMessage, RobotPost } from './robot.ts';
import { oneLine, plainLines, within, withoutMarks, withoutTags } from './text.ts';
import { wecomBytes, wecomCodes } from './wecom-codes.ts';

export { wecomPace } from './wecom-codes.ts';
export type WecomStyle = 'markdown' | 'text';

export type WecomBody =
  | { readonly msgtype: 'markdown'; readonly markdown: { readonly content: string } }
  | { readonly msgtype: 'text'; readonly text: { readonly content: string } };

/** Of the three colours that WeCom has, orange warns and green is all clear. */
const colourOf = ({ level, cleared }: RobotMessage): string => (cleared ? 'info' : level === 3 ? 'comment' : 'warning');

/** Null when title and links alone are longer than WeCom takes. */
export function wecomBody(message: RobotMessage, style: WecomStyle): WecomBody | null {
  const content = style === 'markdown' ? markdownOf(message) : textOf(message);
  if (utf8Length(content) > wecomBytes[style]) return null;
  return style === 'markdown' ? { msgtype: 'markdown', markdown: { content } } : { msgtype: 'text', text: { content } };
}

function markdownOf(message: RobotMessage): string {
  const title = withoutMarks(oneLine(message.title));
  const links = message.links.map(({ label, url }) => `[${label}](${url})`);
  return within(wecomBytes.markdown, {
    head: `**<font color="${colourOf(message)}">${title}</font>**\n`,
    text: withoutMarks(plainLines(message.text)),
    tail: links.length === 0 ? '' : `\n${links.join('　')}`,
  });
}

const textOf = (message: RobotMessage): string =>
  within(wecomBytes.text, {
    head: `${withoutTags(oneLine(message.title))}\n`,
    text: withoutTags(plainLines(message.text)),
    tail: message.links.map(({ label, url }) => `\n${label}: ${url}`).join(''),
  });

export interface WecomRobot {
  readonly url: string;
  readonly key: string;
  readonly style: WecomStyle;
}

/** Null when title and links alone are longer than WeCom takes. */
export function wecomPost({ url, key, style }: WecomRobot, message: RobotMessage): RobotPost | null {
  const body = wecomBody(message, style);
  if (body === null) return null;
  const target = new URL(url);
  target.searchParams.set('key', key);
  return { url: target.href, body: JSON.stringify(body) };
}

export const wecomVerdict = (text: string): Result<null, RobotRefusal> =>
  judgeRobot(robotAnswer(text, ['errcode'], ['errmsg']), wecomCodes);
