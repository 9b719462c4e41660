import type { SnmpValue, SnmpVarbind } from '../contract.ts';
import { type ColumnName, column, indexIn } from './oid.core.ts';

/** Rows of a column by their index, in the order of the device. */
export type Column = ReadonlyMap<string, SnmpValue>;
/** Columns that were read. One that is missing was not asked for, or failed. */
export type Tables = { readonly [K in ColumnName]?: Column };

/** Varbinds of one column to its rows. */
export function columnOf(base: string, varbinds: readonly SnmpVarbind[]): Column {
  const rows = new Map<string, SnmpValue>();
  for (const { oid, value } of varbinds) {
    const index = indexIn(base, oid);
    if (index !== undefined && value !== undefined) rows.set(index, value);
  }
  return rows;
}

/** All known columns out of varbinds in any order. */
export function tablesOf(varbinds: readonly SnmpVarbind[]): Tables {
  const tables: { [K in ColumnName]?: Column } = {};
  for (const name of Object.keys(column) as ColumnName[]) {
    const rows = columnOf(column[name], varbinds);
    if (rows.size > 0) tables[name] = rows;
  }
  return tables;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Octets as text, at most `charactersMax`, without control characters; undefined when it is neither text nor empty. */
export function textOf(value: SnmpValue, charactersMax = 64): string | undefined {
  if (typeof value === 'string') return printable(value, charactersMax);
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return printable(decoder.decode(value.subarray(0, 1_024)), charactersMax);
  } catch {
    return undefined;
  }
}

// Control characters would reach logs and screens.
const printable = (text: string, charactersMax: number): string | undefined => {
  const cut = text.replace(/\0+$/, '').trim().slice(0, charactersMax);
  return /\p{Cc}/u.test(cut) ? undefined : cut;
};

export const numberOf = (value: SnmpValue): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : typeof value === 'bigint' ? Number(value) : undefined;

export const bigOf = (value: SnmpValue): bigint | undefined => {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
};

const hexPair = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Six octets as `02:00:5e:10:07:01`; undefined for any other length. */
export const macOf = (octets: ArrayLike<number>): string | undefined =>
  octets.length === 6 && Array.from(octets).every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255)
    ? Array.from(octets, hexPair).join(':')
    : undefined;
