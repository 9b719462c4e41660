/** `npm start`: simulated shower campus, two agents, the collector with its broker and console, all on this machine. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Plan } from '@cardwatch/simulators';
import { parse } from 'yaml';
import { agentsOf, agentYaml } from './agent-config.ts';
import { buildConsole, consoleIsBuilt } from './console.ts';
import { type CampusOptions, readOptions } from './options.ts';
import { portIsFree, untilListening } from './ports.ts';
import { type Program, runProgram, startProgram, stopPrograms } from './programs.ts';

const site = 'demo';
const stopGraceMs = 4_000;
const options = readOptions(process.argv.slice(2).filter((word) => word !== '--'));
const folder = resolve(options.data);
const programs: Program[] = [];

let step = 0;
const say = (zh: string, en: string): void => console.log(`[${++step}] ${zh} · ${en}`);

async function refuseTakenPorts(wanted: CampusOptions): Promise<void> {
  const taken: string[] = [];
  const ports: readonly (readonly [number, string])[] = [
    [wanted.httpPort, '--http-port'],
    [wanted.mqttPort, '--mqtt-port'],
    [wanted.simulatorsPort, '--simulators-port'],
  ];
  for (const [port, option] of ports) if (!(await portIsFree(port))) taken.push(`${port} (${option})`);
  if (taken.length === 0) return;
  console.error(`端口已被占用，请用括号内的选项另选: ${taken.join(', ')}`);
  console.error(`Port already taken, choose another with the option named: ${taken.join(', ')}`);
  process.exit(1);
}

function preparePlan(): Plan {
  const file = join(folder, `campus-${options.scale}.yaml`);
  if (!existsSync(file))
    runProgram('simulators', ['plan', '--scale', options.scale, '--base-port', String(options.linePort), '--out', file]);
  return Plan.parse(parse(readFileSync(file, 'utf8')));
}

function prepareAgent(plan: Plan, agent: string, index: number): string {
  const secrets = join(folder, `${agent}.secrets.yaml`);
  if (!existsSync(secrets))
    runProgram('collector', ['agent', 'add', agent, '--site', site, '--data', join(folder, 'collector'), '--out', secrets]);
  const file = join(folder, `${agent}.yaml`);
  const mqttUrl = `mqtt://127.0.0.1:${options.mqttPort}`;
  writeFileSync(
    file,
    agentYaml(plan, { agent, site, secrets, data: join(folder, agent), mqttUrl, statusPort: options.statusPort + index }),
  );
  chmodSync(file, 0o600);
  return file;
}

function start(name: string, program: 'agent' | 'collector' | 'simulators', args: readonly string[]): Program {
  const started = startProgram(name, program, args, join(folder, 'logs'));
  programs.push(started);
  started.ended.then(
    (code) =>
      void endAll(
        stopping ? 0 : 1,
        stopping ? undefined : `${name} 意外退出 ended with code ${code}:\n${started.output().slice(-2_000)}`,
      ),
    () => {},
  );
  return started;
}

let stopping = false;
async function endAll(code: number, why?: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (why !== undefined) console.error(why);
  console.log('正在停止，数据保留在 · stopping, data stay in', folder);
  await stopPrograms(programs, stopGraceMs);
  process.exit(code);
}

async function main(): Promise<void> {
  await refuseTakenPorts(options);
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  if (!consoleIsBuilt()) {
    say('构建控制台', 'building the console');
    await buildConsole();
  }
  const plan = preparePlan();
  const agents = agentsOf(plan);
  const devices = plan.lines.reduce((sum, line) => sum + line.devices.length, 0);
  say(
    `启动模拟校区: ${plan.lines.length} 条线路 ${devices} 台水控器`,
    `simulated campus: ${plan.lines.length} lines, ${devices} shower controllers`,
  );
  const planFile = join(folder, `campus-${options.scale}.yaml`);
  start('simulators', 'simulators', [
    ...['run', '--plan', planFile, '--http-port', String(options.simulatorsPort), '--speed', String(options.speed)],
    ...['--seed', String(options.seed), '--data', join(folder, 'simulators')],
  ]);
  await untilListening(options.simulatorsPort, 'cardwatch-simulators', 30_000);

  const configs = agents.map((agent, index) => prepareAgent(plan, agent, index));
  say(`启动汇聚服务 (MQTT ${options.mqttPort})`, `collector with broker on ${options.mqttPort}`);
  const collector = start('collector', 'collector', [
    ...[
      'run',
      '--data',
      join(folder, 'collector'),
      '--http-port',
      String(options.httpPort),
      '--mqtt-port',
      String(options.mqttPort),
    ],
  ]);
  await untilListening(options.httpPort, 'cardwatch-collector', 30_000);

  for (const [index, agent] of agents.entries()) {
    say(
      `启动采集器 ${agent}，本地状态页 http://127.0.0.1:${options.statusPort + index}`,
      `agent ${agent} with its local status page`,
    );
    start(agent, 'agent', ['run', '--config', configs[index] ?? '']);
  }
  say(`控制台 http://127.0.0.1:${options.httpPort}`, `console; Ctrl-C ends everything, data stay in ${folder}`);
  console.log(signInHint(collector.output()));
}

/** The collector prints a one-time set-up code while there is no account. */
function signInHint(printed: string): string {
  const lines = printed.split('\n').filter((line) => /set-?up|初始化|设置码/i.test(line));
  return lines.length > 0 ? lines.join('\n') : '请用已建立的账户登录 · sign in with the account that you made before';
}

process.on('SIGINT', () => void endAll(0));
process.on('SIGTERM', () => void endAll(0));
main().catch((reason: unknown) => void endAll(1, reason instanceof Error ? reason.message : String(reason)));
