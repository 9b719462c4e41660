/** A collector's people side over real HTTP and real SQLite files, with a clock that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionDto } from '@cardwatch/contracts/api';
import type { Clock, Logger, LogFields } from '@cardwatch/kernel';
import { epochMs, hourMs } from '@cardwatch/kernel';
import { serveCollector, type Serving } from '../../packages/collector/src/serve.ts';
import { commandLine } from '../../packages/collector/src/services/caller.ts';
import { sessionDefaults } from '../../packages/collector/src/services/session/limits.ts';
import type { WatchDesk } from '../../packages/collector/src/services/watch-desk.ts';
import { issueSetupCode } from '../../packages/collector/src/services/setup/issue-code.ts';
import { addToken } from '../../packages/collector/src/services/token/add.ts';
import { addUser } from '../../packages/collector/src/services/user/add.ts';
import { systemClock } from '../../packages/collector/src/shell/clock.ts';
import { mapImages } from '../../packages/collector/src/shell/map-images.ts';
import { linkReader } from '../../packages/collector/src/shell/watch-key.ts';
import type { Desk } from '../../packages/collector/src/store/desk/roles.ts';
import { openDesk } from '../../packages/collector/src/store/sqlite/desk/open.ts';
import type { Role, Scope } from '@cardwatch/contracts/api';
import { makeCustody, type Seeded, site, siteKeys } from './seed.ts';
import { openTestWatch, type TestWatch } from './watch-desk.ts';

export const password = 'correct horse battery';

export interface House {
  readonly base: string;
  readonly serving: Serving;
  readonly desk: Desk;
  readonly seeded: Seeded;
  readonly watch: TestWatch;
  readonly folder: string;
  /** Everything that was logged, as text. */
  readonly logged: string[];
  readonly notified: string[];
  /** What was told of refusals. */
  readonly refused: string[];
  /** Moves the wall clock; timers stay real. */
  readonly pass: (ms: number) => void;
  close(): Promise<void>;
}

/** Real timers and monotonic time, a wall clock with an offset. */
class MovableClock implements Clock {
  offsetMs = 0;
  now = (): ReturnType<Clock['now']> => epochMs(systemClock.now() + this.offsetMs);
  mono = (): ReturnType<Clock['mono']> => systemClock.mono();
  after = (delayMs: number, fire: () => void): (() => void) => systemClock.after(delayMs, fire);
}

function keepingLogger(into: string[]): Logger {
  const log = (level: string, event: string, fields: LogFields = {}): void =>
    void into.push(JSON.stringify({ level, event, ...fields }));
  return { log, child: () => ({ log, child: () => keepingLogger(into) }) };
}

export interface HouseOptions {
  readonly secure?: boolean;
  readonly openMetrics?: boolean;
  /** Runs without a watch. */
  readonly noWatch?: boolean;
  /** Over the same folder, instead of the watch that judges nothing. */
  readonly watch?: (folder: string, clock: Clock) => Promise<{ readonly desk: WatchDesk; close(): Promise<void> }>;
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-api-'));
  const clock = new MovableClock();
  const seeded = makeCustody(join(folder, 'cardwatch.db'), clock.now());
  const desk = openDesk(
    { custody: join(folder, 'cardwatch.db'), people: join(folder, 'people.db'), watch: join(folder, 'watch.db') },
    () => performance.now(),
  );
  const watch = await openTestWatch(folder);
  const other = await options.watch?.(folder, clock);
  const logged: string[] = [];
  const notified: string[] = [];
  const refused: string[] = [];
  const served = await serveCollector({
    desk: desk.role,
    ...(options.noWatch === true ? {} : { watch: other?.desk ?? watch.desk }),
    links: linkReader(folder),
    maps: mapImages(folder),
    keys: { sites: () => Promise.resolve({ [site]: siteKeys }) },
    figures: () => ({
      startedAt: clock.now(),
      ingest: {
        recordsTotal: 7,
        batchesTotal: 3,
        queueBytes: 0,
        lastCommitAt: null,
        shedTotal: 0,
        lastShedAt: null,
        deferredTotal: 0,
        lastDeferredAt: null,
        withheldTotal: 0,
        lastWithheldAt: null,
      },
      broker: { kind: 'embedded', up: true, clients: 2, refusedTotal: 1, refused: { frame: 1 }, lastThrottledAt: null },
    }),
    refused: (refusal) => void refused.push(refusal),
    commandMade: (agentId) => void notified.push(agentId),
    version: '0.1.0',
    sessions: { idleMs: sessionDefaults.idleMs, absoluteMs: sessionDefaults.absoluteMs },
    settings: { secure: options.secure ?? false, openMetrics: options.openMetrics ?? false },
    consoleFolder: join(folder, 'console'),
    address: { host: '127.0.0.1', port: 0 },
    clock,
    log: keepingLogger(logged),
  });
  if (!served.ok) throw new Error(`cannot listen: ${served.error.detail}`);
  const serving = served.value;
  return {
    base: `http://127.0.0.1:${serving.port}`,
    serving,
    desk,
    seeded,
    watch,
    folder,
    logged,
    notified,
    refused,
    pass: (ms) => {
      clock.offsetMs += ms;
    },
    close: async () => {
      await serving.close();
      await other?.close();
      await desk.close();
      await watch.store.close();
      seeded.db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call; `Origin` is this host unless the headers say otherwise (an empty value leaves it out). */
export async function call(house: House, path: string, { method = 'GET', body, headers = {} }: Ask = {}): Promise<Answer> {
  const sent: Record<string, string> = { origin: house.base, ...headers };
  if (body !== undefined) sent['content-type'] ??= 'application/json';
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''));
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const text = isRaw ? Buffer.from(body) : JSON.stringify(body);
  const response = await fetch(`${house.base}${path}`, { method, headers: given, ...(body === undefined ? {} : { body: text }) });
  return read(response);
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

export interface SignedIn {
  readonly session: SessionDto;
  /** Cookie and CSRF header of an ordinary call. */
  readonly headers: Readonly<Record<string, string>>;
}

export async function signIn(house: House, name: string, secret = password): Promise<SignedIn> {
  const answer = await call(house, '/api/v1/session', { method: 'POST', body: { name, password: secret } });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
  return signedIn(answer);
}

export function signedIn(answer: Answer): SignedIn {
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const session = answer.json as SessionDto;
  return { session, headers: { cookie, 'x-cardwatch-csrf': session.csrf } };
}

/** An account of this role, made as the command line makes it. */
export async function addPerson(house: House, name: string, role: Role): Promise<void> {
  const made = await addUser(house.serving.services, commandLine, { name, displayName: name, role, password });
  if (!made.ok) throw new Error(made.error.kind);
}

export async function bearer(house: House, scopes: readonly Scope[]): Promise<Readonly<Record<string, string>>> {
  const token = await addToken(house.serving.services, commandLine, { label: scopes.join(' '), scopes, lifeMs: hourMs });
  if (!token.ok) throw new Error(token.error.kind);
  return { authorization: `Bearer ${token.value}`, origin: '' };
}

export async function setupCode(house: House): Promise<string> {
  const code = await issueSetupCode(house.serving.services);
  if (code === undefined) throw new Error('there are accounts already');
  return code;
}
