/** One day of one figure: 288 five-minute values in 32 bits each, without the zeros at both ends. NaN: not to be learned from. */
import { slotsOfDay } from './slots.core.ts';

export interface DayProfile {
  /** `2026-11-23`. */
  readonly day: string;
  /** Slot of the first value; what is outside of `values` is 0. */
  readonly first: number;
  readonly values: Float32Array;
}

/** `values`: 288 of them. */
export function profileOf(day: string, values: Float32Array): DayProfile {
  const first = Math.max(
    0,
    values.findIndex((value) => value !== 0),
  );
  const last = values.findLastIndex((value) => value !== 0);
  return { day, first, values: values.slice(first, last + 1) };
}

export const valueAt = ({ first, values }: DayProfile, slot: number): number => values[slot - first] ?? 0;

/** Sum over `[from, to)`, in slots of the day with fractions; NaN when a slot of it is not to be learned from. */
export function totalOf(profile: DayProfile, from: number, to: number): number {
  let sum = 0;
  for (let slot = Math.floor(from); slot < to; slot++) {
    const share = Math.min(to, slot + 1) - Math.max(from, slot);
    if (share > 0) sum += valueAt(profile, slot) * share;
  }
  return sum;
}

/** Sum of what may be learned from. */
export const knownTotal = ({ values }: DayProfile): number =>
  values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);

/** Little-endian 32-bit floats in base64. */
export function packed(values: Float32Array): string {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setFloat32(at * 4, value, true);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** null: not what `packed` makes of at most a day. */
export function unpacked(text: string): Float32Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (bytes.length % 4 !== 0 || bytes.length > slotsOfDay * 4) return null;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
}
