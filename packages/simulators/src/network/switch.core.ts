/** A managed access switch with PoE, from the standards: IF-MIB, POWER-ETHERNET-MIB, LLDP-MIB, BRIDGE-MIB and Q-BRIDGE-MIB. */
import { type Cell, counter, counter64, gauge, integer, octets, systemCells, text } from './cell.core.ts';
import { type Managed, Uptime, type UptimeSnapshot } from './managed.core.ts';

const mib2 = '1.3.6.1.2.1';
const lldp = '1.0.8802.1.1.2.1';
const poe = `${mib2}.105.1`;

export interface SwitchPlan {
  readonly deviceId: string;
  readonly name: string;
  /** Access ports; uplinks follow them. */
  readonly accessPorts: number;
  readonly uplinks: number;
  /** Who hangs on which access port. */
  readonly stations: readonly { readonly port: number; readonly mac: Uint8Array; readonly vlan: number }[];
  /** The switch at the far end of the first uplink. */
  readonly upstream?: { readonly name: string; readonly port: string; readonly mac: Uint8Array };
  readonly mac: Uint8Array;
  onPort?(port: number, up: boolean): void;
}

interface Port {
  readonly no: number;
  readonly ifIndex: number;
  readonly name: string;
  readonly uplink: boolean;
  admin: 1 | 2;
  oper: 1 | 2;
  poe: 1 | 2 | 3 | 4;
  changedUpMs: number;
  /** Traffic of a port that is up, octets per second. */
  readonly inRate: number;
  readonly outRate: number;
  errorRate: number;
  in: number;
  out: number;
  errors: number;
}

export class ManagedSwitch implements Managed {
  readonly deviceId: string;
  readonly faultTypes = ['portDown', 'portOff', 'poeFault', 'cableErrors', 'rePatch', 'restart', 'uptimeWrap'] as const;
  readonly #plan: SwitchPlan;
  readonly #uptime: Uptime;
  readonly #ports: readonly Port[];
  readonly #place = new Map<string, { port: number; readonly mac: Uint8Array; readonly vlan: number }>();
  #countedMs: number;

  constructor(plan: SwitchPlan, nowMs: number, restored: UptimeSnapshot) {
    this.deviceId = plan.deviceId;
    this.#plan = plan;
    this.#uptime = new Uptime(nowMs, restored);
    this.#countedMs = nowMs;
    for (const station of plan.stations) this.#place.set(hexOf(station.mac), { ...station });
    this.#ports = Array.from({ length: plan.accessPorts + plan.uplinks }, (_, at) => this.#newPort(at + 1));
  }

  #newPort(no: number): Port {
    const uplink = no > this.#plan.accessPorts;
    const inUse = uplink || [...this.#place.values()].some(({ port }) => port === no);
    return {
      no,
      ifIndex: 10_100 + no,
      name: `${uplink ? 'Ten-GigabitEthernet' : 'GigabitEthernet'}1/0/${no}`,
      uplink,
      admin: 1,
      oper: inUse ? 1 : 2,
      poe: uplink ? 1 : inUse ? 3 : 2,
      changedUpMs: 0,
      inRate: 900 + 137 * no,
      outRate: 400 + 71 * no,
      errorRate: 0,
      in: 0,
      out: 0,
      errors: 0,
    };
  }

  cells(nowMs: number): readonly Cell[] {
    this.#count(nowMs);
    const { name } = this.#plan;
    const upMs = this.#uptime.upMs(nowMs);
    const description = 'Cardwatch simulated switch, 24 PoE ports, release 1';
    const system = { name, description, upMs, boots: this.#uptime.boots, bootedMs: this.#uptime.bootedMs(nowMs) };
    return [
      ...systemCells(system),
      ...this.#ports.flatMap((port) => portCells(port)),
      ...this.#powerCells(),
      ...this.#bridgeCells(),
      ...this.#neighbourCells(),
    ];
  }

  strike(type: string, no: number | undefined, nowMs: number): string | undefined {
    if (type === 'restart') this.#restart(nowMs);
    else if (type === 'uptimeWrap') this.#uptime.nearWrap(nowMs, 5_000);
    else {
      const port = this.#ports.find((each) => each.no === (no ?? this.#firstUsed()));
      if (port === undefined) return `port ${no} is none of this switch`;
      return this.#strikePort(type, port, nowMs);
    }
    return undefined;
  }

  #strikePort(type: string, port: Port, nowMs: number): string | undefined {
    switch (type) {
      case 'portDown':
        this.#turn(port, false, nowMs);
        return undefined;
      case 'portOff':
        port.admin = 2;
        this.#turn(port, false, nowMs);
        return undefined;
      case 'poeFault':
        if (port.uplink) return `port ${port.no} gives no power`;
        this.#turn(port, false, nowMs);
        port.poe = 4;
        return undefined;
      case 'cableErrors':
        port.errorRate = 5;
        return undefined;
      case 'rePatch':
        return this.#rePatch(port, nowMs);
      default:
        return `a switch has no fault ${type}`;
    }
  }

