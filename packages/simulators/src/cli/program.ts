import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import type { Cluster } from '../cluster.ts';
import { type Plan, readPlan } from '../plan/plan.ts';
import { planOfScale, type Scale, scales } from '../plan/scales.core.ts';
import { fail, untilStopped } from '../shell/process.ts';
import { openSimulators } from '../wiring.ts';

interface RunOptions {
  readonly plan: string;
  readonly httpPort: number;
  readonly speed: number;
  readonly seed: number;
  readonly campusTime: number;
  readonly rate?: number;
  readonly data?: string;
}

interface PlanOptions {
  readonly scale: Scale;
  readonly out: string;
  readonly basePort: number;
  readonly serialPath?: string;
  readonly showersOnly?: true;
}

/** `cardwatch-simulators run | plan` */
export function program(): Command {
  const command = new Command('cardwatch-simulators').description('simulated campus on real sockets and lines 模拟校区');
  command
    .command('run')
    .description('serve the lines of a plan until Ctrl-C 运行')
    .requiredOption('--plan <file>', 'plan, YAML')
    .option('--http-port <port>', 'truth and faults on 127.0.0.1', whole('a port', 0, 65_535), 8_470)
    .option('--speed <n>', 'campus minutes per real minute', above0(3_600), 1)
    .option('--seed <n>', 'seed of people and noise', whole('a seed', 0, 0xffffffff), 1)
    .option('--campus-time <HH:MM>', 'campus time at start; the campus is awake 06:30 to 23:50', minuteOfDay, 21 * 60)
    .option('--rate <n>', 'money records a second in all, instead of people', above0(50_000))
    .option('--data <dir>', 'keep state and truth here and go on from them')
    .action((options: RunOptions) => run(options));
  command
    .command('plan')
    .description('write a plan 生成规划')
    .addOption(
      new Option('--scale <s|m|l>', '1, 10 or 50 bath houses with their canteens and dorms')
        .choices(scales)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'where to')
    .option('--base-port <port>', 'first line port, the others follow; 0 = free ports', whole('a port', 0, 65_535), 15_020)
    .option('--showers-only', 'bath houses alone, without canteens, dorms and meters')
    .option('--serial-path <path>', 'adds a serial line of four controllers on this port')
    .action(writePlan);
  return command;
}

async function run(options: RunOptions): Promise<void> {
  const plan = planOf(options.plan);
  const started = await openSimulators(plan, {
    httpPort: options.httpPort,
    speed: options.speed,
    seed: options.seed,
    startMinute: options.campusTime,
    ...(options.rate === undefined ? {} : { ratePerSecond: options.rate }),
    ...(options.data === undefined ? {} : { dataFolder: options.data }),
  });
  if (!started.ok) return fail(started.error.detail);
  const { lines, clusters, httpPort, close } = started.value;
  for (const line of lines)
    console.log(
      `${line.plan.name}  ${line.plan.kind}  ${line.address}  ${line.plan.devices.length} controllers  agent ${line.plan.agent}`,
    );
  for (const { plan, cluster } of clusters.all)
    console.log(
      `${plan.name}  ${plan.kind}  ${endpointText(cluster.endpoint)}  ${plan.devices.length} devices  agent ${plan.agent}`,
    );
  console.log(`truth, faults, health: http://127.0.0.1:${httpPort}`);
  await untilStopped();
  await close();
}

const endpointText = (endpoint: Cluster['endpoint']): string =>
  'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;

function planOf(file: string): Plan {
  const read = readPlan(textOf(file));
  if (read.ok) return read.value;
  return fail([`${file} is not a plan:`, ...read.error.problems.map((problem) => `  ${problem}`)].join('\n'));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (reason) {
    return fail(`cannot read ${file}: ${reason instanceof Error ? reason.message : String(reason)}`);
  }
}

function writePlan(options: PlanOptions): void {
  const { scale, basePort, out, serialPath, showersOnly = false } = options;
  const plan = planOfScale({ scale, basePort, showersOnly, ...(serialPath === undefined ? {} : { serialPath }) });
  const { lines = [], clusters = [] } = plan;
  const ports = lines.length + clusters.length;
  if (basePort > 0 && basePort + ports > 65_536) fail(`--base-port ${basePort}: no room for ${ports} lines`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, stringify(plan, { aliasDuplicateObjects: false }));
  const devices = [...lines, ...clusters].reduce((sum, line) => sum + line.devices.length, 0);
  console.log(`${out}: ${lines.length} lines, ${clusters.length} clusters, ${devices} devices`);
}

function whole(what: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`${what} is a whole number from ${low} to ${high}`);
    return value;
  };
}

function above0(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value > 0 && value <= max)) throw new InvalidArgumentError(`a number above 0, at most ${max}`);
    return value;
  };
}

function minuteOfDay(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('HH:MM, from 00:00 to 23:59');
  return 60 * Number(match[1]) + Number(match[2]);
}
