import { type EpochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import type { Rate, WireSlave } from '../meters/slave.ts';
import { type MeterRequest, heardFrame, packedLowFirst, spoken } from './frame.core.ts';

/** A second dialect: no SER, status bits from the other end, clock high byte first, DI high byte first in replies, abnormal replies with DI. */
export type MeterDialect = 'plain' | 'other';

interface Kept {
  readonly litres: number;
  readonly closed: boolean;
  readonly stuck: boolean;
}

const motorMs = 3_000;

/** Faults of a meter itself. `valveStuck`: the motor runs and nothing moves; ST says so after the first order. */
export const meterFaults: readonly string[] = ['valveStuck', 'leak', 'batteryLow', 'backwards'];

/** A water meter with a register, a battery, a clock and maybe a valve with a motor. */
export class Cjt188Meter implements WireSlave {
  readonly deviceId: string;
  readonly rate: Rate;
  readonly thinkMs = 30;
  readonly #type: number;
  readonly #address: Uint8Array;
  readonly #dialect: MeterDialect;
  #litres = 0;
  #lostLitres = 0;
  #closed = false;
  #jammed = false;
  #seenAt = 0 as EpochMs;
  #moving: { readonly toClosed: boolean; readonly untilMs: number } | undefined;
  #flows: { readonly litres: number; readonly fromMs: number; readonly overMs: number }[] = [];
  readonly #faults = new Map<string, number>();

  /** `address`: 14 hex digits as printed on the meter, the maker first. */
  constructor(
    identity: { readonly deviceId: string; readonly address: string; readonly dialect: MeterDialect; readonly rate: Rate },
    restored: unknown,
  ) {
    this.deviceId = identity.deviceId;
    this.rate = identity.rate;
    this.#dialect = identity.dialect;
    this.#type = identity.dialect === 'plain' ? 0x10 : 0x11;
    this.#address = Uint8Array.from((identity.address.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))).reverse();
    const kept = keptOf(restored);
    this.#litres = kept.litres;
    this.#closed = kept.closed;
    if (kept.stuck) this.#faults.set('valveStuck', 0);
  }

  /** Litres on the register, whole. */
  litres(now: EpochMs): number {
    const ran = this.#flows.reduce((sum, flow) => sum + flow.litres * share(flow, now), 0);
    return Math.max(0, Math.floor(this.#litres + ran + this.#leaked(now) - this.#lostLitres));
  }

  /** 10 litres a second, whatever the valve says. */
  #leaked(now: EpochMs): number {
    const from = this.#faults.get('leak');
    return from === undefined ? 0 : (Math.max(0, now - from) / 1_000) * 10;
  }

  get valveClosed(): boolean {
    return this.#closed;
  }

  /** Through a closed valve nothing runs. */
  flow(litres: number, overMs: number, now: EpochMs): void {
    this.#settle(now);
    if (this.#closed) return;
    this.#flows = this.#flows.filter((flow) => {
      const over = share(flow, now) >= 1;
      if (over) this.#litres += flow.litres;
      return !over;
    });
    this.#flows.push({ litres, fromMs: now, overMs });
  }

  fault(type: string, on: boolean, now: EpochMs): boolean {
    if (!meterFaults.includes(type)) return false;
    if (type === 'backwards' && on) this.#lostLitres += 500;
    if (type === 'leak' && !on) this.#litres += this.#leaked(now);
    if (type === 'valveStuck' && !on) this.#jammed = false;
    if (on) this.#faults.set(type, this.#faults.get(type) ?? now);
    else this.#faults.delete(type);
    return true;
  }

  answer(heard: Uint8Array, now: EpochMs): Uint8Array | undefined {
    const request = heardFrame(heard);
    if (request === undefined || (request.type !== this.#type && request.type !== 0xaa)) return undefined;
    if (!this.#address.every((byte, index) => request.address[index] === byte || request.address[index] === 0xaa))
      return undefined;
    this.#seenAt = now;
    this.#settle(now);
    return this.#obey(request, now);
  }

  readdressed(reply: Uint8Array): Uint8Array {
    const frame = heardFrame(reply);
    if (frame === undefined) return reply;
    return spoken({ ...frame, address: frame.address.with(0, ((frame.address[0] ?? 0) + 1) & 0x7f) }, 0);
  }

  snapshot(): Kept {
    return { litres: this.litres(this.#seenAt), closed: this.#closed, stuck: this.#faults.has('valveStuck') };
  }

  #obey({ control, data }: MeterRequest, now: EpochMs): Uint8Array {
    const [first = 0, second = 0] = data;
    const id = first === 0x90 || first === 0xa0 || first === 0x81 ? (first << 8) | second : (second << 8) | first;
    const ser = data[2] ?? 0;
    if (control === 0x01 && id === 0x901f) return this.#say(0x81, [...this.#head(id, first, ser), ...this.#metering(now)]);
    if (control === 0x03 && id === 0x810a) return this.#say(0x83, this.#head(id, first, ser));
    if (control === 0x04 && id === 0xa017 && this.#dialect === 'plain') return this.#valve(data[3] ?? 0, ser, first, now);
    if (this.#dialect === 'plain') return this.#say(control | 0xc0, [ser, 0x01, 0x00]);
    return this.#say(control | 0xc0, [first, second, 0, 0x02]);
  }

  #valve(command: number, ser: number, first: number, now: EpochMs): Uint8Array {
    if (command !== 0x55 && command !== 0x99) return this.#say(0xc4, [ser, 0x02, 0x00]);
    this.#moving = { toClosed: command === 0x99, untilMs: now + motorMs };
    return this.#say(0x84, [...this.#head(0xa017, first, ser), ...this.#status()]);
  }

  /** DI in the order of the request for the plain dialect, high byte first for the other. */
  #head(id: number, first: number, ser: number): number[] {
    const highFirst = [id >> 8, id & 0xff];
    if (this.#dialect === 'other') return [...highFirst, 0];
    return [...(first === id >> 8 ? highFirst : highFirst.reverse()), ser];
  }

  #metering(now: EpochMs): number[] {
    const litres = this.litres(now);
    const volume = this.#dialect === 'plain' ? [...packedLowFirst(litres / 10, 4), 0x2c] : [...packedLowFirst(litres, 4), 0x29];
    const settled = [...packedLowFirst(0, 4), volume[4] ?? 0x2c];
    const { year, month, day, hour, minute, second } = shanghaiFromEpoch(now);
    const clock = [second, minute, hour, day, month, year % 100, Math.floor(year / 100)].flatMap((part) =>
      packedLowFirst(part, 1),
    );
    return [...volume, ...settled, ...(this.#dialect === 'plain' ? clock : clock.reverse()), ...this.#status()];
  }

  #status(): number[] {
    const valve = this.#jammed ? 3 : this.#closed ? 1 : 0;
    const battery = this.#faults.has('batteryLow');
    if (this.#dialect === 'plain') return [valve | (battery ? 4 : 0), 0];
    return [((valve & 1) << 7) | ((valve & 2) << 5) | (battery ? 0x20 : 0), 0];
  }

  #settle(now: EpochMs): void {
    if (this.#moving === undefined || now < this.#moving.untilMs) return;
    this.#jammed = this.#faults.has('valveStuck');
    if (!this.#jammed) this.#closed = this.#moving.toClosed;
    this.#moving = undefined;
  }

  #say(control: number, data: readonly number[]): Uint8Array {
    return spoken({ type: this.#type, address: this.#address, control, data: Uint8Array.from(data) }, 2);
  }
}

const share = (flow: { readonly fromMs: number; readonly overMs: number }, now: number): number =>
  Math.min(1, Math.max(0, (now - flow.fromMs) / Math.max(1, flow.overMs)));

function keptOf(restored: unknown): Kept {
  if (restored === undefined) return { litres: 0, closed: false, stuck: false };
  const kept = restored as Partial<Kept>;
  if (typeof kept.litres !== 'number' || typeof kept.closed !== 'boolean') throw new Error('no snapshot of a meter');
  return { litres: kept.litres, closed: kept.closed, stuck: kept.stuck === true };
}
