import { turnoverFen } from '@cardwatch/contracts';
import { assert, bcdDigits, unreachable } from '@cardwatch/kernel';
import type { WriteOutcome } from '../modbus/pdu.core.ts';
import type { Condition } from '../faults/fault.ts';
import type { Account } from '../people/account.core.ts';
import { DeviceClock, epochFromClockDigits } from './device-clock.core.ts';
import { leakFlow, WaterMeter } from './meter.core.ts';
import type { Moment } from './moment.ts';
import { encodeRecord, readBack, type WaterKind } from './record.core.ts';
import { RecordRing } from './ring.core.ts';
import { readRingShower, writable } from './ring-shower-registers.core.ts';
import type { DeviceEntry, DeviceSink, RecordTold, Shower, TapOutcome } from './shower.ts';

export interface Tariff {
  readonly priceFenPer10L: number;
  readonly holdFen: number;
  readonly holdSeconds: number;
}

export interface RingShowerOptions {
  readonly deviceId: string;
  readonly unit: number;
  readonly boardSerial: number;
  readonly ringCapacity: number;
  readonly tariff: Tariff;
  readonly temperatureSensor: boolean;
  readonly sink: DeviceSink;
}

interface Session {
  readonly account: Account;
  readonly startedCampusMs: number;
  readonly takenFen: number;
  readonly holdEndsCampusMs: number;
  readonly recordedCampusMs: number;
  readonly recordedMeterDl: number;
}

/** Most water that can have run since the last record of a session: one hold at the strongest flow, rounded up. */
const unrecordedDlMax = 200;

/** The device model `cardwatch/ring-shower` 水控器: its money rules, its record store, its registers. */
export class RingShower implements Shower {
  readonly model = 'ring-shower';
  readonly deviceId: string;
  readonly unit: number;
  readonly options: RingShowerOptions;
  readonly ring: RecordRing;
  readonly meter = new WaterMeter();
  readonly clock = new DeviceClock();
  #session: Session | undefined;
  #sessionNo = 0;
  #samCounter = 0;
  #boots = 0;
  #bootMonoMs = 0;
  #crcErrors = 0;
  #wetAtRestore = false;
  readonly #conditions = new Set<Condition>();
  #leakFromCampusMs = 0;

  constructor(options: RingShowerOptions) {
    this.options = options;
    this.deviceId = options.deviceId;
    this.unit = options.unit;
    this.ring = new RecordRing(options.ringCapacity);
  }

  get running(): boolean {
    return this.#session !== undefined;
  }

  get dueCampusMs(): number | undefined {
    return this.#session?.holdEndsCampusMs;
  }

  get boots(): number {
    return this.#boots;
  }

  get crcErrors(): number {
    return this.#crcErrors;
  }

  has(condition: Condition): boolean {
    return this.#conditions.has(condition);
  }

  /** A leak runs past the valve and through the meter. */
  condition(condition: Condition, on: boolean, at: Moment): void {
    if (condition === 'leak' && on && !this.has('leak')) this.#leakFromCampusMs = at.campusMs;
    if (condition === 'leak' && !on) this.meter.add(this.leakedDl(at));
    if (on) this.#conditions.add(condition);
    else this.#conditions.delete(condition);
  }

