/**
 * Asks one switch who hangs on it: LLDP neighbours, learnt addresses and its ARP table become proposals with MAC, port and, where known, IP. Reads only. The switch
 * itself comes first. Entries age out after minutes: what has been silent is not there, so the stations are best pinged before.
 */
import { z } from 'zod';
import type { Discovery, DriverIo, Proposal, SnmpPeer } from '../contract.ts';
import { SnmpCredentials, accessOf, misfit, snmpLinks } from './connection.ts';
import { column, type ColumnName, scalar } from './oid.core.ts';
import { SnmpReader } from './reader.ts';
import { type Tables, textOf } from './table.core.ts';
import { addressesOf, type Placed, placed, type Station } from './topology.core.ts';

const link = snmpLinks.snmp.link.shape;

const Options = z.strictObject({
  host: z.union([z.ipv4(), z.ipv6()]),
  port: z.coerce.number().pipe(z.int().min(1).max(65_535)).default(161),
  version: z.enum(['2c', '3']).default('2c'),
  ...SnmpCredentials.shape,
  /** Where only a router knows the addresses: its ARP table is asked with the same access. */
  router: z.union([z.ipv4(), z.ipv6()]).optional(),
  timeoutMs: z.coerce.number().pipe(z.int().min(100).max(30_000)).default(2_000),
  stationsMax: z.coerce.number().pipe(z.int().min(1).max(256)).default(8),
});
type Options = z.infer<typeof Options>;

export const snmpDiscovery: Discovery = {
  about: {
    zh: '向一台交换机读取邻居表、MAC 地址表和 ARP 表，列出各端口所接设备；只读不写',
    en: 'Reads neighbours, learnt addresses and ARP of one switch and lists what hangs on its ports; reads only',
  },
  options: Options,
  run: (options, io, signal) => scan(Options.parse(options), io, signal),
};

const walked: readonly ColumnName[] = [
  'ifName',
  'basePort',
  'fdbByVlan',
  'fdb',
  'lldpLocalPort',
  'lldpSysName',
  'lldpPort',
  'lldpChassis',
  'arp',
];

async function* scan(options: Options, io: DriverIo, signal: AbortSignal): AsyncIterable<Proposal> {
  const peer = await peerOf(options, options.host, io);
  try {
    const reader = new SnmpReader(peer, link.maxRepetitions.parse(undefined), io);
    const system = await reader.scalars([scalar.sysName, scalar.sysDescr], signal);
    if (!system.ok) throw new Error(`${options.host} does not answer: ${system.error.kind}`);
    const name = textOf(system.value.values.get(scalar.sysName)) ?? options.host;
    yield itself(options, textOf(system.value.values.get(scalar.sysDescr), 120) ?? name);
    const { tables } = await reader.columns(
      walked.map((each) => ({ name: each, base: column[each] })),
      signal,
    );
    const addresses = new Map([...addressesOf(tables.arp), ...(await routerAddresses(options, io, signal))]);
    const found = placed(tables, options.stationsMax);
    yield* neighbours(name, found, tables, addresses, options);
    for (const station of found.stations) yield stationProposal(name, station, tables, addresses);
  } finally {
    peer.close();
  }
}

async function peerOf(options: Options, host: string, io: DriverIo): Promise<SnmpPeer> {
  const { port, version, timeoutMs, community, user, authProtocol, authKey, privProtocol, privKey } = options;
  const credentials = SnmpCredentials.parse({ community, user, authProtocol, authKey, privProtocol, privKey });
  const problem = misfit(version, credentials);
  if (problem !== undefined) throw new Error(problem);
  const opened = await io.openSnmp({ host, port, access: accessOf(version, credentials), timeoutMs, retries: 1 });
  if (!opened.ok) throw new Error(opened.error.kind);
  return opened.value;
}

async function routerAddresses(options: Options, io: DriverIo, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  if (options.router === undefined) return new Map();
  const peer = await peerOf(options, options.router, io);
  try {
    const reader = new SnmpReader(peer, link.maxRepetitions.parse(undefined), io);
    const { tables } = await reader.columns([{ name: 'arp', base: column.arp }], signal);
    return addressesOf(tables.arp);
  } finally {
    peer.close();
  }
}

const linkOf = ({ port, version }: Options): Readonly<Record<string, unknown>> => ({
  kind: 'snmp',
  ...(port === 161 ? {} : { port }),
  version,
});

const itself = (options: Options, description: string): Proposal => ({
  link: linkOf(options),
  device: { host: options.host },
  profiles: ['snmp/generic/poe-switch', 'snmp/generic/ups', 'snmp/generic/serial-server'],
  evidence: `${options.host} answers SNMP: ${description}`,
});

/** A neighbour is a switch most of the time: proposed by SNMP where its address is known. */
function* neighbours(
  name: string,
  { neighbours: found }: Placed,
  tables: Tables,
  addresses: ReadonlyMap<string, string>,
  options: Options,
): Iterable<Proposal> {
  for (const { chassis, sysName, port, ifIndex } of found) {
    const host = chassis === undefined ? undefined : addresses.get(chassis);
    yield {
      link: linkOf(options),
      device: host === undefined ? {} : { host },
      profiles: ['snmp/generic/poe-switch'],
      evidence: `neighbour ${sysName ?? chassis ?? 'without a name'}${port === undefined ? '' : ` (its ${port})`} on ${portName(ifIndex, tables)} of ${name}`,
    };
  }
}

function stationProposal(
  name: string,
  { mac, vlan, ifIndex }: Station,
  tables: Tables,
  addresses: ReadonlyMap<string, string>,
): Proposal {
  const host = addresses.get(mac);
  const where = `on ${portName(ifIndex, tables)} of ${name}${vlan === undefined ? '' : `, VLAN ${vlan}`}`;
  return {
    link: { kind: 'ping' },
    device: host === undefined ? {} : { host },
    profiles: ['ping/generic/host'],
    evidence: `station ${mac} ${where}${host === undefined ? ', address not known' : `, ${host}`}`,
  };
}

const portName = (ifIndex: string, tables: Tables): string => textOf(tables.ifName?.get(ifIndex)) ?? `interface ${ifIndex}`;
