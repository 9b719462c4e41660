/**
 * A ring shower controller as its register data sheet describes it (firmware-protocols/modbus/cardwatch/ring-shower): a ring of records with a head, a
 * tail that is moved by acknowledging, a serial number, a boot counter, a store life. Written from the data sheet, not from the driver.
 */
import {
  bcdBytes,
  ByteWriter,
  chance,
  crc16Modbus,
  epochMs,
  intBetween,
  type SeededRandom,
  shanghaiFromEpoch,
} from '@cardwatch/kernel';
import type { RecordKind } from '@cardwatch/contracts';
import { Drift } from './drift.ts';
import type { Loop } from './loop.ts';
import type { Truth, TruthRecord } from './truth.ts';

export interface TerminalFaults {
  /** Does not answer. */
  silent: boolean;
  /** Chance that an exchange is not answered. */
  timeout: number;
  /** Chance that what comes back is not an answer. */
  garbage: number;
  /** Chance that a record is spoiled in the terminal's own memory. */
  spoil: number;
  /** Chance that one read of a record comes back damaged. */
  misread: number;
  /** Chance that the write of the tail is done but not answered. */
  lostConfirm: number;
}

export interface Pointers {
  readonly capacity: number;
  readonly head: number;
  readonly tail: number;
  readonly newest: number;
  readonly bootCounter: number;
  readonly totalRecords: number;
  readonly totalFen: number;
  readonly overwritten: number;
  readonly storeLife: number;
  /** Store life as its register shows it: 16 bits, wraps. */
  readonly storeLifeRegister: number;
}

/** What a terminal has behind it that was in service for long: registers shortly before they wrap, numbers far from 1. */
export interface PastService {
  readonly records: number;
  readonly boots: number;
  readonly overwritten: number;
  readonly storeLives: number;
  readonly cardCounter: number;
}

export const noTerminalFaults = (): TerminalFaults => ({
  silent: false,
  timeout: 0,
  garbage: 0,
  spoil: 0,
  misread: 0,
  lostConfirm: 0,
});

const marks: readonly (readonly [mark: number, kind: RecordKind, gives: boolean])[] = [
  [0xf1, 'waterHold', false],
  [0xf2, 'waterContinue', false],
  [0xf3, 'waterRelease', true],
  [0xfe, 'reversal', true],
];

