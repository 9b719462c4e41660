/** The second watch tells group robots of WeCom, DingTalk and Feishu by itself, over real HTTP, and knows a refusal that comes with HTTP 200. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { createDriverIo } from '@cardwatch/drivers/io';
import { silentLogger } from '@cardwatch/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { robotTeller, type RobotTarget } from '../../packages/agent/src/shell/second-watch/robot.ts';
import { systemClock } from '../../packages/agent/src/shell/clock.ts';
import { type RobotServer, startRobotServer } from '../watch/servers/robot.ts';
import { runCommand } from './command.ts';
import { LittleSite } from './little-site.ts';

let server: RobotServer;
beforeAll(async () => {
  const keys = { wecom: ['k-1'], dingtalk: { 't-1': 'SEC-1', 't-2': null }, feishu: { 'f-1': 'sig-1', 'f-2': null } };
  server = await startRobotServer(keys, () => Date.now());
});
afterAll(() => server.close());

const { http } = createDriverIo({ clock: systemClock, log: silentLogger });
type Robot = Pick<RobotTarget, 'by' | 'secret' | 'sign'>;
const message = {
  noticeId: 'yb-a-lost-1',
  title: '【一级】收集服务器失联 <@all>',
  text: '自 12:00 起\n原因：无法连接 @所有人',
  cleared: false,
};
const tell = (robot: Robot) =>
  robotTeller({ name: 'duty', ca: undefined, url: server.urls[robot.by], ...robot }, http, systemClock).send(
    message,
    new AbortController().signal,
  );

test.each<Robot>([
  { by: 'wecom', secret: 'k-1', sign: null },
  { by: 'dingtalk', secret: 't-1', sign: 'SEC-1' },
  { by: 'dingtalk', secret: 't-2', sign: null },
  { by: 'feishu', secret: 'f-1', sign: 'sig-1' },
  { by: 'feishu', secret: 'f-2', sign: null },
])('$by takes it, sign $sign', async (robot) => {
  const before = server.received.length;
  expect(await tell(robot)).toEqual({ ok: true, value: undefined });
  expect(server.received).toHaveLength(before + 1);
  const heard = server.received.at(-1);
  expect(heard).toMatchObject({ vendor: robot.by, robot: robot.secret });
  expect(heard?.content).toContain('收集服务器失联');
  expect(heard?.content).toContain('12:00');
  // nobody is called by what stands in a text
  if (robot.by !== 'feishu') expect(heard?.content).not.toMatch(/<@all>|@所有人/);
});

test.each<[Robot, RegExp]>([
  [{ by: 'wecom', secret: 'nobody', sign: null }, /机器人密钥或地址无效.* 93000$/],
  [{ by: 'dingtalk', secret: 't-1', sign: 'SEC-other' }, /签名不符.* 310000$/],
  [{ by: 'feishu', secret: 'nobody', sign: null }, /the token is not known.* 19001$/],
  [{ by: 'feishu', secret: 'f-1', sign: null }, /签名不符.* 19021$/],
])('%o refuses with HTTP 200 and a code', async (robot, detail) => {
  const before = server.received.length;
  const answer = await tell(robot);
  expect(answer).toMatchObject({ ok: false, error: { kind: 'notTold' } });
  expect(answer.ok ? '' : answer.error.detail).toMatch(detail);
  expect(answer.ok ? '' : answer.error.detail).not.toMatch(/nobody|SEC-|t-1|f-1/);
  expect(server.received).toHaveLength(before);
});

const oks = { wecom: 'k-1', dingtalk: 't-2', feishu: 'f-2' } as const;
test.each([
  ['wecom', { kind: 'body', body: '<html>busy</html>' }, /could not be read/],
  ['dingtalk', { kind: 'status', status: 502 }, /502/],
  ['feishu', { kind: 'reset' }, /no connection|no answer/],
  ['feishu', { kind: 'body', body: '{"StatusCode":424242}' }, /not known 424242$/],
] as const)('%s that answers %o has told nobody', async (by, fault, detail) => {
  server.fail(fault);
  const answer = await tell({ by, secret: oks[by], sign: null });
  server.fail(null);
  expect(answer.ok ? 'told' : answer.error.detail).toMatch(detail);
});

describe('check', () => {
  const site = new LittleSite();
  beforeAll(async () => {
    await site.open();
  });
  afterAll(() => site.close());
  const written = (tell: readonly object[]): void =>
    site.replace(
      site.text(
        [{ name: 'bus', kind: 'rtuOverTcp', host: '127.0.0.1', port: site.busPort }],
        [{ id: 'yb-a-01', link: 'bus', unit: 1 }],
        {
          watchCollector: { url: 'https://cw.example.edu.cn/api/v1/health', tell },
        },
      ),
    );
  const checked = (lang: 'zh' | 'en') => runCommand(['check', '--config', site.config, '--lang', lang]);

  test('says where each robot is, without its key', async () => {
    for (const file of ['w.key', 'd.token', 'd.sign', 'f.token']) site.put(file, `open-sesame-${file}\n`);
    written([
      { by: 'wecom', name: 'duty', key: 'w.key' },
      { by: 'dingtalk', name: 'lead', token: 'd.token', sign: 'd.sign' },
      { by: 'feishu', name: 'office', token: 'f.token' },
    ]);
    const { code, out } = await checked('en');
    expect(code).toBe(0);
    expect(out).toMatch(/duty \(wecom https:\/\/qyapi\.weixin\.qq\.com\)/);
    expect(out).toMatch(/lead \(dingtalk https:\/\/oapi\.dingtalk\.com\).*office \(feishu https:\/\/open\.feishu\.cn\)/);
    expect(out).not.toMatch(/sesame/);
  });

  test('refuses what cannot work, in both languages', async () => {
    site.put('wide.sign', 'open-sesame\n');
    chmodSync(join(site.folder, 'wide.sign'), 0o644);
    written([
      { by: 'wecom', name: 'duty', url: 'http://robots.example.org/send', key: 'missing.key' },
      { by: 'dingtalk', name: 'duty', token: 'd.token', sign: 'wide.sign' },
    ]);
    for (const [lang, words] of [
      ['zh', /tell\[0\]\.url.*\n|明文/],
      ['en', /tell\[0\]\.url/],
    ] as const) {
      const { code, out, err } = await checked(lang);
      const said = `${out}${err}`;
      expect(code).not.toBe(0);
      expect(said).toMatch(words);
      for (const place of ['tell[0].key', 'tell[1].name', 'tell[1].sign']) expect(said).toContain(place);
      expect(said).not.toMatch(/sesame/);
    }
  });
});
