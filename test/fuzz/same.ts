/** Ways in which the same bytes must give the same answer. */
import { toHex } from '@cardwatch/kernel';

/** The bytes inside a larger buffer full of `filler`: who reads or writes beyond them is found out by another filler. */
export function within(bytes: Uint8Array, filler: number): Uint8Array {
  const around = new Uint8Array(bytes.length + 64).fill(filler);
  around.set(bytes, 24);
  return around.subarray(24, 24 + bytes.length);
}

/** Whether nothing around was written, nor the bytes themselves. */
export function untouched(given: Uint8Array, bytes: Uint8Array, filler: number): boolean {
  const all = new Uint8Array(given.buffer);
  for (let at = 0; at < 24; at++) if (all[at] !== filler) return false;
  for (let at = 24 + bytes.length; at < all.length; at++) if (all[at] !== filler) return false;
  return Buffer.compare(given, bytes) === 0;
}

/** One text of any answer; bytes as hex, errors by their message. */
export const told = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Uint8Array) return toHex(inner);
    if (inner instanceof Map) return [...inner];
    if (typeof inner === 'bigint') return `${inner}n`;
    return typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner;
  });
