/** Reads big-endian unless the name says otherwise. Throws `RangeError` beyond the end: check lengths first. */
export class ByteReader {
  readonly #view: DataView;
  readonly bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.byteLength - this.offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u16le(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  u32le(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64le(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  i64le(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  #take(length: number): number {
    const start = this.offset;
    if (length < 0 || start + length > this.bytes.byteLength) {
      throw new RangeError(`read of ${length} bytes at ${start} of ${this.bytes.byteLength}`);
    }
    this.offset = start + length;
    return start;
  }
}

/** Writes big-endian unless the name says otherwise into a buffer of fixed length. */
export class ByteWriter {
  readonly #view: DataView;
  readonly bytes: Uint8Array;
  offset = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(value: number): this {
    this.#view.setUint8(this.#take(1), value);
    return this;
  }

  u16(value: number): this {
    this.#view.setUint16(this.#take(2), value);
    return this;
  }

  u16le(value: number): this {
    this.#view.setUint16(this.#take(2), value, true);
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#take(4), value);
    return this;
  }

  u32le(value: number): this {
    this.#view.setUint32(this.#take(4), value, true);
    return this;
  }

  u64le(value: bigint): this {
    this.#view.setBigUint64(this.#take(8), value, true);
    return this;
  }

  i64le(value: bigint): this {
    this.#view.setBigInt64(this.#take(8), value, true);
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#take(bytes.byteLength));
    return this;
  }

  skip(length: number): this {
    this.#take(length);
    return this;
  }

  #take(length: number): number {
    const start = this.offset;
    if (start + length > this.bytes.byteLength)
      throw new RangeError(`write of ${length} bytes at ${start} of ${this.bytes.byteLength}`);
    this.offset = start + length;
    return start;
  }
}

const hexDigits = '0123456789abcdef';

/** Lower-case hex without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  return text;
}

/** Hex of even length, spaces allowed between bytes. Undefined when anything else is in it. */
export function fromHex(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s+/g, '');
  if (compact.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(compact)) return undefined;
  const bytes = new Uint8Array(compact.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(compact.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
