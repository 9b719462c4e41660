/** Robots of three vendors over a socket: what they take, what they refuse, and what becomes of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../packages/collector/src/channels/channel.ts';
import { openChannel } from '../../../packages/collector/src/channels/registry.ts';
import { ChannelKind } from '@cardwatch/contracts/watch';
import { fieldOf } from '../servers/http.ts';
import { type RobotServer, startRobotServer } from '../servers/robot.ts';
import { canary, failureOf, inShort, patience, portsOf, send } from './bench.ts';

const start = Date.UTC(2026, 10, 23, 4, 7);
const secrets = {
  'wecom.key': `${canary}-wecom-key`,
  'ding.token': `${canary}ding`,
  'ding.sign': `SEC${canary}`,
  'ding-open.token': `${canary}open`,
  'lark.token': `${canary}-lark`,
  'lark.sign': `${canary}lark+sign`,
  'wrong.key': `${canary}-wrong`,
};

let server: RobotServer;
let now = start;
const channels = new Map<string, Channel>();

beforeAll(async () => {
  server = await startRobotServer(
    {
      wecom: [secrets['wecom.key']],
      dingtalk: { [secrets['ding.token']]: secrets['ding.sign'], [secrets['ding-open.token']]: null },
      feishu: { [secrets['lark.token']]: secrets['lark.sign'] },
    },
    () => now,
  );
  const ports = portsOf({ secrets, now: () => now });
  const { wecom, dingtalk, feishu } = server.urls;
  const ding = {
    duty: { token: 'ding.token', sign: 'ding.sign' },
    unsigned: { token: 'ding.token' },
    open: { token: 'ding-open.token' },
    wrong: { token: 'wrong.key', sign: 'ding.sign' },
  };
  const lark = {
    duty: { token: 'lark.token', sign: 'lark.sign' },
    unsigned: { token: 'lark.token' },
    wrong: { token: 'wrong.key', sign: 'lark.sign' },
  };
  const robots = { duty: { key: 'wecom.key' }, wrong: { key: 'wrong.key' } };
  channels.set('wecom', await openChannel('wecom', { url: wecom, style: 'markdown', robots }, ports));
  channels.set('wecom text', await openChannel('wecom', { url: wecom, style: 'text', robots }, ports));
  for (const style of ['card', 'markdown', 'text'] as const)
    channels.set(`dingtalk ${style}`, await openChannel('dingtalk', { url: dingtalk, style, robots: ding }, ports));
  for (const style of ['card', 'text'] as const)
    channels.set(`feishu ${style}`, await openChannel('feishu', { url: feishu, style, robots: lark }, ports));
});

afterAll(() => server.close());

beforeEach(() => {
  now = Math.ceil(now / 1_000) * 1_000 + 3_600_000;
  server.fail(null);
});

function channel(name: string): Channel {
  const found = channels.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}

const last = (): string => server.received.at(-1)?.content ?? '';
const all = ['wecom', 'wecom text', 'dingtalk card', 'dingtalk markdown', 'dingtalk text', 'feishu card', 'feishu text'];

describe('a message', () => {
  test.each(all)('%s takes it, with its title, its text and both links', async (name) => {
    const before = server.received.length;
    expect(inShort(await send(channel(name)))).toBe('sent');
    expect(server.received.length).toBe(before + 1);
    for (const part of [
      '一食堂网络中断',
      '31 笔 412.50 元',
      'https://watch.example.edu.cn/alarms/1',
      'https://watch.example.edu.cn/a/abc',
    ])
      expect(last()).toContain(part);
  });

  test.each(all)('%s takes the longest that its limits allow, each character of three bytes', async (name) => {
    const { limits } = channel(name);
    const of = (bytes: number): string => '一'.repeat(Math.floor(bytes / 3));
    expect(inShort(await send(channel(name), { title: of(limits.titleBytes), text: of(limits.textBytes) }))).toBe('sent');
    expect(last()).toContain('https://watch.example.edu.cn/a/abc');
  });

  test.each(all)('%s is not even asked for one byte more', async (name) => {
    const { limits } = channel(name);
    const before = server.asked();
    expect(inShort(await send(channel(name), { text: 'a'.repeat(limits.textBytes + 1) }))).toBe('tooLarge');
    expect(inShort(await send(channel(name), { title: 'a'.repeat(limits.titleBytes + 1) }))).toBe('tooLarge');
    expect(server.asked()).toBe(before);
  });

  test.each(all)('%s makes no link, mention or picture of what a device is called', async (name) => {
    const evil = '[here](http://evil.example) <@all> <at user_id="all">x</at> ![p](http://evil.example/p) @all\n# big';
    expect(inShort(await send(channel(name), { title: `t ${evil}`, text: evil }))).toBe('sent');
    if (name === 'feishu card') {
      expect(last()).toContain('plain_text');
      expect(last()).not.toContain('lark_md');
    } else expect(last()).not.toMatch(/<@all>|<at user_id="all">/);
    if (name === 'wecom' || name === 'dingtalk card' || name === 'dingtalk markdown')
      expect(
        last()
          .split('\n')
          .slice(name === 'wecom' ? 0 : 1)
          .join('\n'),
      ).not.toMatch(/\]\(http:\/\/evil|^# big/m);
  });

  test.each(all)('%s keeps to its bytes when all of a text must be spelled otherwise', async (name) => {
    const { limits } = channel(name);
    expect(inShort(await send(channel(name), { text: '"'.repeat(limits.textBytes) }))).toBe('sent');
    expect(inShort(await send(channel(name), { text: '<'.repeat(limits.textBytes) }))).toBe('sent');
    expect(last()).toContain('https://watch.example.edu.cn/a/abc');
  });

  test('the colour tells the level, and green that it is over', async () => {
    const seen: string[] = [];
    for (const [level, cleared] of [
      [1, false],
      [2, false],
      [3, false],
      [1, true],
    ] as const) {
      expect(inShort(await send(channel('wecom'), { level, cleared }))).toBe('sent');
      seen.push(/font color="(\w+)"/.exec(last())?.[1] ?? '');
      expect(inShort(await send(channel('feishu card'), { level, cleared }))).toBe('sent');
      seen.push(String(fieldOf(server.received.at(-1)?.body, 'card', 'header', 'template')));
    }
    expect(seen).toEqual(['warning', 'red', 'warning', 'orange', 'comment', 'yellow', 'info', 'green']);
  });

  test('without links a card of DingTalk is a text, for a card without a button is not taken', async () => {
    expect(inShort(await send(channel('dingtalk card'), { link: null, acknowledgeLink: null }))).toBe('sent');
    expect(server.received.at(-1)?.kind).toBe('markdown');
  });
});

describe('keys and signatures', () => {
  test.each([
    ['wecom', 'wrong', 'unauthorised 93000'],
    ['wecom', 'nobody', 'misconfigured'],
    ['dingtalk card', 'open', 'sent'],
    ['dingtalk card', 'unsigned', 'unauthorised 310000'],
    ['dingtalk card', 'wrong', 'unauthorised 300005'],
    ['dingtalk card', 'nobody', 'misconfigured'],
    ['feishu card', 'unsigned', 'unauthorised 19021'],
    ['feishu card', 'wrong', 'unauthorised 19001'],
    ['feishu card', 'nobody', 'misconfigured'],
  ])('%s, robot %s: %s', async (name, address, expected) => {
    expect(inShort(await send(channel(name), { address }))).toBe(expected);
  });

  test('a clock that is off by an hour is told as what it is', async () => {
    const late = portsOf({ secrets, now: () => now - 3_700_000 });
    const robots = { duty: { token: 'lark.token', sign: 'lark.sign' } };
    const feishu = await openChannel('feishu', { url: server.urls.feishu, style: 'card', robots }, late);
    expect(failureOf(await send(feishu))).toMatchObject({ kind: 'unauthorised', code: '19021' });
  });
});

describe('messages a minute', () => {
  test.each([
    ['wecom', 20, '45009', 60_000],
    ['dingtalk card', 20, '130101', 600_000],
    ['feishu card', 5, '11232', 60_000],
  ])('%s takes %i at once, then says %s', async (name, most, code, retryAfterMs) => {
    for (let count = 0; count < most; count++) expect(inShort(await send(channel(name)))).toBe('sent');
    expect(failureOf(await send(channel(name)))).toMatchObject({ kind: 'rateLimited', code, retryAfterMs });
    now += retryAfterMs + 1;
    expect(inShort(await send(channel(name)))).toBe('sent');
  });

  test('no limit of a channel is above what its vendor takes', () => {
    const most: Readonly<Record<string, number>> = { wecom: 20, dingtalk: 20, feishu: 100 };
    const judged = [...channels.values()].map(({ kind, limits }) => limits.perMinute <= (most[kind] ?? 0));
    expect(judged).toEqual(all.map(() => true));
    expect(ChannelKind.options).toHaveLength(7);
  });
});

describe('HTTP 200 is no receipt', () => {
  test.each([
    ['wecom', '{"errcode":40058,"errmsg":"markdown.content exceed max length 4096"}', 'tooLarge 40058'],
    ['wecom', '{"errcode":40058,"errmsg":"invalid Request Parameter"}', 'refused 40058'],
    ['wecom', '{"errcode":45009,"errmsg":"api freq out of limit"}', 'rateLimited 45009'],
    ['wecom', '{"errcode":-1,"errmsg":"system busy"}', 'serverError -1'],
    ['wecom', '{"errcode":93004,"errmsg":"robot stopped"}', 'unauthorised 93004'],
    ['wecom', '{"errcode":123456,"errmsg":"new"}', 'refused 123456'],
    ['dingtalk text', '{"errcode":310000,"errmsg":"keywords not in content"}', 'misconfigured 310000'],
    ['dingtalk text', '{"errcode":310000,"errmsg":"sign not match"}', 'unauthorised 310000'],
    ['dingtalk text', '{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}', 'unauthorised 310000'],
    ['dingtalk text', '{"errcode":300001,"errmsg":"token is not exist"}', 'unauthorised 300001'],
    ['dingtalk text', '{"errcode":300001,"errmsg":"send too fast"}', 'rateLimited 300001'],
    ['dingtalk text', '{"errcode":410100,"errmsg":"send too fast"}', 'rateLimited 410100'],
    ['dingtalk text', '{"errcode":460101,"errmsg":"message too long"}', 'tooLarge 460101'],
    ['dingtalk text', '{"errcode":430102,"errmsg":"content"}', 'refused 430102'],
    ['dingtalk text', '{"errcode":777,"errmsg":"new"}', 'refused 777'],
    ['feishu text', '{"code":9499,"msg":"Bad Request"}', 'refused 9499'],
    ['feishu text', '{"code":9499,"msg":"too many request"}', 'rateLimited 9499'],
    ['feishu text', '{"code":11232,"msg":"frequency limited"}', 'rateLimited 11232'],
    ['feishu text', '{"code":19022,"msg":"Ip Not Allowed"}', 'unauthorised 19022'],
    ['feishu text', '{"code":19024,"msg":"Key Words Not Found"}', 'misconfigured 19024'],
    ['feishu text', '{"code":5,"msg":"new"}', 'refused 5'],
    ['feishu text', '{"StatusCode":0,"StatusMessage":"success"}', 'sent'],
    ['wecom', '<html>please sign in</html>', 'serverError'],
    ['wecom', '{}', 'serverError'],
    ['wecom', '[]', 'serverError'],
    ['wecom', '{"errcode":"0"}', 'serverError'],
    ['wecom', '', 'serverError'],
    ['feishu card', '{"errcode":0}', 'serverError'],
  ])('%s, %s: %s', async (name, body, expected) => {
    server.fail({ kind: 'body', body });
    expect(inShort(await send(channel(name)))).toBe(expected);
  });
});

describe('a robot that does not behave', () => {
  test.each([
    [{ kind: 'silent' }, 'timeout'],
    [{ kind: 'drip', everyMs: 20 }, 'timeout'],
    [{ kind: 'cut' }, 'timeout ECONNRESET'],
    [{ kind: 'reset' }, 'timeout ECONNRESET'],
    [{ kind: 'huge', bytes: 10 * 1024 * 1024 }, 'serverError responseTooLarge'],
    [{ kind: 'redirect', to: 'http://169.254.169.254/latest/meta-data' }, 'misconfigured 302'],
    [{ kind: 'status', status: 500 }, 'serverError 500'],
    [{ kind: 'status', status: 504 }, 'timeout 504'],
    [{ kind: 'status', status: 503, headers: { 'retry-after': '7' } }, 'serverError 503'],
    [{ kind: 'status', status: 429, headers: { 'retry-after': '90' } }, 'rateLimited 429'],
    [{ kind: 'status', status: 401 }, 'unauthorised 401'],
    [{ kind: 'status', status: 404 }, 'misconfigured 404'],
    [{ kind: 'status', status: 413 }, 'tooLarge 413'],
    [{ kind: 'status', status: 418 }, 'refused 418'],
  ] as const)('%o: %s', async (fault, expected) => {
    server.fail(fault);
    expect(inShort(await send(channel('wecom'), {}, patience(fault)))).toBe(expected);
  });

  test('says when to come back, and is believed for a day at most', async () => {
    const waits: (number | null)[] = [];
    for (const header of ['90', '100000000', new Date(now + 30_000).toUTCString(), 'soon', '-5']) {
      server.fail({ kind: 'status', status: 429, headers: { 'retry-after': header } });
      waits.push(failureOf(await send(channel('wecom'))).retryAfterMs);
    }
    expect(waits).toEqual([90_000, 86_400_000, 30_000, null, null]);
  });

  test('whoever calls back is heard at once', async () => {
    server.fail({ kind: 'silent' });
    const calling = new AbortController();
    const sending = send(channel('feishu card'), {}, calling.signal);
    calling.abort();
    expect(inShort(await sending)).toBe('timeout');
  });

  test('nobody is there', async () => {
    const gone = await startRobotServer({}, () => now);
    await gone.close();
    const robots = { duty: { key: 'wecom.key' } };
    const channelGone = await openChannel('wecom', { url: gone.urls.wecom, style: 'text', robots }, portsOf({ secrets }));
    expect(inShort(await send(channelGone))).toBe('unreachable ECONNREFUSED');
  });
});
