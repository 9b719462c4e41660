/**
 * `pnpm watch:live`: a canteen loses its switch at lunch. Real processes, a real mail server and a real robot endpoint; figures of detection and of telling.
 * Exit code 1: somebody was not told, was told twice, or heard of an end without a beginning.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Alarm } from '@cardwatch/contracts/watch';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { Site } from '../../campus/site.ts';
import { startRobotServer } from '../servers/robot.ts';
import { startSmtpServer } from '../servers/smtp.ts';
import { isLunch, runAtLunch } from './at-lunch.ts';
import { Person } from './people.ts';

const options = new Command('pnpm watch:live')
  .option('--base-port <n>', 'first of the ports used on loopback', Number, 23_000)
  .option('--warm <s>', 'seconds that the campus runs well before', Number, 60)
  .option('--down <s>', 'seconds without the switch', Number, 60)
  .parse()
  .opts<{ readonly basePort: number; readonly warm: number; readonly down: number }>();

const atLunch = runAtLunch(Date.now());
if (atLunch !== null) process.exit(atLunch);
const lunch = isLunch(Date.now());

const port = options.basePort;
const base = `http://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), 'cardwatch-live-'));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const problems: string[] = [];
const say = (line: string): void => console.log(line);

const smtp = await startSmtpServer();
const robot = await startRobotServer({ dingtalk: { 'duty-token': 'SECduty' } }, () => Date.now());

/** `watch.yaml` and its secrets, before the collector's first start. */
function configure(data: string): void {
  mkdirSync(join(data, 'secrets'), { recursive: true, mode: 0o700 });
  const secret = (name: string, text: string): string => {
    writeFileSync(join(data, 'secrets', name), text, { mode: 0o600 });
    return `secrets/${name}`;
  };
  const robots = { duty: { token: secret('token', 'duty-token'), sign: secret('sign', 'SECduty') } };
  const settings = {
    publicUrl: base,
    allowHosts: ['127.0.0.1'],
    channels: {
      mail: { host: '127.0.0.1', port: smtp.port, security: 'none', from: 'cardwatch@example.edu.cn' },
      dingtalk: { url: robot.urls.dingtalk, robots },
    },
  };
  writeFileSync(join(data, 'watch.yaml'), stringify(settings), { mode: 0o600 });
}

const site = new Site({
  folder,
  site: 'live',
  scale: 's',
  httpPort: port,
  mqttPort: port + 1,
  simulatorsPort: port + 2,
  statusPort: port + 3,
  linePort: port + 10,
  simulatorWords: ['--campus-time', '11:55'],
  endedByItself: (name, code, words) => problems.push(`${name} ended by itself with code ${code}: ${words.slice(-400)}`),
});

async function staff(person: Person): Promise<void> {
  const now = Date.now();
  const people = [
    {
      recipientId: 'zhang',
      displayName: '张工',
      kind: 'person',
      addresses: [{ channel: 'mail', address: 'zhang@example.edu.cn' }],
    },
    {
      recipientId: 'lead',
      displayName: '技术负责人',
      kind: 'person',
      addresses: [{ channel: 'mail', address: 'lead@example.edu.cn' }],
    },
    { recipientId: 'robot', displayName: '值班群', kind: 'robot', addresses: [{ channel: 'dingtalk', address: 'duty' }] },
    { recipientId: 'li', displayName: '李会计', kind: 'person', addresses: [{ channel: 'mail', address: 'li@example.edu.cn' }] },
  ];
  for (const each of people) await person.post('/recipients', { ...each, user: null, language: 'zh' });
  const [from, to] = [now - 3_600_000, now + 86_400_000];
  const shift = (duty: string, recipientId: string) => ({ duty, recipientId, from, to, onSite: true, override: false });
  const shifts = [shift('onSite', 'zhang'), shift('lead', 'lead'), shift('contact', 'robot')];
  await person.post('/shifts', { duties: ['onSite', 'lead', 'contact'], from, to, shifts });
}

const fault = (method: 'POST' | 'DELETE'): Promise<Response> => {
  const order = { cluster: 'ct01-net', deviceId: 'ct01-net-01', type: 'switchDown' };
  const url = `http://127.0.0.1:${port + 2}/clusters/faults`;
  if (method === 'POST')
    return fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) });
  return fetch(`${url}?${new URLSearchParams(order).toString()}`, { method });
};

async function until<T>(look: () => Promise<T | undefined> | T | undefined, withinMs: number): Promise<T | undefined> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() > end) return found;
    await sleep(100);
  }
}

const AlarmsReply = z.object({ items: z.array(Alarm) });
const alarmsOf = async (person: Person): Promise<readonly Alarm[]> =>
  (await person.get('/alarms?limit=500', AlarmsReply)).items.filter(({ rule }) => rule !== 'impossibleSequence');

