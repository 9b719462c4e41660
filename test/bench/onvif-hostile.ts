/**
 * ONVIF devices that stall, trickle, nest 20,000 levels and cut the body, polled and listened to beside a dozen sound Modbus devices in one process, as
 * in an agent. How much does the poll period of the sound ones change, and is a socket left when the sessions are closed?
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type DeviceSink, type Session, createRegistry, loadProfile } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, ok, silentLogger } from '@cardwatch/kernel';
import { onvifAccount } from '@cardwatch/simulators';
import { z } from 'zod';
import { realClock } from '../drivers/real-clock.ts';

export const hostileFaults = ['noAnswer', 'stall', 'trickle', 'cutBody', 'deepNesting', 'doctype', 'gbk', 'nul'] as const;

export interface HostileBench {
  readonly hostileDevices: number;
  readonly neighbours: number;
  readonly pollsBefore: number;
  readonly pollsDuring: number;
  readonly periodBeforeMs: number;
  readonly periodDuringMs: number;
  /** Mean period during against before, %. */
  readonly changePct: number;
  readonly worstChangePct: number;
  /** Longest wait between two polls of one neighbour, against the period, %. */
  readonly longestPct: number;
  readonly hostileFailures: number;
  /** TCP sockets after all sessions were closed, beyond those of before. */
  readonly socketsLeft: number;
}

export interface HostileOptions {
  readonly windowMs: number;
  readonly periodMs: number;
  readonly neighbours: number;
}

const Started = z.object({ slavePort: z.int(), doors: z.array(z.object({ fault: z.string(), port: z.int() })) });
const never = new AbortController().signal;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const sockets = (): number => process.getActiveResourcesInfo().filter((name) => /TCP/.test(name)).length;

export async function benchOnvifHostile(
  { windowMs, periodMs, neighbours }: HostileOptions = { windowMs: 30_000, periodMs: 500, neighbours: 12 },
): Promise<HostileBench> {
  const script = fileURLToPath(new URL('onvif-hostile-devices.ts', import.meta.url));
  const child = fork(script, [hostileFaults.join(','), String(neighbours)]);
  try {
    const [message] = (await once(child, 'message')) as [unknown];
    return await measure(child, Started.parse(message), { windowMs, periodMs, neighbours });
  } finally {
    child.kill();
  }
}

async function measure(child: ChildProcess, far: z.infer<typeof Started>, options: HostileOptions): Promise<HostileBench> {
  const { windowMs, periodMs, neighbours } = options;
  const registry = createRegistry(new SeededRandom(1));
  const io = createDriverIo({ clock: realClock, log: silentLogger });
  const open = async (protocol: string, profileName: string, given: object): Promise<Session> => {
    const profile = await loadProfile(profileRoot, profileName);
    const driver = registry.get(protocol);
    if (!profile.ok || driver === undefined) throw new Error(profileName);
    const opened = await driver.open(driver.connection.parse(given), profile.value, io);
    if (!opened.ok) throw new Error(opened.error.kind);
    return opened.value;
  };
  const socketsBefore = sockets();
  const sound: Session[] = [];
  for (let unit = 1; unit <= neighbours; unit++) {
    const given = { kind: 'modbusTcp', host: '127.0.0.1', port: far.slavePort, unit };
    sound.push(await open('modbus', 'modbus/cardwatch/ring-shower', given));
  }
  const watches = sound.map((session) => watch(session, periodMs));
  await sleep(1_000);
  const before = await observe(watches, windowMs);

  child.send('strike');
  await once(child, 'message');
  let failures = 0;
  const sink: DeviceSink = { take: () => Promise.resolve(ok(undefined)), failed: () => void failures++ };
  const hostile: Session[] = [];
  for (const { port } of far.doors) {
    const given = { kind: 'onvif', host: '127.0.0.1', port, credentials: onvifAccount, deadlineMs: 3_000 };
    const session = await open('onvif', 'onvif/cardwatch/profile-c-door', given);
    session.listen?.start(sink, () => undefined);
    hostile.push(session);
  }
  const ends = hostile.map((session) => harass(session, () => void failures++));
  await sleep(2_000);
  const during = await observe(watches, windowMs);

  for (const end of ends) end();
  for (const each of watches) each.end();
  for (const session of [...hostile, ...sound]) await session.close();
  for (let waited = 0; waited < 5_000 && sockets() > socketsBefore; waited += 50) await sleep(50);
  return result({
    before,
    during,
    periodMs,
    failures,
    socketsLeft: Math.max(0, sockets() - socketsBefore),
    hostile: hostile.length,
  });
}

interface Watch {
  /** Times of the polls since the last call. */
  take(): readonly number[];
  end(): void;
}

/** Polls for ever at a fixed pace, as the agent's plan does. */
function watch(session: Session, periodMs: number): Watch {
  let times: number[] = [];
  const timer = setInterval(() => {
    times.push(performance.now());
    void session.poll?.run('live', never);
  }, periodMs);
  return {
    take: () => {
      const taken = times;
      times = [];
      return taken;
    },
    end: () => clearInterval(timer),
  };
}

/** Health and identity of a hostile device, over and over. */
function harass(session: Session, failed: () => void): () => void {
  let ended = false;
  const run = async (): Promise<void> => {
    while (!ended) {
      const live = await session.poll?.run('live', never);
      const identity = await session.identify?.(never);
      if (live?.ok === false || identity?.ok === false) failed();
      await sleep(200);
    }
  };
  void run();
  return () => {
    ended = true;
  };
}

interface Seen {
  readonly polls: number;
  readonly periods: readonly number[];
  readonly longestMs: number;
}

async function observe(watches: readonly Watch[], windowMs: number): Promise<Seen> {
  for (const each of watches) each.take();
  await sleep(windowMs);
  const all = watches.map((each) => each.take());
  const gaps = all.flatMap((times) => times.slice(1).map((at, index) => at - (times[index] ?? at)));
  return {
    polls: all.reduce((sum, times) => sum + times.length, 0),
    periods: all.map((times) => ((times.at(-1) ?? 0) - (times[0] ?? 0)) / Math.max(1, times.length - 1)),
    longestMs: Math.max(...gaps),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function result({
  before,
  during,
  periodMs,
  failures,
  socketsLeft,
  hostile,
}: {
  readonly before: Seen;
  readonly during: Seen;
  readonly periodMs: number;
  readonly failures: number;
  readonly socketsLeft: number;
  readonly hostile: number;
}): HostileBench {
  const round = (value: number): number => Number(value.toFixed(2));
  const changes = during.periods.map((period, index) => Math.abs(period / (before.periods[index] ?? period) - 1) * 100);
  const [periodBeforeMs, periodDuringMs] = [mean(before.periods), mean(during.periods)];
  return {
    hostileDevices: hostile,
    neighbours: before.periods.length,
    pollsBefore: before.polls,
    pollsDuring: during.polls,
    periodBeforeMs: round(periodBeforeMs),
    periodDuringMs: round(periodDuringMs),
    changePct: round((periodDuringMs / periodBeforeMs - 1) * 100),
    worstChangePct: round(Math.max(...changes)),
    longestPct: round((during.longestMs / periodMs) * 100),
    hostileFailures: failures,
    socketsLeft,
  };
}
