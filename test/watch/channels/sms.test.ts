import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../packages/collector/src/channels/channel.ts';
import { openChannel } from '../../../packages/collector/src/channels/registry.ts';
import { SmsSettings } from '../../../packages/collector/src/channels/sms/settings.ts';
import { answerJson, type Heard, type Listening, listen } from '../servers/http.ts';
import { type SmsServer, smsGatewayLimits, startSmsServer } from '../servers/sms.ts';
import { canary, failureOf, inShort, messageOf, patience, portsOf, send } from './bench.ts';

let now = Date.UTC(2026, 10, 23, 4, 7);
const secrets = { 'sms.token': `${canary}-token`, 'sms.user': `${canary} user&x=1` };
const phone = '13800138000';
let server: SmsServer;
let channel: Channel;

const template = (url: string) => ({
  url,
  headers: { Authorization: 'Bearer {secret.token}' },
  body: '{"to":"{phone}","text":"{text}","ref":"{id}"}',
  secrets: { token: 'sms.token' },
  success: { codePath: 'code', codes: ['0'], idPath: 'data.msgid' },
  failures: { '1001': 'unauthorised', '1003': 'rateLimited', '1004': 'tooLarge' },
});

beforeAll(async () => {
  server = await startSmsServer(secrets['sms.token'], () => now);
  channel = await openChannel('sms', SmsSettings.parse(template(server.url)), portsOf({ secrets, now: () => now }));
});
afterAll(() => server.close());
beforeEach(() => {
  now += 3_600_000;
  server.fail(null);
});

describe('a gateway with JSON', () => {
  test('gets number, text and id, whatever stands in the text', async () => {
    const text = '一食堂 "网络" 中断 \\ {phone} 12 台\n第二行';
    expect(inShort(await send(channel, { address: phone, text }))).toBe('sent');
    const { title, noticeId, acknowledgeLink } = messageOf();
    const { at: _at, ...got } = server.received.at(-1) ?? { at: 0 };
    expect(got).toEqual({ to: phone, text: `${title}\n${text}\n${acknowledgeLink ?? ''}`, ref: noticeId });
  });

  test.each([
    ['+8613800138000', 'sent'],
    ['12345678', 'refused 1002'],
    ['13800138000,13900139000', 'refused'],
    ['138 0013 8000', 'refused'],
    ['"}', 'refused'],
    ['', 'refused'],
  ])('to %s: %s', async (address, expected) => {
    expect(inShort(await send(channel, { address }))).toBe(expected);
  });

  test('the gateway counts the minute, and its code is understood', async () => {
    for (let count = 0; count < smsGatewayLimits.perMinute; count++)
      expect(inShort(await send(channel, { address: phone }))).toBe('sent');
    expect(inShort(await send(channel, { address: phone }))).toBe('rateLimited 1003');
    expect(channel.limits.perMinute).toBe(smsGatewayLimits.perMinute);
  });

  test.each([
    ['{"code":"1001"}', 'unauthorised 1001'],
    ['{"code":"1004"}', 'tooLarge 1004'],
    ['{"code":"9999"}', 'refused 9999'],
    ['{"code":0,"data":{}}', 'sent'],
    ['{"data":{}}', 'serverError'],
    ['sign in', 'serverError'],
  ])('an answer %s: %s', async (body, expected) => {
    server.fail({ kind: 'body', body });
    expect(inShort(await send(channel, { address: phone }))).toBe(expected);
  });

  test('a status that is not success, a cut, a silence', async () => {
    const seen: string[] = [];
    for (const fault of [
      { kind: 'status', status: 502 },
      { kind: 'status', status: 429 },
      { kind: 'cut' },
      { kind: 'silent' },
    ] as const) {
      server.fail(fault);
      seen.push(inShort(await send(channel, { address: phone }, patience(fault))));
    }
    expect(seen).toEqual(['serverError 502', 'rateLimited 429', 'timeout ECONNRESET', 'timeout']);
  });

  test('holds its limit to the byte', async () => {
    expect(inShort(await send(channel, { address: phone, text: '1'.repeat(300) }))).toBe('sent');
    expect(failureOf(await send(channel, { address: phone, text: '1'.repeat(601) })).kind).toBe('tooLarge');
  });
});

describe('a gateway of the old kind', () => {
  let heard: Heard | undefined;
  let old: Listening;
  let answer = 'OK,12345';

  beforeAll(async () => {
    old = await listen((each, response) => {
      heard = each;
      if (answer.startsWith('{')) answerJson(response, JSON.parse(answer));
      else response.end(answer);
    });
  });
  afterAll(() => old.close());

  test('by GET, all in the address, percent-encoded', async () => {
    const settings = SmsSettings.parse({
      url: `${old.origin}/send?u={secret.user}&m={phone}&c={text}&n={id}`,
      method: 'GET',
      secrets: { user: 'sms.user' },
      success: { pattern: '^OK,\\d+$' },
    });
    const gateway = await openChannel('sms', settings, portsOf({ secrets }));
    expect(
      inShort(await send(gateway, { address: phone, title: 'a&b', text: '一 100%', acknowledgeLink: null, link: null })),
    ).toBe('sent');
    const seen = Object.fromEntries(heard?.url.searchParams ?? []);
    expect(seen).toEqual({ u: secrets['sms.user'], m: phone, c: 'a&b\n一 100%', n: messageOf().noticeId });
    answer = 'ERR,7';
    expect(inShort(await send(gateway, { address: phone }))).toBe('refused');
  });

  test('by a form', async () => {
    answer = 'OK,1';
    const settings = SmsSettings.parse({
      url: `${old.origin}/send`,
      bodyType: 'form',
      body: 'm={phone}&c={text}',
      success: { pattern: '^OK' },
    });
    const gateway = await openChannel('sms', settings, portsOf({ secrets }));
    expect(inShort(await send(gateway, { address: '+8613800138000', text: 'a=b&c' }))).toBe('sent');
    const form = new URLSearchParams(heard?.body ?? '');
    expect(form.get('m')).toBe('+8613800138000');
    expect(form.get('c')).toContain('a=b&c');
  });
});
