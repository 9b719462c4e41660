/** `cardwatch-agent probe DEVICE`: talks to it once, or has the running agent do so when that holds the line. */
import { createRegistry } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { silentLogger } from '@cardwatch/kernel';
import { plannedDevices } from '../config/setup.ts';
import { type Lang, problemText } from '../config/words.ts';
import { failed, probeDevice } from '../probe/probe.ts';
import { probeText } from '../probe/text.ts';
import type { DeviceStatus } from '../status/status.ts';
import { causeWords, stateWords } from '../status/status-words.ts';
import { systemClock } from './clock.ts';
import { askDoor, readDoor } from './door-file.ts';
import { exitCodes } from './environment.ts';
import { load } from './load.ts';
import { random } from './random.ts';

export interface ProbeOrder {
  readonly device: string;
  readonly waitMs: number;
  readonly json: boolean;
}

/** 0 when the device answered all that was asked, 1 when not, 2 when there is no such device in the configuration. */
export async function probe(config: string, order: ProbeOrder, lang: Lang): Promise<number> {
  const loaded = await load(config);
  if (!loaded.ok) return refuse(loaded.error.map((problem) => problemText(problem, lang)).join('\n'));
  const device = plannedDevices(loaded.value, createRegistry(random)).find(
    ({ declaration }) => declaration.deviceId === order.device,
  );
  if (device === undefined)
    return refuse(lang === 'zh' ? `配置中没有设备 ${order.device}` : `the configuration has no device ${order.device}`);
  const running = await askRunning(loaded.value.dataFolder, order, lang);
  if (running !== undefined) return running;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const io = createDriverIo({ clock: systemClock, log: silentLogger });
  const report = await probeDevice(device, { io, waitMs: order.waitMs, signal: stop.signal });
  console.log(order.json ? JSON.stringify(report, bigints, 2) : probeText(report, device.profile, lang));
  return failed(report) ? exitCodes.notWell : 0;
}

/** The line is the running agent's: it asks the device at once and says where the device stands. undefined: no agent runs. */
async function askRunning(dataFolder: string, { device, json }: ProbeOrder, lang: Lang): Promise<number | undefined> {
  const door = await readDoor(dataFolder);
  const answer = door === undefined ? undefined : await askDoor(door, 'poll', { device });
  if (door === undefined || answer === undefined || answer.kind === 'notRunning') return undefined;
  const { answered = false, device: status } = (answer.code === 200 ? answer.body : {}) as Partial<Polled>;
  if (json) console.log(JSON.stringify(answer.body, null, 2));
  else console.log(runningText(answered, status, door.url, lang));
  return answered ? 0 : exitCodes.notWell;
}

interface Polled {
  readonly answered: boolean;
  readonly device: DeviceStatus;
}

function runningText(answered: boolean, status: DeviceStatus | undefined, url: string, lang: Lang): string {
  const index = lang === 'zh' ? 0 : 1;
  const say = (zh: string, en: string): string => [zh, en][index] ?? en;
  if (status === undefined)
    return say(`运行中的采集器没有这台设备，见 ${url}`, `the running agent does not have this device, see ${url}`);
  const cause = status.cause === undefined ? '' : ` (${causeWords[status.cause][index]})`;
  return [
    say('线路由运行中的采集器占用，已请它立即询问设备', 'the running agent holds the line; it asked the device at once'),
    `  ${answered ? say('设备有应答', 'the device answered') : say('设备没有应答', 'the device did not answer')}`,
    `  ${say('状态', 'state')}: ${stateWords[status.state][index]}${cause}${status.rttMs === undefined ? '' : `, ${Math.round(status.rttMs)} ms`}`,
    say(
      `  详见 ${url}，报文用 cardwatch-agent trace ${status.deviceId}`,
      `  more at ${url}; its frames: cardwatch-agent trace ${status.deviceId}`,
    ),
  ].join('\n');
}

function refuse(text: string): number {
  console.error(text);
  return exitCodes.badConfig;
}

const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
