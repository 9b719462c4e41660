/** 300 devices of mixed kinds on one agent, all of them at work: resident memory, processor time and event-loop delay of the agent. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '@cardwatch/simulators';
import type { z } from 'zod';
import { Site, throwWhenEnded } from '../campus/site.ts';
import { resident } from './memory.ts';

export interface MixedBench {
  readonly devices: number;
  readonly online: number;
  readonly residentMb: number;
  readonly cpuPct: number;
  readonly loopP50Ms: number;
  /** The worst five seconds of the window. */
  readonly loopP99Ms: number;
  readonly recordsBooked: number;
}

type PlanInput = z.input<typeof Plan>;
type ClusterInput = NonNullable<PlanInput['clusters']>[number];

const agent = 'mix-a';
const warmUpMs = 40_000;
const windowMs = 60_000;
const stepMs = 5_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const place = { campus: '主校区', building: '综合楼', area: '机房', areaType: 'other' as const };

function cluster(
  kind: ClusterInput['kind'],
  name: string,
  port: number,
  count: number,
  form: (at: number) => [string, string],
): ClusterInput {
  const devices = Array.from({ length: count }, (_, at) => {
    const [profile, address] = form(at + 1);
    return { deviceId: `${name}-${at + 1}`, name: `${name} ${at + 1}`, profile, address, place };
  });
  return { kind, name, agent, port, devices };
}

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

/** 120 POS that dial in, 80 that are polled, 40 + 30 gates, 18 meters on six lines, 12 showers. */
function planAt(port: number): PlanInput {
  const lines = [0, 1, 2, 3, 4, 5];
  return {
    v: 1,
    name: 'mixed',
    lines: [
      {
        kind: 'modbusTcp',
        name: 'mix-showers',
        agent,
        port,
        devices: Array.from({ length: 12 }, (_, at) => ({
          unit: at + 1,
          deviceId: `mix-shower-${at + 1}`,
          model: 'ring-shower' as const,
          name: `shower ${at + 1}`,
          place,
        })),
      },
    ],
    clusters: [
      cluster('iso8583', 'mix-pos', port + 1, 120, (at) => ['iso8583/unionpay/terminal', `MX${digits(at, 6)}`]),
      ...lines
        .slice(0, 5)
        .map((line) =>
          cluster('framed', `mix-bus${line}`, port + 2 + line, 16, (at) => ['framed/cardwatch/index-pos', String(at)]),
        ),
      cluster('isapi', 'mix-hik', port + 8, 40, (at) => ['isapi/hikvision/ds-k1t', `127.0.9.${at}`]),
      cluster('zkpush', 'mix-zk', port + 9, 30, (at) => ['zkpush/cardwatch/access-gate', `MIXZK${digits(at, 6)}`]),
      ...lines.map((line) =>
        cluster('meters', `mix-meter${line}`, port + 10 + line, 3, (at) =>
          at === 3
            ? ['dlt645/cardwatch/single-phase-meter', `0000000${digits(line, 2)}${digits(at, 3)}`]
            : [`cjt188/cardwatch/${at === 1 ? 'cold' : 'hot'}-water-meter`, `000000000${digits(line, 2)}${digits(at, 3)}`],
        ),
      ),
    ],
  };
}

interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
  readonly upMs: number;
}

export async function benchMixed(options: { readonly basePort?: number } = {}): Promise<MixedBench> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-mixed-'));
  const port = options.basePort ?? 21_000;
  const delayFile = join(folder, 'loop.json');
  const site = new Site({
    folder,
    site: 'bench',
    scale: 's',
    plan: planAt(port + 20),
    httpPort: port,
    mqttPort: port + 1,
    simulatorsPort: port + 2,
    statusPort: port + 3,
    linePort: port + 20,
    simulatorWords: ['--rate', '10'],
    endedByItself: throwWhenEnded,
  });
  const preload = `--import=${fileURLToPath(new URL('./loop-delay.mjs', import.meta.url))}`;
  try {
    await site.startSimulators();
    await site.startCollector();
    site.enrol(agent, site.options.mqttPort);
    // The second start finds the code in the cache.
    site.startAgent(agent);
    await sleep(10_000);
    await site.stop(agent, 4_000);
    Object.assign(process.env, { CARDWATCH_LOOP_DELAY: delayFile, NODE_OPTIONS: preload });
    site.startAgent(agent);
    await sleep(warmUpMs);
    const read = (): LoopDelay => JSON.parse(readFileSync(delayFile, 'utf8')) as LoopDelay;
    const before = read();
    const samples: LoopDelay[] = [];
    for (let at = 0; at < windowMs; at += stepMs) {
      await sleep(stepMs);
      samples.push(read());
    }
    const after = samples.at(-1) ?? before;
    const status = (await (await fetch(`http://127.0.0.1:${port + 3}/status.json`)).json()) as {
      readonly devices: readonly { readonly state: string }[];
    };
    const health = (await (await fetch(`http://127.0.0.1:${port + 2}/health`)).json()) as { readonly records: number };
    return {
      devices: site.devices,
      online: status.devices.filter(({ state }) => state === 'online').length,
      residentMb: resident(site.program(agent)?.child.pid ?? 0).residentMb,
      cpuPct: Math.round((100 * (after.cpuMs - before.cpuMs)) / (after.upMs - before.upMs)),
      loopP50Ms: Number((samples.map(({ p50Ms }) => p50Ms).sort((a, b) => a - b)[samples.length >> 1] ?? 0).toFixed(1)),
      loopP99Ms: Number(Math.max(...samples.map(({ p99Ms }) => p99Ms)).toFixed(1)),
      recordsBooked: health.records,
    };
  } finally {
    delete process.env['NODE_OPTIONS'];
    delete process.env['CARDWATCH_LOOP_DELAY'];
    await site.stopAll(4_000);
    rmSync(folder, { recursive: true, force: true });
  }
}
