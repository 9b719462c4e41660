/** Agent configurations of the simulated campus, derived from the simulators' plan. */
import {
  dahuaAccount,
  isapiAccount,
  onvifAccount,
  type Plan,
  type PlanCluster,
  simulatedCommunity,
  simulatedMacKey,
} from '@cardwatch/simulators';
import { stringify } from 'yaml';

export interface AgentPlace {
  readonly agent: string;
  readonly site: string;
  readonly secrets: string;
  readonly data: string;
  readonly mqttUrl: string;
  readonly statusPort: number;
  /** Folder of the credentials files that the links name. */
  readonly credentials: string;
}

type Yaml = Readonly<Record<string, unknown>>;

/** How the devices of a kind of cluster stand in an agent's YAML. */
interface LinkForm {
  link(cluster: PlanCluster): Yaml;
  device(address: string): Yaml;
  readonly credentials?: Yaml;
}

const host = '127.0.0.1';

const forms: Readonly<Record<PlanCluster['kind'], LinkForm>> = {
  iso8583: {
    link: ({ port }) => ({ kind: 'iso8583', mode: 'frontEnd', listen: { host, port }, silentAfterMs: 20_000 }),
    device: (terminal) => ({ terminal }),
    credentials: { macKey: simulatedMacKey },
  },
  framed: { link: ({ port }) => ({ kind: 'framedTcp', host, port }), device: (unit) => ({ unit: Number(unit) }) },
  meters: {
    link: ({ port }) => ({ kind: 'rtuOverTcp', host, port, baudRate: 2_400, parity: 'even' }),
    device: (address) => ({ address }),
  },
  isapi: {
    link: ({ port }) => ({ kind: 'isapi', port }),
    device: (address) => ({ host: address, readers: { 1: 'in', 2: 'out' } }),
    credentials: isapiAccount,
  },
  dahua: { link: ({ port }) => ({ kind: 'dahua', port }), device: (address) => ({ host: address }), credentials: dahuaAccount },
  onvif: { link: ({ port }) => ({ kind: 'onvif', port }), device: (address) => ({ host: address }), credentials: onvifAccount },
  zkpush: { link: ({ port }) => ({ kind: 'zkpush', listen: { host, port } }), device: (serial) => ({ serial }) },
  network: {
    link: ({ port }) => ({ kind: 'snmp', port, version: '2c' }),
    device: (address) => ({ host: address }),
    credentials: { community: simulatedCommunity },
  },
};

const profiles: Readonly<Record<string, string>> = {
  'ring-shower': 'modbus/cardwatch/ring-shower',
  'plain-shower': 'modbus/cardwatch/plain-shower',
};

export const agentsOf = (plan: Plan): readonly string[] =>
  [...new Set([...plan.lines, ...plan.clusters].map(({ agent }) => agent))].sort();

/** Credentials files of an agent's links, by path: to be written with mode 0600. */
export function credentialsOf(plan: Plan, { agent, credentials }: AgentPlace): ReadonlyMap<string, string> {
  return new Map(
    plan.clusters.flatMap((cluster) => {
      const content = forms[cluster.kind].credentials;
      return cluster.agent !== agent || content === undefined
        ? []
        : [[fileOf(credentials, cluster), stringify(content)] as const];
    }),
  );
}

const fileOf = (folder: string, { name }: PlanCluster): string => `${folder}/${name}.credentials.yaml`;

export function agentYaml(plan: Plan, place: AgentPlace, tapped: Readonly<Record<string, number>> = {}): string {
  const lines = plan.lines.filter(({ agent }) => agent === place.agent);
  const clusters = plan.clusters.filter(({ agent }) => agent === place.agent);
  const document = {
    site: place.site,
    agent: place.agent,
    secrets: place.secrets,
    data: place.data,
    collector: { url: place.mqttUrl, firstConnectMs: 1_000 },
    status: { host, port: place.statusPort },
    links: [
      ...lines.map((line) =>
        line.kind === 'serial'
          ? { name: line.name, kind: 'serial', path: line.path, baudRate: line.baudRate, parity: 'even' }
          : { name: line.name, kind: line.kind, host, port: tapped[line.name] ?? line.port },
      ),
      ...clusters.map((cluster) => ({
        name: cluster.name,
        ...forms[cluster.kind].link(cluster),
        ...(forms[cluster.kind].credentials === undefined ? {} : { credentials: fileOf(place.credentials, cluster) }),
      })),
    ],
    devices: [
      ...lines.flatMap((line) =>
        line.devices.map(({ deviceId, name, model, unit, place: stands }) => ({
          id: deviceId,
          name,
          profile: profiles[model],
          link: line.name,
          unit,
          place: stands,
        })),
      ),
      ...clusters.flatMap((cluster) =>
        cluster.devices.map(({ deviceId, name, profile, address, place: stands, parents }) => ({
          id: deviceId,
          name,
          profile,
          link: cluster.name,
          ...forms[cluster.kind].device(address),
          place: stands,
          ...(parents === undefined ? {} : { parents }),
        })),
      ),
    ],
  };
  return stringify(document, { aliasDuplicateObjects: false });
}
