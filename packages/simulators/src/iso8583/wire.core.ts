/** ISO 8583 with packed BCD as POS terminals send it, read from the standard anew; nothing here is shared with the agent's codec. */
import { bcdBytes, bcdDigits, toHex } from '@cardwatch/kernel';

export const wireLimits = { frameBytes: 2_048 } as const;

/** Elements by number: digits for n, text for an, hex for b. */
export type Fields = Readonly<Record<number, string>>;

export interface WireMessage {
  readonly tpdu: string;
  readonly header: string;
  readonly mti: string;
  readonly fields: Fields;
}

/** [kind, most characters, bytes of the length before it]. */
type Rule = readonly ['n' | 'an' | 'b', number, 0 | 1 | 2];

const rules: Readonly<Record<number, Rule>> = {
  2: ['n', 19, 1],
  3: ['n', 6, 0],
  4: ['n', 12, 0],
  7: ['n', 10, 0],
  11: ['n', 6, 0],
  12: ['n', 6, 0],
  13: ['n', 4, 0],
  15: ['n', 4, 0],
  22: ['n', 3, 0],
  25: ['n', 2, 0],
  32: ['n', 11, 1],
  35: ['n', 37, 1],
  37: ['an', 12, 0],
  39: ['an', 2, 0],
  41: ['an', 8, 0],
  42: ['an', 15, 0],
  48: ['n', 322, 2],
  49: ['an', 3, 0],
  60: ['n', 17, 2],
  62: ['b', 1_024, 2],
  63: ['an', 163, 2],
  64: ['b', 16, 0],
  70: ['n', 3, 0],
  90: ['n', 42, 0],
  128: ['b', 16, 0],
};

/** Fixed numbers of an odd length stand on the right, but for DE 22. */
const leftAligned = new Set([22]);

export function bodyOf(mti: string, fields: Fields): Uint8Array {
  const numbers = Object.keys(fields).map(Number);
  const bits = new Uint8Array(numbers.some((number) => number > 64) ? 16 : 8);
  if (bits.length === 16) bits[0] = 0x80;
  for (const number of numbers) {
    const at = (number - 1) >> 3;
    bits[at] = (bits[at] ?? 0) | (0x80 >> ((number - 1) & 7));
  }
  return glue([bcdBytes(mti), bits, ...numbers.map((number) => valueOf(number, fields[number] ?? ''))]);
}

function valueOf(number: number, text: string): Uint8Array {
  const rule = rules[number];
  if (rule === undefined) throw new RangeError(`no rule for DE ${number}`);
  const [kind, , prefix] = rule;
  const length = kind === 'b' ? text.length / 2 : text.length;
  const head = prefix === 0 ? new Uint8Array(0) : bcdBytes(String(length).padStart(2 * prefix, '0'));
  if (kind === 'an') return glue([head, Uint8Array.from(text, (one) => one.charCodeAt(0))]);
  const even = text.length % 2 === 0 ? text : prefix > 0 || leftAligned.has(number) ? `${text}0` : `0${text}`;
  return glue([head, Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))]);
}

export function frameOf(message: WireMessage, body: Uint8Array): Uint8Array {
  const head = Uint8Array.from((message.tpdu + message.header).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const length = head.length + body.length;
  return glue([Uint8Array.of(length >> 8, length & 255), head, body]);
}

/** A frame without its length. Undefined when it makes no sense. */
export function messageOf(bytes: Uint8Array): WireMessage | undefined {
  const hex = toHex(bytes).toUpperCase();
  const mti = bcdDigits(bytes.slice(11, 13));
  if (bytes.length < 21 || mti === undefined) return undefined;
  const bitmapBytes = ((bytes[13] ?? 0) & 0x80) === 0 ? 8 : 16;
  const fields: Record<number, string> = {};
  let at = 13 + bitmapBytes;
  for (let number = 2; number <= 8 * bitmapBytes; number++) {
    if (((bytes[13 + ((number - 1) >> 3)] ?? 0) & (0x80 >> ((number - 1) & 7))) === 0) continue;
    const rule = rules[number];
    if (rule === undefined) return undefined;
    const [kind, most, prefix] = rule;
    const length = prefix === 0 ? (kind === 'b' ? most / 2 : most) : Number(bcdDigits(bytes.slice(at, at + prefix)) ?? '9999');
    at += prefix;
    const size = kind === 'n' ? Math.ceil(length / 2) : length;
    if (at + size > bytes.length) return undefined;
    const part = hex.slice(2 * at, 2 * (at + size));
    if (kind === 'an') fields[number] = String.fromCharCode(...bytes.slice(at, at + size));
    else if (kind === 'b') fields[number] = part;
    else fields[number] = prefix > 0 || leftAligned.has(number) ? part.slice(0, length) : part.slice(part.length - length);
    at += size;
  }
  return at === bytes.length ? { tpdu: hex.slice(0, 10), header: hex.slice(10, 22), mti, fields } : undefined;
}

/** Cuts a stream; `undefined` frames: it is broken. */
export class FrameCutter {
  #rest: Uint8Array = new Uint8Array(0);

  feed(bytes: Uint8Array): readonly Uint8Array[] | undefined {
    this.#rest = glue([this.#rest, bytes]);
    const frames: Uint8Array[] = [];
    while (this.#rest.length >= 2) {
      const length = ((this.#rest[0] ?? 0) << 8) | (this.#rest[1] ?? 0);
      if (length > wireLimits.frameBytes) return undefined;
      if (this.#rest.length < 2 + length) break;
      if (length > 0) frames.push(this.#rest.slice(2, 2 + length));
      this.#rest = this.#rest.slice(2 + length);
    }
    return frames;
  }
}

export function glue(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
