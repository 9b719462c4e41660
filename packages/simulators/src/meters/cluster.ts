/** Water and electricity meters on one RS-485 line behind a transparent serial server. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@cardwatch/kernel';
import { meterFaults, Cjt188Meter } from '../cjt188/meter.core.ts';
import type { Cluster, ClusterFault, ClusterParts, SimulatedDevice } from '../cluster.ts';
import type { PlanCluster } from '../clusters/plan-cluster.ts';
import { Dlt645Meter } from '../dlt645/meter.core.ts';
import type { Rate, WireSlave } from './slave.ts';
import { type TalkFault, Wire, talkFaults } from './wire.ts';

export const metersLimits = { clients: 4, unsentBytes: 64 * 1_024 } as const;

const host = '127.0.0.1';
const factoryRate: Rate = { baudRate: 2_400, parity: 'even' };

/** A serial server stands at one rate: that of its meters. `reset` cuts the connections of the masters. */
export async function openMeters(plan: PlanCluster, parts: ClusterParts): Promise<Cluster> {
  const kept = (parts.restored ?? {}) as Readonly<Record<string, unknown>>;
  const slaves = plan.devices.map((device) => meterOf(device, kept[device.deviceId]));
  const sockets = new Set<Socket>();
  const wire = new Wire({
    clock: parts.clock,
    random: parts.random,
    slaves,
    paced: true,
    send: (bytes) => {
      for (const socket of sockets) write(socket, bytes);
    },
  });
  const server = createServer((socket) => attend(socket, sockets, wire));
  const port = await bound(server, parts.port);
  return {
    name: plan.name,
    kind: 'rtuOverTcp',
    endpoint: { host, port },
    devices: slaves.map((slave) => deviceOf(slave, parts.clock)),
    faultTypes: [...talkFaults, ...meterFaults, 'reset'],
    strike: (fault) => strike(fault, { slaves, wire, sockets, clock: parts.clock }),
    heal: (type, deviceId) => {
      for (const slave of slaves.filter((each) => deviceId === undefined || each.deviceId === deviceId)) {
        if (isTalkFault(type)) wire.heal(slave.deviceId, type);
        else slave.fault(type, false, parts.clock.now());
      }
    },
    snapshot: () => Object.fromEntries(slaves.map((slave) => [slave.deviceId, slave.snapshot()])),
    close: () =>
      new Promise((resolve) => {
        wire.close();
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

type Meter = Cjt188Meter | Dlt645Meter;

function meterOf({ deviceId, profile, address }: PlanCluster['devices'][number], restored: unknown): Meter {
  const model = profile.split('/').at(-1);
  if (profile.startsWith('dlt645/')) return new Dlt645Meter({ deviceId, address, rate: factoryRate }, restored);
  const dialect = model === 'hot-water-meter' ? 'other' : 'plain';
  return new Cjt188Meter({ deviceId, address, dialect, rate: factoryRate }, restored);
}

function deviceOf(slave: Meter, clock: Clock): SimulatedDevice {
  if (slave instanceof Dlt645Meter) return { device: 'network', deviceId: slave.deviceId };
  return { device: 'meter', deviceId: slave.deviceId, flow: (litres, overMs) => slave.flow(litres, overMs, clock.now()) };
}

const isTalkFault = (type: string): type is TalkFault => (talkFaults as readonly string[]).includes(type);

function strike(
  { type, deviceId, delayMs }: ClusterFault,
  line: {
    readonly slaves: readonly WireSlave[];
    readonly wire: Wire;
    readonly sockets: ReadonlySet<Socket>;
    readonly clock: Clock;
  },
): string | undefined {
  if (type === 'reset') {
    for (const socket of line.sockets) socket.resetAndDestroy();
    return undefined;
  }
  const struck = line.slaves.filter((slave) => deviceId === undefined || slave.deviceId === deviceId);
  if (struck.length === 0) return `no device ${deviceId ?? ''}`;
  for (const slave of struck) {
    if (isTalkFault(type)) line.wire.strike(slave.deviceId, type, delayMs);
    else if (!slave.fault(type, true, line.clock.now())) return `${slave.deviceId} cannot have ${type}`;
  }
  return undefined;
}

function attend(socket: Socket, sockets: Set<Socket>, wire: Wire): void {
  if (sockets.size >= metersLimits.clients) {
    socket.destroy();
    return;
  }
  sockets.add(socket);
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => wire.hear(new Uint8Array(bytes), undefined));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
}

function write(socket: Socket, bytes: Uint8Array): void {
  if (socket.destroyed) return;
  if (socket.writableLength > metersLimits.unsentBytes) socket.destroy();
  else socket.write(bytes);
}

function bound(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