/** A subject in UTF-8, as RFC 2047 writes it. */
const decoded = (subject: string): string =>
  subject
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, base64: string) => Buffer.from(base64, 'base64').toString('utf8'))
    .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, quoted: string) =>
      Buffer.from(
        quoted
          .replaceAll('_', ' ')
          .replace(/=([0-9A-F]{2})/gi, (_hex, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      ).toString('utf8'),
    );

/** What each address heard of this alarm's matter, in order: fired or cleared. */
const heard = (word: RegExp): ReadonlyMap<string, readonly ('fired' | 'cleared')[]> => {
  const lines = [
    ...smtp.received.map(({ to, headers, text }) => ({
      who: to.join(),
      what: `${decoded(headers.get('subject') ?? '')} ${text}`,
    })),
    ...robot.received.map(({ robot: name, content }) => ({ who: `robot ${name}`, what: content })),
  ];
  const by = new Map<string, ('fired' | 'cleared')[]>();
  for (const { who, what } of lines)
    if (word.test(what)) by.set(who, [...(by.get(who) ?? []), /恢复|解除/.test(what.slice(0, 200)) ? 'cleared' : 'fired']);
  return by;
};

try {
  configure(join(folder, 'collector'));
  await site.startSimulators();
  for (const agent of site.agents) site.enrol(agent, port + 1);
  const collector = await site.startCollector();
  for (const agent of site.agents) site.startAgent(agent);
  const code = /[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}/.exec(collector.output())?.[0] ?? '';
  const person = await Person.setUp(base, code);
  await staff(person);
  say(
    lunch
      ? 'it is lunch'
      : "it is not lunch, and Debian's faketime is not there to make it so: level and symptoms are those of the hour",
  );
  await sleep(options.warm * 1_000);
  const before = await alarmsOf(person);
  say(`after ${options.warm} s: ${before.length} alarms of a campus that is well (${before.map(({ rule }) => rule).join(' ')})`);
  const toldBefore = smtp.received.length + robot.received.length;

  const cutAt = Date.now();
  await fault('POST');
  const found = await until(
    async () =>
      (await alarmsOf(person)).find(({ rule, raisedAt }) => rule === 'upstreamDown' && raisedAt !== null && raisedAt > cutAt),
    90_000,
  );
  if (found === undefined) problems.push('the switch was not found within 90 s');
  else {
    say(
      `switch found after ${seconds(found.foundAt - cutAt)}, raised after ${seconds((found.raisedAt ?? 0) - cutAt)}, level ${found.level}`,
    );
    const first = await until(() => (smtp.received.length + robot.received.length > toldBefore ? Date.now() : undefined), 30_000);
    if (first === undefined) problems.push('nobody was told within 30 s');
    else say(`first message ${seconds(first - (found.raisedAt ?? first))} after it was raised`);
  }
  await sleep(Math.max(0, options.down * 1_000 - (Date.now() - cutAt)));
  const during = await alarmsOf(person);
  const cause = during.find(({ alarmId }) => alarmId === found?.alarmId);
  say(
    `after ${options.down} s: level ${cause?.level ?? '-'}, ${cause?.symptoms ?? 0} symptoms, ${cause?.exposure.records ?? 0} records, ` +
      `${((cause?.exposure.fen ?? 0) / 100).toFixed(2)} yuan at stake; ${during.length} alarms, ` +
      `${during.filter(({ suppressedBy }) => suppressedBy.length > 0).length} of them suppressed`,
  );
  if (lunch && (cause?.level !== 1 || cause.symptoms === 0))
    problems.push('a canteen without its switch at lunch is not level 1 with symptoms');
  await fault('DELETE');
  const healedAt = Date.now();
  const over = await until(
    async () => (await alarmsOf(person)).find(({ alarmId, condition }) => alarmId === found?.alarmId && condition === 'cleared'),
    120_000,
  );
  if (over === undefined) problems.push('the switch is not cleared 120 s after it came back');
  else say(`cleared ${seconds((over.clearedAt ?? 0) - healedAt)} after it came back`);
  await sleep(20_000);
  const messages = heard(/交换机/);
  for (const [who, lines] of messages) {
    say(`${who}: ${lines.join(' ')}`);
    if (lines[0] !== 'fired' || lines.at(-1) !== 'cleared') problems.push(`${who} heard ${lines.join(' ')}`);
  }
  if (![...messages.keys()].some((who) => who.startsWith('zhang'))) problems.push('the engineer on duty was not told');
  if ([...messages.keys()].some((who) => who.startsWith('li@'))) problems.push('somebody who has no duty was told');
  for (const { headers } of smtp.received) say(`  mail: ${decoded(headers.get('subject') ?? '')}`);
  say(`messages in all: ${smtp.received.length} mails, ${robot.received.length} by robot, ${robot.refused.length} refused by it`);
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await site.stopAll(4_000);
  await Promise.all([smtp.close(), robot.close()]);
  if (problems.length === 0) rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) say(`PROBLEM ${problem}`);
say(problems.length === 0 ? 'everybody who had to hear heard, and nobody else' : `data stay in ${folder}`);
process.exit(problems.length === 0 ? 0 : 1);
