/**
 * An electricity meter by DL/T 645-2007, written from the standard's frame drawing, apart from any reader of ours: 68 A0..A5 68 C L DATA CS 16, each data
 * byte + 33h on the wire, the identifier low byte first.
 */
import type { EpochMs } from '@cardwatch/kernel';
import { packedLowFirst } from '../cjt188/frame.core.ts';
import type { Rate, WireSlave } from '../meters/slave.ts';

interface Heard {
  readonly control: number;
  readonly data: readonly number[];
}

const sumOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => (sum + byte) % 256, 0);

/** Data bytes of one reply: what is longer goes in several. */
const dataMax = 200;

export class Dlt645Meter implements WireSlave {
  readonly deviceId: string;
  readonly rate: Rate;
  readonly thinkMs = 40;
  readonly #address: readonly number[];
  /** Bytes of one reply; small values make a block go in several frames. */
  readonly #replyBytes: number;
  #baseWh: number;
  #startedAt: EpochMs | undefined;

  /** `address`: 12 decimal digits as printed on the meter. */
  constructor(
    identity: { readonly deviceId: string; readonly address: string; readonly rate: Rate; readonly replyBytes?: number },
    restored: unknown,
  ) {
    this.deviceId = identity.deviceId;
    this.rate = identity.rate;
    this.#replyBytes = identity.replyBytes ?? dataMax;
    this.#address = (identity.address.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)).reverse();
    const kept = restored as { readonly wattHours?: unknown } | undefined;
    if (kept !== undefined && typeof kept.wattHours !== 'number') throw new Error('no snapshot of an electricity meter');
    this.#baseWh = typeof kept?.wattHours === 'number' ? kept.wattHours : 1_000_000;
  }

  /** Active energy forward, Wh: 3 kW from the first question on. */
  wattHours(now: EpochMs): number {
    const since = this.#startedAt ?? now;
    return Math.floor(this.#baseWh + ((now - since) / 3_600_000) * 3_000);
  }

  answer(heard: Uint8Array, now: EpochMs): Uint8Array | undefined {
    const request = this.#find(heard);
    if (request === undefined) return undefined;
    this.#startedAt ??= now;
    return this.#obey(request, now);
  }

  readdressed(reply: Uint8Array): Uint8Array {
    const start = reply.indexOf(0x68);
    const body = [...reply.subarray(start, -2)];
    body[1] = ((body[1] ?? 0) + 1) & 0x7f;
    return Uint8Array.from([...body, sumOf(body), 0x16]);
  }

  fault(): boolean {
    return false;
  }

  snapshot(): { readonly wattHours: number } {
    return { wattHours: this.#baseWh };
  }

  #find(heard: Uint8Array): Heard | undefined {
    for (let start = heard.indexOf(0x68); start >= 0; start = heard.indexOf(0x68, start + 1)) {
      const length = heard[start + 9] ?? 0;
      const end = start + 12 + length;
      if (heard[start + 7] !== 0x68 || end > heard.length || heard[end - 1] !== 0x16) continue;
      const body = [...heard.subarray(start, end - 2)];
      if (sumOf(body) !== heard[end - 2]) continue;
      if (!this.#address.every((byte, index) => body[1 + index] === byte || body[1 + index] === 0xaa)) continue;
      return { control: body[8] ?? 0, data: body.slice(10).map((byte) => (byte - 0x33) & 0xff) };
    }
    return undefined;
  }

  #obey({ control, data }: Heard, now: EpochMs): Uint8Array {
    const id = data.slice(0, 4).reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
    if (control === 0x13) return this.#say(0x93, this.#address);
    if (control !== 0x11 && control !== 0x12) return this.#say(control | 0xc0, [0x01]);
    const content = this.#content(id, now);
    if (content === undefined) return this.#say(control | 0xc0, [0x02]);
    const part = control === 0x12 ? (data[4] ?? 0) : 0;
    const from = part * this.#replyBytes;
    const more = content.length > from + this.#replyBytes ? 0x20 : 0;
    const shown = content.slice(from, from + this.#replyBytes);
    const sequence = control === 0x12 ? [part] : [];
    return this.#say(control | 0x80 | more, [...data.slice(0, 4), ...shown, ...sequence]);
  }

  #content(id: number, now: EpochMs): number[] | undefined {
    const hundredths = Math.floor(this.wattHours(now) / 10);
    switch (id) {
      case 0x00_01_00_00:
        return packedLowFirst(hundredths, 4);
      case 0x00_02_00_00:
        return packedLowFirst(126, 4);
      // All tariffs: total, sharp, peak, flat, valley.
      case 0x00_01_ff_00:
        return [hundredths, 11, 22, 33, hundredths - 66].flatMap((value) => packedLowFirst(value, 4));
      case 0x02_01_01_00:
        return packedLowFirst(2_301, 2);
      case 0x02_02_01_00:
        return packedLowFirst(13_043, 3);
      case 0x02_03_00_00:
        return packedLowFirst(30_000, 3);
      case 0x04_00_04_02:
        return [...this.#address];
      default:
        return undefined;
    }
  }

  #say(control: number, data: readonly number[]): Uint8Array {
    const body = [0x68, ...this.#address, 0x68, control, data.length, ...data.map((byte) => (byte + 0x33) & 0xff)];
    return Uint8Array.from([0xfe, 0xfe, ...body, sumOf(body), 0x16]);
  }
}
