/** Frames of any make, built and found by what the profile says of them. Pure. */
import { certainPart, unwritten, written } from './coding.core.ts';
import type { FrameSpec, HeadItem } from './frame-model.ts';
import { type Layout, type Placed, hexOf, layoutOf, lengthCounted, tailOf } from './layout.core.ts';
import { decodeValue, encodeNumber } from './value.core.ts';

export type Direction = 'request' | 'reply';

/** What a frame carries. `address` and `sequence` are undefined where the frames have none. */
export interface Frame {
  readonly address: number | undefined;
  readonly sequence: number | undefined;
  readonly command: number;
  readonly body: Uint8Array;
}

/** `partial`: more bytes may complete it. `damaged`: as long as it must be, and wrong. `none`: no frame begins here. */
export type Found =
  | { readonly kind: 'frame'; readonly length: number; readonly frame: Frame }
  | { readonly kind: 'partial'; readonly head: Uint8Array }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'none' };

export interface FrameCodec {
  /** Undefined when an address, a sequence or a length does not fit its field. */
  build(frame: Frame, direction: Direction): Uint8Array | undefined;
  /** Looks at the first byte of `bytes` and on. */
  at(bytes: Uint8Array, direction: Direction): Found;
  /** Longest frame on the wire with a body of so many bytes. */
  wireBytes(bodyBytes: number): number;
  /** Address and command of an unescaped head, as far as it goes. */
  headOf(head: Uint8Array): Partial<Pick<Frame, 'address' | 'command'>>;
}

const nothingHere: Found = { kind: 'none' };

/** The codec of a profile's frames. */
export function frameCodec(spec: FrameSpec): FrameCodec {
  const layout = layoutOf(spec);
  const around = layout.bodyAt + layout.tailBytes;
  const factor = spec.coding.kind === 'hexText' || spec.coding.kind === 'stuffing' ? 2 : 1;
  return {
    build: (frame, direction) => build(layout, frame, direction),
    at: (bytes, direction) => {
      if (bytes[0] !== startOf(layout, direction)[0]) return nothingHere;
      return (spec.coding.kind === 'plain' ? plainAt : codedAt)(layout, bytes, direction);
    },
    wireBytes: (bodyBytes) => factor * (around + bodyBytes),
    headOf: (head) => ({ ...numberOf(layout, head, 'address'), ...numberOf(layout, head, 'command') }),
  };
}

const startOf = (layout: Layout, direction: Direction): Uint8Array => (direction === 'reply' ? layout.replyStart : layout.start);

function build(layout: Layout, frame: Frame, direction: Direction): Uint8Array | undefined {
  const { items, bodyAt } = layout;
  const bytes = new Uint8Array(bodyAt + frame.body.length + layout.tailBytes);
  bytes.set(startOf(layout, direction));
  for (const { item, at } of items) {
    const part = itemBytes(layout, item, frame, direction);
    if (part === undefined) return undefined;
    bytes.set(part, at);
  }
  bytes.set(frame.body, bodyAt);
  const bodyEnd = bodyAt + frame.body.length;
  bytes.set(tailOf(layout, bytes.subarray(0, bodyEnd)), bodyEnd);
  return wired(layout, bytes);
}

function itemBytes(layout: Layout, item: HeadItem, frame: Frame, direction: Direction): Uint8Array | undefined {
  switch (item.is) {
    case 'fixed':
      return hexOf(direction === 'reply' ? (item.replyHex ?? item.hex) : item.hex);
    case 'length':
      return encodeNumber(item, lengthCounted(layout, item, frame.body.length));
    case 'address':
    case 'sequence':
      return encodeNumber(item, frame[item.is] ?? 0);
    case 'command':
      return encodeNumber(item, frame.command);
  }
}

/** The frame as it goes over the wire. */
function wired({ spec, start, end }: Layout, bytes: Uint8Array): Uint8Array {
  if (spec.coding.kind === 'plain' || spec.coding.kind === 'delimited') return bytes;
  const inner = bytes.subarray(start.length, bytes.length - end.length);
  return Uint8Array.of(...bytes.subarray(0, start.length), ...written(spec.coding, inner), ...end);
}

function beginsWith(bytes: Uint8Array, start: Uint8Array): 'yes' | 'no' | 'partly' {
  for (const [index, byte] of start.entries()) {
    if (bytes[index] === undefined) return 'partly';
    if (bytes[index] !== byte) return 'no';
  }
  return 'yes';
}

function plainAt(layout: Layout, bytes: Uint8Array, direction: Direction): Found {
  const begins = beginsWith(bytes, startOf(layout, direction));
  if (begins === 'no') return { kind: 'none' };
  const length = begins === 'partly' ? undefined : plainLength(layout, bytes);
  if (length === 'none') return { kind: 'none' };
  if (length === undefined || bytes.length < length) return { kind: 'partial', head: bytes.subarray(0, layout.bodyAt) };
  return judged(layout, bytes.subarray(0, length), { direction, length });
}

