/** `npm start`: simulated campus, its agents, the collector with its broker and console, all on this machine. */
import { join, resolve } from 'node:path';
import { buildConsole, consoleIsBuilt } from './console.ts';
import { readOptions } from './options.ts';
import { portIsFree } from './ports.ts';
import { restFastRules } from './fast-campus.ts';
import { Site } from './site.ts';

const stopGraceMs = 4_000;
const options = readOptions(process.argv.slice(2).filter((word) => word !== '--'));
const folder = resolve(options.data);

let step = 0;
const say = (zh: string, en: string): void => console.log(`[${++step}] ${zh} · ${en}`);

let site: Site | undefined;
let stopping = false;

async function endAll(code: number, why?: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (why !== undefined) console.error(why);
  console.log(`正在停止，数据保留在 · stopping, data stay in ${folder}`);
  await site?.stopAll(stopGraceMs);
  process.exit(code);
}

async function refuseTakenPorts(): Promise<boolean> {
  const ports: readonly (readonly [number, string])[] = [
    [options.httpPort, '--http-port'],
    [options.mqttPort, '--mqtt-port'],
    [options.simulatorsPort, '--simulators-port'],
  ];
  const taken: string[] = [];
  for (const [port, option] of ports) if (!(await portIsFree(port))) taken.push(`${port} (${option})`);
  if (taken.length === 0) return false;
  console.error(`端口已被占用，请用括号内的选项另选: ${taken.join(', ')}`);
  console.error(`Port already taken, choose another with the option named: ${taken.join(', ')}`);
  return true;
}

/** While there is no account the collector prints a one-time set-up code: as a link it fills itself in; what stands behind # never leaves the browser. */
function signInHint(printed: string): string {
  const url = `http://127.0.0.1:${options.httpPort}`;
  const code = /set-up code[^:]*: (\S+)/.exec(printed)?.[1];
  return code === undefined
    ? `请用已建立的账户登录 · sign in with the account that you made before: ${url}`
    : `首次使用，打开此链接建立账号（24 小时内有效，只用一次）· first use, open this link to make your accounts (24 h, once):\n    ${url}/setup#code=${code}`;
}

/** With a port of its own the campus's faults are asked for there. */
function outageHint(): string {
  const words = options.simulatorsPort === 8_470 ? '' : ` -- --simulators-port ${options.simulatorsPort}`;
  return `另开一个终端，切断一座食堂的交换机试试 · from another terminal, cut a canteen's switch and see: npm run outage${words}`;
}

async function main(): Promise<void> {
  if (await refuseTakenPorts()) process.exit(1);
  if (!consoleIsBuilt()) {
    say('构建控制台', 'building the console');
    await buildConsole();
  }
  const simulatorWords = ['--speed', String(options.speed), '--seed', String(options.seed), '--campus-time', options.campusTime];
  site = new Site({
    ...options,
    folder,
    site: 'demo',
    simulatorWords,
    endedByItself: (name, code, words) => void endAll(1, `${name} 意外退出 · ended with code ${code}:\n${words}`),
  });
  const { plan, agents } = site;
  say(
    `启动模拟校区: 食堂、宿舍、浴室 ${plan.lines.length + plan.clusters.length} 条链路 ${site.devices} 台设备`,
    `simulated campus: canteens, dorms, bath houses; ${plan.lines.length + plan.clusters.length} links, ${site.devices} devices`,
  );
  await site.startSimulators();
  say(`启动汇聚服务，MQTT 127.0.0.1:${options.mqttPort}`, 'collector with its broker');
  for (const agent of agents) site.enrol(agent, options.mqttPort);
  if (options.speed > 1) await restFastRules(join(folder, 'collector'), Date.now());
  const collector = await site.startCollector();
  for (const [index, agent] of agents.entries()) {
    say(`启动采集器 ${agent}，本地状态页 http://127.0.0.1:${options.statusPort + index}`, 'agent with its local status page');
    site.startAgent(agent);
  }
  say(`控制台 http://127.0.0.1:${options.httpPort}`, `console; Ctrl-C ends everything, data stay in ${folder}`);
  console.log(signInHint(collector.output()));
  console.log(outageHint());
}

process.on('SIGINT', () => void endAll(0));
process.on('SIGTERM', () => void endAll(0));
main().catch((reason: unknown) => void endAll(1, reason instanceof Error ? reason.message : String(reason)));
