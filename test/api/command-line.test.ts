/** `cardwatch-collector` as a process: what it prints, with which code it ends, what lies on disk afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const bin = fileURLToPath(new URL('../../packages/collector/bin/cardwatch-collector.js', import.meta.url));
let folder: string;
const running: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-cli-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly printed: () => string;
  readonly done: Promise<Done>;
}

function start(args: readonly string[], input = ''): Started {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  running.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.end(input);
  const done = new Promise<Done>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return { child, printed: () => out + err, done };
}

const cli = (args: readonly string[], input = ''): Promise<Done> => start(args, input).done;
const data = (): string => join(folder, 'data');

async function until(check: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('not within 15 s');
}

async function run(more: readonly string[] = []): Promise<Started & { readonly base: string; readonly mqttPort: number }> {
  const started = start(['run', '--data', data(), '--http-port', '0', '--mqtt-port', '0', ...more]);
  await until(() => /Ctrl-C stops/.test(started.printed()) || started.child.exitCode !== null);
  const [, base = '', mqtt = ''] = /Console (http:\/\/[\d.:]+), MQTT [\d.]+:(\d+)/.exec(started.printed()) ?? [];
  return { ...started, base, mqttPort: Number(mqtt) };
}

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('agent add', () => {
  test('makes the secrets of mode 0600, the keys, and a row whose secret is a hash', async () => {
    const out = join(folder, 'yb-a.yaml');
    const done = await cli(['agent', 'add', 'yb-a', '--site', 'demo', '--data', data(), '--out', out]);
    expect([done.code, done.out.includes(out)]).toEqual([0, true]);
    const secrets = parse(readFileSync(out, 'utf8')) as Record<string, string>;
    expect(Object.keys(secrets)).toEqual(['site', 'agent', 'mqttSecret', 'siteKey', 'dataKeyId', 'dataKey']);
    expect(secrets['mqttSecret']).toMatch(/^[\w-]{43}$/);
    expect([mode(out), mode(join(data(), 'keys.json')), mode(join(data(), 'cardwatch.db')), mode(data())]).toEqual([
      '600',
      '600',
      '600',
      '700',
    ]);
    expect(readFileSync(join(data(), 'cardwatch.db')).includes(secrets['mqttSecret'] ?? 'x')).toBe(false);
    expect(done.out).not.toContain(secrets['mqttSecret']);
  });

  test('gives a second agent of the site the same keys and another secret', async () => {
    const [a, b] = [join(folder, 'yb-a.yaml'), join(folder, 'yb-b.yaml')];
    expect((await cli(['agent', 'add', 'yb-b', '--site', 'demo', '--data', data(), '--out', b])).code).toBe(0);
    const [first, second] = [a, b].map((file) => parse(readFileSync(file, 'utf8')) as Record<string, string>);
    expect(second).toMatchObject({ siteKey: first?.['siteKey'], dataKey: first?.['dataKey'] });
    expect(second?.['mqttSecret']).not.toBe(first?.['mqttSecret']);
  });

  test.each([
    ['an agent that exists', ['yb-a', '--site', 'demo', '--out', 'NEW'], /yb-a/],
    ['a name that is no slug', ['YB A', '--site', 'demo'], /a-z 0-9 -/],
    ['a site that is no slug', ['yb-c', '--site', '../x'], /a-z 0-9 -/],
    ['no site', ['yb-c'], /--site/],
    ['a folder that is not there', ['yb-c', '--site', 'demo', '--out', '/no/such/folder/x.yaml'], /ENOENT/],
  ])('refuses %s and leaves nothing', async (_what, args, words) => {
    const fresh = join(folder, 'never.yaml');
    const done = await cli(['agent', 'add', ...args.map((arg) => (arg === 'NEW' ? fresh : arg)), '--data', data()]);
    expect([done.code, words.test(done.err)]).toEqual([1, true]);
    expect(() => statSync(fresh)).toThrow();
  });

  test('never writes over a file', async () => {
    const out = join(folder, 'kept.yaml');
    writeFileSync(out, 'kept');
    const done = await cli(['agent', 'add', 'yb-d', '--site', 'demo', '--data', data(), '--out', out]);
    expect([done.code, readFileSync(out, 'utf8'), done.err.includes('--out')]).toEqual([1, 'kept', true]);
    expect((await cli(['agent', 'list', '--data', data()])).out.includes('yb-d')).toBe(false);
  });

  test('refuses to make new keys over damaged ones', async () => {
    const other = join(folder, 'other');
    await cli(['agent', 'add', 'x', '--site', 'demo', '--data', other]);
    writeFileSync(join(other, 'keys.json'), '{');
    const done = await cli(['agent', 'add', 'y', '--site', 'demo', '--data', other]);
    expect([done.code, done.err.includes('keys.json'), readFileSync(join(other, 'keys.json'), 'utf8')]).toEqual([1, true, '{']);
  });
});

describe('user add and token add', () => {
  test('take the password from the pipe, never from the arguments', async () => {
    expect((await cli(['user', 'add', 'li', '--role', 'admin', '--data', data()], 'too short\n')).code).toBe(1);
    expect((await cli(['user', 'add', 'li', '--role', 'admin', '--data', data()], 'correct horse battery\n')).code).toBe(0);
    expect((await cli(['user', 'add', 'li', '--role', 'admin', '--data', data()], 'correct horse battery\n')).code).toBe(1);
    expect((await cli(['user', 'add', 'Li!', '--role', 'admin', '--data', data()], 'correct horse battery\n')).code).toBe(1);
    expect((await cli(['user', 'add', 'wu', '--role', 'king', '--data', data()], 'correct horse battery\n')).code).toBe(1);
  });

  test('user disable, enable and password act on one that exists, and not on the last administrator', async () => {
    const user = (...args: readonly string[]): Promise<Done> => cli(['user', ...args, '--data', data()]);
    expect((await user('disable', 'li')).code).toBe(1);
    expect((await cli(['user', 'add', 'he', '--role', 'duty', '--data', data()], 'correct horse battery\n')).code).toBe(0);
    expect([(await user('disable', 'he')).code, (await user('enable', 'he')).code, (await user('enable', 'no')).code]).toEqual([
      0, 0, 1,
    ]);
    const change = (name: string, secret: string): Promise<Done> =>
      cli(['user', 'password', name, '--data', data()], `${secret}\n`);
    expect([(await change('he', 'short')).code, (await change('no', 'another horse battery')).code]).toEqual([1, 1]);
    const done = await change('he', 'another horse battery');
    expect([done.code, `${done.out}${done.err}`.includes('another horse')]).toEqual([0, false]);
    expect((await cli(['user', 'disable', 'he', '--data', join(folder, 'nowhere')])).code).toBe(1);
  });

  test('print the token alone on standard output', async () => {
    const done = await cli(['token', 'add', '--scopes', 'metrics,read', '--label', 'grafana', '--data', data()]);
    expect([done.code, /^cw_[\w-]{43}\n$/.test(done.out)]).toEqual([0, true]);
    expect((await cli(['token', 'add', '--scopes', 'root', '--label', 'x', '--data', data()])).code).toBe(1);
  });
});

describe('run', () => {
  test('serves, lets in who was added beside it, and ends within three seconds of Ctrl-C', async () => {
    const one = await run();
    const token = (await cli(['token', 'add', '--scopes', 'read', '--label', 'beside', '--data', data()])).out.trim();
    const answer = await fetch(`${one.base}/api/v1/agents`, { headers: { authorization: `Bearer ${token}` } });
    expect(((await answer.json()) as { items: readonly { agentId: string }[] }).items.map(({ agentId }) => agentId)).toEqual([
      'yb-a',
      'yb-b',
    ]);
    const live = await fetch(`${one.base}/api/v1/live`, { headers: { authorization: `Bearer ${token}` } });
    expect(live.status).toBe(200);
    const asked = performance.now();
    one.child.kill('SIGINT');
    expect((await one.done).code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(3_000);
    await live.body?.cancel().catch(() => undefined);
  });

  test('prints a set-up code only while there is no account', async () => {
    const one = await run();
    expect(one.printed()).not.toMatch(/设置码|set-up/);
    one.child.kill('SIGTERM');
    expect((await one.done).code).toBe(0);
    const fresh = start(['run', '--data', join(folder, 'fresh'), '--http-port', '0', '--mqtt-port', '0']);
    await until(() => /Ctrl-C stops/.test(fresh.printed()));
    const lines = fresh
      .printed()
      .split('\n')
      .filter((line) => /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(line));
    expect(lines.map((line) => /设置码|set-up code/.test(line))).toEqual([true, true]);
    fresh.child.kill('SIGTERM');
    await fresh.done;
  });

  test('names the port that is taken and the option that changes it', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = String(typeof address === 'object' ? address?.port : 0);
    const fresh = join(folder, 'taken');
    for (const [option, other] of [
      ['--http-port', '--mqtt-port'],
      ['--mqtt-port', '--http-port'],
    ] as const) {
      const done = await cli(['run', '--data', fresh, option, port, other, '0']);
      expect([done.code, done.err.includes(port), done.err.includes(option), done.err.includes(other)]).toEqual([
        1,
        true,
        true,
        false,
      ]);
      expect(done.err.match(/[\u4e00-\u9fff]/u)).not.toBeNull();
    }
    taken.close();
  });

  test('leaves a data folder that another collector uses alone, and takes it over from one that was killed', async () => {
    const one = await run();
    const second = await cli(['run', '--data', data(), '--http-port', '0', '--mqtt-port', '0']);
    expect([second.code, second.err.includes('--data')]).toEqual([1, true]);
    one.child.kill('SIGKILL');
    await one.done;
    const third = await run();
    expect(third.base).not.toBe('');
    third.child.kill('SIGINT');
    expect((await third.done).code).toBe(0);
  });

  test.each([
    [['--http-port', '70000'], '0..65535'],
    [['--session-idle-min', '0'], '1..720'],
    [['--http-tls-cert', bin], 'TLS'],
    [['--frobnicate'], '--frobnicate'],
  ])('refuses %j', async (args, word) => {
    const done = await cli(['run', '--data', join(folder, 'x'), '--mqtt-port', '0', ...args]);
    expect([done.code, done.err.includes(word)]).toEqual([1, true]);
  });
});

describe('verify and export', () => {
  test('say that a good folder is good, and end with 2 on one that is not', async () => {
    const good = await cli(['verify', '--data', data()]);
    expect([good.code, good.out.split('\n').filter((line) => line.startsWith('ok ')).length]).toEqual([0, 5]);
    const { DatabaseSync } = await import('node:sqlite');
    const people = new DatabaseSync(join(data(), 'people.db'));
    people.exec("DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'nobody' WHERE n = 2");
    people.close();
    const bad = await cli(['verify', '--data', data()]);
    expect([bad.code, /BAD .*broken at 2/.test(bad.out)]).toEqual([2, true]);
  });

  test('export ends well when its reader has seen enough', async () => {
    const done = await cli(['export', 'records', '--from', '2026-11-23', '--to', '2026-11-23', '--data', data()]);
    expect([done.code, done.out.startsWith('id,deviceId,')]).toEqual([0, true]);
    expect((await cli(['export', 'records', '--from', '2026-02-30', '--to', '2026-11-23', '--data', data()])).code).toBe(1);
  });
});
