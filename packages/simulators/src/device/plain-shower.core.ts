import { epochFromShanghai, epochMs, unreachable } from '@cardwatch/kernel';
import type { WriteOutcome } from '../modbus/pdu.core.ts';
import type { Account } from '../people/account.core.ts';
import { DeviceClock } from './device-clock.core.ts';
import { WaterMeter } from './meter.core.ts';
import type { Moment } from './moment.ts';
import type { DeviceEntry, DeviceSink, Shower, TapOutcome } from './shower.ts';

export interface PlainShowerOptions {
  readonly deviceId: string;
  readonly unit: number;
  readonly priceFenPerMinute: number;
  readonly temperatureSensor: boolean;
  readonly sink: DeviceSink;
}

/** Water that stays closed this long ends the session. */
const idleCloseMs = 120_000;
const firmware = 214;
const supplyCentivolts = 1_205;
const epoch2000 = epochFromShanghai({ year: 2000, month: 1, day: 1, hour: 0, minute: 0, second: 0 }) ?? 0;

interface Session {
  readonly account: Account;
  readonly startedCampusMs: number;
  readonly closesCampusMs: number | undefined;
}

/** The device model `cardwatch/plain-shower` 水控表: meter, state and sums, no record store. */
export class PlainShower implements Shower {
  readonly model = 'plain-shower';
  readonly deviceId: string;
  readonly unit: number;
  readonly #options: PlainShowerOptions;
  readonly #meter = new WaterMeter();
  readonly #clock = new DeviceClock();
  #priceFenPerMinute: number;
  #session: Session | undefined;
  #sessions = 0;
  #revenueFen = 0;
  #crcErrors = 0;
  /** What the sink was told last. */
  #toldDl: number | undefined;

  constructor(options: PlainShowerOptions) {
    this.#options = options;
    this.deviceId = options.deviceId;
    this.unit = options.unit;
    this.#priceFenPerMinute = options.priceFenPerMinute;
  }

  get running(): boolean {
    return this.#session !== undefined;
  }

  get dueCampusMs(): number | undefined {
    return this.#session?.closesCampusMs;
  }