  /** Whole tenths of a litre of the leak that runs. */
  leakedDl(at: Moment): number {
    return this.has('leak') ? Math.floor((leakFlow / 10) * ((at.campusMs - this.#leakFromCampusMs) / 60_000)) : 0;
  }

  uptimeMs(at: Moment): number {
    return Math.max(0, at.monoMs - this.#bootMonoMs);
  }

  /** Seconds and fen used of the running session; zeros when none runs. */
  progress(at: Moment): { readonly seconds: number; readonly usedFen: number } {
    const session = this.#session;
    if (session === undefined) return { seconds: 0, usedFen: 0 };
    const seconds = Math.max(0, Math.floor((at.campusMs - session.startedCampusMs) / 1_000));
    return { seconds, usedFen: session.takenFen - this.#unusedFen(session, at) };
  }

  /** Tap of a card: hold when idle, release of the unused part when the same card's session runs. */
  tap(account: Account, at: Moment): TapOutcome {
    if (this.#session === undefined) return this.#begin(account, at);
    if (this.#session.account.card !== account.card) return 'refused';
    this.#record('waterRelease', this.#unusedFen(this.#session, at), at);
    this.interrupt(at);
    return 'released';
  }

  /** The card leaves the field while it is written: the hold is reversed at once. */
  tapBroken(account: Account, at: Moment): TapOutcome {
    if (this.#session !== undefined) return 'refused';
    if (this.#begin(account, at) === 'poor') return 'poor';
    this.#record('reversal', this.options.tariff.holdFen, at);
    this.interrupt(at);
    return 'released';
  }

  turn(flow: number, at: Moment): void {
    this.meter.turn(this.#session === undefined ? 0 : flow, at);
  }

  /** The hold ran out: continue while water runs and the purse has enough, otherwise close without a release. */
  due(at: Moment): void {
    for (let session = this.#session; session !== undefined && session.holdEndsCampusMs <= at.campusMs; session = this.#session) {
      const { holdFen, holdSeconds } = this.options.tariff;
      if (this.meter.flow === 0 || session.account.balanceFen < holdFen) {
        this.interrupt(at);
        return;
      }
      this.#record('waterContinue', holdFen, at);
      const recorded = this.#session ?? session;
      this.#session = {
        ...recorded,
        takenFen: session.takenFen + holdFen,
        holdEndsCampusMs: session.holdEndsCampusMs + holdSeconds * 1_000,
      };
    }
  }

  interrupt(at: Moment): void {
    this.#session = undefined;
    this.meter.turn(0, at);
    this.options.sink({ kind: 'meter', deviceId: this.deviceId, meterDl: this.meter.read(at) });
  }

  reboot(at: Moment): void {
    if (this.#wetAtRestore) this.meter.add(unrecordedDlMax);
    this.#wetAtRestore = false;
    this.interrupt(at);
    this.#countBoot();
    this.#bootMonoMs = at.monoMs;
    this.options.sink({ kind: 'boot', deviceId: this.deviceId });
  }

  /** Initialises the record store: serial numbers restart in a new store life. Ends a running session. */
  initialiseStore(at: Moment): void {
    this.interrupt(at);
    this.ring.initialise();
    this.options.sink({ kind: 'storeInit', deviceId: this.deviceId });
  }

  stepClock(deltaMs: number): void {
    this.clock.step(deltaMs);
    this.#tellClock();
  }

  loseClock(): void {
    this.clock.restore(undefined);
    this.#tellClock();
  }

  countCrcErrors(count: number): void {
    this.#crcErrors = (this.#crcErrors + count) & 0xffff;
  }

  readMax(functionCode: 3 | 4): number | undefined {
    return functionCode === 3 ? 125 : undefined;
  }

  read(_functionCode: 3 | 4, address: number, count: number, at: Moment): readonly number[] | undefined {
    return readRingShower(this, address, count, at);
  }

  writes(_functionCode: 6 | 16): boolean {
    return true;
  }

  write(functionCode: 6 | 16, address: number, values: readonly number[], at: Moment): WriteOutcome {
    if (functionCode === 6 && address === writable.tail) return this.#writeTail(values[0] ?? 0);
    if (functionCode === 16 && address === writable.clock && values.length === 3) return this.#writeClock(values, at);
    return 'noSuchAddress';
  }

  restore(entry: DeviceEntry): void {
    switch (entry.kind) {
      case 'record':
        this.#restoreRecord(entry.raw);
        return;
      case 'tail':
        this.ring.acknowledge(entry.tail);
        return;
      case 'boot':
        this.#wetAtRestore = false;
        this.#countBoot();
        return;
      case 'storeInit':
        this.ring.initialise();
        return;
      case 'clock':
        this.clock.restore(entry.offsetMs);
        return;
      case 'meter':
        this.meter.restore(entry.meterDl);
        this.#wetAtRestore = false;
        return;
      default:
        unreachable(entry);
    }
  }

  #begin(account: Account, at: Moment): TapOutcome {
    const { holdFen, holdSeconds } = this.options.tariff;
    if (account.balanceFen < holdFen) return 'poor';
    this.#sessionNo = (this.#sessionNo + 1) & 0xffff;
    this.#session = {
      account,
      startedCampusMs: at.campusMs,
      takenFen: holdFen,
      holdEndsCampusMs: at.campusMs + holdSeconds * 1_000,
      recordedCampusMs: at.campusMs,
      recordedMeterDl: this.meter.read(at),
    };
    this.#record('waterHold', holdFen, at);
    return 'started';
  }

  #unusedFen(session: Session, at: Moment): number {
    const { holdFen, holdSeconds } = this.options.tariff;
    const leftMs = Math.min(holdSeconds * 1_000, Math.max(0, session.holdEndsCampusMs - at.campusMs));
    return Math.floor((holdFen * leftMs) / (holdSeconds * 1_000));
  }

  #record(kind: WaterKind, amountFen: number, at: Moment): RecordTold {
    const session = this.#session;
    assert(session !== undefined, 'a record belongs to a session');
    const direction = turnoverFen(kind, 1);
    const moved = session.account.move(-direction * amountFen);
    const meterDl = this.meter.read(at);
    this.#samCounter = (this.#samCounter + 1) >>> 0;
    const raw = encodeRecord({
      recordNo: this.ring.nextNo,
      kind,
      session: this.#sessionNo,
      card: session.account.card,
      counter: moved.counter,
      clock: this.clock.civil(at.now),
      balanceBeforeFen: moved.beforeFen,
      balanceAfterFen: moved.afterFen,
      amountFen,
      waterDl: meterDl - session.recordedMeterDl,
      seconds: Math.max(0, Math.round((at.campusMs - session.recordedCampusMs) / 1_000)),
      batch: this.ring.storeLife,
      samCounter: this.#samCounter,
    });
    const generation = this.ring.storeLife;
    const { recordNo, overwroteNo } = this.ring.append(raw, direction * amountFen);
    this.#session = { ...session, recordedCampusMs: at.campusMs, recordedMeterDl: meterDl };
    this.options.sink({ kind: 'record', deviceId: this.deviceId, generation, raw, overwroteNo });
    return { recordNo, kind, amountFen };
  }

  #restoreRecord(raw: Uint8Array): void {
    const { kind, amountFen, session, waterDl, samCounter } = readBack(raw);
    this.ring.append(raw, turnoverFen(kind, amountFen));
    this.#sessionNo = session;
    this.#samCounter = samCounter;
    this.meter.add(waterDl);
    this.#wetAtRestore = true;
  }

  #writeTail(tail: number): WriteOutcome {
    if (!this.ring.acknowledge(tail)) return 'badValue';
    this.options.sink({ kind: 'tail', deviceId: this.deviceId, tail });
    return 'written';
  }

  #writeClock(values: readonly number[], at: Moment): WriteOutcome {
    const digits = bcdDigits(Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff])));
    const shown = digits === undefined ? undefined : epochFromClockDigits(digits);
    if (shown === undefined) return 'badValue';
    this.clock.set(shown, at.now);
    this.#tellClock();
    return 'written';
  }

  #countBoot(): void {
    this.#boots = (this.#boots + 1) & 0xffff;
  }

  #tellClock(): void {
    this.options.sink({ kind: 'clock', deviceId: this.deviceId, offsetMs: this.clock.offsetMs });
  }
}
