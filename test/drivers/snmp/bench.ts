/** The SNMP driver on real sockets, as the agent would open it. */
import {
  type AnyDriver,
  createRegistry,
  type DriverFailure,
  loadProfile,
  type Observation,
  type Session,
} from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type Result, SeededRandom, silentLogger } from '@cardwatch/kernel';
import { realClock } from '../real-clock.ts';

export const community = 'cardwatch-demo';
export const io = createDriverIo({ clock: realClock, log: silentLogger });

export interface Reach {
  readonly port: number;
  readonly host?: string;
  readonly model?: string;
  readonly version?: '2c' | '3';
  readonly credentials?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly retries?: number;
}

export async function open(
  { port, host, model, version, credentials, timeoutMs, retries }: Reach,
  driver: AnyDriver = newDriver(),
): Promise<Session> {
  const profile = await loadProfile(profileRoot, `snmp/generic/${model ?? 'poe-switch'}`);
  if (!profile.ok) throw new Error('a profile');
  const connection = driver.connection.parse({
    kind: 'snmp',
    host: host ?? '127.0.0.1',
    port,
    version: version ?? '2c',
    timeoutMs: timeoutMs ?? 1_000,
    retries: retries ?? 1,
    credentials: credentials ?? { community },
  });
  const opened = await driver.open(connection, profile.value, io);
  if (!opened.ok) throw new Error(`no session: ${opened.error.kind}`);
  return opened.value;
}

export function newDriver(): AnyDriver {
  const driver = createRegistry(new SeededRandom(1)).get('snmp');
  if (driver === undefined) throw new Error('a driver');
  return driver;
}

export const run = (session: Session, task: string): Promise<Result<Observation, DriverFailure>> =>
  session.poll?.run(task, new AbortController().signal) ?? Promise.reject(new Error('a session that polls'));

/** Readings by name, or the kind of failure under `failure`. */
export async function read(session: Session, task: string): Promise<Record<string, unknown>> {
  const observed = await run(session, task);
  if (!observed.ok) return { failure: observed.error.kind };
  return Object.fromEntries(observed.value.readings.map(({ point, raw }) => [point, raw]));
}

export async function events(session: Session, task: string): Promise<readonly string[]> {
  const observed = await run(session, task);
  if (!observed.ok) return [observed.error.kind];
  return (observed.value.events ?? []).map((event) =>
    event.type === 'deviceAlarm'
      ? `${event.active ? '+' : '-'} ${event.alarm}`
      : event.type === 'deviceAudit'
        ? `! ${event.action} ${event.detail}`
        : event.type,
  );
}
