/** Inputs that are kept: `corpus/<target>/<name>.bin`. Those of bugs have a name that says what they did; those found by coverage their checksum. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32c } from '@cardwatch/kernel';

export const corpusRoot = fileURLToPath(new URL('corpus/', import.meta.url));
export const corpusLimits = { totalBytes: 2 * 1024 * 1024, targetBytes: 32 * 1024 } as const;

export interface Kept {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const folderOf = (target: string): string => join(corpusRoot, target);
const byChecksum = /^[0-9a-f]{8}\.bin$/;

export function keptOf(target: string): readonly Kept[] {
  const folder = folderOf(target);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}

/** Puts those that coverage found in place of those that it found before; inputs of bugs stay. Smallest first, up to `targetBytes`. */
export function keep(target: string, inputs: readonly Uint8Array[]): number {
  const folder = folderOf(target);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (byChecksum.test(name)) rmSync(join(folder, name));
  let room: number = corpusLimits.targetBytes;
  let written = 0;
  for (const input of inputs.toSorted((a, b) => a.length - b.length)) {
    if ((room -= input.length) < 0) break;
    writeFileSync(join(folder, `${crc32c(input).toString(16).padStart(8, '0')}.bin`), input);
    written++;
  }
  return written;
}
