import type { Cluster, ClusterParts } from '../cluster.ts';
import type { PlanCluster } from '../clusters/plan-cluster.ts';
import { type DahuaSnapshot, type DahuaTerminal, dahuaFaults, openDahuaTerminal } from './terminal.ts';

/** What an agent logs in with. Not a secret: nothing but a simulator knows it. */
export const dahuaAccount = { user: 'cardwatch', password: 'Simulated-1' } as const;

/** Terminals on one port, each at its own address of this machine (127.0.0.x): the device's `address` in the plan. */
export async function openDahua(plan: PlanCluster, parts: ClusterParts): Promise<Cluster> {
  const terminals: DahuaTerminal[] = [];
  let { port } = parts;
  const restored = parts.restored as Readonly<Record<string, DahuaSnapshot>> | undefined;
  for (const [index, { deviceId, address }] of plan.devices.entries()) {
    const serial = `6K0A1B2PAZ${String(index + 1).padStart(5, '0')}`;
    const terminal = await openDahuaTerminal({ deviceId, address, serial, ...dahuaAccount }, { ...parts, port });
    const mine = restored?.[deviceId];
    if (mine !== undefined) terminal.restore(mine);
    terminals.push(terminal);
    port = terminal.endpoint.port;
  }
  return {
    name: plan.name,
    kind: 'dahua',
    endpoint: { host: terminals[0]?.endpoint.host ?? '127.0.0.1', port },
    devices: terminals,
    faultTypes: dahuaFaults,
    strike: (fault) => {
      const struck = terminals.filter(({ deviceId }) => fault.deviceId === undefined || deviceId === fault.deviceId);
      return struck.map((terminal) => terminal.strike(fault)).find((refusal) => refusal !== undefined);
    },
    heal: (type, deviceId) => {
      for (const terminal of terminals) if (deviceId === undefined || terminal.deviceId === deviceId) terminal.heal(type);
    },
    snapshot: () => Object.fromEntries(terminals.map((terminal) => [terminal.deviceId, terminal.snapshot()])),
    close: async () => {
      await Promise.all(terminals.map((terminal) => terminal.close()));
    },
  };
}
