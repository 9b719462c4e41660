/** A foreign master, Debian's mbpoll, reads the simulated controllers over each kind of line. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Plan, planOfScale, type RunningSimulators, startSimulators } from '@cardwatch/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, polled, run, startSocat } from './programs.ts';

const deviceOf: Readonly<Record<string, string>> = {
  'Modbus/TCP': 'yb-a2-02',
  'RTU over TCP behind a virtual COM port': 'yb-a1-02',
  'a serial line at 9600 8E1': 'yb-s1-02',
};
const ready = installed('mbpoll') && installed('socat');

describe.skipIf(!ready)('mbpoll as master (needs mbpoll and socat)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-peer-'));
  const path = (name: string): string => join(folder, name);
  const wires: ChildProcess[] = [];
  let running: RunningSimulators;

  const port = (line: string): number => running.lines.find(({ plan }) => plan.name === line)?.port ?? 0;
  const serial = ['-m', 'rtu', '-b', '9600', '-P', 'even'];
  const roads: Readonly<Record<string, () => readonly string[]>> = {
    'Modbus/TCP': () => ['-m', 'tcp', '-p', String(port('yb-a2')), '127.0.0.1'],
    'RTU over TCP behind a virtual COM port': () => [...serial, path('com')],
    'a serial line at 9600 8E1': () => [...serial, path('master')],
  };
  const poll = (road: string, args: readonly string[]) =>
    run('mbpoll', ['-0', '-1', '-o', '2', ...args, ...(roads[road]?.() ?? [])]);
  const write = (road: string, register: number, values: readonly string[]) =>
    run('mbpoll', ['-0', '-1', '-o', '2', '-a', '2', '-t', '4', '-r', String(register), ...(roads[road]?.() ?? []), ...values]);
  const read = async (road: string, args: readonly string[]) => polled((await poll(road, args)).output);

  beforeAll(async () => {
    wires.push(
      await startSocat(`pty,raw,echo=0,link=${path('slaves')}`, `pty,raw,echo=0,link=${path('master')}`, [
        path('slaves'),
        path('master'),
      ]),
    );
    const plan = Plan.parse(planOfScale({ scale: 's', basePort: 0, serialPath: path('slaves') }));
    running = await startSimulators(plan, { quiet: true });
    wires.push(await startSocat(`pty,raw,echo=0,link=${path('com')}`, `tcp:127.0.0.1:${port('yb-a1')}`, [path('com')]));
    for (const deviceId of ['yb-a1-02', 'yb-a2-02', 'yb-s1-02']) running.campus.steady.writeOn(deviceId, 40);
  });

  afterAll(async () => {
    for (const wire of wires) wire.kill();
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(Object.keys(roads))('reads identity, pointers and records over %s', async (road) => {
    const identity = await read(road, ['-a', '2', '-t', '4:hex', '-r', '0', '-c', '12']);
    expect([identity.size, identity.get(0), identity.get(1), identity.get(8)]).toEqual([12, '0x5731', '0x0214', '0x0078']);
    const pointers = await read(road, ['-a', '2', '-t', '4', '-r', '256', '-c', '13']);
    const newest = Number(pointers.get(261));
    expect(newest).toBeGreaterThanOrEqual(40);
    expect([256, 257, 258, 259, 260, 262, 264, 268].map((register) => Number(pointers.get(register)))).toEqual([
      512,
      24,
      newest,
      0,
      0,
      1,
      newest,
      1,
    ]);
    const records = await read(road, ['-a', '2', '-t', '4:hex', '-r', '4096', '-c', '125']);
    expect([records.size, records.get(4097), records.get(4121), records.get(4096 + 24 * 4 + 1)]).toEqual([
      125,
      '0x0001',
      '0x0002',
      '0x0005',
    ]);
  });

  it.each(Object.keys(roads))('writes tail and clock over %s and reads them back', async (road) => {
    const written = await write(road, 259, ['17']);
    expect(written.output).toMatch(/Written 1 references/);
    const ring = running.campus.ringShowers().find(({ deviceId }) => deviceId === deviceOf[road])?.ring;
    expect(ring?.tail).toBe(17);
    const refused = await write(road, 259, ['16']);
    expect(refused.output).toMatch(/Illegal data value/i);
    const clock = [0x2612, 0x3123, 0x5930].map(String);
    const set = await write(road, 23, clock);
    expect(set.output).toMatch(/Written 3 references/);
    const shown = await read(road, ['-a', '2', '-t', '4:hex', '-r', '23', '-c', '2']);
    expect([shown.get(23), shown.get(24)]).toEqual(['0x2612', '0x3123']);
  });

  it('is told what does not exist', async () => {
    expect((await poll('Modbus/TCP', ['-a', '2', '-t', '4', '-r', '12', '-c', '1'])).output).toMatch(/Illegal data address/i);
    expect((await poll('Modbus/TCP', ['-a', '2', '-t', '3', '-r', '0', '-c', '1'])).output).toMatch(/Illegal function/i);
    expect((await poll('a serial line at 9600 8E1', ['-a', '9', '-t', '4', '-r', '0', '-c', '1'])).output).toMatch(/timed out/i);
  });

  it('reads a plain shower: input registers, low word first', async () => {
    const plain = ['-m', 'tcp', '-p', String(port('yb-b2')), '127.0.0.1'];
    const temperature = polled(
      (await run('mbpoll', ['-0', '-1', '-a', '1', '-t', '3:float', '-r', '104', '-c', '1', ...plain])).output,
    );
    expect(Number(temperature.get(104))).toBeCloseTo(21.5, 1);
    const limit = await run('mbpoll', ['-0', '-1', '-a', '1', '-t', '3', '-r', '100', '-c', '33', ...plain]);
    expect(limit.output).toMatch(/Illegal data value/i);
  });

  it('finds its serial port again after it was unplugged', async () => {
    const ends = ['slaves', 'master'].map(path);
    const wire = wires.shift();
    const gone = new Promise((resolve) => wire?.once('exit', resolve));
    wire?.kill();
    await gone;
    for (const end of ends) rmSync(end, { force: true });
    expect((await poll('a serial line at 9600 8E1', ['-a', '2', '-t', '4', '-r', '0', '-c', '1'])).code).not.toBe(0);
    wires.push(await startSocat(`pty,raw,echo=0,link=${ends[0]}`, `pty,raw,echo=0,link=${ends[1]}`, ends));
    let seen: string | undefined;
    for (let tries = 0; tries < 6 && seen === undefined; tries++)
      seen = (await read('a serial line at 9600 8E1', ['-a', '2', '-t', '4:hex', '-r', '0', '-c', '1'])).get(0);
    expect(seen).toBe('0x5731');
  });

  it('paced the serial line: busy time is what 9600 baud takes', () => {
    const counts = running.lines.find(({ plan }) => plan.name === 'yb-s1')?.bus.counts;
    expect(counts?.replies).toBeGreaterThan(5);
    expect(counts?.busyMs).toBeGreaterThan(((11 / 9.6) * (24 + 26 + 250)) | 0);
    expect(counts?.crcErrors).toBe(0);
  });
});
