/** The collector as a process of its own over a throw-away folder, for benches that kill or watch it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { untilListening } from '../campus/ports.ts';
import { type Program, runProgram, startProgram, stopPrograms } from '../campus/programs.ts';
import { freePort } from '../drivers/peer.ts';

export const benchSite = 'bench';
const readyMs = 30_000;

export class LiveCollector {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardwatch-live-'));
  readonly #secrets = new Map<string, string>();
  #ports: { readonly http: number; readonly mqtt: number } | undefined;
  #program: Program | undefined;
  #token: string | undefined;

  get mqttPort(): number {
    return this.#ports?.mqtt ?? 0;
  }

  get pid(): number {
    return this.#program?.child.pid ?? 0;
  }

  get database(): string {
    return join(this.folder, 'data', 'cardwatch.db');
  }

  /** The secret of an agent, who is registered when new. */
  secretOf(agent: string): string {
    const known = this.#secrets.get(agent);
    if (known !== undefined) return known;
    const file = join(this.folder, `${agent}.yaml`);
    runProgram('collector', ['agent', 'add', agent, '--site', benchSite, '--data', join(this.folder, 'data'), '--out', file]);
    const { mqttSecret } = parse(readFileSync(file, 'utf8')) as { readonly mqttSecret: string };
    this.#secrets.set(agent, mqttSecret);
    return mqttSecret;
  }

  /** What the API answers to a program that may read and see the watch; throws when it does not answer with 200. */
  async ask(path: string): Promise<unknown> {
    const words = ['token', 'add', '--scopes', 'read,watch:read', '--label', 'bench', '--data', join(this.folder, 'data')];
    this.#token ??= /\bcw_\S+/.exec(runProgram('collector', words))?.[0];
    const headers = { authorization: `Bearer ${this.#token}` };
    const answer = await fetch(`http://127.0.0.1:${this.#ports?.http}/api/v1${path}`, { headers });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Begins; whether it listens yet is for whoever connects to see. `env` is added to its environment. */
  async spawn(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#ports ??= { http: await freePort(), mqtt: await freePort() };
    const { http, mqtt } = this.#ports;
    mkdirSync(join(this.folder, 'logs'), { recursive: true });
    const words = ['run', '--data', join(this.folder, 'data'), '--http-port', String(http), '--mqtt-port', String(mqtt)];
    const before = ['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
    this.#program = startProgram('collector', 'collector', words, join(this.folder, 'logs'), before);
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.spawn(env);
    await untilListening(this.#ports?.http ?? 0, 'cardwatch-collector', readyMs);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#program?.child.kill('SIGKILL');
    await this.#program?.ended;
  }

  async close(): Promise<void> {
    if (this.#program !== undefined) await stopPrograms([this.#program], 5_000);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
