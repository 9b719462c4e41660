/** How well one poller uses a 9600 baud line: time that bytes need on the wire against time that went by. */
import {
  charMs,
  createRegistry,
  describeProfileFailure,
  loadProfile,
  type PollCapability,
  type Session,
} from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { ringRegisters, type RingSlave, ringSlave } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { realClock } from '../drivers/real-clock.ts';
import { pacedLine } from './paced-slaves.ts';

export interface LineUtilisation {
  readonly baudRate: number;
  readonly devices: number;
  readonly elapsedMs: number;
  readonly exchanges: number;
  readonly records: number;
  /** Time of the bytes on the wire, percent of the time that went by. */
  readonly wirePct: number;
  /** Time of the bytes, the slaves' turnaround and the gap of 3.5 characters that the standard asks for, percent of the time that went by. */
  readonly ofAllowedPct: number;
  readonly timeouts: number;
  /** Requests that came before the line was quiet for 3.5 characters. */
  readonly tooEarly: number;
}

export interface UtilisationOptions {
  readonly forMs?: number;
  readonly devices?: number;
  readonly baudRate?: 9_600 | 19_200 | 38_400;
  readonly turnaroundMs?: number;
}

/** Records that wait on each device at the start of its turn. */
const backlog = 30;

/** Polls ring showers in turn, live values and records with confirmation, for `forMs` (5 s). */
export async function measureLineUtilisation(options: UtilisationOptions = {}): Promise<LineUtilisation> {
  const { forMs = 5_000, devices = 8, baudRate = 9_600, turnaroundMs = 5 } = options;
  const oneCharMs = charMs({ baudRate, dataBits: 8, parity: 'even', stopBits: 1 });
  const slaves = new Map(Array.from({ length: devices }, (_, index) => [index + 1, ringSlave({ unit: index + 1 })] as const));
  const line = await pacedLine(slaves, { charMs: oneCharMs, turnaroundMs });
  const sessions = await openAll([...slaves.keys()], line.port, baudRate);
  const startedMs = performance.now();
  let records = 0;
  try {
    const all = [...slaves.values()];
    for (let index = 0; performance.now() - startedMs < forMs; index = (index + 1) % all.length) {
      const slave = all[index];
      if (slave !== undefined) records += await turn(slave, sessions[index]?.poll);
    }
  } finally {
    for (const session of sessions) await session.close();
    await line.close();
  }
  const elapsedMs = performance.now() - startedMs;
  const wireMs = line.wire.bytes * oneCharMs;
  const allowedMs = wireMs + line.wire.exchanges * (turnaroundMs + 3.5 * oneCharMs);
  return {
    baudRate,
    devices,
    elapsedMs,
    exchanges: line.wire.exchanges,
    records,
    wirePct: (100 * wireMs) / elapsedMs,
    ofAllowedPct: (100 * allowedMs) / elapsedMs,
    timeouts: sessions[0]?.line?.timeouts ?? 0,
    tooEarly: line.wire.tooEarly,
  };
}

/** One turn of a device, as the agent takes it. Returns the records that were confirmed. */
async function turn(slave: RingSlave, poll: PollCapability | undefined): Promise<number> {
  const signal = new AbortController().signal;
  while ((slave.get(ringRegisters.head) - slave.get(ringRegisters.tail) + slave.capacity) % slave.capacity < backlog)
    slave.append();
  const live = await poll?.run('live', signal);
  const collected = await poll?.run('records', signal);
  if (live?.ok !== true || collected?.ok !== true)
    throw new Error(`a healthy slave answers: ${JSON.stringify([live, collected])}`);
  const confirmed = await collected.value.confirm?.(signal);
  if (confirmed?.ok !== true) throw new Error(`a healthy slave takes its confirmation: ${JSON.stringify(confirmed)}`);
  return collected.value.records.length;
}

async function openAll(units: readonly number[], port: number, baudRate: number): Promise<readonly Session[]> {
  const profile = await loadProfile(profileRoot, 'modbus/cardwatch/ring-shower');
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const driver = createRegistry(new SeededRandom(1)).get('modbus');
  if (driver === undefined) throw new Error('modbus is registered');
  const io = createDriverIo({ clock: realClock, log: silentLogger });
  const sessions: Session[] = [];
  for (const unit of units) {
    const connection = driver.connection.parse({ kind: 'rtuOverTcp', host: '127.0.0.1', port, unit, baudRate });
    const opened = await driver.open(connection, profile.value, io);
    if (!opened.ok) throw new Error(opened.error.kind);
    sessions.push(opened.value);
  }
  return sessions;
}

/** One line for people. */
export const describeLineUtilisation = (measured: LineUtilisation): string =>
  [
    `${measured.baudRate} baud, ${measured.devices} devices: ${measured.wirePct.toFixed(1)} % of the time bytes were on the wire,`,
    `${measured.ofAllowedPct.toFixed(1)} % of what byte times, turnaround and gaps allow;`,
    `${measured.exchanges} exchanges, ${measured.records} records in ${(measured.elapsedMs / 1_000).toFixed(1)} s,`,
    `${measured.timeouts} time-outs, ${measured.tooEarly} sends into an unquiet line`,
  ].join(' ');

if (import.meta.main) console.log(describeLineUtilisation(await measureLineUtilisation()));
