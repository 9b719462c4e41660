/** A ZKTeco driver on a real port, with a sink that a test holds in its hand. */
import { createServer } from 'node:net';
import {
  type DeviceSink,
  type DriverFailure,
  type Observation,
  type RawEvent,
  type Session,
  createRegistry,
  describeProfileFailure,
  loadProfile,
} from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type LogFields, type Logger, SeededRandom, err, ok } from '@cardwatch/kernel';
import { realClock } from '../real-clock.ts';

export type Family = 'attendance' | 'access';

export class Sink implements DeviceSink {
  readonly taken: Observation[] = [];
  readonly failures: DriverFailure[] = [];
  /** Says whether the next observation is taken. */
  accept: () => boolean = () => true;
  refusals = 0;

  take(observation: Observation): ReturnType<DeviceSink['take']> {
    if (!this.accept()) {
      this.refusals++;
      return Promise.resolve(err({ kind: 'notTaken', detail: 'test' }));
    }
    this.taken.push(observation);
    return Promise.resolve(ok(undefined));
  }

  failed(failure: DriverFailure): void {
    this.failures.push(failure);
  }

  get events(): readonly RawEvent[] {
    return this.taken.flatMap(({ events }) => events ?? []);
  }

  get passes(): readonly Extract<RawEvent, { type: 'pass' }>[] {
    return this.events.filter((event) => event.type === 'pass');
  }

  reading(point: string): unknown {
    return this.taken.flatMap(({ readings }) => readings).findLast((reading) => reading.point === point)?.raw;
  }
}

export interface Warned {
  readonly event: string;
  readonly fields: LogFields | undefined;
}

export interface Bench {
  readonly port: number;
  readonly warned: Warned[];
  open(family: Family, serial: string, more?: Readonly<Record<string, unknown>>): Promise<{ sink: Sink; session: Session }>;
  post(path: string, body: string | Uint8Array): Promise<{ status: number; text: string }>;
  get(path: string): Promise<{ status: number; text: string; cookie: string | null }>;
  close(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export async function zkBench(): Promise<Bench> {
  const port = await freePort();
  const warned: Warned[] = [];
  const log: Logger = { log: (_level, event, fields) => void warned.push({ event, fields }), child: () => log };
  const io = createDriverIo({ clock: realClock, log });
  const driver = createRegistry(new SeededRandom(1)).get('zkpush');
  if (driver === undefined) throw new Error('no driver');
  const sessions: Session[] = [];
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    warned,
    open: async (family, serial, more = {}) => {
      const profile = await loadProfile(profileRoot, `zkpush/cardwatch/${family}-gate`);
      if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
      const connection = driver.connection.parse({ kind: 'zkpush', listen: { host: '127.0.0.1', port }, serial, ...more });
      const opened = await driver.open(connection, profile.value, io);
      if (!opened.ok) throw new Error(opened.error.kind);
      const sink = new Sink();
      opened.value.listen?.start(sink, () => undefined);
      sessions.push(opened.value);
      return { sink, session: opened.value };
    },
    post: async (path, body) => {
      const reply = await fetch(`${url}${path}`, {
        method: 'POST',
        body: typeof body === 'string' ? body : Uint8Array.from(body),
      });
      return { status: reply.status, text: await reply.text() };
    },
    get: async (path) => {
      const reply = await fetch(`${url}${path}`);
      return { status: reply.status, text: await reply.text(), cookie: reply.headers.get('set-cookie') };
    },
    close: async () => {
      for (const session of sessions) await session.close();
    },
  };
}
