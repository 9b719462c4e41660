import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../packages/collector/src/channels/channel.ts';
import { openChannel } from '../../../packages/collector/src/channels/registry.ts';
import { webhookSignature, webhookSignatureFits } from '../../../packages/collector/src/channels/webhook/sign.ts';
import { type RobotServer, startRobotServer } from '../servers/robot.ts';
import { canary, failureOf, inShort, messageOf, portsOf, send } from './bench.ts';

const now = Date.UTC(2026, 10, 23, 4, 7);
let server: RobotServer;
let channel: Channel;

beforeAll(async () => {
  server = await startRobotServer({ webhook: { desk: `${canary}-shared` } }, () => now);
  const secrets = {
    'desk.secret': `${canary}-shared`,
    'wrong.secret': `${canary}-other`,
    'desk.url': `${server.urls.webhook}/desk`,
  };
  channel = await openChannel(
    'webhook',
    {
      perMinute: 120,
      endpoints: {
        duty: { url: `${server.urls.webhook}/desk`, secret: 'desk.secret' },
        hidden: { urlFile: 'desk.url', secret: 'desk.secret' },
        wrong: { url: `${server.urls.webhook}/desk`, secret: 'wrong.secret' },
        gone: { url: `${server.urls.webhook}/nobody`, secret: 'desk.secret' },
        inside: { url: 'https://10.0.0.1/', secret: 'desk.secret' },
        plain: { url: 'http://example.com/', secret: 'desk.secret' },
      },
    },
    portsOf({ secrets, now: () => now }),
  );
});
afterAll(() => server.close());
beforeEach(() => server.fail(null));

describe('webhook', () => {
  test('says in JSON what the alarm is, signed, and keeps the id of the answer', async () => {
    const result = await send(channel);
    expect(result).toEqual({ ok: true, value: { providerId: 'w-0192f0c1', state: 'sent' } });
    const got = server.received.at(-1);
    const { address: _address, ...told } = messageOf();
    expect(got?.body).toEqual({ version: 1, ...told });
    expect(got?.headers['idempotency-key']).toBe(messageOf().noticeId);
  });

  test.each([
    ['hidden', 'sent'],
    ['wrong', 'unauthorised 401'],
    ['gone', 'misconfigured 404'],
    ['nobody', 'misconfigured'],
    ['inside', 'misconfigured forbiddenAddress'],
    ['plain', 'misconfigured plainHttp'],
  ])('to %s: %s', async (address, expected) => {
    expect(inShort(await send(channel, { address }))).toBe(expected);
  });

  test.each([
    [200, 'sent'],
    [202, 'sent'],
    [204, 'sent'],
    [301, 'misconfigured 301'],
    [400, 'refused 400'],
    [403, 'unauthorised 403'],
    [408, 'timeout 408'],
    [410, 'misconfigured 410'],
    [413, 'tooLarge 413'],
    [422, 'refused 422'],
    [425, 'rateLimited 425'],
    [429, 'rateLimited 429'],
    [500, 'serverError 500'],
    [502, 'serverError 502'],
  ])('status %i: %s', async (status, expected) => {
    server.fail({ kind: 'status', status });
    expect(inShort(await send(channel))).toBe(expected);
  });

  test('an id that is no id is not kept, and what is no JSON is taken all the same', async () => {
    for (const body of ['{"id":"with space"}', '{"id":7}', `{"id":"${'a'.repeat(129)}"}`, 'thanks', '[]']) {
      server.fail({ kind: 'body', body });
      expect(await send(channel)).toEqual({ ok: true, value: { providerId: null, state: 'sent' } });
    }
  });

  test('holds its limit to the byte', async () => {
    const before = server.asked();
    expect(inShort(await send(channel, { text: 'a'.repeat(channel.limits.textBytes) }))).toBe('sent');
    expect(failureOf(await send(channel, { text: 'a'.repeat(channel.limits.textBytes + 1) })).kind).toBe('tooLarge');
    expect(server.asked() - before).toBe(1);
  });

  test('a signature fits its own body alone', () => {
    const parts = { timestamp: '1795406820', noticeId: 'n', body: '{}' };
    const signature = webhookSignature('secret', parts);
    expect(signature).toMatch(/^v1=[0-9a-f]{64}$/);
    const judged = [
      webhookSignatureFits('secret', parts, signature),
      webhookSignatureFits('other', parts, signature),
      webhookSignatureFits('secret', { ...parts, body: '{ }' }, signature),
      webhookSignatureFits('secret', { ...parts, noticeId: 'm' }, signature),
      webhookSignatureFits('secret', { ...parts, timestamp: '1795406821' }, signature),
      webhookSignatureFits('secret', parts, 'v1='),
    ];
    expect(judged).toEqual([true, false, false, false, false, false]);
  });
});
