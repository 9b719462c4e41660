/** Modbus/TCP points a second on one core: driver, normalise and dead band over real sockets, as an agent does them. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DeviceId } from '@cardwatch/contracts';
import { type Session, createRegistry } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { SeededRandom, epochMs, silentLogger } from '@cardwatch/kernel';
import { type LastSent, normaliseReadings, worthSending } from '../../packages/agent/src/normalise/reading.core.ts';
import { realClock } from '../drivers/real-clock.ts';

export const pointsLimit = 15_000;

export interface PointsFigures {
  readonly devices: number;
  readonly pointsPerSecond: number;
  /** Of one core, percent, the poller's process alone. */
  readonly cpuPct: number;
  readonly polls: number;
  readonly wrong: number;
}

const devices = 20;
const pointsOfDevice = 100;
const deviceId = DeviceId.parse('points');

/** Single registers in groups of ten with holes between: reads are joined as a profile lets them. */
const profile = {
  profile: 'modbus/test/points',
  version: 1,
  protocol: 'modbus',
  title: { zh: '点', en: 'Points' },
  kind: 'other',
  source: 'test',
  tasks: { live: { periodMs: 1_000 } },
  points: Array.from({ length: pointsOfDevice }, (_, index) => ({
    name: `p${index}`,
    label: { zh: '点', en: 'Point' },
    scale: 0.1,
    deadBand: 1,
    read: { address: index + 6 * Math.floor(index / 10), as: 'u16' },
  })),
};

export async function benchPoints(forMs = 5_000): Promise<PointsFigures> {
  const server = fork(fileURLToPath(new URL('points-server.ts', import.meta.url)));
  try {
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', (message) => resolve(Number(message)));
      server.once('error', reject);
    });
    return await pollAll(port, forMs);
  } finally {
    server.disconnect();
  }
}

async function pollAll(port: number, forMs: number): Promise<PointsFigures> {
  const driver = createRegistry(new SeededRandom(1)).get('modbus');
  if (driver === undefined) throw new Error('modbus is registered');
  const io = createDriverIo({ clock: realClock, log: silentLogger });
  const parsed = driver.profile.parse(profile);
  const sessions: Session[] = [];
  for (let unit = 1; unit <= devices; unit++) {
    // A registry each, so that each device has a line, and a connection, of its own.
    const connection = driver.connection.parse({ kind: 'modbusTcp', host: '127.0.0.1', port, unit, deadlineMs: 10_000 });
    const opened = await createRegistry(new SeededRandom(unit)).get('modbus')?.open(connection, parsed, io);
    if (opened?.ok !== true) throw new Error('a session');
    sessions.push(opened.value);
  }
  const signal = new AbortController().signal;
  const counted = { points: 0, polls: 0, wrong: 0 };
  const turn = async (session: Session, endMs: number): Promise<void> => {
    let last: LastSent = new Map();
    while (performance.now() < endMs) {
      const observed = await session.poll?.run('live', signal);
      if (observed?.ok !== true) throw new Error('a healthy server answers');
      const { readings } = observed.value;
      const told = normaliseReadings(readings, [], { deviceId, points: parsed.points }, epochMs(Date.now()));
      last = worthSending(told, last, parsed.points, 60_000).last;
      counted.points += told.length;
      counted.polls++;
      if (told[99]?.value !== 15.3) counted.wrong++;
    }
  };
  await Promise.all(sessions.map((session) => turn(session, performance.now() + 500)));
  Object.assign(counted, { points: 0, polls: 0, wrong: 0 });
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await Promise.all(sessions.map((session) => turn(session, startedMs + forMs)));
  const elapsedMs = performance.now() - startedMs;
  const used = process.cpuUsage(cpu);
  for (const session of sessions) await session.close();
  return {
    devices,
    pointsPerSecond: Math.round((1_000 * counted.points) / elapsedMs),
    cpuPct: Math.round((used.user + used.system) / elapsedMs / 10),
    polls: counted.polls,
    wrong: counted.wrong,
  };
}

if (import.meta.main) console.table(await benchPoints());
