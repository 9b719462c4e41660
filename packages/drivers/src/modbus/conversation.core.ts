/** Requests and their replies as they go by: only with a request is it known which registers a reply holds, and only with a profile what they mean. */
import type { DecodedHealth, DecodedKeys, DecodedObservation, DecodedReading } from '../decode.ts';
import { readingOf, transactionOf } from '../profile/decoded-record.core.ts';
import type { CommonProfile } from '../profile.ts';
import type { Direction } from './content.core.ts';
import { bytesOf, decodeValue } from './decode.core.ts';
import { eventsOf } from './fifo.core.ts';
import { ModbusProfile } from './model.ts';
import { decodeRecord, splitRecords } from './ring.core.ts';

interface Passed {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly content: { readonly keys: DecodedKeys; readonly direction: Direction };
  /** Of Modbus/TCP. */
  readonly tid?: number;
}

interface Asked {
  readonly key: string;
  readonly addr: number;
  readonly qty: number;
}

const keyOf = (unit: number, fc: number, tid: number | undefined): string => `${tid ?? ''}/${unit}/${fc}`;

export class Conversation {
  readonly #profile: ModbusProfile | undefined;
  #asked: Asked | undefined;

  constructor(profile: CommonProfile | undefined) {
    this.#profile = profile === undefined ? undefined : ModbusProfile.safeParse(profile).data;
  }

  /** Whether the last request was of this unit and function. */
  asked(unit: number, fc: number, tid?: number): boolean {
    return this.#asked?.key === keyOf(unit, fc, tid);
  }

  take({ unit, pdu, content, tid }: Passed): readonly DecodedObservation[] {
    const key = keyOf(unit, pdu[0] ?? 0, tid);
    const asked = this.#asked?.key === key ? this.#asked : undefined;
    const { addr, qty } = content.keys;
    this.#asked =
      content.direction === 'request'
        ? { key, addr: typeof addr === 'number' ? addr : 0, qty: typeof qty === 'number' ? qty : 0 }
        : undefined;
    const profile = this.#profile;
    if (profile === undefined || content.direction !== 'reply') return [];
    return observationsOf({ unit: String(unit), pdu, profile, asked });
  }
}

interface Answered {
  readonly unit: string;
  readonly pdu: Uint8Array;
  readonly profile: ModbusProfile;
  readonly asked: Asked | undefined;
}

function observationsOf(answered: Answered): readonly DecodedObservation[] {
  const { unit, pdu, profile, asked } = answered;
  const [fc = 0, second = 0] = pdu;
  if (fc >= 0x80) return [{ kind: 'health', about: 'refusal', device: unit, result: 'refused', code: String(second) }];
  if (fc === 3 || fc === 4) {
    const bytes = pdu.subarray(2);
    return asked === undefined || bytes.length !== 2 * asked.qty
      ? []
      : registersOf({ unit, profile, fc, addr: asked.addr, bytes });
  }
  if (fc === 20 && profile.store?.kind === 'file') return fileRecords(pdu, profile);
  return fc === 24 ? queued(unit, pdu.subarray(5), profile) : [];
}

interface Registers {
  readonly unit: string;
  readonly profile: ModbusProfile;
  readonly fc: 3 | 4;
  readonly addr: number;
  readonly bytes: Uint8Array;
}

function registersOf(registers: Registers): readonly DecodedObservation[] {
  const { unit } = registers;
  const { readings, problems } = pointsOf(registers);
  const health: DecodedHealth = {
    kind: 'health',
    about: 'readings',
    device: unit,
    readings,
    ...(problems.length === 0 ? {} : { problem: problems.join(', ') }),
  };
  return [...(readings.length + problems.length === 0 ? [] : [health]), ...ringRecords(registers)];
}

function pointsOf({ profile, fc, addr, bytes }: Registers): {
  readonly readings: readonly DecodedReading[];
  readonly problems: readonly string[];
} {
  const table = fc === 3 ? 'holding' : 'input';
  const readings: DecodedReading[] = [];
  const problems: string[] = [];
  for (const point of profile.points) {
    const start = 2 * (point.read.address - addr);
    const end = start + (bytesOf(point.read) ?? 2);
    if (point.read.table !== table || start < 0 || end > bytes.length) continue;
    const decoded = decodeValue(point.read, bytes.subarray(start, end));
    if (!decoded.ok) problems.push(`${point.name}: ${decoded.error}`);
    else readings.push(readingOf(point, decoded.value));
  }
  return { readings, problems };
}

/** Whole records of the ring that lie in the registers; places that were never written hold zeros. */
function ringRecords({ profile, fc, addr, bytes }: Registers): readonly DecodedObservation[] {
  const { store } = profile;
  if (store?.kind !== 'ring' || fc !== 3) return [];
  const from = addr <= store.base ? store.base : store.base + store.words * Math.ceil((addr - store.base) / store.words);
  const start = 2 * (from - addr);
  return start >= bytes.length ? [] : recordsIn(bytes.subarray(start), profile);
}

const recordsIn = (bytes: Uint8Array, { store, records }: ModbusProfile): readonly DecodedObservation[] =>
  store === undefined
    ? []
    : splitRecords(bytes, store.words)
        .filter((raw) => raw.some((byte) => byte !== 0))
        .map((raw) => transactionOf(decodeRecord(store, raw, undefined), records));

/** A reply names neither file nor record: a group of the length of a record is one. */
function fileRecords(pdu: Uint8Array, profile: ModbusProfile): readonly DecodedObservation[] {
  const found: DecodedObservation[] = [];
  for (let at = 2; at < pdu.length; at += 1 + (pdu[at] ?? 0)) {
    const group = pdu.subarray(at + 2, at + 1 + (pdu[at] ?? 0));
    if (group.length === 2 * (profile.store?.words ?? 0)) found.push(...recordsIn(group, profile));
  }
  return found;
}

function queued(device: string, bytes: Uint8Array, { queue }: ModbusProfile): readonly DecodedObservation[] {
  if (queue === undefined) return [];
  const events = eventsOf(queue, bytes);
  if (!events.ok) return [{ kind: 'health', about: 'events', device, problem: events.error }];
  return events.value.map(({ eventNo, event: { alarm, active, detail, observedText } }) => ({
    kind: 'health',
    about: 'alarm',
    device,
    deviceSeq: eventNo,
    observedText,
    alarm,
    active,
    ...(detail === undefined ? {} : { code: detail }),
  }));
}
