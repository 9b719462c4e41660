import { z } from 'zod';
import type { Cluster, ClusterFault, ClusterParts } from '../cluster.ts';
import type { PlanCluster } from '../clusters/plan-cluster.ts';
import { lastingFaults, momentaryFaults } from './pos-faults.ts';
import { type PosOptions, SimulatedPos } from './pos-terminal.ts';
import { PosStore } from './store.core.ts';

const Snapshot = z.record(z.string(), PosStore);

/** MAC key of all simulated POS: a test key, known to everybody. */
export const simulatedMacKey = '31323334353637383132333435363738';

export type PosClusterOptions = Partial<Pick<PosOptions, 'replyTimeoutMs' | 'echoMs' | 'settleEvery' | 'way' | 'merchant'>> & {
  /** Hex; 8 bytes for the terminal form of old hosts, else 16. */
  readonly macKey?: string;
};

export interface PosCluster extends Cluster {
  readonly terminals: readonly SimulatedPos[];
}

/** Canteen POS that dial to `parts.port` of this machine. The device's address is its DE 41; the profile tells form and way. */
export function openIso8583(plan: PlanCluster, parts: ClusterParts, options: PosClusterOptions = {}): Promise<PosCluster> {
  const { clock, random, truth, port, restored } = parts;
  const snapshot = restored === undefined ? {} : Snapshot.parse(restored);
  const target = { host: '127.0.0.1', port };
  const terminals = plan.devices.map(({ deviceId, address, profile }) => {
    const form = profile.includes('/network/') ? 'network' : 'terminal';
    const pos = new SimulatedPos(
      {
        deviceId,
        form,
        terminal: address.padEnd(8, ' ').slice(0, 8),
        merchant: options.merchant ?? '104310082200001',
        target,
        macKey: Buffer.from(options.macKey ?? simulatedMacKey, 'hex'),
        replyTimeoutMs: options.replyTimeoutMs ?? 3_000,
        echoMs: options.echoMs ?? 8_000,
        settleEvery: options.settleEvery ?? 500,
        way: options.way ?? (profile.endsWith('-online') ? 'online' : 'handIn'),
      },
      { clock, random, truth },
    );
    const store = snapshot[deviceId];
    if (store !== undefined) pos.restore(store);
    pos.start();
    return pos;
  });
  const struck = (deviceId: string | undefined): readonly SimulatedPos[] =>
    terminals.filter((terminal) => deviceId === undefined || terminal.deviceId === deviceId);
  return Promise.resolve({
    name: plan.name,
    kind: 'iso8583',
    endpoint: target,
    devices: terminals,
    terminals,
    faultTypes: [...momentaryFaults, ...lastingFaults],
    strike: (fault) => {
      const hit = struck(fault.deviceId);
      if (hit.length === 0) return `no POS ${fault.deviceId ?? ''}`;
      return hit.map((terminal) => strike(terminal, fault)).find((refusal) => refusal !== undefined);
    },
    heal: (type, deviceId) => {
      for (const terminal of struck(deviceId)) terminal.faults.heal(type);
    },
    snapshot: () => Object.fromEntries(terminals.map((terminal) => [terminal.deviceId, terminal.snapshot()])),
    close: () => {
      for (const terminal of terminals) terminal.close();
      return Promise.resolve();
    },
  });
}

function strike(terminal: SimulatedPos, { type, deltaMs }: ClusterFault): string | undefined {
  if (type === 'clockStep') terminal.stepClock(deltaMs ?? 600_000);
  else if (type === 'powerCut') terminal.powerCut();
  else if (![...momentaryFaults, ...lastingFaults].some((known) => known === type)) return `a POS has no fault ${type}`;
  else {
    terminal.faults.order(type);
    if (type === 'batchDiffers') terminal.settle();
  }
  return undefined;
}
