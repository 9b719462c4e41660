import { z } from 'zod';
import type { Cluster, ClusterFault, ClusterParts } from '../cluster.ts';
import type { PlanCluster } from '../clusters/plan-cluster.ts';
import type { Managed, UptimeSnapshot } from './managed.core.ts';
import { PowerSupply, SerialServer } from './power.core.ts';
import { type RunningSnmpAgent, openSnmpAgent, type SnmpUser } from './snmp-agent.ts';
import { ManagedSwitch } from './switch.core.ts';

const wireFaults = ['noAnswer', 'garbage', 'slow'] as const;
const Snapshot = z.record(z.string(), z.strictObject({ boots: z.int().min(1), upMs: z.number().min(0) }));

/** Who hangs where, and who wants to know when a port goes down. */
export interface NetworkWires {
  /** Devices behind access ports, by the switch's id. Left out: six stations on the ports 1 to 6. */
  readonly stations?: Readonly<
    Record<string, readonly { readonly port: number; readonly mac: string; readonly vlan?: number }[]>
  >;
  /** A port of a switch went down or came up: what is behind it goes or comes. */
  readonly onPort?: (switchId: string, port: number, up: boolean) => void;
  readonly community?: string;
  readonly user?: SnmpUser;
}

/** Community of simulated devices. */
export const simulatedCommunity = 'cardwatch-demo';

interface Node {
  readonly device: 'network';
  readonly deviceId: string;
  readonly host: string;
  readonly managed: Managed;
  readonly agent: RunningSnmpAgent;
}

/**
 * Switches, UPS and serial servers by SNMP, each on a loopback address of its own (`address` in the plan, e.g. 127.0.7.2) and all on one port. The model is the
 * last part of the profile. `records` of a fault is the number of the port that it is about.
 */
export async function openNetwork(
  plan: PlanCluster,
  { clock, port, restored }: ClusterParts,
  wires: NetworkWires = {},
): Promise<Cluster> {
  const before = restored === undefined ? {} : Snapshot.parse(restored);
  const nodes: Node[] = [];
  let taken = port;
  for (const { deviceId, name, address, profile } of plan.devices) {
    const managed = managedOf({ deviceId, name, model: profile }, clock.mono(), before[deviceId] ?? newborn, wires);
    const community = wires.community ?? simulatedCommunity;
    const user = wires.user === undefined ? {} : { user: wires.user };
    const agent = await openSnmpAgent({
      host: address,
      port: taken,
      community,
      ...user,
      clock,
      cells: (nowMs) => managed.cells(nowMs),
    });
    taken = agent.port;
    nodes.push({ device: 'network', deviceId, host: address, managed, agent });
  }
  const struck = (deviceId: string | undefined): readonly Node[] =>
    nodes.filter((node) => deviceId === undefined || node.deviceId === deviceId);
  return {
    name: plan.name,
    kind: 'snmp',
    endpoint: { host: nodes[0]?.host ?? '127.0.0.1', port: taken },
    devices: nodes.map(({ deviceId }) => ({ device: 'network', deviceId })),
    faultTypes: [...wireFaults, ...new Set(nodes.flatMap(({ managed }) => managed.faultTypes))],
    strike: (fault) => strike(struck(fault.deviceId), fault, clock.mono()),
    heal: (type, deviceId) => {
      for (const node of struck(deviceId)) heal(node, type, clock.mono());
    },
    snapshot: () => Object.fromEntries(nodes.map(({ deviceId, managed }) => [deviceId, managed.snapshot(clock.mono())])),
    close: async () => {
      await Promise.all(nodes.map(({ agent }) => agent.close()));
    },
  };
}

/** Eleven days up, as switches are. */
const newborn: UptimeSnapshot = { boots: 3, upMs: 11 * 86_400_000 };

function managedOf(
  { deviceId, name, model }: { readonly deviceId: string; readonly name: string; readonly model: string },
  nowMs: number,
  restored: UptimeSnapshot,
  { stations, onPort }: NetworkWires,
): Managed {
  if (model.endsWith('/ups')) return new PowerSupply({ deviceId, name }, nowMs, restored);
  if (model.endsWith('/serial-server')) return new SerialServer({ deviceId, name }, nowMs, restored);
  const own = stations?.[deviceId] ?? defaultStations(deviceId);
  return new ManagedSwitch(
    {
      deviceId,
      name,
      accessPorts: 24,
      uplinks: 4,
      mac: madeMac(deviceId, 0),
      upstream: { name: `${name}-AGG`.slice(0, 60), port: 'Ten-GigabitEthernet1/0/7', mac: madeMac(deviceId, 200) },
      stations: own.map((station) => ({ port: station.port, mac: macOf(station.mac), vlan: station.vlan ?? 70 })),
      onPort: (no, up) => onPort?.(deviceId, no, up),
    },
    nowMs,
    restored,
  );
}

const defaultStations = (deviceId: string): readonly { readonly port: number; readonly mac: string; readonly vlan?: number }[] =>
  [1, 2, 3, 4, 5, 6].map((port) => ({ port, mac: Buffer.from(madeMac(deviceId, port)).toString('hex') }));

/** Locally administered, the same for the same device at each start. */
function madeMac(deviceId: string, no: number): Uint8Array {
  const sum = new TextEncoder().encode(deviceId).reduce((hash, byte) => (hash * 31 + byte) % 65_536, 7);
  return Uint8Array.of(0x02, 0x00, 0x5e, sum >> 8, sum & 0xff, no);
}

const macOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/[:-]/g, ''), 'hex').subarray(0, 6));

function strike(nodes: readonly Node[], { type, records, delayMs }: ClusterFault, nowMs: number): string | undefined {
  if (nodes.length === 0) return 'no such device';
  const refusals = nodes.map(({ managed, agent: { wire } }) => {
    if (type === 'noAnswer') wire.silent = true;
    else if (type === 'garbage') wire.garbage = true;
    else if (type === 'slow') wire.delayMs = delayMs ?? 1_000;
    else return managed.strike(type, records, nowMs);
    return undefined;
  });
  return refusals.every((refusal) => refusal !== undefined) ? refusals[0] : undefined;
}

function heal({ managed, agent: { wire } }: Node, type: string, nowMs: number): void {
  if (type === 'noAnswer') wire.silent = false;
  else if (type === 'garbage') wire.garbage = false;
  else if (type === 'slow') wire.delayMs = 0;
  else managed.heal(type, nowMs);
}
