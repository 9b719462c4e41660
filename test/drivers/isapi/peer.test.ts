/** Against a terminal written in another language from the standards: digest, stream, log, and posts of the terminal (httpHosts). */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Session, createRegistry } from '@cardwatch/drivers';
import { SeededRandom } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../peer.ts';
import { Ears, MemoryCustody, account, fast, logBy, profileName, profileOf, until } from './harness.ts';

const python = '/usr/bin/python3';
const script = new URL('peer.py', import.meta.url).pathname;
const hasPython = spawnSync(python, ['--version'], { timeout: 10_000 }).status === 0;
const run = promisify(execFile);

const children: ChildProcess[] = [];
const sessions: Session[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function open(connection: Readonly<Record<string, unknown>>, log: 'serial' | 'time' | 'none') {
  const profile = await profileOf(profileName, { stream: fast, ...logBy(log) });
  const driver = createRegistry(new SeededRandom(5)).get('isapi');
  if (driver === undefined) throw new Error('no isapi driver');
  const custody = new MemoryCustody();
  const ears = new Ears();
  const opened = await driver.open(
    driver.connection.parse({ kind: 'isapi', host: '127.0.0.1', credentials: account, ...connection }),
    profile,
    ears.io,
  );
  if (!opened.ok) throw new Error(opened.error.kind);
  sessions.push(opened.value);
  opened.value.listen?.start(custody, custody.resume);
  return { custody, ears, session: opened.value };
}

async function served(events: number): Promise<{ readonly port: number; say(word: string): void }> {
  const child = spawn(python, [script, 'serve', account.user, account.password, String(events)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const port = await new Promise<number>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (line) => resolve(Number(line))),
  );
  return { port, say: (word) => void child.stdin.write(`${word}\n`) };
}

const resultsOf = (custody: MemoryCustody): string[] =>
  custody.events.map((event) =>
    event.type === 'pass' ? `${event.eventNo} ${event.result} ${event.method} ${event.personNo}` : event.type,
  );
const expected = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).map(
    (no) => `${no} ${no % 5 === 0 ? 'denied' : 'granted'} face 20230701${String(no % 100).padStart(2, '0')}`,
  );

describe.skipIf(!hasPython)('a terminal in Python (needs python3)', () => {
  test.each(['serial', 'time'] as const)('stream and log by %s: each event once, in order', async (by) => {
    const peer = await served(13);
    const { custody, ears, session } = await open({ port: peer.port }, by);
    await until('what was there before', () => by === 'time' || custody.last === 13 || custody.signs > 1);
    expect(await session.identify?.(new AbortController().signal)).toEqual({
      ok: true,
      value: { serial: 'PEER-1', model: 'PEER' },
    });
    await until('the thirteen of before', () => custody.last === 13);
    for (let index = 0; index < 30; index++) {
      peer.say(index % 7 === 6 ? 'drop' : 'pass');
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    await until('all events', () => custody.last === 13 + 26);
    expect(resultsOf(custody)).toEqual(expected(1, 39));
    expect(JSON.stringify(custody.observations) + ears.heard.join('\n')).not.toContain('CANARY');
    expect(custody.discarded).toBeGreaterThan(13);
  });

  test.each(['json', 'xml', 'multipart'])('posts as %s: answered with 200 when they are on disk, each once', async (form) => {
    const port = await freePort();
    const pushPath = '/isapi/push/7-east';
    const { custody, ears } = await open({ channel: 'push', pushPath, push: { host: '127.0.0.1', port } }, 'none');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const url = `http://127.0.0.1:${port}${pushPath}`;
    const first = await run(python, [script, 'post', url, '1', '6', form], { timeout: 20_000 });
    expect(first.stdout.trim().split('\n')).toEqual(Array<string>(6).fill('200'));
    custody.refuse = 1;
    const refused = await run(python, [script, 'post', url, '7', '1', form], { timeout: 20_000 });
    expect(refused.stdout.trim()).toBe('503');
    const again = await run(python, [script, 'post', url, '5', '5', form], { timeout: 20_000 });
    expect(again.stdout.trim().split('\n')).toEqual(Array<string>(5).fill('200'));
    expect(resultsOf(custody)).toEqual(expected(1, 9));
    expect(custody.events.every((event) => event.type === 'pass' && event.live && event.source === 'push')).toBe(true);
    expect(JSON.stringify(custody.observations) + ears.heard.join('\n')).not.toContain('CANARY');
    const elsewhere = await run(python, [script, 'post', `http://127.0.0.1:${port}/other`, '10', '1', form], { timeout: 20_000 });
    expect(elsewhere.stdout.trim()).toBe('404');
    expect(custody.last).toBe(9);
  });
});
