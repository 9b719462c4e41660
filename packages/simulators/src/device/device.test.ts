import { crc16Modbus, epochFromShanghai, epochMs, toHex } from '@cardwatch/kernel';
import { describe, expect, it } from 'vitest';
import { Account } from '../people/account.core.ts';
import { PlainShower } from './plain-shower.core.ts';
import { encodeRecord, readBack } from './record.core.ts';
import { RecordRing, ringCapacityMax } from './ring.core.ts';
import { RingShower } from './ring-shower.core.ts';
import type { Moment } from './moment.ts';
import type { DeviceEntry } from './shower.ts';

const evening = epochFromShanghai({ year: 2026, month: 11, day: 23, hour: 21, minute: 5, second: 9 }) ?? epochMs(0);
const after = (seconds: number): Moment => ({
  now: epochMs(evening + seconds * 1_000),
  monoMs: seconds * 1_000,
  campusMs: seconds * 1_000,
});

function ringShower(ringCapacity = 16): { readonly device: RingShower; readonly told: DeviceEntry[] } {
  const told: DeviceEntry[] = [];
  const tariff = { priceFenPer10L: 40, holdFen: 60, holdSeconds: 120 };
  const options = { deviceId: 'd-1', unit: 1, boardSerial: 0x2026_0001, ringCapacity, tariff, temperatureSensor: true };
  const device = new RingShower({ ...options, sink: (entry) => void told.push(entry) });
  device.reboot(after(0));
  return { device, told };
}

const registers = (device: RingShower | PlainShower, address: number, count: number, seconds = 0): readonly number[] =>
  device.read(3, address, count, after(seconds)) ?? [];
const wide = ([high = 0, low = 0]: readonly number[]): number => high * 0x1_0000 + low;

describe('a record', () => {
  it('stands byte for byte as on the data sheet', () => {
    const raw = encodeRecord({
      recordNo: 0x0102_0304,
      kind: 'waterRelease',
      session: 0x0a0b,
      card: '0020001200003456',
      counter: 0xfffe,
      clock: { year: 2026, month: 11, day: 23, hour: 21, minute: 5, second: 9 },
      balanceBeforeFen: -5,
      balanceAfterFen: 12,
      amountFen: 17,
      waterDl: 131,
      seconds: 99,
      batch: 3,
      samCounter: 0xdead_beef,
    });
    expect(toHex(raw.subarray(0, 46))).toBe(
      '01020304f3030a0b0020001200003456fffe261123210509fffffffb0000000c00000011008300630003deadbeef',
    );
    const crc = crc16Modbus(raw.subarray(0, 46));
    expect([raw[46], raw[47]]).toEqual([crc >> 8, crc & 0xff]);
    expect(readBack(raw)).toMatchObject({ recordNo: 0x0102_0304, kind: 'waterRelease', amountFen: 17, balanceAfterFen: 12 });
  });
});

describe('the ring', () => {
  const filled = (capacity: number, records: number): RecordRing => {
    const ring = new RecordRing(capacity);
    for (let i = 0; i < records; i++) ring.append(new Uint8Array(48).fill(i + 1), 60);
    return ring;
  };

  it.each([
    // capacity, records, head, tail, held, overwritten
    [8, 0, 0, 0, 0, 0],
    [8, 7, 7, 0, 7, 0],
    [8, 8, 0, 1, 7, 1],
    [8, 20, 4, 5, 7, 13],
    [512, 511, 511, 0, 511, 0],
    [512, 512, 0, 1, 511, 1],
  ])('of %i after %i records: head %i, tail %i, %i held, %i overwritten', (capacity, records, head, tail, held, overwritten) => {
    const ring = filled(capacity, records);
    expect([ring.head, ring.tail, ring.held, ring.overwritten]).toEqual([head, tail, held, overwritten]);
  });

  it('names the record that it overwrites', () => {
    const ring = filled(8, 7);
    expect(ring.append(new Uint8Array(48), 0)).toEqual({ recordNo: 8, overwroteNo: 1 });
    expect(ring.append(new Uint8Array(48), 0)).toEqual({ recordNo: 9, overwroteNo: 2 });
    expect(ring.acknowledge(ring.head)).toBe(true);
    expect(ring.append(new Uint8Array(48), 0)).toEqual({ recordNo: 10, overwroteNo: undefined });
  });

  it('takes a tail from the old one to head in ring order, and nothing else', () => {
    const accepted = Array.from({ length: 10 }, (_, tail) => filled(8, 10).acknowledge(tail));
    expect(accepted).toEqual([true, true, true, true, true, true, true, true, false, false]);
    const part = filled(8, 10);
    expect(part.acknowledge(7)).toBe(true);
    const second = [0, 1, 2, 3, 4, 5, 6, 7].map((tail) => {
      const ring = filled(8, 10);
      return ring.acknowledge(7) && ring.acknowledge(tail);
    });
    expect(second).toEqual([true, true, true, false, false, false, false, true]);
  });

  it('keeps record s readable at index (s - 1) mod capacity until it is written over', () => {
    const ring = filled(8, 10);
    ring.acknowledge(2);
    expect(Array.from({ length: 8 }, (_, index) => (ring.word(24 * index) ?? 0) & 0xff)).toEqual([9, 10, 3, 4, 5, 6, 7, 8]);
  });

  it('fits the address space at its largest, not beyond', () => {
    expect(new RecordRing(ringCapacityMax).word(24 * ringCapacityMax - 1)).toBe(0);
    expect(new RecordRing(ringCapacityMax).word(24 * ringCapacityMax)).toBeUndefined();
    expect(() => new RecordRing(ringCapacityMax + 1)).toThrow(/address space/);
  });
});

