/** Contents of CJ/T 188 frames: data identifiers, quantities with their unit code, clock, status. Dialects are options, never guesses. */
import { type Result, bcdDigits, err, ok, toHex } from '@cardwatch/kernel';
import { clockText } from '../profile/clock-text.core.ts';
import { reversed } from './frame.core.ts';

/** Data identifiers of the standard (7.2), high byte first. */
export const di = {
  metering: 0x901f,
  /** Of the last month; eleven more follow. */
  history: 0xd120,
  address: 0x810a,
  clock: 0xa015,
  valve: 0xa017,
  writeAddress: 0xa018,
} as const;

/** Identifiers that are known in either byte order. Both orders are in the field, sometimes one way in the request and the other in the reply. */
const known: ReadonlySet<number> = new Set([
  di.metering,
  ...Array.from({ length: 12 }, (_, month) => 0xd120 + month),
  0x8102,
  0x8103,
  0x8104,
  0x8105,
  0x8106,
  0x810a,
  0xa010,
  0xa011,
  0xa012,
  0xa013,
  0xa014,
  0xa015,
  0xa016,
  0xa017,
  0xa018,
  0xa019,
]); // prettier-ignore

export interface Identifier {
  readonly di: number;
  /** `unknown`: neither order gives an identifier of the standard; taken as it stands. */
  readonly order: 'high-first' | 'low-first' | 'unknown';
}

/** Tells the identifier from two bytes in whichever order they stand. */
export function identifierOf(first: number, second: number): Identifier {
  const highFirst = (first << 8) | second;
  if (known.has(highFirst)) return { di: highFirst, order: 'high-first' };
  const lowFirst = (second << 8) | first;
  if (known.has(lowFirst)) return { di: lowFirst, order: 'low-first' };
  return { di: highFirst, order: 'unknown' };
}

export interface Unit {
  readonly name: string;
  readonly kind: 'volume' | 'flow' | 'energy' | 'power';
  /** Digits behind the decimal point of the 8 BCD digits. */
  readonly decimals: number;
  /** What one whole unit is in L, L/h, J, W: exact integers. */
  readonly base: number;
}

/** Unit codes (7.3). A code that is not here is an error, never silently cubic metres. */
export const units: ReadonlyMap<number, Unit> = new Map<number, Unit>([
  [0x29, { name: 'L', kind: 'volume', decimals: 0, base: 1 }],
  [0x2c, { name: 'm3', kind: 'volume', decimals: 2, base: 1_000 }],
  [0x32, { name: 'L/h', kind: 'flow', decimals: 0, base: 1 }],
  [0x35, { name: 'm3/h', kind: 'flow', decimals: 4, base: 1_000 }],
  [0x02, { name: 'Wh', kind: 'energy', decimals: 2, base: 3_600 }],
  [0x05, { name: 'kWh', kind: 'energy', decimals: 2, base: 3_600_000 }],
  [0x08, { name: 'MWh', kind: 'energy', decimals: 2, base: 3_600_000_000 }],
  [0x01, { name: 'J', kind: 'energy', decimals: 2, base: 1 }],
  [0x0b, { name: 'kJ', kind: 'energy', decimals: 2, base: 1_000 }],
  [0x0e, { name: 'MJ', kind: 'energy', decimals: 2, base: 1_000_000 }],
  [0x11, { name: 'GJ', kind: 'energy', decimals: 2, base: 1_000_000_000 }],
  [0x14, { name: 'W', kind: 'power', decimals: 2, base: 1 }],
  [0x17, { name: 'kW', kind: 'power', decimals: 2, base: 1_000 }],
]);

/** 4 bytes BCD low byte first and a unit code. `litres` undefined: the meter has no value now (FFFFFFFF). */
export function litresOf(quantity: Uint8Array): Result<number | undefined, string> {
  const bcd = quantity.subarray(0, 4);
  if (bcd.every((byte) => byte === 0xff)) return ok(undefined);
  const code = quantity[4] ?? 0;
  const unit = units.get(code);
  if (unit === undefined) return err(`unknown unit ${hexByte(code)}`);
  if (unit.kind !== 'volume') return err(`unit ${unit.name} is no volume`);
  const digits = bcdDigits(reversed(bcd));
  if (digits === undefined) return err(`${toHex(bcd).toUpperCase()} is not BCD`);
  return ok((Number(digits) * unit.base) / 10 ** unit.decimals);
}

