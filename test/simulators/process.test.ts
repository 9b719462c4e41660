/** The program itself: plan, run, kill and go on, HTTP. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultLabel, readPlan, type TruthRow } from '@cardwatch/simulators';
import { afterAll, describe, expect, it } from 'vitest';
import { type Running, runSimulators, startSimulatorsProcess } from './programs.ts';

interface Truth {
  readonly devices: readonly TruthRow[];
  readonly faults: readonly FaultLabel[];
}
interface Health {
  readonly records: number;
  readonly running: number;
  readonly ratePerSecond: number;
}

const folder = mkdtempSync(join(tmpdir(), 'cardwatch-simulators-'));
const planFile = join(folder, 'plan.yaml');
const started: Running[] = [];
afterAll(async () => {
  for (const running of started) await running.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const get = async <T>(running: Running, path: string): Promise<T> => (await (await fetch(running.url + path)).json()) as T;
const send = (running: Running, method: string, path: string, body?: string): Promise<Response> =>
  fetch(running.url + path, { method, ...(body === undefined ? {} : { body }) });

async function start(args: readonly string[]): Promise<Running> {
  const running = await startSimulatorsProcess(args);
  started.push(running);
  return running;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('waited 15 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('cardwatch-simulators', () => {
  it('plan writes a plan that run and others can read', () => {
    const ran = runSimulators(['plan', '--scale', 's', '--out', planFile, '--base-port', '0', '--showers-only']);
    expect([ran.code, ran.output]).toEqual([0, `${planFile}: 4 lines, 0 clusters, 46 devices\n`]);
    expect(readPlan(readFileSync(planFile, 'utf8')).ok).toBe(true);
  });

  it('run says what is wrong with a plan and ends', () => {
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, readFileSync(planFile, 'utf8').replace('unit: 3\n', 'unit: 248\n'));
    const ran = runSimulators(['run', '--plan', bad, '--http-port', '0']);
    expect(ran.code).toBe(1);
    expect(ran.output).toMatch(/lines\[0\]\.devices\[2\]\.unit: 248; .*247/);
    expect(runSimulators(['run', '--plan', join(folder, 'none.yaml')])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/cannot read/),
    });
    expect(runSimulators(['run', '--plan', planFile, '--campus-time', '25:00']).output).toMatch(/HH:MM/);
  });

  it('goes on after kill -9 and after Ctrl-C with the very truth that it had told', async () => {
    const data = ['--plan', planFile, '--http-port', '0', '--data', join(folder, 'data')];
    const first = await start([...data, '--rate', '2000']);
    await until(async () => (await get<Health>(first, '/health')).records > 500);
    await send(first, 'POST', '/faults', '{"deviceId":"yb-a1-01","type":"clockStep","deltaMs":60000}');
    const told = await get<Truth>(first, '/truth');
    expect(await first.kill('SIGKILL')).toBeNull();

    const second = await start([...data, '--rate', '1']);
    const kept = await get<Truth>(second, '/truth');
    expect(told.devices.length).toBe(40);
    for (const row of told.devices) {
      const now = kept.devices.find((candidate) => candidate.deviceId === row.deviceId);
      expect(now?.count).toBeGreaterThanOrEqual(row.count);
    }
    expect(kept.faults).toEqual(told.faults);
    await send(second, 'POST', '/stop-demand');
    const drained = await get<Truth>(second, '/truth');
    expect(await second.kill('SIGINT')).toBe(0);

    const third = await start([...data, '--campus-time', '03:00']);
    expect(await get<Truth>(third, '/truth')).toEqual(drained);
    expect(await third.kill('SIGINT')).toBe(0);
  });

  it('serves lines, truth, records, faults, rate; refuses the rest', async () => {
    const running = await start(['--plan', planFile, '--http-port', '0', '--rate', '500', '--speed', '60', '--seed', '5']);
    const { lines } = await get<{ lines: { name: string; kind: string; port: number; devices: unknown[] }[] }>(running, '/lines');
    expect(lines.map(({ name, kind, devices }) => [name, kind, devices.length])).toEqual([
      ['yb-a1', 'rtuOverTcp', 16],
      ['yb-a2', 'modbusTcp', 12],
      ['yb-b1', 'rtuOverTcp', 12],
      ['yb-b2', 'modbusTcp', 6],
    ]);
    await until(async () => (await get<Health>(running, '/health')).records > 100);
    await send(running, 'POST', '/stop-demand');
    expect(await get<Health>(running, '/health')).toMatchObject({ running: 0, ratePerSecond: 0 });
    const [row] = (await get<Truth>(running, '/truth')).devices;
    const { records } = await get<{ records: unknown[] }>(running, `/truth/records?deviceId=${row?.deviceId}`);
    expect(records).toHaveLength(row?.count ?? -1);
    expect(await get(running, '/truth/overwritten')).toEqual({ devices: [] });

    const made = await send(running, 'POST', '/faults', '{"line":"yb-b2","type":"silent"}');
    const label = (await made.json()) as FaultLabel;
    expect([made.status, label.devices.length, label.expected]).toEqual([200, 6, 'offline/noReply']);
    expect((await send(running, 'DELETE', `/faults/${label.id}`)).status).toBe(200);
    expect((await send(running, 'DELETE', `/faults/${label.id}`)).status).toBe(404);
    const { faults } = await get<Truth>(running, '/faults');
    expect(faults.map(({ id, end }) => [id, end === undefined])).toEqual([[label.id, false]]);

    const statuses = await Promise.all([
      send(running, 'POST', '/faults', '{"type":"silent"}'),
      send(running, 'POST', '/faults', '{"deviceId":"none","type":"silent"}'),
      send(running, 'POST', '/faults', '{'),
      send(running, 'POST', '/rate', '{"ratePerSecond":-1}'),
      send(running, 'POST', '/rate', 'x'.repeat(70_000)),
      send(running, 'GET', '/etc/passwd'),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([400, 404, 400, 400, 413, 404]);
    expect((await send(running, 'POST', '/rate', '{"ratePerSecond":200}')).status).toBe(200);
    expect(await running.kill('SIGINT')).toBe(0);
  });

  it('a babbling slave is heard by every master of an RTU line until the fault ends', async () => {
    const running = await start(['--plan', planFile, '--http-port', '0', '--rate', '1']);
    const { lines } = await get<{ lines: { port: number }[] }>(running, '/lines');
    const socket = createConnection(lines[0]?.port ?? 0, '127.0.0.1');
    let noise = 0;
    socket.on('data', (bytes: Buffer) => (noise += bytes.byteLength));
    await until(async () => !socket.connecting);
    await send(running, 'POST', '/faults', '{"line":"yb-a1","type":"flood","durationMs":400}');
    await until(async () => noise > 100);
    await until(async () => (await get<Truth>(running, '/faults')).faults.every((label) => label.end !== undefined));
    socket.destroy();
    expect(await running.kill('SIGINT')).toBe(0);
  });
});
