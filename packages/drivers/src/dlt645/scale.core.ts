/** What stands behind the identifiers of DL/T 645-2007, annex A, that this house knows; others come as their digits. */
import { bcdDigits } from '@cardwatch/kernel';
import { reversed } from './frame.core.ts';

export interface Scale {
  readonly point: string;
  readonly bytes: number;
  readonly decimals: number;
  readonly unit: string;
  /** The highest bit is the sign. */
  readonly signed: boolean;
}

export interface Scaled {
  /** Null: FF in every byte, the meter has no value now. */
  readonly value: number | null;
  readonly unit: string;
  /** As in `1.26 kWh`. */
  readonly text: string;
}

const phases = ['', 'A', 'B', 'C'] as const;
const energies = [
  { di: '0000', point: 'combinedEnergy', unit: 'kWh', signed: true },
  { di: '0001', point: 'forwardEnergy', unit: 'kWh', signed: false },
  { di: '0002', point: 'reverseEnergy', unit: 'kWh', signed: false },
  { di: '0003', point: 'reactiveEnergy1', unit: 'kvarh', signed: true },
  { di: '0004', point: 'reactiveEnergy2', unit: 'kvarh', signed: true },
] as const;
/** Tariff 0 is the total; only month 00, the present one, stands here. */
const tariffs = ['', 'Tariff1', 'Tariff2', 'Tariff3', 'Tariff4'] as const;

const scales: ReadonlyMap<string, Scale> = new Map<string, Scale>([
  ...energies.flatMap(({ di, point, unit, signed }) =>
    tariffs.map((tariff, index): [string, Scale] => [
      `${di}0${index}00`,
      { point: `${point}${tariff}`, bytes: 4, decimals: 2, unit, signed },
    ]),
  ),
  ...phases.slice(1).flatMap((phase, index): [string, Scale][] => [
    [`02010${index + 1}00`, { point: `voltage${phase}`, bytes: 2, decimals: 1, unit: 'V', signed: false }],
    [`02020${index + 1}00`, { point: `current${phase}`, bytes: 3, decimals: 3, unit: 'A', signed: true }],
  ]),
  ...phases.flatMap((phase, index): [string, Scale][] => [
    [`02030${index}00`, { point: `activePower${phase}`, bytes: 3, decimals: 4, unit: 'kW', signed: true }],
    [`02040${index}00`, { point: `reactivePower${phase}`, bytes: 3, decimals: 4, unit: 'kvar', signed: true }],
    [`02060${index}00`, { point: `powerFactor${phase}`, bytes: 2, decimals: 3, unit: '', signed: true }],
  ]),
  ['02800002', { point: 'frequency', bytes: 2, decimals: 2, unit: 'Hz', signed: false }],
]);

export const scaleOf = (di: string): Scale | undefined => scales.get(di);

/** Undefined: not known here, or of another length; text: a value that is no number. */
export function scaledOf(di: string, wire: Uint8Array): Scaled | string | undefined {
  const scale = scales.get(di);
  if (scale === undefined || wire.length !== scale.bytes) return undefined;
  const unit = scale.unit;
  if (wire.every((byte) => byte === 0xff)) return { value: null, unit, text: 'not available' };
  const bytes = reversed(wire);
  const isNegative = scale.signed && ((bytes[0] ?? 0) & 0x80) !== 0;
  if (isNegative) bytes[0] = (bytes[0] ?? 0) & 0x7f;
  const digits = bcdDigits(bytes);
  if (digits === undefined) return `the value of ${di} is not BCD`;
  const value = ((isNegative ? -1 : 1) * Number(digits)) / 10 ** scale.decimals;
  return { value, unit, text: `${value.toFixed(scale.decimals)} ${unit}`.trim() };
}
