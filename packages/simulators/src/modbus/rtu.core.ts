import { crc16Modbus } from '@cardwatch/kernel';

/** One checked frame of an RTU line: unit, PDU, and the bytes with their CRC. */
export interface RtuFrame {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface RtuGap {
  readonly frames: readonly RtuFrame[];
  /** Bytes that belonged to no frame. */
  readonly noiseBytes: number;
  /** A run long enough to have been a frame, with a wrong checksum. */
  readonly crcErrors: number;
}

/** Most bytes of one RTU frame, serial-line guide V1.02 section 2.5.1. */
export const rtuBytesMax = 256;
const rtuBytesMin = 4;

/** Unit, PDU and CRC with its low byte first. */
export function rtuBytes(unit: number, pdu: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(pdu.byteLength + 3);
  bytes[0] = unit;
  bytes.set(pdu, 1);
  const crc = crc16Modbus(bytes.subarray(0, -2));
  bytes[bytes.byteLength - 2] = crc & 0xff;
  bytes[bytes.byteLength - 1] = crc >> 8;
  return bytes;
}

/** Cuts what a slave hears into requests: by the length that the function code implies, wherever it starts, and by the silent gap. */
export class RtuFramer {
  readonly #buffer = new Uint8Array(2 * rtuBytesMax);
  #length = 0;
  #noiseBytes = 0;
  #crcErrors = 0;

  feed(bytes: Uint8Array): readonly RtuFrame[] {
    const frames: RtuFrame[] = [];
    for (let at = 0; at < bytes.byteLength; at += rtuBytesMax) {
      this.#append(bytes.subarray(at, at + rtuBytesMax));
      this.#cutByLength(frames);
    }
    return frames;
  }

  /** The line was silent for the gap: what stands in the buffer is a whole frame of an unknown function, or nothing. */
  gap(): RtuGap {
    const rest = this.#buffer.slice(0, this.#length);
    const whole = rest.byteLength >= rtuBytesMin && rest.byteLength <= rtuBytesMax && crcHolds(rest);
    if (!whole) {
      this.#noiseBytes += rest.byteLength;
      if (rest.byteLength >= rtuBytesMin) this.#crcErrors++;
    }
    const seen = { frames: whole ? [frameOf(rest)] : [], noiseBytes: this.#noiseBytes, crcErrors: this.#crcErrors };
    this.#length = 0;
    this.#noiseBytes = 0;
    this.#crcErrors = 0;
    return seen;
  }

  #append(bytes: Uint8Array): void {
    const over = this.#length + bytes.byteLength - this.#buffer.byteLength;
    if (over > 0) this.#drop(over);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  #drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#noiseBytes += count;
  }

  #cutByLength(frames: RtuFrame[]): void {
    let offset = 0;
    while (offset + rtuBytesMin <= this.#length) {
      const length = requestLength(this.#buffer.subarray(offset, this.#length));
      const fits = length !== undefined && offset + length <= this.#length;
      if (!fits || !crcHolds(this.#buffer.subarray(offset, offset + length))) {
        offset++;
        continue;
      }
      frames.push(frameOf(this.#buffer.slice(offset, offset + length)));
      this.#drop(offset + length);
      this.#noiseBytes -= length;
      offset = 0;
    }
  }
}

/** Length of a request with its CRC when the function code tells it; undefined when only the gap can. */
function requestLength(bytes: Uint8Array): number | undefined {
  const functionCode = bytes[1] ?? 0;
  if (functionCode >= 1 && functionCode <= 6) return 8;
  if (functionCode !== 15 && functionCode !== 16) return undefined;
  const byteCount = bytes[6];
  return byteCount === undefined || 9 + byteCount > rtuBytesMax ? undefined : 9 + byteCount;
}

function crcHolds(bytes: Uint8Array): boolean {
  const crc = crc16Modbus(bytes.subarray(0, -2));
  return bytes.at(-2) === (crc & 0xff) && bytes.at(-1) === crc >> 8;
}

const frameOf = (bytes: Uint8Array): RtuFrame => ({ unit: bytes[0] ?? 0, pdu: bytes.slice(1, -2), bytes });
