/** Whatever stands in a message that is within a channel's limits, its body is within the vendor's, and the links are in it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutUtf8, utf8Length } from '@cardwatch/kernel';
import { dingtalkBody } from './dingtalk.ts';
import { dingtalkBytes } from './dingtalk-codes.ts';
import { feishuBody } from './feishu.ts';
import { feishuBytes } from './feishu-codes.ts';
import type { RobotMessage } from './robot.ts';
import { wecomBody } from './wecom.ts';
import { wecomBytes } from './wecom-codes.ts';

const link = `https://watch.example.edu.cn/alarms/${'1'.repeat(60)}`;
const acknowledgeLink = `https://watch.example.edu.cn/a/${'b'.repeat(120)}`;
const nasty = fc.constantFrom(
  '"',
  '\\',
  '\n',
  'a\n',
  '\t',
  '<',
  '>',
  '[',
  ']',
  '@',
  '#',
  '\n# ',
  '一',
  '😀',
  '\ud800',
  '\u0001',
  'a',
  ' ',
  '&',
);

const parts = fc.array(nasty, { minLength: 1, maxLength: 4 });

/** As long as the limit allows, of few different parts: what grows most in spelling is then all there is. */
function filled(few: readonly string[], bytes: number): string {
  const part = few.join('');
  return cutUtf8(part.repeat(Math.ceil(bytes / utf8Length(part)) + 1), bytes);
}

const messageOf = (title: string, text: string): RobotMessage => ({
  title,
  text,
  level: 1,
  cleared: false,
  links: [
    { label: 'View', url: link },
    { label: 'Acknowledge', url: acknowledgeLink },
  ],
});

const proof = { timestamp: '1795406820', sign: 'a'.repeat(44) };

describe('a body', () => {
  test.each([
    ['markdown', 256, 2_600],
    ['text', 200, 1_000],
  ] as const)('of WeCom, %s', (style, titleBytes, textBytes) => {
    fc.assert(
      fc.property(parts, parts, (title, text) => {
        const body = wecomBody(messageOf(filled(title, titleBytes), filled(text, textBytes)), style);
        const content = body === null ? '' : body.msgtype === 'text' ? body.text.content : body.markdown.content;
        expect(utf8Length(content)).toBeLessThanOrEqual(wecomBytes[style]);
        expect(content).toContain(acknowledgeLink);
        expect(content).toContain(link);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['card', 'markdown', 'text'] as const)('of DingTalk, %s', (style) => {
    fc.assert(
      fc.property(parts, parts, (title, text) => {
        const body = dingtalkBody(messageOf(filled(title, 256), filled(text, 8_000)), style) ?? '';
        expect(body).toContain(acknowledgeLink);
        expect(body).toContain(link);
        expect(utf8Length(body)).toBeLessThanOrEqual(dingtalkBytes);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['card', 'text'] as const)('of Feishu, %s', (style) => {
    fc.assert(
      fc.property(parts, parts, (title, text) => {
        const body = feishuBody(messageOf(filled(title, 256), filled(text, 8_000)), style, proof) ?? '';
        expect(body).toContain(acknowledgeLink);
        expect(body).toContain(link);
        expect(utf8Length(body)).toBeLessThanOrEqual(feishuBytes);
      }),
      { numRuns: 500 },
    );
  });

  test('is none when the links alone are too long', () => {
    const long = { ...messageOf('title', 'text'), links: [{ label: 'View', url: `https://x.example/${'a'.repeat(20_000)}` }] };
    expect([wecomBody(long, 'markdown'), dingtalkBody(long, 'card'), feishuBody(long, 'card', proof)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