/** Length of the whole frame by its length item; undefined when that has not come yet. */
function plainLength(layout: Layout, bytes: Uint8Array): number | 'none' | undefined {
  const placed = layout.items.find(({ item }) => item.is === 'length');
  if (placed === undefined || placed.item.is !== 'length') return 'none';
  if (bytes.length < placed.at + placed.bytes) return undefined;
  const value = decodeValue(placed.item, bytes.subarray(placed.at, placed.at + placed.bytes));
  if (!value.ok || typeof value.value !== 'number') return 'none';
  const bodyBytes = value.value - lengthCounted(layout, placed.item, 0);
  const whole = layout.bodyAt + bodyBytes + layout.tailBytes;
  return bodyBytes < 0 || whole > layout.spec.bytesMax ? 'none' : whole;
}

function codedAt(layout: Layout, bytes: Uint8Array, direction: Direction): Found {
  const start = startOf(layout, direction);
  const begins = beginsWith(bytes, start);
  if (begins === 'no') return { kind: 'none' };
  if (begins === 'partly') return { kind: 'partial', head: bytes };
  const endAt = indexOf(bytes, layout.end, start.length, layout.spec.bytesMax);
  if (endAt === start.length) return { kind: 'none' };
  const { coding, bytesMax, check } = layout.spec;
  if (endAt === undefined) {
    if (bytes.length >= bytesMax) return nothingHere;
    return {
      kind: 'partial',
      head: Uint8Array.of(...start, ...(unwritten(coding, certainPart(coding, bytes.subarray(start.length))) ?? [])),
    };
  }
  const length = endAt + layout.end.length + (check.place === 'afterEnd' ? layout.checkBytes : 0);
  if (bytes.length < length) return { kind: 'partial', head: bytes };
  if (coding.kind === 'delimited') return judged(layout, bytes.subarray(0, length), { direction, length });
  const inner = unwritten(coding, bytes.subarray(start.length, endAt));
  if (inner === undefined) return { kind: 'damaged', reason: 'wrong escape or no hex digit' };
  return judged(layout, Uint8Array.of(...start, ...inner, ...layout.end), { direction, length });
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number, limit: number): number | undefined {
  const last = Math.min(bytes.length, limit) - wanted.length;
  for (let at = from; at <= last; at++) if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  return undefined;
}

/** An unescaped frame of the length that it should have. */
function judged(layout: Layout, bytes: Uint8Array, wire: { readonly direction: Direction; readonly length: number }): Found {
  const { bodyAt, end, items, spec } = layout;
  const bodyEnd = bytes.length - layout.tailBytes;
  if (bodyEnd < bodyAt) return { kind: 'damaged', reason: 'shorter than its head and checksum' };
  const tail = tailOf(layout, bytes.subarray(0, bodyEnd));
  const met = bytes.subarray(bodyEnd);
  const [checkAt, endAt] = spec.check.place === 'afterEnd' ? [end.length, 0] : [0, layout.checkBytes];
  if (!end.every((byte, index) => met[endAt + index] === byte)) return { kind: 'damaged', reason: 'does not end as frames do' };
  const check = tail.subarray(checkAt, checkAt + layout.checkBytes);
  if (!check.every((byte, index) => upper(met[checkAt + index] ?? 0, spec) === byte))
    return { kind: 'damaged', reason: 'wrong checksum' };
  const body = bytes.slice(bodyAt, bodyEnd);
  const frame: Mutable = { address: undefined, sequence: undefined, command: 0, body };
  for (const placed of items) {
    const problem = readItem(layout, placed, { bytes, frame, direction: wire.direction });
    if (problem !== undefined) return { kind: 'damaged', reason: problem };
  }
  return { kind: 'frame', length: wire.length, frame };
}

/** Hex digits of a checksum come in either case. */
const upper = (byte: number, { check }: FrameSpec): number =>
  check.as === 'hexDigits' && byte >= 0x61 && byte <= 0x66 ? byte - 0x20 : byte;

type Mutable = { -readonly [K in keyof Frame]: Frame[K] };

interface Reading {
  readonly bytes: Uint8Array;
  readonly frame: Mutable;
  readonly direction: Direction;
}

/** Why the item cannot be; undefined when it was taken over. */
function readItem(layout: Layout, { item, at, bytes: size }: Placed, { bytes, frame, direction }: Reading): string | undefined {
  const part = bytes.subarray(at, at + size);
  if (item.is === 'fixed') {
    const wanted = hexOf(direction === 'reply' ? (item.replyHex ?? item.hex) : item.hex);
    return wanted.every((byte, index) => part[index] === byte) ? undefined : 'another fixed head';
  }
  const value = decodeValue(item, part);
  if (!value.ok || typeof value.value !== 'number') return `${item.is} is no number`;
  if (item.is === 'length')
    return value.value === lengthCounted(layout, item, frame.body.length) ? undefined : 'its length is another than it says';
  frame[item.is] = value.value;
  return undefined;
}

function numberOf(layout: Layout, head: Uint8Array, is: 'address' | 'command'): Partial<Pick<Frame, 'address' | 'command'>> {
  const placed = layout.items.find(({ item }) => item.is === is);
  if (placed === undefined || placed.item.is === 'fixed' || head.length < placed.at + placed.bytes) return {};
  const value = decodeValue(placed.item, head.subarray(placed.at, placed.at + placed.bytes));
  return value.ok && typeof value.value === 'number' ? { [is]: value.value } : { [is]: -1 };
}