  /** Lasting faults end on all ports at once. */
  heal(type: string, nowMs: number): void {
    for (const port of this.#ports) {
      if (type === 'cableErrors') port.errorRate = 0;
      const back =
        (type === 'portDown' && port.admin === 1 && port.poe !== 4) ||
        (type === 'portOff' && port.admin === 2) ||
        (type === 'poeFault' && port.poe === 4);
      if (!back) continue;
      port.admin = 1;
      if (port.poe === 4) port.poe = 2;
      if (port.uplink || this.#isUsed(port.no)) this.#turn(port, true, nowMs);
    }
  }

  snapshot(nowMs: number): UptimeSnapshot {
    return this.#uptime.snapshot(nowMs);
  }

  #turn(port: Port, up: boolean, nowMs: number): void {
    if ((port.oper === 1) === up) return;
    this.#count(nowMs);
    port.oper = up ? 1 : 2;
    if (!port.uplink) port.poe = up ? 3 : 2;
    port.changedUpMs = this.#uptime.upMs(nowMs);
    this.#plan.onPort?.(port.no, up);
  }

  #restart(nowMs: number): void {
    this.#uptime.restart(nowMs);
    for (const port of this.#ports) {
      port.changedUpMs = 0;
      port.in = port.out = port.errors = 0;
    }
  }

  /** The station of a port moves to the first port that is free. */
  #rePatch(from: Port, nowMs: number): string | undefined {
    const station = [...this.#place.values()].find(({ port }) => port === from.no);
    const to = this.#ports.find((port) => !port.uplink && !this.#isUsed(port.no));
    if (station === undefined || to === undefined) return `nothing on port ${from.no}, or no free port`;
    station.port = to.no;
    this.#turn(from, false, nowMs);
    this.#turn(to, true, nowMs);
    return undefined;
  }

  #firstUsed(): number {
    return Math.min(...[...this.#place.values()].map(({ port }) => port), this.#plan.accessPorts);
  }

  #isUsed(no: number): boolean {
    return [...this.#place.values()].some(({ port }) => port === no);
  }

  #count(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#countedMs) / 1_000;
    this.#countedMs = nowMs;
    for (const port of this.#ports) {
      if (port.oper !== 1) continue;
      port.in += port.inRate * seconds;
      port.out += port.outRate * seconds;
      port.errors += port.errorRate * seconds;
    }
  }

  #powerCells(): readonly Cell[] {
    const access = this.#ports.filter((port) => !port.uplink);
    const delivering = access.filter((port) => port.poe === 3).length;
    return [
      ...access.flatMap(({ no, poe: status }) => [
        integer(`${poe}.1.1.3.1.${no}`, 1),
        integer(`${poe}.1.1.6.1.${no}`, status),
        integer(`${poe}.1.1.10.1.${no}`, 4),
      ]),
      gauge(`${poe}.3.1.1.2.1`, 370),
      integer(`${poe}.3.1.1.3.1`, 1),
      gauge(`${poe}.3.1.1.4.1`, 6 * delivering),
    ];
  }

  /** A station is forgotten with its port; all that is known upstream is learnt on the first uplink. */
  #bridgeCells(): readonly Cell[] {
    const up = (no: number): boolean => this.#ports.find((port) => port.no === no)?.oper === 1;
    const upstream = this.#plan.upstream;
    const firstUplink = this.#plan.accessPorts + 1;
    const beyond =
      upstream === undefined || this.#plan.uplinks === 0 || !up(firstUplink)
        ? []
        : [{ port: firstUplink, mac: upstream.mac, vlan: 1 }];
    const learnt = [...[...this.#place.values()].filter(({ port }) => up(port)), ...beyond];
    return [
      octets(`${mib2}.17.1.1.0`, this.#plan.mac),
      ...this.#ports.map(({ no, ifIndex }) => integer(`${mib2}.17.1.4.1.2.${no}`, ifIndex)),
      ...learnt.flatMap(({ port, mac, vlan }) => [
        integer(`${mib2}.17.4.3.1.2.${[...mac].join('.')}`, port),
        integer(`${mib2}.17.7.1.2.2.1.2.${vlan}.${[...mac].join('.')}`, port),
      ]),
    ];
  }

  #neighbourCells(): readonly Cell[] {
    const upstream = this.#plan.upstream;
    const port = this.#ports.find(({ no }) => no === this.#plan.accessPorts + 1);
    const local = [
      octets(`${lldp}.3.2.0`, this.#plan.mac),
      ...this.#ports.map(({ no, name }) => text(`${lldp}.3.7.1.3.${no}`, name)),
    ];
    if (upstream === undefined || port?.oper !== 1) return local;
    const row = (column: number): string => `${lldp}.4.1.1.${column}.0.${port.no}.1`;
    return [...local, octets(row(5), upstream.mac), text(row(7), upstream.port), text(row(9), upstream.name)];
  }
}

function portCells(port: Port): readonly Cell[] {
  const { ifIndex } = port;
  const at = (column: string): string => `${mib2}.${column}.${ifIndex}`;
  return [
    integer(at('2.2.1.7'), port.admin),
    integer(at('2.2.1.8'), port.oper),
    { oid: at('2.2.1.9'), type: 'ticks', value: Math.floor(port.changedUpMs / 10) % 2 ** 32 },
    counter(at('2.2.1.14'), Math.floor(port.errors)),
    integer(at('10.7.2.1.19'), port.oper === 1 ? 3 : 1),
    text(at('31.1.1.1.1'), port.name),
    counter64(at('31.1.1.1.6'), BigInt(Math.floor(port.in))),
    counter64(at('31.1.1.1.10'), BigInt(Math.floor(port.out))),
    gauge(at('31.1.1.1.15'), port.uplink ? 10_000 : 1_000),
    text(at('31.1.1.1.18'), ''),
  ];
}

const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
