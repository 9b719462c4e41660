/** Agent configurations of the simulated campus, derived from the simulators' plan. */
import type { Plan } from '@cardwatch/simulators';
import { stringify } from 'yaml';

export interface AgentPlace {
  readonly agent: string;
  readonly site: string;
  readonly secrets: string;
  readonly data: string;
  readonly mqttUrl: string;
  readonly statusPort: number;
}

const profiles: Readonly<Record<string, string>> = {
  'ring-shower': 'modbus/cardwatch/ring-shower',
  'plain-shower': 'modbus/cardwatch/plain-shower',
};

export const agentsOf = (plan: Plan): readonly string[] => [...new Set(plan.lines.map((line) => line.agent))].sort();

export function agentYaml(plan: Plan, place: AgentPlace, tapped: Readonly<Record<string, number>> = {}): string {
  const lines = plan.lines.filter((line) => line.agent === place.agent);
  return stringify({
    site: place.site,
    agent: place.agent,
    secrets: place.secrets,
    data: place.data,
    collector: { url: place.mqttUrl, firstConnectMs: 1_000 },
    status: { host: '127.0.0.1', port: place.statusPort },
    links: lines.map((line) =>
      line.kind === 'serial'
        ? { name: line.name, kind: 'serial', path: line.path, baudRate: line.baudRate ?? 9_600, parity: 'even' }
        : { name: line.name, kind: line.kind, host: '127.0.0.1', port: tapped[line.name] ?? line.port },
    ),
    devices: lines.flatMap((line) =>
      line.devices.map((device) => ({
        id: device.deviceId,
        name: device.name,
        profile: profiles[device.model],
        link: line.name,
        unit: device.unit,
        place: device.place,
      })),
    ),
  });
}
