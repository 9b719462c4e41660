/** One object of a management table, as the standards type it. */
export type CellType = 'integer' | 'octets' | 'counter32' | 'gauge32' | 'ticks' | 'counter64';

export interface Cell {
  readonly oid: string;
  readonly type: CellType;
  readonly value: number | bigint | string | Uint8Array;
}

export const integer = (oid: string, value: number): Cell => ({ oid, type: 'integer', value });
export const text = (oid: string, value: string): Cell => ({ oid, type: 'octets', value });
export const octets = (oid: string, value: Uint8Array): Cell => ({ oid, type: 'octets', value });
export const ticks = (oid: string, value: number): Cell => ({ oid, type: 'ticks', value });
export const gauge = (oid: string, value: number): Cell => ({ oid, type: 'gauge32', value });
export const counter = (oid: string, value: number): Cell => ({ oid, type: 'counter32', value: value % 2 ** 32 });
export const counter64 = (oid: string, value: bigint): Cell => ({ oid, type: 'counter64', value: BigInt.asUintN(64, value) });

/** SNMPv2-MIB system group and the engine's clock: what every managed device tells. */
export function systemCells(system: {
  readonly name: string;
  readonly description: string;
  readonly upMs: number;
  readonly boots: number;
  readonly bootedMs: number;
}): readonly Cell[] {
  return [
    text('1.3.6.1.2.1.1.1.0', system.description),
    ticks('1.3.6.1.2.1.1.3.0', Math.floor(system.upMs / 10) % 2 ** 32),
    text('1.3.6.1.2.1.1.5.0', system.name),
    integer('1.3.6.1.6.3.10.2.1.2.0', system.boots),
    integer('1.3.6.1.6.3.10.2.1.3.0', Math.floor(system.bootedMs / 1_000) % 2 ** 31),
  ];
}
