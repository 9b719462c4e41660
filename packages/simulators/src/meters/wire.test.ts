/** The simulated two-wire line in virtual time: byte times of each rate, garbage at another rate, collisions, and what faults do to a reply. */
import { SeededRandom, VirtualClock, epochMs, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Cjt188Meter } from '../cjt188/meter.core.ts';
import { Dlt645Meter } from '../dlt645/meter.core.ts';
import { ModbusSlave } from './modbus-slave.ts';
import { type Rate, charMsOf } from './slave.ts';
import { Wire } from './wire.ts';

const slow: Rate = { baudRate: 2_400, parity: 'even' };
const fast: Rate = { baudRate: 9_600, parity: 'even' };
const start = epochMs(1_795_406_400_000);

/** Written out by hand from the standards' frame drawings. */
const readWater = Uint8Array.from(Buffer.from('6810443322110033780103901f018116', 'hex'));
const readModbus = Uint8Array.from(Buffer.from('010300000001840a', 'hex'));

interface Heard {
  readonly atMs: number;
  readonly hex: string;
}

function line() {
  const clock = new VirtualClock(start);
  const heard: Heard[] = [];
  const water = new Cjt188Meter(
    { deviceId: 'water', address: '78330011223344', dialect: 'plain', rate: slow },
    { litres: 12_340, closed: false },
  );
  const modbus = new ModbusSlave({ deviceId: 'shower', unit: 1, rate: fast, registers: new Map([[0, 0xabcd]]) });
  const wire = new Wire({
    clock,
    random: new SeededRandom(1),
    slaves: [water, modbus],
    paced: true,
    send: (bytes) => void heard.push({ atMs: clock.mono(), hex: toHex(bytes) }),
  });
  return { clock, wire, heard, water };
}

const all = (heard: readonly Heard[]): string => heard.map(({ hex }) => hex).join('');

describe('wire', () => {
  test('a reply comes after the request, the thinking and its own byte times, each at the slave’s rate', () => {
    const { clock, wire, heard } = line();
    wire.hear(readModbus, fast);
    clock.advance(1_000);
    expect(all(heard)).toBe('010302abcd06e1');
    expect(heard.at(-1)?.atMs).toBeCloseTo(8 * charMsOf(fast) + 6 + 7 * charMsOf(fast), 3);
    heard.splice(0);
    const begunMs = clock.mono();
    wire.hear(readWater, slow);
    clock.advance(1_000);
    expect(all(heard)).toMatch(/^fefe6810443322110033788116901f01/);
    expect((heard.at(-1)?.atMs ?? 0) - begunMs).toBeCloseTo((16 + 37) * charMsOf(slow) + 30, 3);
    expect(wire.counts).toMatchObject({ requests: 2, replies: 2, collisions: 0 });
  });

  test('bytes at another rate are garbage to a slave: nobody answers', () => {
    const { clock, wire, heard } = line();
    wire.hear(readModbus, slow);
    wire.hear(readWater, fast);
    clock.advance(1_000);
    expect(heard).toEqual([]);
    expect(wire.counts).toMatchObject({ requests: 0, garbledBytes: 24 });
  });

  test('a request in pieces is heard, unless the line was quiet in between', () => {
    const { clock, wire, heard } = line();
    wire.hear(readWater.subarray(0, 5), slow);
    clock.advance(20);
    wire.hear(readWater.subarray(5), slow);
    clock.advance(1_000);
    expect(wire.counts.requests).toBe(1);
    wire.hear(readWater.subarray(0, 5), slow);
    clock.advance(100);
    wire.hear(readWater.subarray(5), slow);
    clock.advance(1_000);
    expect(wire.counts.requests).toBe(1);
    expect(heard.length).toBeGreaterThan(0);
  });

  test('who speaks while another does makes garbage of both', () => {
    const { clock, wire, heard } = line();
    wire.hear(readWater, slow);
    clock.advance(150);
    wire.hear(readModbus, fast);
    clock.advance(1_000);
    expect(wire.counts.collisions).toBeGreaterThan(0);
    expect(all(heard)).not.toContain('abcd');
  });

  test.each([
    ['silent', 0],
    ['halfFrame', 18],
    ['echo', 16 + 37],
    ['wrongChecksum', 37],
    ['wrongAddress', 35],
    ['garbage', 37],
    ['slowDrip', 37],
    ['lateReply', 37],
  ] as const)('%s: %i bytes come', (fault, bytes) => {
    const { clock, wire, heard } = line();
    wire.strike('water', fault, 500);
    wire.hear(readWater, slow);
    clock.advance(5_000);
    expect(all(heard).length / 2).toBe(bytes);
    heard.splice(0);
    wire.heal('water', fault);
    wire.hear(readWater, slow);
    clock.advance(5_000);
    // 12.34 m3
    expect(all(heard)).toContain('341200002c');
    expect(all(heard).length / 2).toBe(37);
  });

  test('a babbler is heard until it is healed, and nothing after the end', () => {
    const { clock, wire, heard } = line();
    wire.strike('water', 'babble', undefined);
    clock.advance(5_000);
    expect(heard.length).toBeGreaterThan(3);
    wire.heal('water', 'babble');
    clock.advance(5_000);
    const after = heard.length;
    wire.strike('water', 'babble', undefined);
    wire.close();
    clock.advance(5_000);
    expect(heard.length).toBe(after);
  });
});

describe('meters keep what a power cut leaves', () => {
  test('register and valve of a water meter', () => {
    const meter = new Cjt188Meter({ deviceId: 'w', address: '78330011223344', dialect: 'plain', rate: slow }, undefined);
    meter.flow(120, 1_000, start);
    meter.answer(readWater, epochMs(start + 2_000));
    const again = new Cjt188Meter({ deviceId: 'w', address: '78330011223344', dialect: 'plain', rate: slow }, meter.snapshot());
    expect(again.litres(epochMs(start + 3_000))).toBe(120);
  });

  test.each([{}, { litres: 'x' }, 7])('a snapshot that makes no sense throws: %j', (restored) => {
    const identity = { deviceId: 'w', address: '78330011223344', dialect: 'plain', rate: slow } as const;
    expect(() => new Cjt188Meter(identity, restored)).toThrow('no snapshot');
    expect(() => new Dlt645Meter({ ...identity, address: '000000000161' }, restored)).toThrow('no snapshot');
  });
});
