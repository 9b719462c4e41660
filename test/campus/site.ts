/** A whole site of real processes in one data folder: simulators, collector, agents. `npm start`, chaos and benches all raise it here. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Plan } from '@cardwatch/simulators';
import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import { agentsOf, agentYaml, credentialsOf } from './agent-config.ts';
import { untilListening } from './ports.ts';
import { type Program, runProgram, startProgram, stopPrograms } from './programs.ts';

export interface SiteOptions {
  readonly folder: string;
  readonly site: string;
  readonly scale: 's' | 'm' | 'l';
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly simulatorsPort: number;
  /** The first agent's status page; the next follow. */
  readonly statusPort: number;
  /** The first simulated line; the next follow. */
  readonly linePort: number;
  /** Instead of the plan of a scale. */
  readonly plan?: z.input<typeof Plan>;
  /** Bath houses alone: for benches that compare with earlier figures. */
  readonly showersOnly?: boolean;
  /** Further words for `cardwatch-simulators run`: speed, seed, rate. */
  readonly simulatorWords: readonly string[];
  /** Where the collector listens when it is not loopback, and the command that brings it there: `nsenter …`. */
  readonly collectorAt?: { readonly host: string; readonly before: readonly string[] };
  /** What the collector is told of an external broker on `mqttPort`; left out, its own listens there. */
  readonly brokerWords?: readonly string[];
  /** How long a program may take to listen; 30 s when left out. */
  readonly readyMs?: number;
  /** Called when a program ends that nobody stopped, with its exit code and last words. */
  readonly endedByItself: (name: string, code: number, lastWords: string) => void;
}

const readyMsDefault = 30_000;
const lastWords = 2_000;

/** For benches: a program that ends by itself spoils the figures. */
export const throwWhenEnded = (name: string, code: number, words: string): never => {
  throw new Error(`${name} ended by itself with code ${code}:\n${words}`);
};

export class Site {
  readonly options: SiteOptions;
  readonly plan: Plan;
  readonly agents: readonly string[];
  readonly #running = new Map<string, Program>();
  readonly #stopped = new Set<Program>();
  readonly #planFile: string;

  constructor(options: SiteOptions) {
    this.options = options;
    const { folder, scale, linePort } = options;
    mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    this.#planFile = join(folder, `campus-${scale}.yaml`);
    if (options.plan !== undefined) writeFileSync(this.#planFile, stringify(options.plan, { aliasDuplicateObjects: false }));
    else if (!existsSync(this.#planFile))
      runProgram('simulators', [
        'plan',
        '--scale',
        scale,
        '--base-port',
        String(linePort),
        '--out',
        this.#planFile,
        ...(options.showersOnly === true ? ['--showers-only'] : []),
      ]);
    this.plan = Plan.parse(parse(readFileSync(this.#planFile, 'utf8')));
    this.agents = agentsOf(this.plan);
  }

  get database(): string {
    return join(this.collectorFolder, 'cardwatch.db');
  }

  get devices(): number {
    return [...this.plan.lines, ...this.plan.clusters].reduce((sum, { devices }) => sum + devices.length, 0);
  }

  program(name: string): Program | undefined {
    return this.#running.get(name);
  }

  async startSimulators(): Promise<Program> {
    const { simulatorsPort, simulatorWords, folder } = this.options;
    const words = [
      'run',
      '--plan',
      this.#planFile,
      '--http-port',
      String(simulatorsPort),
      '--data',
      join(folder, 'simulators'),
      ...simulatorWords,
    ];
    const program = this.#start('simulators', 'simulators', words);
    await untilListening(simulatorsPort, 'cardwatch-simulators', this.#readyMs);
    return program;
  }

  async startCollector(): Promise<Program> {
    const { httpPort, mqttPort, collectorAt, brokerWords = ['--mqtt-port', String(mqttPort)] } = this.options;
    const words = ['run', '--data', this.collectorFolder, '--http-port', String(httpPort), ...brokerWords];
    const host = collectorAt === undefined ? [] : ['--host', collectorAt.host];
    const program = this.#start('collector', 'collector', [...words, ...host], collectorAt?.before);
    await untilListening(httpPort, 'cardwatch-collector', this.#readyMs, collectorAt?.host);
    return program;
  }

  /**
   * Enrols the agent when it is new and writes its configuration. `mqttPort`: where it finds the broker, a proxy perhaps; `tapped`: lines
   * that it is to reach on another port; `mqttHost`: a broker that is not on loopback.
   */
  enrol(agent: string, mqttPort: number, tapped: Readonly<Record<string, number>> = {}, mqttHost = '127.0.0.1'): void {
    const { folder, site, statusPort } = this.options;
    const secrets = join(folder, `${agent}.secrets.yaml`);
    if (!existsSync(secrets))
      runProgram('collector', ['agent', 'add', agent, '--site', site, '--data', this.collectorFolder, '--out', secrets]);
    const mqttUrl = `mqtt://${mqttHost}:${mqttPort}`;
    const place = {
      agent,
      site,
      secrets,
      data: this.agentFolder(agent),
      mqttUrl,
      statusPort: statusPort + this.agents.indexOf(agent),
      credentials: folder,
    };
    for (const [file, content] of credentialsOf(this.plan, place)) writeFileSync(file, content, { mode: 0o600 });
    writeFileSync(this.#configOf(agent), agentYaml(this.plan, place, tapped), { mode: 0o600 });
  }

  agentFolder(agent: string): string {
    return join(this.options.folder, agent);
  }

  startAgent(agent: string): Program {
    return this.#start(agent, 'agent', ['run', '--config', this.#configOf(agent)]);
  }

  async restart(name: string): Promise<void> {
    if (name === 'collector') await this.startCollector();
    else if (name === 'simulators') await this.startSimulators();
    else this.startAgent(name);
  }

  /** kill -9. */
  async kill(name: string): Promise<void> {
    const program = this.#running.get(name);
    if (program === undefined) return;
    this.#stopped.add(program);
    program.child.kill('SIGKILL');
    await program.ended;
  }

  async stop(name: string, graceMs: number): Promise<void> {
    const program = this.#running.get(name);
    if (program !== undefined) await this.#stopEach([program], graceMs);
  }

  async stopAll(graceMs: number): Promise<void> {
    await this.#stopEach([...this.#running.values()], graceMs);
  }

  async #stopEach(programs: readonly Program[], graceMs: number): Promise<void> {
    for (const program of programs) this.#stopped.add(program);
    await stopPrograms(programs, graceMs);
  }

  get #readyMs(): number {
    return this.options.readyMs ?? readyMsDefault;
  }

  get collectorFolder(): string {
    return join(this.options.folder, 'collector');
  }

  #configOf(agent: string): string {
    return join(this.options.folder, `${agent}.yaml`);
  }

  #start(
    name: string,
    program: 'agent' | 'collector' | 'simulators',
    words: readonly string[],
    before: readonly string[] = [],
  ): Program {
    const started = startProgram(name, program, words, join(this.options.folder, 'logs'), before);
    this.#running.set(name, started);
    started.ended.then(
      (code) => {
        if (!this.#stopped.has(started)) this.options.endedByItself(name, code, started.output().slice(-lastWords));
      },
      () => {},
    );
    return started;
  }
}
