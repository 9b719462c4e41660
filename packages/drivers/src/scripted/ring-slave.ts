/** A ring store in the registers of a test slave, laid out by hand after the ring shower data sheet. */
import { ByteReader, ByteWriter, bcdBytes, crc16Modbus } from '@cardwatch/kernel';
import { type RegisterSlave, type Registers, put } from './register-slave.ts';

export interface RingSlave extends RegisterSlave {
  /** Appends one record; returns its number. */
  append(): number;
  /** Flips a bit of the record at an index, so that its checksum is wrong. */
  damage(index: number): void;
  readonly capacity: number;
  get(register: number): number;
  set(register: number, value: number): void;
}

export const ringRegisters = {
  capacity: 256,
  words: 257,
  head: 258,
  tail: 259,
  newest: 260,
  boot: 262,
  total: 263,
  fen: 265,
  lost: 267,
  life: 268,
};
const base = 0x1000;
const words = 24;

export function recordBytes(recordNo: number): Uint8Array {
  const body = new ByteWriter(46)
    .u32(recordNo)
    .u8(0xf1)
    .u8(3)
    .u16(700 + (recordNo % 100))
    .put(bcdBytes('6225000000000014'))
    .u16(recordNo & 0xffff)
    .put(bcdBytes('261123115900'))
    .u32(5_000)
    .u32(4_800)
    .u32(200)
    .u16(123)
    .u16(60)
    .u16(9)
    .u32(recordNo).bytes;
  return new ByteWriter(48).put(body).u16(crc16Modbus(body)).bytes;
}

export function ringSlave(
  options: { readonly unit?: number; readonly capacity?: number; readonly records?: number } = {},
): RingSlave {
  const { unit = 1, capacity = 512, records = 0 } = options;
  const holding: Registers = new Map();
  for (let at = base; at < base + words * capacity; at++) holding.set(at, 0);
  for (let at = 0; at <= 0x21; at++) if (at <= 11 || at >= 16) holding.set(at, 0);
  put(holding, 256, capacity, words, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1);
  const get = (register: number): number => holding.get(register) ?? 0;
  const set = (register: number, value: number): void => put(holding, register, value);
  const newest = (): number => get(ringRegisters.newest) * 65_536 + get(ringRegisters.newest + 1);
  const slave: RingSlave = {
    unit,
    capacity,
    holding,
    input: new Map(),
    get,
    set,
    onWrite: (address, value) => {
      if (address !== ringRegisters.tail) return undefined;
      const distance = (to: number): number => (to - get(ringRegisters.tail) + capacity) % capacity;
      return value < capacity && distance(value) <= distance(get(ringRegisters.head)) ? undefined : 3;
    },
    append: () => {
      const recordNo = newest() + 1;
      const head = get(ringRegisters.head);
      const reader = new ByteReader(recordBytes(recordNo));
      put(holding, base + words * head, ...Array.from({ length: words }, () => reader.u16()));
      set(ringRegisters.head, (head + 1) % capacity);
      if (get(ringRegisters.head) === get(ringRegisters.tail)) {
        set(ringRegisters.tail, (get(ringRegisters.tail) + 1) % capacity);
        set(ringRegisters.lost, get(ringRegisters.lost) + 1);
      }
      put(holding, ringRegisters.newest, recordNo >> 16, recordNo);
      put(holding, ringRegisters.total, recordNo >> 16, recordNo);
      return recordNo;
    },
    damage: (index) => set(base + words * index + 12, get(base + words * index + 12) ^ 1),
  };
  for (let i = 0; i < records; i++) slave.append();
  return slave;
}
