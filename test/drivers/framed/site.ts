/** A line with simulated terminals and the real driver at its other end, for tests that cross a socket or a pty. */
import { createRegistry, describeProfileFailure, loadProfile, type Session } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { type FramedCluster, type TrueRecord, indexPos, openFramed, pagePos } from '@cardwatch/simulators';
import { realClock } from '../real-clock.ts';

export const units = { 'pos-index': 7, 'pos-page': 1_234 } as const;
export type PosName = keyof typeof units;

export interface FramedSite {
  readonly cluster: FramedCluster;
  readonly truth: readonly TrueRecord[];
  readonly sessions: Readonly<Record<PosName, Session>>;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly seed?: number;
  /** Ends of a pty pair; left out: TCP. */
  readonly pty?: { readonly device: string; readonly host: string };
  readonly replyTimeoutMs?: number;
  readonly capacity?: number;
  readonly overwrites?: boolean;
  /** Number that page-pos wrote last before the test. */
  readonly newestNo?: number;
}

/** Both models on one line, two sessions. */
export async function openSite(options: SiteOptions = {}): Promise<FramedSite> {
  const { seed = 1, pty, replyTimeoutMs = 250, capacity, overwrites = false, newestNo = 0 } = options;
  const truth: TrueRecord[] = [];
  const sink = { record: (entry: TrueRecord) => void truth.push(entry), pass: () => {} };
  const of = capacity === undefined ? { overwrites } : { overwrites, capacity };
  const cluster = await openFramed(
    {
      name: 'canteen',
      devices: [
        { deviceId: 'pos-index', model: indexPos, address: units['pos-index'], ...of },
        { deviceId: 'pos-page', model: pagePos, address: units['pos-page'], ...of, capacity: capacity ?? 500, newestNo },
      ],
      ...(pty === undefined ? {} : { path: pty.device }),
      thinkMs: 1,
    },
    { clock: realClock, random: new SeededRandom(seed), truth: sink, port: 0, restored: undefined },
  );
  const endpoint = cluster.endpoint;
  const link =
    'port' in endpoint ? { kind: 'framedTcp', ...endpoint } : { kind: 'serial', path: pty?.host ?? '', baudRate: 38_400 };
  const registry = createRegistry(new SeededRandom(seed));
  const open = async (model: string, unit: number): Promise<Session> => {
    const profile = await loadProfile(profileRoot, `framed/cardwatch/${model}`);
    if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
    const driver = registry.get('framed');
    if (driver === undefined) throw new Error('framed is registered');
    const io = createDriverIo({ clock: realClock, log: silentLogger });
    const connection = driver.connection.parse({ ...link, unit, replyTimeoutMs, deadlineMs: 20_000 });
    const opened = await driver.open(connection, profile.value, io);
    if (!opened.ok) throw new Error(opened.error.kind);
    return opened.value;
  };
  const sessions = {
    'pos-index': await open('index-pos', units['pos-index']),
    'pos-page': await open('page-pos', units['pos-page']),
  };
  return {
    cluster,
    truth,
    sessions,
    close: async () => {
      await Promise.all(Object.values(sessions).map((session) => session.close()));
      await cluster.close();
    },
  };
}
