/** A foreign master, Debian's python3-pymodbus, collects rings while they are written: what it got is the truth, record for record. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Plan, planOfScale, startSimulators } from '@cardwatch/simulators';
import { describe, expect, it } from 'vitest';
import { run } from './programs.ts';

/** Another Python may stand before Debian's on the path. */
const python = ['python3', '/usr/bin/python3'].find((path) => spawnSync(path, ['-c', 'import pymodbus.client']).status === 0);
const script = fileURLToPath(new URL('./drain.py', import.meta.url));
const units = [1, 2, 3];

interface Collected {
  readonly count: number;
  readonly fen: number;
  readonly hash: string;
  readonly overwritten: number;
}

describe.skipIf(python === undefined)('pymodbus as master (needs python3-pymodbus)', () => {
  it.each([
    ['tcp', 'yb-a2', 'modbusTcp'],
    ['rtu', 'yb-a1', 'rtuOverTcp'],
  ] as const)('over %s it collects every record once, with a small ring that wraps', async (mode, name, kind) => {
    const { lines: all = [], ...whole } = planOfScale({ scale: 's', basePort: 0, showersOnly: true });
    const lines = all
      .filter((line) => line.name === name)
      .map((line) => ({
        ...line,
        paceBytes: false,
        devices: line.devices.slice(0, units.length).map((device) => ({ ...device, ringCapacity: 16 })),
      }));
    const running = await startSimulators(Plan.parse({ ...whole, lines }), { ratePerSecond: 150 });
    expect(running.lines[0]?.plan.kind).toBe(kind);
    setTimeout(() => running.campus.stopDemand(), 2_000);
    const ran = await run(python ?? '', [script, mode, String(running.lines[0]?.port), '3', ...units.map(String)]);
    const rows = running.campus.truth.rows();
    await running.close();
    expect(ran.code, ran.output).toBe(0);
    const collected = JSON.parse(ran.output) as Readonly<Record<string, Collected>>;
    expect(rows).toHaveLength(units.length);
    expect(rows.map(({ count, amountFen, hash }) => ({ count, fen: amountFen, hash, overwritten: 0 }))).toEqual(
      units.map((unit) => collected[unit]),
    );
    expect(rows.every(({ count }) => count > 32)).toBe(true);
  });
});
