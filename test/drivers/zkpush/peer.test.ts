import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, type Family, zkBench } from './bench.ts';

const python = spawnSync('python3', ['--version']).status === 0;
const script = fileURLToPath(new URL('peer.py', import.meta.url));
const Told = z.array(z.object({ status: z.int(), text: z.string() }));
const count = 150;

let bench: Bench;
beforeEach(async () => {
  bench = await zkBench();
});
afterEach(() => bench.close());

async function peer(family: Family, serial: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('python3', [script, String(bench.port), serial, family, String(count)]);
  const told = Told.parse(JSON.parse(stdout));
  expect(told.every(({ status }) => status === 200)).toBe(true);
  return told.map(({ text }) => text);
}

describe.skipIf(!python)('a terminal written in Python from the protocol description (skipped without python3)', () => {
  test('attendance family', async () => {
    const { sink } = await bench.open('attendance', 'PEER00000001');
    const told = await peer('attendance', 'PEER00000001');
    expect(told.slice(1, 4)).toEqual([`OK: ${count}`, `OK: ${count}`, 'OK']);
    expect([told[0]?.includes('ATTLOGStamp=None'), told[4]?.includes('ATTLOGStamp=4711')]).toEqual([true, true]);
    expect(sink.passes.map(({ personNo, direction }) => `${personNo} ${direction}`)).toEqual(
      Array.from({ length: count }, (_, i) => `${20_230_000 + i} ${i % 2 === 0 ? 'in' : 'out'}`),
    );
  });

  test('access family', async () => {
    const { sink } = await bench.open('access', 'PEER00000002');
    const told = await peer('access', 'PEER00000002');
    expect(told.slice(3, 6)).toEqual(['OK', 'OK', 'OK']);
    expect(sink.passes.map(({ eventNo, result }) => `${eventNo} ${result}`)).toEqual(
      Array.from({ length: count }, (_, i) => `${i + 1} ${i % 3 === 0 ? 'denied' : 'granted'}`),
    );
  });
});
