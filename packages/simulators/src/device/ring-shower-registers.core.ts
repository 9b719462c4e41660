import type { Moment } from './moment.ts';
import { clockBytes, recordWords } from './record.core.ts';
import { leakFlow } from './meter.core.ts';
import type { RingShower } from './ring-shower.core.ts';

const modelCode = 0x5731;
const firmwareBcd = 0x0214;
const parameterVersion = 3;
const blacklistVersion = 12;
const identityAt = 0x0000;
const liveAt = 0x0010;
const pointersAt = 0x0100;
const recordsAt = 0x1000;
const sensorAbsent = 0x8000;

/** Addresses that may be written: the tail by FC 06, the clock by one FC 16 of three registers. */
export const writable = { tail: 0x0103, clock: 0x0017 } as const;

/** Reads a block of holding registers; undefined when any of them is not on the data sheet. */
export function readRingShower(device: RingShower, address: number, count: number, at: Moment): readonly number[] | undefined {
  if (address >= recordsAt) return readRecords(device, address - recordsAt, count);
  if (address >= pointersAt) return within(pointers(device), address - pointersAt, count);
  if (address >= liveAt) return within(live(device, at), address - liveAt, count);
  return within(identity(device), address - identityAt, count);
}

const within = (block: readonly number[], offset: number, count: number): readonly number[] | undefined =>
  offset + count <= block.length ? block.slice(offset, offset + count) : undefined;

/** A u32 as two registers ABCD, high word first. */
const wide = (value: number): readonly [number, number] => [(value >>> 16) & 0xffff, value & 0xffff];

function identity({ options }: RingShower): readonly number[] {
  const { priceFenPer10L, holdFen, holdSeconds } = options.tariff;
  const versions = [parameterVersion, blacklistVersion];
  return [modelCode, firmwareBcd, ...wide(options.boardSerial), ...versions, priceFenPer10L, holdFen, holdSeconds, 0, 0, 0];
}

function live(device: RingShower, at: Moment): readonly number[] {
  const { seconds, usedFen } = device.progress(at);
  const meterDl = device.meter.read(at) + device.leakedDl(at);
  const clock = clockBytes(device.clock.civil(at.now));
  return [
    statusBits(device),
    flowSeen(device, at),
    ...wide(meterDl >>> 0),
    temperature(device, seconds),
    Math.min(seconds, 0xffff),
    Math.min(usedFen, 0xffff),
    ...[0, 2, 4].map((byte) => ((clock[byte] ?? 0) << 8) | (clock[byte + 1] ?? 0)),
    device.crcErrors,
    0,
    device.has('supplyLow') ? 98 : device.running ? 118 : 121,
    ...wide(Math.floor(device.uptimeMs(at) / 1_000)),
    0,
    0,
    0,
  ];
}

/** Bit 0 valve commanded, 1 valve open, 2 flow, 3 session, 4 tamper, 5 supply low, 6 store above 80 %, 7 selling offline. A stuck valve stays where it was not sent: shut in a session, open outside. */
function statusBits(device: RingShower): number {
  const { running, meter, ring } = device;
  const session = running ? (device.has('valveStuck') ? 0b1001 : 0b1011) : device.has('valveStuck') ? 0b0010 : 0;
  const flow = meter.flow > 0 || device.has('leak') ? 0b100 : 0;
  const told =
    (device.has('tamper') ? 0x10 : 0) | (device.has('supplyLow') ? 0x20 : 0) | (device.has('sellingOffline') ? 0x80 : 0);
  const nearlyFull = ring.held > 0.8 * (ring.capacity - 1) ? 0x40 : 0;
  return session | flow | told | nearlyFull;
}

/** The flow with a ripple of 3 %, as pumps give it. */
function flowSeen(device: RingShower, at: Moment): number {
  const flow = device.meter.flow + (device.has('leak') ? leakFlow : 0);
  return Math.round(flow * (1 + 0.03 * Math.sin(at.campusMs / 7_000)));
}

/** Warms from pipe temperature to 40.5 °C within the first minute of a session. */
function temperature({ options, running }: RingShower, seconds: number): number {
  if (!options.temperatureSensor) return sensorAbsent;
  return running ? Math.round(405 - 185 * Math.exp(-seconds / 20)) : 220;
}

function pointers({ ring, boots }: RingShower): readonly number[] {
  return [
    ring.capacity,
    recordWords,
    ring.head,
    ring.tail,
    ...wide(ring.newestNo),
    boots,
    ...wide(ring.newestNo),
    ...wide(ring.netFen >>> 0),
    ring.overwritten,
    ring.storeLife,
  ];
}

function readRecords({ ring }: RingShower, offset: number, count: number): readonly number[] | undefined {
  const words: number[] = [];
  for (let at = offset; at < offset + count; at++) {
    const word = ring.word(at);
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}
