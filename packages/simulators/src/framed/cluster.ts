import { assert } from '@cardwatch/kernel';
import { z } from 'zod';
import type { Cluster, ClusterFault, ClusterParts } from '../cluster.ts';
import type { PlanCluster } from '../clusters/plan-cluster.ts';
import { FramedBus, lastingFaults } from './bus.ts';
import { type Door, openSerialDoor, openTcpDoor } from './doors.ts';
import { indexPos } from './index-pos.core.ts';
import type { PosModel } from './model.ts';
import { pagePos } from './page-pos.core.ts';
import { FramedPos, KeptPosShape, type PosOptions } from './terminal.ts';

export interface FramedClusterOptions {
  readonly name: string;
  readonly devices: readonly PosOptions[];
  /** A serial port or a pty; left out: a TCP port of 127.0.0.1, `ClusterParts.port`. */
  readonly path?: string;
  /** Time a terminal thinks before it answers, ms. Default 4. */
  readonly thinkMs?: number;
}

export interface FramedCluster extends Cluster {
  readonly devices: readonly FramedPos[];
}

const momentaryFaults = ['reboot', 'clockStep', 'storeFull', 'ringOverrun'] as const;
const overrunExtra = 10;
const Snapshot = z.record(z.string(), KeptPosShape);

/** Terminals on one line. Throws when the port or the path cannot be had. */
export async function openFramed(options: FramedClusterOptions, parts: ClusterParts): Promise<FramedCluster> {
  const terminals = options.devices.map((device) => new FramedPos(device, parts));
  assert(new Set(terminals.map(({ address }) => address)).size === terminals.length, `addresses of ${options.name} differ`);
  if (parts.restored !== undefined) restore(terminals, parts.restored);
  const bus = new FramedBus({ clock: parts.clock, random: parts.random, terminals, thinkMs: options.thinkMs ?? 4 });
  const door: Door =
    options.path === undefined ? await openTcpDoor(parts.port, bus) : await openSerialDoor(options.path, bus, parts.clock);
  return {
    name: options.name,
    kind: options.path === undefined ? 'framedTcp' : 'serial',
    endpoint: door.endpoint,
    devices: terminals,
    faultTypes: [...lastingFaults, ...momentaryFaults],
    strike: (fault) => strike(bus, terminals, fault),
    heal: (type, deviceId) => bus.heal(type, deviceId),
    snapshot: () => Object.fromEntries(terminals.map((terminal) => [terminal.deviceId, terminal.keep()])),
    close: () => {
      bus.close();
      return door.close();
    },
  };
}

function restore(terminals: readonly FramedPos[], restored: unknown): void {
  const kept = Snapshot.parse(restored);
  for (const terminal of terminals) {
    const own = kept[terminal.deviceId];
    if (own !== undefined) terminal.restore(own);
  }
}

function strike(bus: FramedBus, terminals: readonly FramedPos[], fault: ClusterFault): string | undefined {
  const lasting = lastingFaults.find((type) => type === fault.type);
  const targets = terminals.filter(({ deviceId }) => fault.deviceId === undefined || deviceId === fault.deviceId);
  if (targets.length === 0) return `no device ${fault.deviceId}`;
  if (lasting !== undefined) {
    bus.strike(fault, lasting);
    return undefined;
  }
  for (const terminal of targets) {
    const refused = once(bus, terminal, fault);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function once(bus: FramedBus, terminal: FramedPos, { type, deltaMs, records }: ClusterFault): string | undefined {
  switch (type) {
    case 'reboot':
      bus.reboot(terminal);
      return undefined;
    case 'clockStep':
      if (deltaMs === undefined) return 'clockStep needs deltaMs';
      terminal.stepClock(deltaMs);
      return undefined;
    case 'storeFull':
      terminal.sellTest(terminal.store.room, false);
      return undefined;
    case 'ringOverrun':
      terminal.sellTest(records ?? terminal.store.room + overrunExtra, true);
      return undefined;
    default:
      return `no fault ${type}`;
  }
}

const models: Readonly<Record<string, PosModel>> = { 'index-pos': indexPos, 'page-pos': pagePos };

/** A cluster of the campus plan: the model is the last part of a device's profile, the address its number on the line. */
export function openFramedCluster(plan: PlanCluster, parts: ClusterParts): Promise<FramedCluster> {
  const devices = plan.devices.map(({ deviceId, profile, address }): PosOptions => {
    const model = models[profile.split('/').at(-1) ?? ''];
    if (model === undefined) throw new Error(`${deviceId}: no simulated model for ${profile}`);
    return { deviceId, model, address: Number(address) };
  });
  return openFramed({ name: plan.name, devices }, parts);
}
