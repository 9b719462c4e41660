/** From the tables of a switch to the points of its ports. */
import type { RawValue } from '../contract.ts';
import type { SnmpPorts } from './model.ts';
import { column, type ColumnName } from './oid.core.ts';
import type { PortPointName } from './port-points.core.ts';
import { numberOf, textOf, type Column, type Tables } from './table.core.ts';
import { placed, type Neighbour, type Placed, type Station } from './topology.core.ts';

export interface Port {
  readonly no: number;
  readonly ifIndex: string;
}

/** Ports by the names of the interfaces: ifIndex may change at a restart, the name does not. */
export function portsOf(ifName: Column, plan: SnmpPorts): readonly Port[] {
  const pattern = new RegExp(plan.name);
  const byNo = new Map<number, Port>();
  for (const [ifIndex, value] of ifName) {
    const no = Number(pattern.exec(textOf(value) ?? '')?.[1] ?? Number.NaN);
    if (Number.isInteger(no) && no >= 1 && no <= plan.count && !byNo.has(no)) byNo.set(no, { no, ifIndex });
  }
  return [...byNo.values()].sort((a, b) => a.no - b.no);
}

export type PortTask = 'live' | 'counters' | 'topology';

/** Which columns a task reads for a point. Rates and places are made of them elsewhere. */
const needs: Readonly<Record<PortPointName, readonly [PortTask, readonly ColumnName[]]>> = {
  Oper: ['live', ['ifOper', 'ifAdmin']],
  Admin: ['live', ['ifAdmin']],
  Changed: ['live', ['ifLastChange']],
  Poe: ['live', ['poeDetection']],
  Speed: ['counters', ['ifHighSpeed']],
  Duplex: ['counters', ['duplex']],
  Alias: ['counters', ['ifAlias']],
  Errors: ['counters', ['ifInErrors']],
  In: ['counters', ['ifHcIn']],
  Out: ['counters', ['ifHcOut']],
  Neighbour: ['topology', ['lldpSysName', 'lldpPort', 'lldpChassis', 'lldpLocalPort', 'basePort']],
  Mac: ['topology', ['fdbByVlan', 'fdb', 'basePort', 'lldpSysName', 'lldpPort', 'lldpChassis', 'lldpLocalPort']],
};

export const pointsOfTask = (plan: SnmpPorts, task: PortTask): readonly PortPointName[] =>
  plan.points.filter((name) => needs[name][0] === task);

export function columnsOfTask(plan: SnmpPorts, task: PortTask): readonly ColumnName[] {
  const names = pointsOfTask(plan, task).flatMap((name) => needs[name][1]);
  return [...new Set(names)].filter((name) => name !== 'poeDetection' || plan.poe !== undefined);
}

/** Points that have no value when this column could not be read. */
export const pointsOfColumn = (plan: SnmpPorts, name: ColumnName): readonly PortPointName[] =>
  plan.points.filter((point) => needs[point][1].includes(name));

/** Where a column stands; the profile may name a private table for PoE. */
export const baseOf = (name: ColumnName, plan: SnmpPorts): string =>
  name === 'poeDetection' ? (plan.poe?.status ?? column.poeDetection) : column[name];

export const poeIndex = (plan: SnmpPorts, port: Port): string =>
  (plan.poe?.index ?? '1.{port}').replace('{port}', String(port.no));

/** Counters that become rates, with their width and what a count is worth in the point's unit. */
export const counterPoints = {
  Errors: { column: 'ifInErrors', bits: 32, factor: 60 },
  In: { column: 'ifHcIn', bits: 64, factor: 8 / 1_000 },
  Out: { column: 'ifHcOut', bits: 64, factor: 8 / 1_000 },
} as const satisfies Partial<
  Record<PortPointName, { readonly column: ColumnName; readonly bits: 32 | 64; readonly factor: number }>
>;

const plainColumns: Partial<Record<PortPointName, ColumnName>> = {
  Oper: 'ifOper',
  Admin: 'ifAdmin',
  Changed: 'ifLastChange',
  Speed: 'ifHighSpeed',
  Duplex: 'duplex',
};

/** Value of a point that stands in one cell; undefined when the device has none. */
export function cellOf(name: PortPointName, port: Port, plan: SnmpPorts, tables: Tables): RawValue {
  if (name === 'Poe') return numberOf(tables.poeDetection?.get(poeIndex(plan, port)));
  if (name === 'Alias') return textOf(tables.ifAlias?.get(port.ifIndex));
  const from = plainColumns[name];
  return from === undefined ? undefined : numberOf(tables[from]?.get(port.ifIndex));
}

export interface PortPlaces {
  readonly placed: Placed;
  neighbour(port: Port): string;
  /** MAC of the only station, `n devices` when there are several, nothing on uplinks and quiet ports. */
  mac(port: Port): string;
}

export function placesOf(plan: SnmpPorts, tables: Tables): PortPlaces {
  const found = placed(tables, plan.stationsMax);
  const neighbours = new Map(found.neighbours.map((each) => [each.ifIndex, each]));
  const stations = new Map<string, Station[]>();
  for (const each of found.stations) stations.set(each.ifIndex, [...(stations.get(each.ifIndex) ?? []), each]);
  return {
    placed: found,
    neighbour: ({ ifIndex }) => neighbourText(neighbours.get(ifIndex)),
    mac: ({ ifIndex }) => {
      const here = stations.get(ifIndex) ?? [];
      return here.length > 1 ? `${here.length} devices` : (here[0]?.mac ?? '');
    },
  };
}

const neighbourText = (neighbour: Neighbour | undefined): string =>
  neighbour === undefined ? '' : [neighbour.sysName ?? neighbour.chassis, neighbour.port].filter(Boolean).join(' ').slice(0, 64);
