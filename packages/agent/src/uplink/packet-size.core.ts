/**
 * Reads the length of every MQTT packet that comes (MQTT-2.2.3) before the library's parser sees its body: the parser has no limit, and would put together
 * whatever a broker announces, up to 256 MB.
 */

export type PacketViolation = 'packetTooLarge' | 'packetLength';

/** One connection's packets, in the pieces in which they come. Changes in place. */
export class PacketSizes {
  readonly #maxBytes: number;
  /** Bytes of the length field read so far; -1 while the first byte is waited for. */
  #lengthBytes = -1;
  #length = 0;
  /** Bytes of the present packet that are still to come. */
  #body = 0;
  #violation: PacketViolation | undefined;

  /** `maxBytes`: what may stand behind the fixed header. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Undefined: all is well so far. After a violation every further piece gives the same. */
  inspect(piece: Uint8Array): PacketViolation | undefined {
    for (let at = 0; at < piece.length && this.#violation === undefined; ) {
      const skipped = Math.min(this.#body, piece.length - at);
      this.#body -= skipped;
      at += skipped;
      const byte = piece[at];
      if (byte === undefined) break;
      this.#violation = this.#headerByte(byte);
      at++;
    }
    return this.#violation;
  }

  #headerByte(byte: number): PacketViolation | undefined {
    if (this.#lengthBytes < 0) {
      this.#lengthBytes = 0;
      return undefined;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes++;
    if (this.#length > this.#maxBytes) return 'packetTooLarge';
    if ((byte & 0x80) !== 0) return this.#lengthBytes >= 4 ? 'packetLength' : undefined;
    this.#body = this.#length;
    this.#lengthBytes = -1;
    this.#length = 0;
    return undefined;
  }
}