describe('a ring shower', () => {
  it('answers its identity and reads 02 between the blocks', () => {
    const { device } = ringShower();
    expect(registers(device, 0, 12)).toEqual([0x5731, 0x0214, 0x2026, 1, 3, 12, 40, 60, 120, 0, 0, 0]);
    const blocks: readonly (readonly [first: number, count: number])[] = [
      [0, 12],
      [0x10, 18],
      [0x100, 13],
      [0x1000, 24 * 16],
    ];
    for (const [first, count] of blocks) {
      expect(device.read(3, first + count - 1, 1, after(0))).toHaveLength(1);
      expect(device.read(3, first + count, 1, after(0))).toBeUndefined();
      expect(device.read(3, first + count - 1, 2, after(0))).toBeUndefined();
    }
  });

  it('holds, continues and releases: every fen adds up', () => {
    const { device, told } = ringShower();
    const account = new Account('0020001200003456', 1_000, 0xfffe);
    expect(device.tap(account, after(0))).toBe('started');
    device.turn(600, after(0));
    device.due(after(120));
    device.due(after(240));
    expect(device.tap(new Account('0020001200003457', 1_000), after(250))).toBe('refused');
    expect(device.tap(account, after(270))).toBe('released');
    const records = told.flatMap((entry) => (entry.kind === 'record' ? [readBack(entry.raw)] : []));
    expect(
      records.map(({ recordNo, kind, amountFen, balanceAfterFen, counter, waterDl }) => [
        recordNo,
        kind,
        amountFen,
        balanceAfterFen,
        counter,
        waterDl,
      ]),
    ).toEqual([
      [1, 'waterHold', 60, 940, 0xffff, 0],
      [2, 'waterContinue', 60, 880, 0, 120],
      [3, 'waterContinue', 60, 820, 1, 120],
      [4, 'waterRelease', 45, 865, 2, 30],
    ]);
    expect(device.ring.netFen).toBe(135);
    expect(wide(registers(device, 0x10a - 1, 2))).toBe(135);
    expect(wide(registers(device, 0x12, 2, 270))).toBe(270);
  });

  it('shows the running session in the live registers', () => {
    const { device } = ringShower();
    device.tap(new Account('0020001200003456', 1_000), after(0));
    device.turn(600, after(0));
    const [status, flow, , , temperature, seconds, usedFen] = registers(device, 0x10, 7, 30);
    expect([status, seconds, usedFen]).toEqual([0b1111, 30, 15]);
    expect(Math.abs((flow ?? 0) - 600)).toBeLessThanOrEqual(18);
    expect(temperature).toBeGreaterThan(350);
    expect(registers(device, 0x17, 3, 30)).toEqual([0x2611, 0x2321, 0x0539]);
  });

  it.each([
    ['tamper', 0b1_0000, 0b1_1111],
    ['supplyLow', 0b10_0000, 0b10_1111],
    ['sellingOffline', 0b1000_0000, 0b1000_1111],
    // The command is on, the valve is not; outside of a session the other way round.
    ['valveStuck', 0b0010, 0b1101],
    ['leak', 0b0100, 0b1111],
  ] as const)('shows %s in its status word, idle and in a session, and no more when it is over', (condition, idle, running) => {
    const { device } = ringShower();
    device.condition(condition, true, after(0));
    expect(registers(device, 0x10, 1, 1)).toEqual([idle]);
    device.tap(new Account('0020001200003456', 1_000), after(2));
    device.turn(600, after(2));
    expect(registers(device, 0x10, 1, 3)).toEqual([running]);
    device.condition(condition, false, after(4));
    expect(registers(device, 0x10, 1, 5)).toEqual([0b1111]);
  });

  it('counts the water of a leak, during it and after it', () => {
    const { device } = ringShower();
    device.condition('leak', true, after(0));
    expect(Math.abs((registers(device, 0x11, 1, 60)[0] ?? 0) - 150)).toBeLessThanOrEqual(5);
    expect(wide(registers(device, 0x12, 2, 60))).toBe(15);
    device.condition('leak', false, after(120));
    expect([registers(device, 0x11, 1, 180)[0], wide(registers(device, 0x12, 2, 180))]).toEqual([0, 30]);
  });

  it.each([
    ['nobody taps again', (device: RingShower): void => device.turn(0, after(60)), ['waterHold']],
    ['the reader fails', (device: RingShower): void => device.interrupt(after(60)), ['waterHold']],
    ['the power goes', (device: RingShower): void => device.reboot(after(60)), ['waterHold']],
  ])('closes without a release when %s', (_, happens, kinds) => {
    const { device, told } = ringShower();
    device.tap(new Account('0020001200003456', 1_000), after(0));
    device.turn(600, after(0));
    happens(device);
    device.due(after(120));
    expect(device.running).toBe(false);
    expect(told.flatMap((entry) => (entry.kind === 'record' ? [readBack(entry.raw).kind] : []))).toEqual(kinds);
  });

  it('stops when the purse cannot pay the next hold and turns away one that cannot pay the first', () => {
    const { device } = ringShower();
    const account = new Account('0020001200003456', 119);
    device.tap(account, after(0));
    device.turn(600, after(0));
    device.due(after(120));
    expect([device.running, account.balanceFen, device.ring.newestNo]).toEqual([false, 59, 1]);
    expect(device.tap(account, after(130))).toBe('poor');
  });

  it('reverses a hold that the card did not take', () => {
    const { device } = ringShower();
    const account = new Account('0020001200003456', 500);
    device.tapBroken(account, after(0));
    expect([device.running, account.balanceFen, device.ring.netFen, device.ring.newestNo]).toEqual([false, 500, 0, 2]);
  });

  it('is written in two places only', () => {
    const { device } = ringShower();
    device.tapBroken(new Account('0020001200003456', 500), after(0));
    const write = (functionCode: 6 | 16, address: number, ...values: number[]): string =>
      device.write(functionCode, address, values, after(0));
    expect([write(6, 259, 2), write(6, 259, 1), write(6, 259, 3), write(16, 259, 2)]).toEqual([
      'written',
      'badValue',
      'badValue',
      'noSuchAddress',
    ]);
    expect([write(6, 6, 1), write(6, 23, 0x2611), write(16, 23, 0x2611, 0x2321), write(16, 22, 0, 0, 0)]).toEqual(
      Array(4).fill('noSuchAddress'),
    );
    expect([write(16, 23, 0x2613, 0x0100, 0), write(16, 23, 0x26ab, 0, 0), write(16, 23, 0x2602, 0x3000, 0)]).toEqual(
      Array(3).fill('badValue'),
    );
    expect(write(16, 23, 0x2701, 0x0203, 0x0405)).toBe('written');
    expect(registers(device, 23, 3, 10)).toEqual([0x2701, 0x0203, 0x0415]);
  });

  it('starts serial numbers again in a new store life, and keeps boots apart from that', () => {
    const { device, told } = ringShower();
    device.tapBroken(new Account('0020001200003456', 500), after(0));
    device.reboot(after(1));
    device.initialiseStore(after(2));
    device.tapBroken(new Account('0020001200003456', 500), after(3));
    expect([registers(device, 262, 1), registers(device, 268, 1)]).toEqual([[2], [2]]);
    expect(told.flatMap((entry) => (entry.kind === 'record' ? [[entry.generation, readBack(entry.raw).recordNo]] : []))).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
  });

  it('comes back from its log as it was', () => {
    const { device, told } = ringShower(8);
    const account = new Account('0020001200003456', 2_000);
    for (let i = 0; i < 12; i++) {
      device.tap(account, after(200 * i));
      device.turn(600, after(200 * i));
      device.tap(account, after(200 * i + 100));
      if (i === 4) device.write(6, 259, [device.ring.head], after(200 * i + 110));
    }
    device.stepClock(-90_000);
    const again = ringShower(8).device;
    for (const entry of told) again.restore(entry);
    for (const [first, count] of [
      [0x100, 6],
      [0x107, 6],
      [0x1000, 120],
      [0x1000 + 120, 72],
      [23, 3],
    ] as const)
      expect(registers(again, first, count, 9_000)).toEqual(registers(device, first, count, 9_000));
    expect(wide(registers(again, 0x12, 2, 9_000))).toBe(wide(registers(device, 0x12, 2, 9_000)));
  });

  it('never shows less water after a power cut in the middle of a session', () => {
    const { device, told } = ringShower();
    device.tap(new Account('0020001200003456', 1_000), after(0));
    device.turn(800, after(0));
    const shown = device.meter.read(after(119));
    const again = ringShower().device;
    for (const entry of told) again.restore(entry);
    again.reboot(after(130));
    expect(again.meter.read(after(130))).toBeGreaterThanOrEqual(shown);
  });
});

