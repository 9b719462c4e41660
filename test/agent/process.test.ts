/** The program itself: over a real broker to a ledger, killed and started again, and ended in order. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSimulators, Plan, planOfScale, type RunningSimulators } from '@cardwatch/simulators';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentYaml } from '../campus/agent-config.ts';
import { Ledger } from './ledger.ts';

const mosquitto = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find((path) => existsSync(path));
const bin = join(import.meta.dirname, '../../packages/agent/bin/cardwatch-agent.js');

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

async function until(what: () => boolean, limitMs: number, name: string): Promise<void> {
  const end = Date.now() + limitMs;
  while (!what()) {
    if (Date.now() > end) throw new Error(`${name} did not happen within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ended = (child: ChildProcess): Promise<number | string> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'gone')));

describe('command line', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [bin, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C', LC_ALL: '' },
      timeout: 30_000,
    });

  test.each([
    [['--help'], 0, /status/, 'out'],
    [['check', '--config', '/nowhere/agent.yaml'], 2, /there is no file/, 'err'],
    [['run', '--config', '/nowhere/agent.yaml', '--lang', 'zh'], 2, /没有文件/, 'err'],
    [['status', '--url', 'http://127.0.0.1:1'], 1, /does not answer/, 'err'],
    [['journal', 'list'], 2, /--data/, 'err'],
    [['journal', 'verify', '--data', '/nowhere'], 0, /0 segments, 0 records, 0 problems/, 'out'],
    [['nonsense'], 1, /unknown command/, 'err'],
  ] as const)('%j ends with %i', (args, code, text, where) => {
    const result = run(...args);
    expect(where === 'out' ? result.stdout : result.stderr).toMatch(text);
    expect(result.status).toBe(code);
  });
});

describe.skipIf(mosquitto === undefined)('agent process (needs mosquitto)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-agent-'));
  const address = { site: 'yb', agent: 'yb-a' } as Ledger['address'];
  const ledger = new Ledger(address, () => Date.now());
  const children: ChildProcess[] = [];
  let simulators: RunningSimulators | undefined;
  let collector: MqttClient | undefined;
  let statusPort = 0;
  /** The last that agents logged. */
  let said = '';

  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [bin, 'run', '--config', join(folder, 'agent.yaml')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-4_000);
    });
    children.push(child);
    return child;
  };

  beforeAll(async () => {
    const [mqttPort, linePort] = [await freePort(), await freePort()];
    statusPort = await freePort();
    const broker = spawn(mosquitto ?? '', ['-p', String(mqttPort)], { stdio: 'ignore' });
    children.push(broker);
    const scale = Plan.parse(planOfScale({ scale: 's', basePort: linePort, showersOnly: true }));
    const plan = { ...scale, lines: scale.lines.slice(0, 1) };
    const opened = await openSimulators(plan, { seed: 5, quiet: true });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    simulators = opened.value;
    const agent = plan.lines[0]?.agent ?? '';
    const secrets = join(folder, 'secrets.yaml');
    const place = {
      agent,
      site: 'yb',
      secrets,
      data: join(folder, 'data'),
      mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
      statusPort,
      credentials: folder,
    };
    writeFileSync(join(folder, 'agent.yaml'), agentYaml(plan, place).replace(/firstConnectMs: \d+/, 'firstConnectMs: 200'));
    writeFileSync(
      secrets,
      [
        'site: yb',
        `agent: ${agent}`,
        `mqttSecret: ${'A'.repeat(43)}`,
        `siteKey: '${'1b'.repeat(32)}'`,
        'dataKeyId: k1',
        `dataKey: '${'2c'.repeat(32)}'`,
      ].join('\n'),
      { mode: 0o600 },
    );
    collector = mqtt.connect(`mqtt://127.0.0.1:${mqttPort}`, { clientId: 'collector', reconnectPeriod: 200 });
    collector.on('connect', () => collector?.subscribe('cw/1/+/+/up/#', { qos: 1 }));
    collector.on('message', (topic, payload) => {
      for (const answer of ledger.receive({ topic, payload }))
        collector?.publish(answer.topic, Buffer.from(answer.payload), { qos: 1 });
    });
    await until(() => collector?.connected === true, 10_000, 'the broker');
  });

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    collector?.end(true);
    await simulators?.close();
    rmSync(folder, { recursive: true });
  });

  test('every record of the terminals reaches the ledger once, through kill -9, and the end takes less than three seconds', async () => {
    const write = (): number => simulators?.campus.steady.write(60) ?? 0;
    const first = start();
    await until(() => ledger.hellos.length > 0, 20_000, 'the first hello').catch((error: unknown) => {
      throw new Error(`${String(error)}\n${said}`);
    });
    let sold = write();
    await until(() => ledger.rows.size > 10, 30_000, 'some records');
    first.kill('SIGKILL');
    sold += write();
    const second = start();
    await until(() => ledger.rows.size === sold, 45_000, 'all records');
    expect(ledger.conflicts).toBe(0);
    const truth = simulators?.campus.truth.rows() ?? [];
    expect(sold).toBe(120);
    expect(truth.reduce((sum, { count }) => sum + count, 0)).toBe(sold);
    for (const row of truth) expect(ledger.numbersOf(row.deviceId, row.generation)).toHaveLength(row.count);
    const page = await fetch(`http://127.0.0.1:${statusPort}/`);
    expect(await page.text()).toContain('采集器 Agent yb-a');
    const stopped = ended(second);
    const askedAt = Date.now();
    second.kill('SIGTERM');
    expect(await stopped).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(3_000);
  });

  test('the journal that it left proves itself', () => {
    const verify = spawnSync(process.execPath, [bin, 'journal', 'verify', '--config', join(folder, 'agent.yaml')], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(verify.stdout).toMatch(/ 0 problems, 0 holes, the chain holds/);
    expect(verify.status).toBe(0);
    const money = spawnSync(process.execPath, [bin, 'journal', 'export', '--data', join(folder, 'data')], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(money.stdout.trim().split('\n').length).toBeGreaterThanOrEqual(120);
    expect(money.stdout).not.toMatch(/"cardNo"/);
  });
});