export class Terminal {
  readonly device: string;
  readonly faults: TerminalFaults = noTerminalFaults();
  readonly capacity: number;
  readonly #loop: Loop;
  readonly #random: SeededRandom;
  readonly #truth: Truth;
  #ring: (TruthRecord | undefined)[];
  #head = 0;
  #tail = 0;
  #serial = 0;
  #bootCounter = 1;
  #storeLife = 1;
  #totalFen = 0;
  #overwritten = 0;
  #session = 0;
  #samCounter = 0;
  #clockOffsetMs = 0;
  #drift = new Drift(0, 0);
  readonly #past: PastService | undefined;
  readonly #label: string;
  /** When water last flowed, monotonic. */
  #usedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    device: string,
    capacity: number,
    world: { loop: Loop; truth: Truth; random: SeededRandom; past?: PastService | undefined },
  ) {
    this.device = device;
    this.#label = `record ${device}`;
    this.capacity = capacity;
    this.#loop = world.loop;
    this.#truth = world.truth;
    this.#random = world.random;
    this.#ring = emptyRing(capacity);
    this.#past = world.past;
    if (world.past === undefined) return;
    this.#serial = world.past.records;
    this.#head = this.#serial % capacity;
    this.#tail = this.#head;
    this.#bootCounter = world.past.boots;
    this.#overwritten = world.past.overwritten;
    this.#samCounter = world.past.cardCounter;
  }

  /** Flow in 0.01 litres a minute and temperature in 0.1 °C, as the registers show them: still unless somebody showers. */
  live(): { readonly flow: number; readonly temperature: number } {
    const idleMs = this.#loop.clock.mono() - this.#usedAtMs;
    return idleMs > 60_000 ? { flow: 0, temperature: 380 } : { flow: 400 + (this.#serial % 500), temperature: 400 };
  }

  /** Somebody showers: one record more, the oldest one overwritten when the ring is full. */
  makeRecord(): void {
    const next = (this.#head + 1) % this.capacity;
    if (next === this.#tail) this.#dropOldest();
    const former = this.#ring[this.#head];
    if (former !== undefined) former.gone = true;
    const record = this.#write();
    this.#usedAtMs = record.madeAtMs;
    this.#ring[this.#head] = record;
    this.#head = next;
    this.#loop.note(this.#label, record.serial);
  }

  /** Power cycle. The store is kept. */
  reboot(): void {
    this.#bootCounter = (this.#bootCounter + 1) & 0xffff;
  }

  /** The record store is initialised by service staff: what was in it is gone, serials start again. */
  initialiseStore(): void {
    for (const record of this.#ring) if (record !== undefined) record.gone = true;
    this.#truth.endedLives.add(`${this.device}/${this.#storeLife}`);
    for (let at = this.#tail; at !== this.#head; at = (at + 1) % this.capacity) {
      const record = this.#ring[at];
      if (record === undefined) continue;
      record.overwritten = true;
    }
    this.#ring = emptyRing(this.capacity);
    this.#head = 0;
    this.#tail = 0;
    this.#serial = 0;
    this.#totalFen = 0;
    this.#overwritten = 0;
    this.#storeLife++;
  }

  stepClock(deltaMs: number): void {
    this.#clockOffsetMs += deltaMs;
  }

  /** From now on its clock runs so much faster, in millionths. */
  driftClock(ppm: number): void {
    this.#clockOffsetMs += this.#drift.at(this.#loop.clock.mono());
    this.#drift = new Drift(ppm, this.#loop.clock.mono());
  }

  pointers(): Pointers {
    return {
      capacity: this.capacity,
      head: this.#head,
      tail: this.#tail,
      newest: this.#serial,
      bootCounter: this.#bootCounter,
      totalRecords: this.#serial,
      totalFen: this.#totalFen >>> 0,
      overwritten: this.#overwritten & 0xffff,
      storeLife: this.#storeLife,
      storeLifeRegister: ((this.#past?.storeLives ?? 0) + this.#storeLife) & 0xffff,
    };
  }

  slot(index: number): TruthRecord | undefined {
    return this.#ring[index];
  }

  /** FC 06 to the tail register: false is exception 03. */
  writeTail(tail: number): boolean {
    const held = (this.#head - this.#tail + this.capacity) % this.capacity;
    const moves = (tail - this.#tail + this.capacity) % this.capacity;
    if (tail < 0 || tail >= this.capacity || moves > held) return false;
    for (; this.#tail !== tail; this.#tail = (this.#tail + 1) % this.capacity) {
      const record = this.#ring[this.#tail];
      if (record !== undefined) this.#truth.confirm(record);
    }
    return true;
  }

  /** A damaged copy of a record was handed over in its place. */
  misread(record: TruthRecord, copy: Uint8Array): void {
    record.misreadHashes.push(this.#truth.hash(copy));
  }

  clockText(): string {
    const civil = shanghaiFromEpoch(
      epochMs(Math.floor(this.#loop.clock.now() + this.#clockOffsetMs + this.#drift.at(this.#loop.clock.mono()))),
    );
    const { year, month, day, hour, minute, second } = civil;
    return two(year % 100) + two(month) + two(day) + two(hour) + two(minute) + two(second);
  }

  #dropOldest(): void {
    const oldest = this.#ring[this.#tail];
    if (oldest !== undefined) oldest.overwritten = true;
    this.#tail = (this.#tail + 1) % this.capacity;
    this.#overwritten++;
  }

  #write(): TruthRecord {
    const random = this.#random;
    const [mark, kind, gives] = marks[chance(random, 0.02) ? 3 : intBetween(random, 0, 2)] ?? [0xf1, 'waterHold', false];
    if (mark === 0xf1) this.#session = (this.#session + 1) & 0xffff;
    const amountFen = gives ? intBetween(random, 1, 100) : intBetween(random, 100, 500);
    const before = intBetween(random, 500, 20_000);
    const after = gives ? before + amountFen : before - amountFen;
    const spoiled = chance(random, this.faults.spoil);
    if (spoiled) this.#loop.struck('record spoiled');
    this.#serial++;
    this.#samCounter++;
    this.#totalFen += gives ? -amountFen : amountFen;
    const card = `2023${String(intBetween(random, 0, 999_999_999_999)).padStart(12, '0')}`;
    this.#truth.cards.add(card);
    const raw = new ByteWriter(48)
      .u32(this.#serial)
      .u8(mark)
      .u8(3)
      .u16(this.#session)
      .put(bcdBytes(card))
      .u16(this.#samCounter & 0xffff)
      .put(bcdBytes(this.clockText()))
      .u32(before)
      .u32(after)
      .u32(amountFen)
      .u16(intBetween(random, 0, 999))
      .u16(intBetween(random, 0, 600))
      .u16(1)
      .u32(this.#samCounter);
    const crc = crc16Modbus(raw.bytes.subarray(0, 46));
    raw.u16(spoiled ? crc ^ 0x5a5a : crc);
    return this.#truth.add({
      device: this.device,
      storeLife: this.#storeLife,
      serial: this.#serial,
      raw: raw.bytes,
      kind,
      amountFen,
      madeAtMs: this.#loop.clock.mono(),
      spoiled,
    });
  }
}

const twoDigits: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
const two = (number: number): string => twoDigits[number] ?? String(number);

const emptyRing = (capacity: number): (TruthRecord | undefined)[] => Array.from({ length: capacity }, () => undefined);
