/** The real collector as a process of its own, on free ports, with an empty data folder and one registered agent. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { buildConsole, consoleIsBuilt } from '../campus/console.ts';
import { type Program, runProgram, startProgram, stopPrograms } from '../campus/programs.ts';

const Secrets = z.object({ mqttSecret: z.string(), siteKey: z.string(), dataKeyId: z.string(), dataKey: z.string() });

export interface RunningCollector {
  readonly url: string;
  readonly mqttPort: number;
  readonly pid: number;
  readonly setupCode: string;
  readonly agents: Readonly<Record<string, z.infer<typeof Secrets>>>;
  close(): Promise<void>;
}

const startMs = 20_000;
const stopMs = 5_000;

export async function startCollector(site: string, agents: readonly string[]): Promise<RunningCollector> {
  if (!consoleIsBuilt()) await buildConsole();
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-browser-'));
  const data = join(folder, 'collector');
  const secrets = agents.map((agent) => {
    const file = join(folder, `${agent}.yaml`);
    runProgram('collector', ['agent', 'add', agent, '--site', site, '--data', data, '--out', file]);
    return [agent, Secrets.parse(parse(readFileSync(file, 'utf8')))] as const;
  });
  const [httpPort, mqttPort] = await Promise.all([freePort(), freePort()]);
  const ports = ['--http-port', String(httpPort), '--mqtt-port', String(mqttPort)];
  const program = startProgram('collector', 'collector', ['run', '--data', data, ...ports], folder);
  const url = `http://127.0.0.1:${httpPort}`;
  const setupCode = await untilPrinted(program, url);
  const close = async (): Promise<void> => {
    await stopPrograms([program], stopMs);
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, mqttPort, pid: program.child.pid ?? 0, setupCode, agents: Object.fromEntries(secrets), close };
}

/** Waits until the address is printed; the set-up code stands before it. */
async function untilPrinted(program: Program, url: string): Promise<string> {
  const until = Date.now() + startMs;
  while (Date.now() < until) {
    const code = /set-up code [^:]*: (\S+)/.exec(program.output())?.[1];
    if (code !== undefined && program.output().includes(url)) return code;
    if (program.child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the collector did not start:\n${program.output()}`);
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
