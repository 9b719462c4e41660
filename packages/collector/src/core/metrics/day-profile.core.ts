/** One day of one figure: 288 five-minute values, without the zeros at both ends. NaN: not to be learned from. */
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

/** Sum of what may be learned from. */
export const knownTotal = ({ values }: DayProfile): number =>
  values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);

/** Numbers as digits of 32, least first, one character each; a digit with more behind it stands 32 higher. */
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const digitOf = new Int8Array(128).fill(-1);
for (let at = 0; at < digits.length; at++) digitOf[digits.charCodeAt(at)] = at;

/** 0 and 1 begin a run of zeros or of NaN and 2 a value below zero, each with its length or size next; n from 3 on is the value n - 2. */
const token = { zeros: 0, unknown: 1, negative: 2, value: 2 } as const;

/** Whole numbers as text: a count up to 29 takes one character, a run of zeros two or three. Fractions are rounded. */
export function packed(values: Float32Array): string {
  const codes: number[] = [];
  for (let at = 0; at < values.length; ) {
    const value = Math.round(values[at] ?? 0);
    const run = value === 0 || Number.isNaN(value) ? runAt(values, at) : 1;
    if (value === 0) put(codes, token.zeros, run);
    else if (Number.isNaN(value)) put(codes, token.unknown, run);
    else if (value < 0) put(codes, token.negative, -value);
    else put(codes, value + token.value);
    at += run;
  }
  // made at once: text that grows by single characters stays a tree of pieces, thirty times its size
  return String.fromCharCode(...codes);
}

function runAt(values: Float32Array, from: number): number {
  const first = Math.round(values[from] ?? 0) + 0;
  let to = from + 1;
  while (to < values.length && Object.is(Math.round(values[to] ?? 0) + 0, first)) to++;
  return to - from;
}

/** Adds the digits of each number. */
function put(codes: number[], ...numbers: readonly number[]): void {
  for (const value of numbers) {
    let rest = value;
    for (; rest >= 32; rest = Math.floor(rest / 32)) codes.push(digits.charCodeAt(32 + (rest % 32)));
    codes.push(digits.charCodeAt(rest));
  }
}

/** null: not what `packed` makes of at most a day. */
export function unpacked(text: string): Float32Array | null {
  const values = new Float32Array(slotsOfDay);
  let [length, at] = [0, 0];
  const next = (): number => {
    let [sum, scale] = [0, 1];
    for (;;) {
      const digit = digitOf[text.charCodeAt(at++)] ?? -1;
      if (digit < 0 || scale > 2 ** 40) return -1;
      sum += (digit % 32) * scale;
      if (digit < 32) return sum;
      scale *= 32;
    }
  };
  while (at < text.length) {
    const kind = next();
    if (kind > token.negative) {
      // most of a day: a value that stands for itself
      if (length >= slotsOfDay) return null;
      values[length++] = kind - token.value;
      continue;
    }
    const size = kind < 0 ? -1 : next();
    const run = kind === token.negative ? 1 : size;
    if (size < 1 || length + run > slotsOfDay) return null;
    values.fill(kind === token.zeros ? 0 : kind === token.unknown ? Number.NaN : -size, length, length + run);
    length += run;
  }
  return values.slice(0, length);
}
