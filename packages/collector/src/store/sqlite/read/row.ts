/** Columns to typed values. Each says what it guarantees; a broken row is a bug of the writer and throws. */
import type { SQLOutputValue } from 'node:sqlite';

export const text = (value: SQLOutputValue | undefined): string => {
  if (typeof value !== 'string') throw new Error('column is not text');
  return value;
};

export const textOrNull = (value: SQLOutputValue | undefined): string | null => (typeof value === 'string' ? value : null);

export const int = (value: SQLOutputValue | undefined): number => {
  if (typeof value !== 'number') throw new Error('column is not a number');
  return value;
};

export const intOrNull = (value: SQLOutputValue | undefined): number | null => (typeof value === 'number' ? value : null);

export const flag = (value: SQLOutputValue | undefined): boolean => value === 1;

/** Text or bytes of JSON that the writer checked against `T`'s schema before it stored them. */
export function json<T>(value: SQLOutputValue | undefined): T {
  const source = value instanceof Uint8Array ? new TextDecoder().decode(value) : text(value);
  return JSON.parse(source) as T;
}

/** A column with a CHECKed or schema-checked set of words. */
export const word = <T extends string>(value: SQLOutputValue | undefined): T => text(value) as T;
export const wordOrNull = <T extends string>(value: SQLOutputValue | undefined): T | null => textOrNull(value) as T | null;
