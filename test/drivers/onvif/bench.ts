/** The ONVIF driver against a simulated door on real sockets. */
import { setTimeout as pause } from 'node:timers/promises';
import { type DriverIo, type Session, createRegistry, describeProfileFailure, loadProfile } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type LogFields, type Logger, SeededRandom } from '@cardwatch/kernel';
import { onvifAccount, openOnvif, type TruePass } from '@cardwatch/simulators';
import { expect } from 'vitest';
import { realClock } from '../real-clock.ts';
import { Sink } from '../zkpush/bench.ts';

export const canary = 'CANARY-张三';
export const everywhere = { deviceId: undefined, delayMs: undefined, deltaMs: undefined, records: undefined };
export type Cluster = Awaited<ReturnType<typeof openOnvif>>;

export async function until(what: () => boolean, withinMs = 10_000): Promise<void> {
  for (let waited = 0; waited < withinMs && !what(); waited += 10) await pause(10);
  expect(what()).toBe(true);
}

export const logged: { readonly event: string; readonly fields: LogFields | undefined }[] = [];
const log: Logger = { log: (_level, event, fields) => void logged.push({ event, fields }), child: () => log };

export const realIo = (): DriverIo => createDriverIo({ clock: realClock, log });

export class Bench {
  readonly truth: TruePass[] = [];
  readonly sessions: Session[] = [];
  readonly clusters: Cluster[] = [];

  async simulate(count = 1): Promise<Cluster> {
    const devices = Array.from({ length: count }, (_, index) => ({
      deviceId: `door-${index + 1}`,
      name: 'Door',
      profile: 'onvif/cardwatch/profile-c-door',
      address: '127.0.0.1',
      place: { campus: 'main' },
    }));
    const truth = { record: () => {}, pass: (pass: TruePass) => void this.truth.push(pass) };
    const parts = { clock: realClock, random: new SeededRandom(1), truth, port: 0, restored: undefined };
    const cluster = await openOnvif({ kind: 'onvif', name: 'doors', agent: 'a1', port: 0, devices } as never, parts);
    this.clusters.push(cluster);
    return cluster;
  }

  async open(
    cluster: Cluster,
    more: Readonly<Record<string, unknown>> = {},
    io = realIo(),
  ): Promise<{ session: Session; sink: Sink }> {
    const profile = await loadProfile(profileRoot, 'onvif/cardwatch/profile-c-door');
    if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
    const driver = createRegistry(new SeededRandom(1)).get('onvif');
    if (driver === undefined || !('port' in cluster.endpoint)) throw new Error('no driver');
    const { host, port } = cluster.endpoint;
    const given = {
      kind: 'onvif',
      host,
      port,
      credentials: onvifAccount,
      deadlineMs: 1_500,
      accessPoints: { 'AP-IN': 'in', 'AP-OUT': 'out' },
      ...more,
    };
    const opened = await driver.open(driver.connection.parse(given), profile.value, io);
    if (!opened.ok) throw new Error(opened.error.kind);
    this.sessions.push(opened.value);
    return { session: opened.value, sink: new Sink() };
  }

  async listening(cluster: Cluster, more: Readonly<Record<string, unknown>> = {}): Promise<{ session: Session; sink: Sink }> {
    const opened = await this.open(cluster, more);
    opened.session.listen?.start(opened.sink, () => undefined);
    await until(() => opened.sink.events.length > 0);
    return opened;
  }

  async close(): Promise<void> {
    for (const session of this.sessions.splice(0)) await session.close();
    for (const cluster of this.clusters.splice(0)) await cluster.close();
  }
}

export const never = new AbortController().signal;

export const doorOf = (cluster: Cluster): Cluster['doors'][number] => {
  const [door] = cluster.doors;
  if (door === undefined) throw new Error('a door');
  return door;
};