  /** Sums since the last start, for the truth. */
  get sums(): { readonly sessions: number; readonly revenueFen: number } {
    return { sessions: this.#sessions, revenueFen: this.#revenueFen };
  }

  tap(account: Account, at: Moment): TapOutcome {
    const session = this.#session;
    if (session !== undefined && session.account.card !== account.card) return 'refused';
    if (session !== undefined) {
      this.interrupt(at);
      return 'released';
    }
    if (account.balanceFen < this.#priceFenPerMinute) return 'poor';
    this.#session = { account, startedCampusMs: at.campusMs, closesCampusMs: at.campusMs + idleCloseMs };
    this.#sessions = (this.#sessions + 1) >>> 0;
    return 'started';
  }

  turn(flow: number, at: Moment): void {
    const session = this.#session;
    this.#meter.turn(session === undefined ? 0 : flow, at);
    if (session === undefined) return;
    this.#session = { ...session, closesCampusMs: flow > 0 ? undefined : at.campusMs + idleCloseMs };
  }

  due(at: Moment): void {
    const closes = this.#session?.closesCampusMs;
    if (closes !== undefined && closes <= at.campusMs) this.interrupt(at);
  }

  /** Ends the session and takes what the minutes cost, at most what the purse holds. */
  interrupt(at: Moment): void {
    const session = this.#session;
    this.#session = undefined;
    this.#meter.turn(0, at);
    this.#shown(at);
    if (session === undefined) return;
    const seconds = Math.max(0, Math.floor((at.campusMs - session.startedCampusMs) / 1_000));
    const costFen = Math.min(session.account.balanceFen, Math.floor((seconds * this.#priceFenPerMinute) / 60));
    if (costFen > 0) session.account.move(-costFen);
    this.#revenueFen += costFen;
  }

  reboot(at: Moment): void {
    this.interrupt(at);
    this.#sessions = 0;
    this.#revenueFen = 0;
    this.#options.sink({ kind: 'boot', deviceId: this.deviceId });
  }

  stepClock(deltaMs: number): void {
    this.#clock.step(deltaMs);
    this.#tellClock();
  }

  loseClock(): void {
    this.#clock.restore(undefined);
    this.#tellClock();
  }

  countCrcErrors(count: number): void {
    this.#crcErrors = (this.#crcErrors + count) & 0xffff;
  }

  readMax(functionCode: 3 | 4): number {
    return functionCode === 4 ? 32 : 125;
  }

  read(functionCode: 3 | 4, address: number, count: number, at: Moment): readonly number[] | undefined {
    const listed = functionCode === 4 ? this.#input(at) : this.#holding(at);
    const values: number[] = [];
    for (let register = address; register < address + count; register++) {
      const value = listed.get(register);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  writes(functionCode: 6 | 16): boolean {
    return functionCode === 6;
  }

  /** Price and the two clock words by FC 06; unit number and firmware version are read only. */
  write(_functionCode: 6 | 16, address: number, values: readonly number[], at: Moment): WriteOutcome {
    const value = values[0] ?? 0;
    if (address === 1) {
      this.#priceFenPerMinute = value;
      return 'written';
    }
    if (address !== 2 && address !== 3) return 'noSuchAddress';
    const [low, high] = wordsOf(this.#clockSeconds(at));
    const seconds = address === 2 ? high * 0x1_0000 + value : value * 0x1_0000 + low;
    this.#clock.set(epochMs(epoch2000 + seconds * 1_000), at.now);
    this.#tellClock();
    return 'written';
  }

  restore(entry: DeviceEntry): void {
    switch (entry.kind) {
      case 'meter':
        this.#meter.restore(entry.meterDl);
        return;
      case 'clock':
        this.#clock.restore(entry.offsetMs);
        return;
      case 'boot':
      case 'record':
      case 'tail':
      case 'storeInit':
        return;
      default:
        unreachable(entry);
    }
  }

  #input(at: Moment): ReadonlyMap<number, number> {
    const meterDl = this.#shown(at);
    return registerMap([
      [100, wordsOf(Math.floor(meterDl / 10))],
      [102, floatWords(this.#meter.flow / 100)],
      [104, floatWords(this.#temperature(at))],
      [106, [this.#session === undefined ? 0 : 1, supplyCentivolts]],
      [110, wordsOf(this.#sessions)],
      [112, wordsOf(this.#revenueFen)],
      [120, [this.#crcErrors]],
    ]);
  }

  /** The meter in 0.1 L as somebody is about to see it: what was shown is never less after a power cut. */
  #shown(at: Moment): number {
    const meterDl = this.#meter.read(at);
    if (meterDl !== this.#toldDl) this.#options.sink({ kind: 'meter', deviceId: this.deviceId, meterDl });
    this.#toldDl = meterDl;
    return meterDl;
  }

  #holding(at: Moment): ReadonlyMap<number, number> {
    return registerMap([
      [0, [this.unit, this.#priceFenPerMinute]],
      [2, wordsOf(this.#clockSeconds(at))],
      [4, [firmware]],
    ]);
  }

  #temperature(at: Moment): number {
    if (!this.#options.temperatureSensor) return Number.NaN;
    if (this.#session === undefined) return 21.5;
    return 40.2 - 18.7 * Math.exp(-Math.max(0, at.campusMs - this.#session.startedCampusMs) / 20_000);
  }

  #clockSeconds(at: Moment): number {
    const shown = this.#clock.read(at.now);
    return shown === undefined ? 0 : Math.max(0, Math.floor((shown - epoch2000) / 1_000));
  }

  #tellClock(): void {
    this.#options.sink({ kind: 'clock', deviceId: this.deviceId, offsetMs: this.#clock.offsetMs });
  }
}

/** A u32 as two registers CDAB, low word first. */
const wordsOf = (value: number): readonly [low: number, high: number] => [value & 0xffff, (value >>> 16) & 0xffff];

function floatWords(value: number): readonly [low: number, high: number] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return wordsOf(view.getUint32(0));
}

function registerMap(blocks: readonly (readonly [first: number, words: readonly number[]])[]): ReadonlyMap<number, number> {
  return new Map(blocks.flatMap(([first, words]) => words.map((word, offset) => [first + offset, word] as const)));
}
