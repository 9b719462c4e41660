import { crc32c, err, ok, type Result } from '@cardwatch/kernel';
import type { ReadFailure } from './roles.ts';

export type CursorKey = string | number;
export type CursorShape = readonly ('int' | 'text')[];

const cursorCharsMax = 256;
const keyCharsMax = 96;

/** Of one question and its filters: a cursor answers only the question that made it. */
export function fingerprint(question: string, filters: Readonly<Record<string, unknown>>): number {
  const set = Object.entries(filters).filter(([name, value]) => value !== undefined && name !== 'cursor' && name !== 'limit');
  set.sort(([a], [b]) => (a < b ? -1 : 1));
  return crc32c(new TextEncoder().encode(JSON.stringify([question, set])));
}

/** Opaque text of the last row's keys; keys are integers or ASCII. */
export function writeCursor(print: number, keys: readonly CursorKey[]): string {
  return toUrl(btoa(JSON.stringify([print, ...keys])));
}

/** The keys, when the cursor is ours, of this question, and of the right shape. */
export function readCursor(text: string, print: number, shape: CursorShape): Result<CursorKey[], ReadFailure> {
  const refused = err({ kind: 'cursor' } as const);
  if (text.length > cursorCharsMax || !/^[A-Za-z0-9_-]+$/.test(text)) return refused;
  const parts = parse(fromUrl(text));
  if (!Array.isArray(parts) || parts.length !== shape.length + 1 || parts[0] !== print) return refused;
  const keys: CursorKey[] = [];
  for (const [i, kind] of shape.entries()) {
    const key: unknown = parts[i + 1];
    if (kind === 'int' && Number.isSafeInteger(key)) keys.push(key as number);
    else if (kind === 'text' && typeof key === 'string' && key.length <= keyCharsMax) keys.push(key);
    else return refused;
  }
  return ok(keys);
}

function parse(base64: string): unknown {
  try {
    return JSON.parse(atob(base64));
  } catch {
    return undefined;
  }
}

const toUrl = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const fromUrl = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/');
