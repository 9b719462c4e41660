/** `cardwatch-agent trace DEVICE`: has the running agent show what goes over the wire of a device, until it is stopped or the time is over. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Lang, problemText } from '../config/words.ts';
import { millisText, spaced } from '../status/trace-page.ts';
import type { NumberedFrame, TraceView } from '../trace/trace-book.ts';
import { askDoor, type Door, type DoorAnswer, readDoor } from './door-file.ts';
import { exitCodes } from './environment.ts';
import { load } from './load.ts';

const lookMs = 500;

export interface TraceOrder {
  readonly device: string;
  readonly minutes: number;
  readonly json: boolean;
}

/** Streams frames to standard output; 1 when the agent does not run, does not know the device, or traces too many. */
export async function trace(config: string, order: TraceOrder, lang: Lang): Promise<number> {
  const say = (zh: string, en: string): string => (lang === 'zh' ? zh : en);
  const { device } = order;
  const loaded = await load(config);
  if (!loaded.ok) return refuse(loaded.error.map((problem) => problemText(problem, lang)).join('\n'), exitCodes.badConfig);
  const door = await readDoor(loaded.value.dataFolder);
  const begun = await ask(door, 'trace', { device, minutes: String(order.minutes) });
  if (door === undefined || begun.kind === 'notRunning')
    return refuse(say('采集器没有运行，或属于另一个用户', "the agent does not run, or it is another user's"));
  if (begun.code === 404) return refuse(say(`运行中的采集器没有设备 ${device}`, `the running agent has no device ${device}`));
  if (begun.code !== 200) return refuse(`${begun.code} ${JSON.stringify(begun.body)}`);
  const { endsAt } = begun.body as TraceView;
  const page = new URL(`/trace?device=${encodeURIComponent(device)}`, door.url).href;
  console.error(say(`跟踪 ${device}，页面 ${page}，Ctrl+C 结束`, `tracing ${device}, page ${page}, Ctrl+C ends it`));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  process.stdout.on('error', () => stop.abort());
  await follow(door, order, endsAt, stop.signal);
  await askDoor(door, 'untrace', { device });
  return 0;
}

const ask = (door: Door | undefined, verb: string, query: Readonly<Record<string, string>>): Promise<DoorAnswer> =>
  door === undefined ? Promise.resolve({ kind: 'notRunning' }) : askDoor(door, verb, query);

async function follow(door: Door, { device, json }: TraceOrder, endsAt: number, signal: AbortSignal): Promise<void> {
  let after = 0;
  for (;;) {
    const answer = await askDoor(door, 'frames', { device, after: String(after) });
    if (answer.kind === 'notRunning' || answer.code !== 200) return;
    const view = answer.body as TraceView;
    for (const frame of view.frames) {
      after = frame.n;
      console.log(json ? JSON.stringify(frame) : lineOf(frame));
    }
    if (!view.running || view.endsAt !== endsAt || signal.aborted) return;
    await pause(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

function refuse(text: string, code: number = exitCodes.notWell): number {
  console.error(text);
  return code;
}

const lineOf = ({ at, way, hex, text, note }: NumberedFrame): string =>
  [millisText(at), way === 'sent' ? '→' : '←', spaced(hex) ?? text ?? '', note === undefined ? '' : `(${note})`]
    .join(' ')
    .trimEnd();
