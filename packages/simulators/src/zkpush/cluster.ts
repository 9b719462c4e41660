import { z } from 'zod';
import type { Cluster, ClusterFault, ClusterParts, PassAttempt } from '../cluster.ts';
import type { PlanCluster } from '../clusters/plan-cluster.ts';
import { StoreSnapshot } from './store.core.ts';
import { ZkTerminal } from './terminal.ts';
import { bytesOf } from './text.core.ts';

const lasting = ['noAnswer', 'ackLost', 'cutBody', 'stall', 'trickle', 'shortColumns', 'nul', 'gbk', 'unknownSerial'] as const;
const momentary = [
  'duplicateBatch',
  'flood',
  'clockSkew',
  'restart',
  'doctype',
  'deepNesting',
  'doorForced',
  'doorHeldOpen',
  'tamper',
] as const;

const Snapshot = z.record(z.string(), StoreSnapshot);
const floodRecords = 10_000;
const nestingLevels = 20_000;

/** Push terminals that dial to a port of this machine. The device's address is its serial number; the profile's last part says the family. */
export function openZkpush(plan: PlanCluster, { clock, truth, port, restored }: ClusterParts): Promise<Cluster> {
  const terminals = plan.devices.map(
    ({ deviceId, address, profile }) =>
      new ZkTerminal({ clock, truth, port, deviceId, serial: address, family: /access/.test(profile) ? 'access' : 'attendance' }),
  );
  if (restored !== undefined) {
    const snapshot = Snapshot.parse(restored);
    for (const terminal of terminals) {
      const mine = snapshot[terminal.deviceId];
      if (mine !== undefined) terminal.restore(mine);
    }
  }
  const struck = (deviceId: string | undefined): readonly ZkTerminal[] =>
    terminals.filter((terminal) => deviceId === undefined || terminal.deviceId === deviceId);
  return Promise.resolve({
    name: plan.name,
    kind: 'zkpush',
    endpoint: { host: '127.0.0.1', port },
    devices: terminals,
    faultTypes: [...lasting, ...momentary],
    strike: (fault) => {
      for (const terminal of struck(fault.deviceId)) {
        const refusal = strike(terminal, fault);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
    heal: (type, deviceId) => {
      for (const terminal of struck(deviceId)) {
        terminal.faults.delete(type);
        terminal.calm();
      }
    },
    snapshot: () => Object.fromEntries(terminals.map((terminal) => [terminal.deviceId, terminal.snapshot()])),
    close: () => {
      for (const terminal of terminals) terminal.close();
      return Promise.resolve();
    },
  });
}

function strike(terminal: ZkTerminal, { type, records, deltaMs }: ClusterFault): string | undefined {
  if (lasting.some((name) => name === type)) {
    terminal.faults.add(type);
    return undefined;
  }
  switch (type) {
    case 'duplicateBatch':
      terminal.repeat();
      return undefined;
    case 'flood':
      for (let i = 0; i < (records ?? floodRecords); i++) terminal.pass(flooding(i));
      return undefined;
    case 'clockSkew':
      terminal.skew(deltaMs ?? 600_000);
      return undefined;
    case 'restart':
      terminal.restart();
      return undefined;
    case 'doctype':
      terminal.send(bytesOf(['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>']));
      return undefined;
    case 'deepNesting':
      terminal.send(bytesOf(['<a>'.repeat(nestingLevels)]));
      return undefined;
    case 'doorForced':
      terminal.door('forced');
      return undefined;
    case 'doorHeldOpen':
      terminal.door('heldOpen');
      return undefined;
    case 'tamper':
      terminal.door('tamper');
      return undefined;
    default:
      return `a push terminal has no fault ${type}`;
  }
}

const flooding = (no: number): PassAttempt => ({
  personNo: String(2_023_000_000 + no),
  name: `Flood ${no}`,
  card: undefined,
  direction: no % 2 === 0 ? 'in' : 'out',
  method: 'face',
  outcome: 'granted',
});
