import { ByteReader, ByteWriter } from '@cardwatch/kernel';

/** One request or reply on Modbus/TCP: MBAP header (transaction, protocol 0, length, unit), then the PDU. */
export interface MbapFrame {
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** The frame as it stood on the wire. */
  readonly bytes: Uint8Array;
}

/** Most bytes of one ADU: header of 7 and PDU of 253. */
export const mbapBytesMax = 260;

export function mbapBytes(transaction: number, unit: number, pdu: Uint8Array): Uint8Array {
  return new ByteWriter(7 + pdu.byteLength)
    .u16(transaction)
    .u16(0)
    .u16(pdu.byteLength + 1)
    .u8(unit)
    .put(pdu).bytes;
}

/** Cuts a TCP byte stream into frames. A header that cannot be Modbus/TCP breaks the stream for good: there is no way to resynchronise. */
export class MbapFramer {
  #pending: Uint8Array = new Uint8Array(0);

  /** Undefined when the stream is broken: close the connection. */
  feed(bytes: Uint8Array): readonly MbapFrame[] | undefined {
    const all = joined(this.#pending, bytes);
    const frames: MbapFrame[] = [];
    let offset = 0;
    while (all.byteLength - offset >= 8) {
      const reader = new ByteReader(all.subarray(offset));
      const transaction = reader.u16();
      const protocol = reader.u16();
      const length = reader.u16();
      if (protocol !== 0 || length < 2 || length > mbapBytesMax - 6) return undefined;
      if (reader.remaining < length) break;
      const unit = reader.u8();
      frames.push({ transaction, unit, pdu: reader.take(length - 1).slice(), bytes: all.slice(offset, offset + 6 + length) });
      offset += 6 + length;
    }
    this.#pending = all.slice(offset);
    return frames;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.byteLength === 0) return b;
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}
