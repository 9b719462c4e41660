/** Who hangs where: LLDP neighbours and learnt MAC addresses, brought down to interfaces. */
import type { SnmpValue } from '../contract.ts';
import { macOf, numberOf, type Column, type Tables, textOf } from './table.core.ts';

export interface Neighbour {
  readonly ifIndex: string;
  readonly chassis: string | undefined;
  readonly sysName: string | undefined;
  readonly port: string | undefined;
}

/** A station that the switch has learnt, on the port where it hears it. */
export interface Station {
  readonly mac: string;
  /** Forwarding table number, with most switches the VLAN; undefined from the table without VLANs. */
  readonly vlan: number | undefined;
  readonly bridgePort: number;
  readonly ifIndex: string;
}

export interface Uplink {
  readonly ifIndex: string;
  readonly neighbour: string | undefined;
  readonly stations: number;
}

/** LLDP-MIB lldpRemTable, index timeMark.localPortNum.n. */
export function neighboursOf(tables: Tables): readonly Neighbour[] {
  const indexes = new Set([tables.lldpSysName, tables.lldpPort, tables.lldpChassis].flatMap((each) => [...(each?.keys() ?? [])]));
  return [...indexes].flatMap((index) => {
    const [, localPort] = index.split('.');
    const ifIndex = localPort === undefined ? undefined : localInterface(localPort, tables);
    if (ifIndex === undefined) return [];
    const idText = (rows: Column | undefined): string | undefined => octetsText(rows?.get(index));
    return [
      {
        ifIndex,
        chassis: idText(tables.lldpChassis),
        sysName: textOf(tables.lldpSysName?.get(index)),
        port: idText(tables.lldpPort),
      },
    ];
  });
}

/** Ids are text or a MAC address: six octets that are no plain text are an address. */
export function octetsText(value: SnmpValue): string | undefined {
  const plain = value instanceof Uint8Array && value.every((octet) => octet >= 0x20 && octet < 0x7f);
  const mac = value instanceof Uint8Array && !plain ? macOf(value) : undefined;
  return mac ?? textOf(value);
}

/** LLDP numbers its ports by itself: by the name of the local port, else as the bridge does, else as the interfaces do. */
function localInterface(localPort: string, tables: Tables): string | undefined {
  const name = textOf(tables.lldpLocalPort?.get(localPort));
  for (const [ifIndex, value] of tables.ifName ?? []) if (name !== undefined && textOf(value) === name) return ifIndex;
  const bridged = numberOf(tables.basePort?.get(localPort));
  if (bridged !== undefined) return String(bridged);
  return tables.ifName?.has(localPort) === true ? localPort : undefined;
}

/** Q-BRIDGE first, then the table without VLANs for what it alone knows. Port 0 is no port. */
export function stationsOf(tables: Tables): readonly Station[] {
  const byMac = new Map<string, Station>();
  const put = (octets: readonly number[], vlan: number | undefined, value: unknown): void => {
    const mac = macOf(octets);
    const bridgePort = typeof value === 'number' ? value : 0;
    if (mac === undefined || bridgePort <= 0 || byMac.has(mac)) return;
    const ifIndex = numberOf(tables.basePort?.get(String(bridgePort)));
    if (ifIndex !== undefined) byMac.set(mac, { mac, vlan, bridgePort, ifIndex: String(ifIndex) });
  };
  for (const [index, value] of tables.fdbByVlan ?? []) {
    const [vlan, ...octets] = index.split('.').map(Number);
    put(octets, vlan, value);
  }
  for (const [index, value] of tables.fdb ?? []) put(index.split('.').map(Number), undefined, value);
  return [...byMac.values()];
}

export interface Placed {
  /** Stations at the edge: on ports that lead to no other switch. */
  readonly stations: readonly Station[];
  readonly uplinks: readonly Uplink[];
  readonly neighbours: readonly Neighbour[];
}

/** A port with a neighbour that is heard by LLDP and hears others, or with too many stations, is an uplink: nobody is placed there. */
export function placed(tables: Tables, stationsMax: number): Placed {
  const neighbours = neighboursOf(tables);
  const stations = stationsOf(tables);
  const named = new Map(neighbours.map((each) => [each.ifIndex, each.sysName ?? each.chassis]));
  const counts = new Map<string, number>();
  for (const { ifIndex } of stations) counts.set(ifIndex, (counts.get(ifIndex) ?? 0) + 1);
  const isUplink = (ifIndex: string): boolean => named.has(ifIndex) || (counts.get(ifIndex) ?? 0) > stationsMax;
  const uplinks = [...new Set([...named.keys(), ...counts.keys()])]
    .filter(isUplink)
    .map((ifIndex) => ({ ifIndex, neighbour: named.get(ifIndex), stations: counts.get(ifIndex) ?? 0 }));
  return { stations: stations.filter(({ ifIndex }) => !isUplink(ifIndex)), uplinks, neighbours };
}

/** ARP, RFC 4293 ipNetToMediaPhysAddress, index ifIndex.a.b.c.d: MAC to IP. */
export function addressesOf(arp: Column | undefined): ReadonlyMap<string, string> {
  const byMac = new Map<string, string>();
  for (const [index, value] of arp ?? []) {
    const mac = value instanceof Uint8Array ? macOf(value) : undefined;
    const ip = index.split('.').slice(1);
    if (mac !== undefined && ip.length === 4 && ip.every((part) => Number(part) <= 255)) byMac.set(mac, ip.join('.'));
  }
  return byMac;
}
