/** A long run may be stopped at any moment: what is in the file is what was run, once. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunLedger } from './ledger.ts';
import type { SeedReport } from './simulate.ts';
import { toldOf } from './sums.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = { events: 1_000, mode: 'both' };

const report = (seed: number, wrong: SeedReport['violations'] = []): SeedReport => ({
  seed,
  mode: 'safety',
  events: 1_000,
  faults: 7,
  faultsByKind: { 'message lost': 4, 'sync failed': 3 },
  simulatedMs: 60_000,
  cpuMs: 500,
  traceHash: '00000000',
  violations: wrong,
  verdict: undefined,
  counts: {},
});

describe('the ledger of a long run', () => {
  test('gives the same sums in one piece and in many, and runs no seed twice', () => {
    const path = join(folder, 'long.json');
    const whole = new RunLedger(undefined, run);
    let visited = 0;
    for (let from = 1; from <= 100; from += 30) {
      const piece = new RunLedger(path, run);
      // Each piece asks for all of it and is stopped after thirty seeds.
      const left = piece
        .left(1, 100, 8)
        .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
      expect(left[0]).toBe(from);
      for (const seed of left.slice(0, 30)) {
        visited++;
        piece.add(report(seed));
        whole.add(report(seed));
      }
      piece.save();
    }
    const last = new RunLedger(path, run);
    expect(visited).toBe(100);
    expect(last.left(1, 100, 8)).toEqual([]);
    expect(last.sums).toEqual(whole.sums);
    expect(last.sums).toMatchObject({
      seeds: 100,
      events: 100_000,
      faults: 700,
      faultsByKind: { 'message lost': 400, 'sync failed': 300 },
    });
  });

  test('cuts what is left into pieces', () => {
    const ledger = new RunLedger(undefined, run);
    for (const seed of [4, 5, 9]) ledger.add(report(seed));
    expect(ledger.left(1, 12, 2)).toEqual([
      [1, 2],
      [3, 3],
      [6, 7],
      [8, 8],
      [10, 11],
      [12, 12],
    ]);
  });

  test('keeps a seed that failed, and says so', () => {
    const path = join(folder, 'long.json');
    const ledger = new RunLedger(path, run);
    ledger.add(report(3, [{ invariant: 'I2', detail: 'booked twice', event: 9 }]));
    ledger.save();
    expect(toldOf(new RunLedger(path, run).sums).at(-1)).toBe('FAILED seed 3 safety: I2 booked twice');
  });

  test('refuses the file of another run, and one that is no ledger', () => {
    const path = join(folder, 'long.json');
    new RunLedger(path, run).save();
    expect(() => new RunLedger(path, { ...run, events: 2_000 })).toThrow('--events 1000');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ v: 1, done: [] });
    expect(() => new RunLedger(import.meta.filename, run)).toThrow();
  });
});
