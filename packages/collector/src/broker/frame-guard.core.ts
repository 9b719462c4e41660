/**
 * Reads the fixed header of every MQTT 3.1.1 control packet (MQTT-2.2) before any parser sees it, so that nothing larger than its limit is ever put
 * together in memory, and nothing that an agent has no business sending gets through: QoS 2, retained messages, a second CONNECT.
 */
export interface FrameLimits {
  readonly connectBytes: number;
  readonly packetBytes: number;
  readonly subscribeBytes: number;
}

export type FrameViolation =
  | 'notConnect'
  | 'secondConnect'
  | 'packetType'
  | 'flags'
  | 'qos2'
  | 'retain'
  | 'remainingLength'
  /** SUBSCRIBE or UNSUBSCRIBE without a filter. */
  | 'empty'
  | 'tooLarge';

const CONNECT = 1;
const PUBLISH = 3;
const PUBACK = 4;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
const PINGREQ = 12;
const DISCONNECT = 14;

/** One connection's packets. Changes in place: it is asked once a chunk. */
export class FrameGuard {
  readonly #limits: FrameLimits;
  #connected = false;
  #type = 0;
  /** Bytes of the length field read so far; -1 while the first byte is waited for. */
  #lengthBytes = -1;
  #length = 0;
  /** Bytes of the present packet that are still to come. */
  #body = 0;
  #violation: FrameViolation | undefined;
  /** Packets begun so far. */
  packets = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Undefined: all is well so far. After a violation every further chunk gives the same. */
  inspect(chunk: Uint8Array): FrameViolation | undefined {
    let at = 0;
    while (at < chunk.length && this.#violation === undefined) {
      if (this.#body > 0) {
        const skipped = Math.min(this.#body, chunk.length - at);
        this.#body -= skipped;
        at += skipped;
      } else {
        this.#violation = this.#headerByte(chunk[at] as number);
        at++;
      }
    }
    return this.#violation;
  }

  #headerByte(byte: number): FrameViolation | undefined {
    if (this.#lengthBytes < 0) return this.#firstByte(byte);
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes++;
    if ((byte & 0x80) !== 0) return this.#lengthBytes >= 4 ? 'remainingLength' : undefined;
    if (this.#length > this.#limitOf(this.#type)) return 'tooLarge';
    if (this.#length < leastOf(this.#type)) return 'empty';
    this.#body = this.#length;
    this.#lengthBytes = -1;
    this.#length = 0;
    return undefined;
  }

  #firstByte(byte: number): FrameViolation | undefined {
    this.#type = byte >> 4;
    this.packets++;
    this.#lengthBytes = 0;
    if (!this.#connected) {
      this.#connected = true;
      return byte === CONNECT << 4 ? undefined : 'notConnect';
    }
    return this.#type === CONNECT ? 'secondConnect' : flagsViolation(this.#type, byte & 0x0f);
  }

  #limitOf(type: number): number {
    const { connectBytes, packetBytes, subscribeBytes } = this.#limits;
    if (type === PUBLISH) return packetBytes;
    if (type === CONNECT) return connectBytes;
    if (type === PUBACK) return 2;
    return type === SUBSCRIBE || type === UNSUBSCRIBE ? subscribeBytes : 0;
  }
}

/** An id and one filter of one character, MQTT-3.8.3-3 and MQTT-3.10.3-2. */
function leastOf(type: number): number {
  if (type === SUBSCRIBE) return 6;
  return type === UNSUBSCRIBE ? 5 : 0;
}

/** Flags of the fixed header, MQTT-2.2.2. */
function flagsViolation(type: number, flags: number): FrameViolation | undefined {
  if (type === PUBLISH) {
    if ((flags & 0b0100) !== 0) return (flags & 0b0010) !== 0 ? 'flags' : 'qos2';
    return (flags & 0b0001) === 0 ? undefined : 'retain';
  }
  if (type === SUBSCRIBE || type === UNSUBSCRIBE) return flags === 0b0010 ? undefined : 'flags';
  if (type === PUBACK || type === PINGREQ || type === DISCONNECT) return flags === 0 ? undefined : 'flags';
  return 'packetType';
}
