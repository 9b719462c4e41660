/** The agent as a process: its configuration read again by SIGHUP and by a change of the file, frame traces, and a probe while it runs. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bin, runCommand } from './command.ts';
import { type DeviceRow, freePort, type LinkRow, LittleSite, until } from './little-site.ts';

const site = new LittleSite();
const bus: readonly DeviceRow[] = Array.from({ length: 8 }, (_, index) => ({
  id: `bus-${index + 1}`,
  link: 'bus',
  unit: index + 1,
}));
const behind: readonly DeviceRow[] = Array.from({ length: 4 }, (_, index) => ({
  id: `behind-${index + 1}`,
  link: 'gateway',
  unit: index + 1,
}));
let agent: ReturnType<LittleSite['run']>;

interface More {
  readonly links?: readonly LinkRow[];
  readonly [key: string]: unknown;
}

const yaml = (devices: readonly DeviceRow[], { links = [], ...more }: More = {}): string =>
  site.text(
    [
      ...links,
      { name: 'bus', kind: 'rtuOverTcp', host: '127.0.0.1', port: site.busPort },
      { name: 'gateway', kind: 'modbusTcp', host: '127.0.0.1', port: site.gatewayPort },
    ],
    devices,
    more,
  );

interface Reload {
  readonly outcome: string;
  readonly detail: string;
}

const reloaded = async (outcome: string, detail: RegExp): Promise<void> => {
  const seen = async (): Promise<boolean> => {
    const { reload } = (await site.status()) as unknown as { readonly reload?: Reload };
    return reload?.outcome === outcome && detail.test(reload.detail);
  };
  await until(seen, 15_000, `${outcome} ${detail.source}`).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${site.said.slice(-3_000)}`);
  });
};

const states = async (): Promise<readonly string[]> => (await site.status()).devices.map(({ deviceId }) => deviceId).sort();

beforeAll(async () => {
  await site.open();
  site.replace(yaml([...bus, ...behind]));
  agent = site.run();
  await site.online(12);
}, 90_000);

afterAll(() => site.close());

describe('an agent that runs', () => {
  test('takes a changed file by itself: what is untouched keeps its state since before', async () => {
    const before = new Map((await site.status()).devices.map((device) => [device.deviceId, device]));
    site.replace(yaml([...bus.slice(1), ...behind, { id: 'behind-5', link: 'gateway', unit: 5 }]));
    await reloaded('taken', /^added 1, removed 1, changed 0, untouched 11$/);
    await site.online(12);
    const after = (await site.status()).devices;
    expect(after.map(({ deviceId }) => deviceId)).not.toContain('bus-1');
    const untouched = after.filter(({ deviceId }) => before.has(deviceId));
    expect(untouched).toHaveLength(11);
    for (const device of untouched)
      expect(device).toMatchObject({ since: (before.get(device.deviceId) as { since?: number })?.since });
  });

  test('keeps the old configuration when the new one is broken, or needs a restart, and says why', async () => {
    const good = readFileSync(site.config, 'utf8');
    const kept = await states();
    site.replace(good.replace('unit: 5', 'unit: 500'));
    await reloaded('refused', /devices\[3\]\.unit: 500 is not allowed; allowed: a whole number from 1 to 247/);
    site.replace(yaml([...bus.slice(1), ...behind], { agent: 'yb-a', data: 'elsewhere' }));
    await reloaded('refused', /^needs a restart of the agent: data changed$/);
    const page = await (await fetch(`http://127.0.0.1:${site.statusPort}/`)).text();
    expect(page).toContain('New configuration refused');
    expect(page).toContain('data changed');
    expect(page).toContain('<td>rtuOverTcp · 轮询 polled</td>');
    const url = `http://127.0.0.1:${site.statusPort}`;
    expect((await runCommand(['status', '--url', url, '--lang', 'zh'])).out).toMatch(/新配置被拒绝 .*data changed/);
    expect(await states()).toEqual(kept);
    expect(agent.exitCode).toBeNull();
    site.replace(good);
    await reloaded('taken', /^nothing changed$/);
  });

  test('takes in devices that dial in, and gives their port back and takes it again when they change', async () => {
    const good = readFileSync(site.config, 'utf8');
    const port = await freePort();
    const listening = async (name: string): Promise<void> => {
      const profile = 'zkpush/cardwatch/attendance-gate';
      const gate = { id: 'gate-1', name, link: 'push', serial: 'CKJG260100001', profile };
      const link = { name: 'push', kind: 'zkpush', listen: { host: '127.0.0.1', port } };
      site.replace(yaml([...bus.slice(1), ...behind, gate], { links: [link] }));
      const seen = async (): Promise<boolean> => {
        const device = (await site.status()).devices.find(({ deviceId }) => deviceId === 'gate-1');
        return device !== undefined && 'way' in device && device.way === 'listening' && 'name' in device && device.name === name;
      };
      await until(seen, 15_000, `${name} is listened to`);
      expect((await fetch(`http://127.0.0.1:${port}/iclock/cdata?SN=CKJG260109999`)).status).toBe(403);
    };
    await listening('East gate');
    await listening('West gate');
    expect(await (await fetch(`http://127.0.0.1:${site.statusPort}/`)).text()).toContain('<td>zkpush · 主动上报 listening</td>');
    site.replace(good);
    await reloaded('taken', /^added 1, removed 1, changed 0, untouched 11$/);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    await site.online(12);
  });

  test('reads the file on SIGHUP as well', async () => {
    // The same bytes: no watch tells of it by more than its time.
    site.said = '';
    agent.kill('SIGHUP');
    await until(() => /"configReloaded".*"cause":"SIGHUP".*"untouched":12/.test(site.said), 10_000, 'SIGHUP');
    expect(agent.exitCode).toBeNull();
  });

  test('a probe asks it instead of the line that it holds', async () => {
    const { code, out } = await runCommand(['probe', 'bus-2', '-c', site.config, '--lang', 'en']);
    expect(out).toMatch(/the running agent holds the line; it asked the device at once\n {2}the device answered\n {2}state: /);
    expect(out).toContain(`http://127.0.0.1:${site.statusPort}/`);
    expect(code).toBe(0);
  });

  test('a trace streams the frames of its device alone, and ends by itself', async () => {
    const started = Date.now();
    const tracing = runCommand(['trace', 'bus-3', '-c', site.config, '--minutes', '0.12', '--json']);
    await until(async () => (await fetch(`http://127.0.0.1:${site.statusPort}/trace?device=bus-3`)).ok, 10_000, 'the trace');
    for (const device of ['bus-3', 'bus-4', 'bus-3'])
      expect((await runCommand(['probe', device, '-c', site.config])).code).toBe(0);
    const { code, out, err } = await tracing;
    expect(Date.now() - started).toBeLessThan(20_000);
    expect([code, err]).toEqual([0, expect.stringContaining('/trace?device=bus-3')]);
    const frames = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly n: number; readonly way: string; readonly hex: string });
    expect(frames.map(({ n }) => n)).toEqual(frames.map((_, index) => index + 1));
    const sent = frames.filter(({ way }) => way === 'sent');
    expect(sent.length).toBeGreaterThanOrEqual(2);
    for (const { hex } of sent) expect(hex.slice(0, 2)).toBe('03');
    const received = frames.filter(({ way }) => way === 'received').map(({ hex }) => hex);
    expect(received.join('').length).toBeGreaterThan(20);
    const page = await fetch(`http://127.0.0.1:${site.statusPort}/trace?device=bus-3`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('已结束 ended')]);
    expect((await fetch(`http://127.0.0.1:${site.statusPort}/trace?device=bus-4`)).status).toBe(404);
  });

  test('a trace that is interrupted stops the trace of the agent', async () => {
    const child = spawn(process.execPath, [bin, 'trace', 'behind-1', '-c', site.config], { stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    await until(() => out.includes('→') && out.includes('←'), 15_000, 'a frame each way');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    const { traces } = (await site.status()) as unknown as { readonly traces: readonly { deviceId: string; running: boolean }[] };
    expect(traces.find(({ deviceId }) => deviceId === 'behind-1')).toMatchObject({ running: false });
  });

  test('nobody traces without the token; its file is for this user alone and goes with the agent', async () => {
    const door = join(site.folder, 'data/status-door.json');
    expect(statSync(door).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(readFileSync(door, 'utf8')) as { readonly token: string };
    const url = `http://127.0.0.1:${site.statusPort}/trace?device=bus-2`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    const other = { 'x-cardwatch-token': token, origin: 'http://evil.example' };
    expect((await fetch(url, { method: 'POST', headers: other })).status).toBe(403);
    expect(await runCommand(['trace', 'nobody', '-c', site.config])).toMatchObject({ code: 1 });
    expect(await site.stopped(agent)).toBe(0);
    expect(() => statSync(door)).toThrow(/ENOENT/);
    expect(await runCommand(['trace', 'bus-2', '-c', site.config, '--lang', 'en'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('the agent does not run'),
    });
  });
});
