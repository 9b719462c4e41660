/** Every kind of failure, by every channel that goes over a socket; and that no secret, address or key gets out on the way. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ChannelFailureKind, type ChannelKind } from '@cardwatch/contracts/watch';
import type { Channel } from '../../../packages/collector/src/channels/channel.ts';
import { MailSettings } from '../../../packages/collector/src/channels/mail/settings.ts';
import { openChannel, openChannels } from '../../../packages/collector/src/channels/registry.ts';
import { tellSecondWatch } from '../../../packages/collector/src/channels/second-watch.ts';
import { SmsSettings } from '../../../packages/collector/src/channels/sms/settings.ts';
import type { Fault } from '../servers/faults.ts';
import { type RobotServer, startRobotServer } from '../servers/robot.ts';
import { startSmtpServer } from '../servers/smtp.ts';
import { canary, failureOf, patience, portsOf, send } from './bench.ts';

const now = Date.UTC(2026, 10, 23, 4, 7);
const secrets = { key: `${canary}key`, sign: `${canary}sign` };
const address = {
  wecom: 'duty',
  dingtalk: 'duty',
  feishu: 'duty',
  webhook: 'duty',
  sms: '13800138000',
  mail: 'duty@example.edu.cn',
  console: 'duty',
};
let server: RobotServer;
let channels: ReadonlyMap<ChannelKind, Channel>;
/** The same channels, where nobody listens. */
let nobody: ReadonlyMap<ChannelKind, Channel>;

function openAt({ origin, urls }: RobotServer): Promise<ReadonlyMap<ChannelKind, Channel>> {
  const robots = { duty: { token: 'key', sign: 'sign' } };
  const sms = {
    url: `${origin}/sms?k={secret.key}`,
    body: '{"p":"{phone}","t":"{text}"}',
    secrets: { key: 'key' },
    success: { codePath: 'errcode', codes: ['0'] },
  };
  return openChannels(
    {
      wecom: { url: urls.wecom, style: 'markdown', robots: { duty: { key: 'key' } } },
      dingtalk: { url: urls.dingtalk, style: 'card', robots },
      feishu: { url: urls.feishu, style: 'card', robots },
      webhook: { perMinute: 60, endpoints: { duty: { url: `${urls.webhook}/${secrets.key}`, secret: 'sign' } } },
      sms: SmsSettings.parse(sms),
    },
    portsOf({ secrets, now: () => now }),
  );
}
const written: string[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const { key, sign } = secrets;
  server = await startRobotServer(
    { wecom: [key], dingtalk: { [key]: sign }, feishu: { [key]: sign }, webhook: { [key]: sign } },
    () => now,
  );
  channels = await openAt(server);
  const closed = await startRobotServer({}, () => now);
  await closed.close();
  nobody = await openAt(closed);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
});
afterEach(() => server.fail(null));

const provoke: Readonly<Record<Exclude<ChannelFailureKind, 'unreachable'>, Fault>> = {
  unauthorised: { kind: 'status', status: 401 },
  refused: { kind: 'status', status: 400 },
  rateLimited: { kind: 'status', status: 429 },
  tooLarge: { kind: 'status', status: 413 },
  timeout: { kind: 'silent' },
  serverError: { kind: 'status', status: 500 },
  misconfigured: { kind: 'redirect', to: `https://10.0.0.1/${canary}` },
};

const overHttp = ['wecom', 'dingtalk', 'feishu', 'webhook', 'sms'] as const;

