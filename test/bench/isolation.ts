/**
 * One bad slave and its neighbours: on a 16-slave line at 9600 baud one slave is silent, one answers late, one floods. How much does the poll
 * period of the other thirteen change? Seen from outside, by a tap between agent and line that reads the requests.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Site, throwWhenEnded } from '../campus/site.ts';

export interface IsolationBench {
  readonly fault: string;
  readonly neighbours: number;
  readonly periodBeforeMs: number;
  readonly periodDuringMs: number;
  readonly changePct: number;
  /** Of the worst single neighbour. */
  readonly worstChangePct: number;
}

const lineName = 'yb-a1';
const agent = 'yb-a';
const liveAddress = 0x0010;
const settleMs = 20_000;
const windowMs = 120_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const faults: readonly { readonly name: string; readonly deviceId: string; readonly order: Readonly<Record<string, unknown>> }[] =
  [
    { name: 'silent', deviceId: `${lineName}-03`, order: { type: 'silent' } },
    { name: 'late reply 1.2 s', deviceId: `${lineName}-05`, order: { type: 'lateReply', delayMs: 1_200 } },
    { name: 'flood', deviceId: `${lineName}-07`, order: { type: 'flood' } },
  ];

interface Tap {
  readonly port: number;
  /** Times of the live-value requests by unit, since the last call. */
  take(): Map<number, number[]>;
  close(): void;
}

async function startTap(targetPort: number): Promise<Tap> {
  let seen = new Map<number, number[]>();
  const server: Server = createServer((inner) => {
    const outer = connect({ port: targetPort, host: '127.0.0.1' });
    inner.setNoDelay(true);
    outer.setNoDelay(true);
    inner.on('data', (bytes: Buffer) => {
      if (bytes.length === 8 && bytes[1] === 3 && bytes.readUInt16BE(2) === liveAddress) {
        const unit = bytes[0] ?? 0;
        seen.set(unit, [...(seen.get(unit) ?? []), performance.now()]);
      }
      outer.write(bytes);
    });
    outer.on('data', (bytes: Buffer) => inner.write(bytes));
    const drop = (): void => {
      inner.destroy();
      outer.destroy();
    };
    for (const socket of [inner, outer]) socket.on('error', drop).on('close', drop);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    take: () => {
      const taken = seen;
      seen = new Map();
      return taken;
    },
    close: () => server.close(),
  };
}

/** Mean time between requests of each unit. */
function periods(times: ReadonlyMap<number, readonly number[]>): Map<number, number> {
  return new Map(
    [...times].filter(([, at]) => at.length > 2).map(([unit, at]) => [unit, ((at.at(-1) ?? 0) - (at[0] ?? 0)) / (at.length - 1)]),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export async function benchIsolation(options: { readonly basePort?: number } = {}): Promise<readonly IsolationBench[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-isolation-'));
  const port = options.basePort ?? 27_000;
  const ports = { httpPort: port, mqttPort: port + 1, simulatorsPort: port + 2, statusPort: port + 3, linePort: port + 10 };
  const site = new Site({
    folder,
    site: 'bench',
    scale: 's',
    showersOnly: true,
    ...ports,
    simulatorWords: ['--rate', '4'],
    endedByItself: throwWhenEnded,
  });
  const target = site.plan.lines.find((line) => line.name === lineName);
  if (target === undefined || target.kind === 'serial') throw new Error(`no line ${lineName}`);
  const tap = await startTap(target.port);
  try {
    await site.startSimulators();
    await site.startCollector();
    site.enrol(agent, site.options.mqttPort, { [lineName]: tap.port });
    site.startAgent(agent);
    await sleep(settleMs);
    const before = await observe(tap);
    const results: IsolationBench[] = [];
    for (const fault of faults) results.push(await underFault(port + 2, tap, before, fault));
    return results;
  } finally {
    await site.stopAll(4_000);
    tap.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function observe(tap: Tap): Promise<Map<number, number>> {
  tap.take();
  await sleep(windowMs);
  return periods(tap.take());
}

async function underFault(
  simulatorsPort: number,
  tap: Tap,
  before: ReadonlyMap<number, number>,
  fault: (typeof faults)[number],
): Promise<IsolationBench> {
  const url = `http://127.0.0.1:${simulatorsPort}/faults`;
  const body = JSON.stringify({ deviceId: fault.deviceId, ...fault.order });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!answer.ok) throw new Error(`fault refused: ${await answer.text()}`);
  const { id } = (await answer.json()) as { readonly id: string | number };
  await sleep(settleMs);
  const during = await observe(tap);
  await fetch(`${url}/${id}`, { method: 'DELETE' });
  await sleep(settleMs);
  const unit = Number(fault.deviceId.slice(-2));
  const neighbours = [...before.keys()].filter((other) => other !== unit && during.has(other));
  const changes = neighbours.map((other) => Math.abs((during.get(other) ?? 0) / (before.get(other) ?? 1) - 1) * 100);
  const periodBeforeMs = mean(neighbours.map((other) => before.get(other) ?? 0));
  const periodDuringMs = mean(neighbours.map((other) => during.get(other) ?? 0));
  return {
    fault: fault.name,
    neighbours: neighbours.length,
    periodBeforeMs: Math.round(periodBeforeMs),
    periodDuringMs: Math.round(periodDuringMs),
    changePct: Number(((periodDuringMs / periodBeforeMs - 1) * 100).toFixed(2)),
    worstChangePct: Number(Math.max(...changes).toFixed(2)),
  };
}