describe('a plain shower', () => {
  const plain = (): PlainShower =>
    new PlainShower({ deviceId: 'p-1', unit: 3, priceFenPerMinute: 22, temperatureSensor: false, sink: () => {} });
  const input = (device: PlainShower, address: number, count: number, seconds = 0): readonly number[] | undefined =>
    device.read(4, address, count, after(seconds));

  it('puts the low word first and says NaN without a sensor', () => {
    const device = plain();
    device.tap(new Account('0020001200003456', 1_000), after(0));
    device.turn(650, after(0));
    expect(input(device, 102, 2, 60)).toEqual([0x0000, 0x40d0]);
    expect(input(device, 104, 2, 60)).toEqual([0x0000, 0x7fc0]);
    expect(input(device, 100, 2, 600)).toEqual([65, 0]);
    expect(input(device, 106, 2, 60)).toEqual([1, 1_205]);
  });

  it('never shows less water after a power cut in the middle of a shower', () => {
    const told: DeviceEntry[] = [];
    const parts = { deviceId: 'p-1', unit: 3, priceFenPerMinute: 22, temperatureSensor: false };
    const device = new PlainShower({ ...parts, sink: (entry) => void told.push(entry) });
    device.tap(new Account('0020001200003456', 1_000), after(0));
    device.turn(650, after(0));
    const shown = input(device, 100, 2, 60);
    const again = new PlainShower({ ...parts, sink: () => {} });
    for (const entry of told) again.restore(entry);
    again.reboot(after(61));
    expect([shown, input(again, 100, 2, 61)]).toEqual([
      [6, 0],
      [6, 0],
    ]);
  });

  it('counts sessions and fen since start', () => {
    const device = plain();
    const account = new Account('0020001200003456', 1_000);
    device.tap(account, after(0));
    device.tap(account, after(150));
    expect([input(device, 110, 2), input(device, 112, 2), account.balanceFen]).toEqual([[1, 0], [55, 0], 945]);
    device.reboot(after(160));
    expect([input(device, 110, 2), input(device, 112, 2)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('answers listed registers only', () => {
    const device = plain();
    const listed = Array.from({ length: 130 }, (_, address) => address).filter(
      (address) => input(device, address, 1) !== undefined,
    );
    expect(listed).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 110, 111, 112, 113, 120]);
    expect([device.readMax(3), device.readMax(4), device.writes(16)]).toEqual([125, 32, false]);
    expect(device.read(3, 0, 5, after(0))?.[4]).toBe(214);
    expect(device.read(3, 0, 6, after(0))).toBeUndefined();
  });

  it('keeps its clock in two halves', () => {
    const device = plain();
    const [low = 0, high = 0] = device.read(3, 2, 2, after(0)) ?? [];
    expect(high * 0x1_0000 + low).toBe((evening - Date.UTC(1999, 11, 31, 16)) / 1_000);
    expect([
      device.write(6, 2, [low - 5], after(0)),
      device.write(6, 0, [9], after(0)),
      device.write(6, 4, [1], after(0)),
    ]).toEqual(['written', 'noSuchAddress', 'noSuchAddress']);
    expect(device.read(3, 2, 2, after(0))).toEqual([low - 5, high]);
  });
});