export type ClockOrder = 'lowFirst' | 'highFirst';

/** 7 bytes BCD, s m h d M yy yy or the other way round. `none`: all zero, a meter without a clock. Text that is no date is kept as hex. */
export function clockOf(
  wire: Uint8Array,
  order: ClockOrder,
): { readonly kind: 'none' } | { readonly kind: 'clock'; readonly text: string } {
  if (wire.every((byte) => byte === 0)) return { kind: 'none' };
  const digits = bcdDigits(order === 'lowFirst' ? reversed(wire) : wire);
  if (digits === undefined) return { kind: 'clock', text: toHex(wire) };
  const part = (from: number, to: number): number => Number(digits.slice(from, to));
  const text = clockText({
    year: part(0, 4),
    month: part(4, 6),
    day: part(6, 8),
    hour: part(8, 10),
    minute: part(10, 12),
    second: part(12, 14),
  });
  return { kind: 'clock', text };
}

export type StatusBitOrder = 'standard' | 'mirrored';
export type ValveState = 'open' | 'closed' | 'abnormal' | 'unknown';

export interface Status {
  readonly valve: ValveState;
  readonly batteryLow: boolean;
  /** Byte 1 is the vendor's. */
  readonly vendor: number;
}

const valves: readonly ValveState[] = ['open', 'closed', 'unknown', 'abnormal'];

/** ST (7.4): byte 0 bits 1..0 valve, bit 2 battery. `mirrored`: the same from the other end, valve bits 7..6 with bit 7 the low one, battery bit 5. */
export function statusOf(wire: Uint8Array, order: StatusBitOrder): Status {
  const [low = 0, vendor = 0] = wire;
  const byte = order === 'standard' ? low : mirror(low);
  return { valve: valves[byte & 3] ?? 'unknown', batteryLow: (byte & 4) !== 0, vendor };
}

function mirror(byte: number): number {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) result |= 0x80 >> bit;
  return result;
}

export const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();
export const hexWord = (word: number): string => word.toString(16).padStart(4, '0').toUpperCase();
export const hexUpper = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();

/** Payload of 901F from a water meter (7.5): volume and unit, settlement volume and unit, clock, ST. */
export interface Metering {
  readonly volume: Uint8Array;
  readonly settlement: Uint8Array;
  readonly clock: Uint8Array;
  readonly status: Uint8Array;
}

export const meteringBytes = 19;

export function meteringOf(payload: Uint8Array): Metering | undefined {
  if (payload.length !== meteringBytes) return undefined;
  return {
    volume: payload.subarray(0, 5),
    settlement: payload.subarray(5, 10),
    clock: payload.subarray(10, 17),
    status: payload.subarray(17, 19),
  };
}

/** Payload of 901F from a heat meter (7.5), 43 bytes: the temperatures and the time of work are 3 bytes BCD each, low byte first. */
export interface HeatMetering {
  readonly settlement: Uint8Array;
  readonly heat: Uint8Array;
  readonly power: Uint8Array;
  readonly flow: Uint8Array;
  readonly volume: Uint8Array;
  readonly supply: Uint8Array;
  readonly back: Uint8Array;
  readonly workTime: Uint8Array;
  readonly clock: Uint8Array;
  readonly status: Uint8Array;
}

export function heatOf(payload: Uint8Array): HeatMetering | undefined {
  if (payload.length !== 43) return undefined;
  const part = (from: number, length: number): Uint8Array => payload.subarray(from, from + length);
  return {
    settlement: part(0, 5),
    heat: part(5, 5),
    power: part(10, 5),
    flow: part(15, 5),
    volume: part(20, 5),
    supply: part(25, 3),
    back: part(28, 3),
    workTime: part(31, 3),
    clock: part(34, 7),
    status: part(41, 2),
  };
}
