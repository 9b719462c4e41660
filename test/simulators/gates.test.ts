/** The simulated gates before a client that is not ours: curl logs in with digest, reads state and log, and listens to the stream. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { SeededRandom } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { openDahuaTerminal } from '../../packages/simulators/src/dahua/terminal.ts';
import { openIsapiTerminal } from '../../packages/simulators/src/isapi/terminal.ts';
import { realClock } from '../drivers/real-clock.ts';

const hasCurl = spawnSync('curl', ['--version'], { timeout: 10_000 }).status === 0;
const run = promisify(execFile);
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

const account = { user: 'watcher', password: 'Right-1234' };
const parts = { clock: realClock, random: new SeededRandom(1), truth: { record: () => {}, pass: () => {} }, port: 0 };
const person = {
  personNo: '2023070101',
  name: 'CANARY-NAME',
  card: undefined,
  direction: 'in',
  method: 'face',
  outcome: 'granted',
} as const;

async function curl(port: number, path: string, ...more: string[]): Promise<string> {
  const words = [
    '-sS',
    '-g',
    '--max-time',
    '2',
    '--digest',
    '-u',
    `${account.user}:${account.password}`,
    ...more,
    `http://127.0.0.1:${port}${path}`,
  ];
  // The stream never ends: curl's own deadline ends it, with what came so far.
  const { stdout } = await run('curl', words, { timeout: 10_000 }).catch((reason: { readonly stdout: string }) => reason);
  return stdout;
}

describe.skipIf(!hasCurl)('simulated gates (needs curl)', () => {
  test('ISAPI: state, log and stream', async () => {
    const terminal = await openIsapiTerminal({ deviceId: 'gate', ...account, heartbeatMs: 200 }, parts);
    closing.push(terminal);
    const { port } = terminal.endpoint;
    terminal.pass(person);
    expect(await curl(port, '/ISAPI/System/deviceInfo')).toContain('<model>DS-K1T671M</model>');
    const condition = JSON.stringify({
      AcsEventCond: { searchID: 'x', searchResultPosition: 0, maxResults: 2, major: 0, minor: 0 },
    });
    const page = JSON.parse(await curl(port, '/ISAPI/AccessControl/AcsEvent?format=json', '-d', condition)) as {
      AcsEvent: { totalMatches: number; responseStatusStrg: string; InfoList: unknown[] };
    };
    expect(page.AcsEvent).toMatchObject({ totalMatches: 3, responseStatusStrg: 'MORE' });
    expect(page.AcsEvent.InfoList).toHaveLength(2);
    const listening = curl(port, '/ISAPI/Event/notification/alertStream', '-i');
    setTimeout(() => terminal.pass(person), 600);
    const stream = await listening;
    expect(stream).toMatch(/Content-Type: multipart\/mixed; boundary=MIME_boundary/i);
    expect(stream).toContain('"serialNo": 4');
    expect(stream).toContain('videoloss');
    expect(stream).toContain('CANARY-PICTURE');
    expect(terminal.door.counts.wrong).toBe(0);
  });

  test('Dahua: time, records and stream', async () => {
    const terminal = await openDahuaTerminal({ deviceId: 'gate', ...account, heartbeatMs: 200 }, parts);
    closing.push(terminal);
    const { port } = terminal.endpoint;
    terminal.pass(person);
    expect(await curl(port, '/cgi-bin/global.cgi?action=getCurrentTime')).toMatch(/^result=\d{4}-\d\d-\d\d /);
    const records = await curl(
      port,
      '/cgi-bin/recordFinder.cgi?action=find&name=AccessControlCardRec&StartTime=0&EndTime=4000000000&count=5',
    );
    expect(records).toContain('found=1');
    expect(records).toContain('records[0].RecNo=1');
    const listening = curl(port, '/cgi-bin/eventManager.cgi?action=attach&codes=[AccessControl]&heartbeat=5');
    setTimeout(() => terminal.pass(person), 600);
    const stream = await listening;
    expect(stream).toContain('Heartbeat');
    expect(stream).toContain('Code=AccessControl;action=Pulse;index=0;data={');
    expect(stream).not.toContain('RecNo');
  });

  test('a wrong password: refused, and after five the account is locked for the right one as well', async () => {
    const terminal = await openIsapiTerminal({ deviceId: 'gate', ...account }, parts);
    closing.push(terminal);
    const { port } = terminal.endpoint;
    for (let round = 0; round < 5; round++) await curl(port, '/ISAPI/System/deviceInfo', '-u', 'watcher:wrong');
    expect(terminal.door.locked).toBe(true);
    expect(await curl(port, '/ISAPI/System/deviceInfo')).toContain('<lockStatus>lock</lockStatus>');
  });
});
