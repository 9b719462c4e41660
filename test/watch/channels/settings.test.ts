/** `watch.yaml`: what may stand in it, and what is said when something else does. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadWatchSettings, watchFileBytesMax } from '../../../packages/collector/src/channels/config/load.ts';
import { secretBytesMax, SecretLost, secretsOf } from '../../../packages/collector/src/channels/config/secret-files.ts';
import {
  channelPorts,
  closeChannels,
  openChannels,
  settingsProblemText,
} from '../../../packages/collector/src/channels/index.ts';
import { canary } from './bench.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-watch-'));
  mkdirSync(join(folder, 'secrets'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function secret(name: string, text = canary, mode = 0o600): void {
  writeFileSync(join(folder, 'secrets', name), text);
  chmodSync(join(folder, 'secrets', name), mode);
}

const write = (text: string): void => writeFileSync(join(folder, 'watch.yaml'), text);

function problems(text: string, language: 'zh' | 'en' = 'en'): string[] {
  write(text);
  const loaded = loadWatchSettings(folder);
  if (loaded.ok) return [];
  return loaded.error.map((problem) => {
    const told = settingsProblemText(problem, language);
    expect(told).not.toContain(canary);
    expect(told.startsWith(join(folder, 'watch.yaml'))).toBe(true);
    return told.slice(folder.length + 1);
  });
}

const whole = `
publicUrl: https://watch.example.edu.cn
allowHosts: [smtp.campus.example]
channels:
  mail:
    host: smtp.campus.example
    user: cardwatch
    password: secrets/mail
    from: cardwatch@example.edu.cn
  sms:
    url: https://sms.example.cn/send
    headers: { Authorization: 'Bearer {secret.token}' }
    body: '{"to":"{phone}","text":"{text}","ref":"{id}"}'
    secrets: { token: secrets/sms }
    success: { codePath: code, codes: ['0'] }
    failures: { '1003': rateLimited }
  wecom: { robots: { duty: { key: secrets/wecom } } }
  dingtalk: { robots: { duty: { token: secrets/ding, sign: secrets/ding-sign } } }
  feishu: { robots: { duty: { token: secrets/lark, sign: secrets/lark-sign } } }
  webhook: { endpoints: { desk: { url: https://desk.example.cn/hook, secret: secrets/desk } } }
secondCollectorWatch: { url: https://other.example.cn/alive, secret: secrets/alive }
`;
const names = ['mail', 'sms', 'wecom', 'ding', 'ding-sign', 'lark', 'lark-sign', 'desk', 'alive'];

describe('what is good', () => {
  test('no file at all, and an empty one: the console alone', () => {
    expect(loadWatchSettings(folder)).toEqual({ ok: true, value: { allowHosts: [], channels: { console: {} } } });
    expect(problems('')).toEqual([]);
    expect(problems('# nothing yet\n')).toEqual([]);
  });

  test('all seven channels open from one file', async () => {
    for (const name of names) secret(name);
    write(whole);
    const loaded = loadWatchSettings(folder);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    expect(JSON.stringify(loaded.value)).not.toContain(canary);
    const ports = channelPorts({ dataFolder: folder, settings: loaded.value, now: () => 0, show: () => true });
    const channels = await openChannels(loaded.value.channels, ports);
    expect([...channels.keys()]).toEqual(['console', 'mail', 'sms', 'wecom', 'dingtalk', 'feishu', 'webhook']);
    await closeChannels(channels);
  });
});

describe('what is wrong is said with file, place, value and what is allowed', () => {
  test.each([
    ['publicUrl: ftp://x', 'watch.yaml:1:12 publicUrl: "ftp://x" is not allowed; allowed: https://host or https://host/path'],
    [
      'colour: red',
      'watch.yaml:1:1 colour: there is no such setting; allowed: publicUrl, allowHosts, channels, secondCollectorWatch',
    ],
    [
      'channels:\n  fax: {}',
      'watch.yaml:2:3 channels.fax: there is no such setting; allowed: console, mail, sms, wecom, dingtalk, feishu, webhook',
    ],
    [
      'channels:\n  mail: { from: a@b.cn }',
      'watch.yaml:2:9 channels.mail.host: is missing; allowed: a host name or an IP address',
    ],
    [
      'channels:\n  mail:\n    host: h.cn\n    from: a@b.cn\n    port: 0',
      'watch.yaml:5:11 channels.mail.port: 0 is not allowed; allowed: a whole number from 1 to 65535',
    ],
    [
      'channels:\n  mail: { host: h.cn, from: a@b.cn, security: ssl }',
      'watch.yaml:2:47 channels.mail.security: "ssl" is not allowed; allowed: starttls, tls, none',
    ],
    [
      'channels:\n  mail: { host: h.cn, from: a@b.cn, security: none }',
      'watch.yaml:2:47 channels.mail.security: none is allowed for 127.0.0.1, ::1 and localhost only; allowed: starttls, tls',
    ],
    [
      'channels:\n  mail: { host: h.cn, from: a@b.cn, user: me }',
      'watch.yaml:2:9 channels.mail.password: user and password are given together',
    ],
    [
      'channels:\n  mail: { host: h.cn, from: "a@b.cn, c@d.cn" }',
      'watch.yaml:2:29 channels.mail.from: "a@b.cn, c@d.cn" is not allowed; allowed: one mail address, name@host',
    ],
    [
      'channels:\n  wecom: { robots: { Duty Group: { key: secrets/x } } }',
      'watch.yaml:2:22 channels.wecom.robots.Duty Group: this name is not allowed; allowed: 1 to 32 lower-case letters, digits, dots, underscores and hyphens',
    ],
    [
      'channels:\n  wecom: { robots: { duty: { key: secrets/x } } }',
      'watch.yaml:2:35 channels.wecom.robots.duty.key: there is no such file in the data folder',
    ],
    [
      `channels:\n  wecom: { robots: { duty: { key: ../${canary} } } }`,
      'watch.yaml:2:35 channels.wecom.robots.duty.key: this value is not allowed; allowed: the name of a file below the data folder, mode 0600, without .. and not beginning with / or .',
    ],
    [
      `channels:\n  webhook: { endpoints: { desk: { url: "https://u:${canary}@x.cn", secret: s } } }`,
      'watch.yaml:2:40 channels.webhook.endpoints.desk.url: this value is not allowed; allowed: https://host/path; http:// only for a host in allowHosts',
    ],
    [
      'channels:\n  webhook: { endpoints: { desk: { secret: s } } }',
      'watch.yaml:2:33 channels.webhook.endpoints.desk.url: give either url or urlFile',
    ],
    ['allowHosts: nobody', 'watch.yaml:1:13 allowHosts: "nobody" is not allowed; allowed: a list of at most 32'],
    [
      'secondCollectorWatch: { url: https://x.cn, secret: s, everyMs: 1 }',
      'watch.yaml:1:64 secondCollectorWatch.everyMs: 1 is not allowed; allowed: a whole number from 10000 to 3600000',
    ],
    ['[', 'watch.yaml:1:2: not valid YAML: MISSING_CHAR'],
    ['a: 1\na: 2', 'watch.yaml:2:1: not valid YAML: DUPLICATE_KEY'],
    ['a: &x [1]\nb: *x', 'watch.yaml: not valid YAML: ALIAS'],
  ])('%j', (text, expected) => {
    expect(problems(text)).toContain(expected);
  });

  test('everything at once, from top to bottom, and in Chinese as well', () => {
    const text = 'publicUrl: 1\nallowHosts: 2\nchannels:\n  mail: { host: h.cn, from: a@b.cn, port: 70000 }\n';
    expect(problems(text)).toHaveLength(3);
    expect(problems(text, 'zh')).toEqual([
      'watch.yaml:1:12 publicUrl：不允许 1；允许：https://主机 或 https://主机/路径',
      'watch.yaml:2:13 allowHosts：不允许 2；允许：列表，最多 32 项',
      'watch.yaml:4:43 channels.mail.port：不允许 70000；允许：整数，1 到 65535',
    ]);
  });

  test('at most 64 robots of a kind', () => {
    const robots = (count: number): string =>
      `channels:\n  wecom:\n    robots:\n${Array.from({ length: count }, (_, index) => `      r${index}: { key: secrets/one }`).join('\n')}\n`;
    secret('one');
    expect(problems(robots(64))).toEqual([]);
    expect(problems(robots(65))).toEqual(['watch.yaml:4:7 channels.wecom.robots: too many entries; allowed: at most 64']);
  });

  test('a file that is too large is not read', () => {
    expect(problems(`#${'a'.repeat(watchFileBytesMax - 1)}`)).toEqual([]);
    expect(problems(`#${'a'.repeat(watchFileBytesMax)}`)).toEqual([
      `watch.yaml: the file has ${watchFileBytesMax + 1} bytes; that is too large`,
    ]);
  });
});

describe('the template of a gateway', () => {
  const sms = (changes: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({
      channels: {
        sms: {
          url: 'https://sms.example.cn/send',
          body: '{"to":"{phone}","text":"{text}","ref":"{id}"}',
          success: { codePath: 'code', codes: ['0'] },
          ...changes,
        },
      },
    });

  test.each([
    [{}, undefined],
    [{ body: '{"to":"{phone}","text":"{txt}"}' }, 'body: there is no field {txt}; allowed: {phone}, {text}, {id}'],
    [{ body: '{"to":"{phone}"}' }, 'body: the template must hold {text}'],
    [{ body: '{"text":"{text}"}' }, 'body: the template must hold {phone}'],
    [{ method: 'GET', body: '', url: 'https://sms.example.cn/?m={phone}' }, 'url: the template must hold {text}'],
    [{ method: 'GET', body: '', url: 'https://sms.example.cn/?m={phone}&t={text}' }, undefined],
    [
      { body: '{"to":{phone},"text":{text}' },
      'body: with its fields filled in this is no JSON; set bodyType to form or text, or mend it',
    ],
    [{ body: 'm={phone}&t={text}', bodyType: 'form' }, undefined],
    [{ secrets: { token: 'secrets/sms' } }, 'secrets.token: no part of the template holds {secret.token}'],
    [
      { headers: { Authorization: '{secret.token}' } },
      'headers.Authorization: there is no field {secret.token}; allowed: {phone}, {text}, {id}',
    ],
    [{ headers: { 'X-Text': '{text}' } }, 'headers.X-Text: {text} cannot stand in a header'],
    [
      { url: 'https://{id}.example.cn/' },
      'url: this value is not allowed; allowed: https://host/path; http:// only for a host in allowHosts',
    ],
    [{ success: {} }, 'success: say how success is known: codePath with codes, or pattern'],
    [{ success: { codePath: 'code' } }, 'success: say how success is known: codePath with codes, or pattern'],
    [{ success: { pattern: '(' } }, 'success.pattern: not a regular expression'],
    [
      { success: { codePath: 'a..b', codes: ['0'] } },
      'success.codePath: "a..b" is not allowed; allowed: names with dots between, e.g. data.0.code',
    ],
    [
      { failures: { '7': 'sometimes' } },
      'failures.7: "sometimes" is not allowed; allowed: unauthorised, refused, rateLimited, tooLarge, unreachable, timeout, serverError, misconfigured',
    ],
  ])('%j', (changes, expected) => {
    secret('sms');
    const told = problems(sms(changes)).map((each) => each.replace(/^.*channels\.sms\./, ''));
    expect(told).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('files of secrets', () => {
  const yaml = 'channels:\n  wecom: { robots: { duty: { key: secrets/key } } }';
  const told = (): string => problems(yaml)[0]?.replace('watch.yaml:2:35 channels.wecom.robots.duty.key: ', '') ?? 'good';

  test.each([
    [canary, 0o600, 'good'],
    [canary, 0o400, 'good'],
    [canary, 0o640, 'the file has mode 0640; allowed: 0600, so run chmod 600 on it'],
    [canary, 0o604, 'the file has mode 0604; allowed: 0600, so run chmod 600 on it'],
    [' \n', 0o600, 'the file is empty'],
    ['a'.repeat(secretBytesMax), 0o600, 'good'],
    ['a'.repeat(secretBytesMax + 1), 0o600, `the file has ${secretBytesMax + 1} bytes; that is too large`],
  ])('%#', (text, mode, expected) => {
    secret('key', text, mode);
    expect(told()).toBe(expected);
  });

  test('a link that leads out of the folder, and a folder, are none', () => {
    const outside = mkdtempSync(join(tmpdir(), 'cardwatch-outside-'));
    try {
      writeFileSync(join(outside, 'key'), canary, { mode: 0o600 });
      symlinkSync(join(outside, 'key'), join(folder, 'secrets', 'key'));
      expect(told()).toBe('the file lies outside the data folder');
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
    rmSync(join(folder, 'secrets', 'key'));
    mkdirSync(join(folder, 'secrets', 'key'), { mode: 0o700 });
    expect(told()).toBe('the file cannot be read: EISDIR');
  });

  test('are read trimmed, and one that is lost later is told without its name', () => {
    secret('key', `  ${canary}\n`);
    const read = secretsOf(folder);
    expect(read('secrets/key')).toBe(canary);
    rmSync(join(folder, 'secrets', 'key'));
    expect(() => read('secrets/key')).toThrow(SecretLost);
    expect(() => read('secrets/key')).toThrow(/^a file of a secret is missing$/);
  });
});
