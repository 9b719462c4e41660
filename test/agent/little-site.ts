/** A folder with configuration and secrets of one agent beside simulated shower controllers, and the agent as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSimulators, Plan, planOfScale, type RunningSimulators } from '@cardwatch/simulators';
import { stringify } from 'yaml';
import { bin } from './command.ts';

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

export async function until(what: () => boolean | Promise<boolean>, limitMs: number, name: string): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`${name} did not happen within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface DeviceRow {
  readonly id: string;
  readonly link: string;
  readonly name?: string;
  readonly profile?: string;
  readonly [key: string]: unknown;
}

export interface LinkRow {
  readonly name: string;
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** `busPort` leads to 16 controllers on one wire behind a transparent serial server, `gatewayPort` to 12 behind a Modbus/TCP gateway. */
export class LittleSite {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardwatch-site-'));
  readonly config = join(this.folder, 'agent.yaml');
  readonly #children: ChildProcess[] = [];
  #simulators: RunningSimulators | undefined;
  #mqttPort = 0;
  statusPort = 0;
  busPort = 0;
  gatewayPort = 0;
  /** What the agent logged. */
  said = '';

  /** `clusters`: of other devices, beside the controllers. */
  async open(clusters: readonly unknown[] = []): Promise<void> {
    const basePort = await freePort();
    const plan = Plan.parse(planOfScale({ scale: 's', basePort, showersOnly: true }));
    const lines = plan.lines.slice(0, 2);
    const ports = [await freePort(), await freePort()];
    const moved = lines.map((line, index) => ({ ...line, port: ports[index] }));
    const opened = await openSimulators(Plan.parse({ ...plan, lines: moved, clusters }), { seed: 5, quiet: true });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    this.#simulators = opened.value;
    [this.busPort = 0, this.gatewayPort = 0] = ports;
    this.#mqttPort = await freePort();
    this.statusPort = await freePort();
    this.put('secrets.yaml', secrets);
  }

  put(name: string, text: string, mode = 0o600): void {
    writeFileSync(join(this.folder, name), text, { mode });
    chmodSync(join(this.folder, name), mode);
  }

  text(links: readonly LinkRow[], devices: readonly DeviceRow[], more: Readonly<Record<string, unknown>> = {}): string {
    return stringify({
      site: 'yb',
      agent: 'yb-a',
      secrets: 'secrets.yaml',
      data: 'data',
      collector: { url: `mqtt://127.0.0.1:${this.#mqttPort}`, firstConnectMs: 60_000 },
      status: { host: '127.0.0.1', port: this.statusPort },
      ...more,
      links,
      devices: devices.map((device) => ({ profile: ring, place: { campus: 'yb' }, name: device.id, ...device })),
    });
  }

  /** As an editor does: the new file takes the place of the old one. */
  replace(text: string): void {
    this.put('agent.yaml.new', text);
    renameSync(join(this.folder, 'agent.yaml.new'), this.config);
  }

  run(): ChildProcess {
    const child = spawn(process.execPath, [bin, 'run', '--config', this.config], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = `${this.said}${text}`.slice(-40_000);
    });
    this.#children.push(child);
    return child;
  }

  async status(): Promise<
    Record<string, unknown> & { readonly devices: readonly { readonly deviceId: string; readonly state: string }[] }
  > {
    const response = await fetch(`http://127.0.0.1:${this.statusPort}/status.json`, { signal: AbortSignal.timeout(5_000) });
    return (await response.json()) as Awaited<ReturnType<LittleSite['status']>>;
  }

  online(count: number): Promise<void> {
    const all = async (): Promise<boolean> => {
      const { devices } = await this.status().catch(() => ({ devices: [] }));
      return devices.filter(({ state }) => state === 'online' || state === 'sellingOffline').length === count;
    };
    return until(all, 30_000, `${count} devices that answer`).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.said.slice(-4_000)}`);
    });
  }

  async stopped(child: ChildProcess): Promise<number | string> {
    const end = new Promise<number | string>((resolve) =>
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'gone')),
    );
    child.kill('SIGTERM');
    return end;
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.#simulators?.close();
    rmSync(this.folder, { recursive: true });
  }
}

const ring = 'modbus/cardwatch/ring-shower';

const secrets = [
  'site: yb',
  'agent: yb-a',
  `mqttSecret: ${'A'.repeat(43)}`,
  `siteKey: '${'1b'.repeat(32)}'`,
  'dataKeyId: k1',
  `dataKey: '${'2c'.repeat(32)}'`,
].join('\n');