describe('every kind of failure', () => {
  test.each(overHttp.flatMap((kind) => ChannelFailureKind.options.map((expected) => [kind, expected] as const)))(
    '%s: %s',
    async (kind, expected) => {
      const channel = (expected === 'unreachable' ? nobody : channels).get(kind);
      if (channel === undefined) throw new Error(kind);
      const fault = expected === 'unreachable' ? null : provoke[expected];
      server.fail(fault);
      const result = await send(channel, { address: address[kind] }, fault === null ? undefined : patience(fault));
      expect(failureOf(result).kind).toBe(expected);
    },
  );

  test('a vendor that says our own key back to us is not quoted', async () => {
    const body = JSON.stringify({ errcode: 40_035, code: 19_001, errmsg: `bad key ${canary}key`, msg: `bad key ${canary}key` });
    server.fail({ kind: 'body', body });
    const seen: string[] = [];
    for (const kind of overHttp) {
      const channel = channels.get(kind);
      if (channel === undefined) throw new Error(kind);
      const result = await send(channel, { address: address[kind] });
      if (!result.ok) seen.push(failureOf(result).kind);
    }
    expect(seen).toEqual(['refused', 'refused', 'refused', 'refused']);
  });

  test('a mail server that quotes the address is not quoted either', async () => {
    const smtp = await startSmtpServer();
    smtp.refuse({ stage: 'recipient', answer: `550 5.1.1 <${canary}@example.edu.cn> unknown, see https://help.example` });
    const mail = MailSettings.parse({ host: '127.0.0.1', port: smtp.port, security: 'none', from: 'a@example.edu.cn' });
    const channel = await openChannel('mail', mail, portsOf());
    expect(failureOf(await send(channel, { address: `${canary}@example.edu.cn` })).kind).toBe('refused');
    await smtp.close();
  });

  test('nothing of a secret was written anywhere', () => {
    process.stderr.write('heard');
    expect(written).toContain('heard');
    expect(written.filter((text) => text.includes(canary))).toEqual([]);
  });
});

describe('the moment of handing over', () => {
  test.each(overHttp)(
    '%s: once, with the connection up and nothing said yet; when it is refused nothing is said',
    async (kind) => {
      const channel = channels.get(kind);
      if (channel === undefined) throw new Error(kind);
      const heard: number[] = [];
      const asked = server.asked();
      server.fail({ kind: 'status', status: 500 });
      await send(channel, { address: address[kind] }, undefined, async () => {
        await new Promise((done) => setTimeout(done, 20));
        heard.push(server.asked() - asked);
      });
      expect([heard, server.asked() - asked]).toEqual([[0], 1]);
      const refused = await send(channel, { address: address[kind] }, undefined, () => Promise.reject(new Error('not kept')));
      expect([failureOf(refused).kind, server.asked() - asked]).toEqual(['unreachable', 1]);
      const calling = new AbortController();
      const calledBack = await send(channel, { address: address[kind] }, calling.signal, () => {
        calling.abort();
        return Promise.resolve();
      });
      expect([failureOf(calledBack).kind, server.asked() - asked]).toEqual(['timeout', 1]);
    },
  );

  test.each(overHttp)('%s: not where nobody listens', async (kind) => {
    const channel = nobody.get(kind);
    if (channel === undefined) throw new Error(kind);
    let called = 0;
    await send(channel, { address: address[kind] }, undefined, () => Promise.resolve(void called++));
    expect(called).toBe(0);
  });
});

describe('the sign of life', () => {
  test('is signed, and says how it went', async () => {
    const ports = portsOf({ secrets, now: () => now });
    const settings = { url: `${server.urls.webhook}/${secrets.key}`, secret: 'sign', everyMs: 60_000 };
    const calling = new AbortController().signal;
    const told = await tellSecondWatch(settings, ports, calling);
    // The endpoint of the webhooks knows the signature and then asks for a notice, which a sign of life has not.
    expect(told.ok ? 'ok' : told.error.code).toBe('400');
    const wrong = await tellSecondWatch({ ...settings, secret: 'key' }, ports, calling);
    expect(wrong.ok ? 'ok' : wrong.error.code).toBe('401');
    server.fail({ kind: 'status', status: 204 });
    expect((await tellSecondWatch(settings, ports, calling)).ok).toBe(true);
  });
});
