/** Frames of any make, built and found by what the profile says of them. Pure. */
import { assert, fromHex } from '@cardwatch/kernel';
import { checkBytes, checksum } from './check.core.ts';
import { type FrameSpec, type HeadItem, headItemBytes } from './frame-model.ts';
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

interface Placed {
  readonly item: HeadItem;
  readonly at: number;
  readonly bytes: number;
}

interface Layout {
  readonly spec: FrameSpec;
  readonly start: Uint8Array;
  readonly replyStart: Uint8Array;
  readonly end: Uint8Array;
  readonly items: readonly Placed[];
  readonly bodyAt: number;
  readonly checkBytes: number;
}

const hexOf = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();

function layoutOf(spec: FrameSpec): Layout {
  const start = hexOf(spec.start);
  let at = start.length;
  const items = spec.head.map((item) => {
    const placed = { item, at, bytes: headItemBytes(item) };
    at += placed.bytes;
    return placed;
  });
  const end = hexOf(spec.end);
  return {
    spec,
    start,
    replyStart: hexOf(spec.replyStart ?? spec.start),
    end,
    items,
    bodyAt: at,
    checkBytes: checkBytes(spec.check.kind),
  };
}

/** The codec of a profile's frames. */
export function frameCodec(spec: FrameSpec): FrameCodec {
  const layout = layoutOf(spec);
  const plainMax = layout.bodyAt + layout.checkBytes + layout.end.length;
  const factor = spec.coding.kind === 'plain' ? 1 : 2;
  return {
    build: (frame, direction) => build(layout, frame, direction),
    at: (bytes, direction) => {
      if (bytes[0] !== startOf(layout, direction)[0]) return nothingHere;
      return (spec.coding.kind === 'plain' ? plainAt : codedAt)(layout, bytes, direction);
    },
    wireBytes: (bodyBytes) => factor * (plainMax + bodyBytes),
    headOf: (head) => ({ ...numberOf(layout, head, 'address'), ...numberOf(layout, head, 'command') }),
  };
}

const startOf = (layout: Layout, direction: Direction): Uint8Array => (direction === 'reply' ? layout.replyStart : layout.start);

function build(layout: Layout, frame: Frame, direction: Direction): Uint8Array | undefined {
  const { spec, items, bodyAt, end } = layout;
  const bytes = new Uint8Array(bodyAt + frame.body.length + layout.checkBytes + end.length);
  bytes.set(startOf(layout, direction));
  for (const { item, at } of items) {
    const part = itemBytes(layout, item, frame, direction);
    if (part === undefined) return undefined;
    bytes.set(part, at);
  }
  bytes.set(frame.body, bodyAt);
  const checkAt = bodyAt + frame.body.length;
  bytes.set(checkOf(layout, bytes.subarray(0, checkAt)), checkAt);
  bytes.set(end, checkAt + layout.checkBytes);
  return wired(spec, bytes, layout);
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

type LengthItem = Extract<HeadItem, { is: 'length' }>;

function lengthCounted(layout: Layout, { from, to }: LengthItem, bodyBytes: number): number {
  const afterBody = to === 'body' ? 0 : layout.checkBytes + (to === 'end' ? layout.end.length : 0);
  return layout.bodyAt + bodyBytes + afterBody - from;
}

function checkOf({ spec, start }: Layout, covered: Uint8Array): Uint8Array {
  const value = checksum(spec.check.kind, covered.subarray(spec.check.from ?? start.length));
  const as = checkBytes(spec.check.kind) === 1 ? 'u8' : 'u16';
  const bytes = encodeNumber({ as, order: spec.check.order }, value);
  assert(bytes !== undefined, 'a checksum fits into its bytes');
  return bytes;
}

/** The frame as it goes over the wire. */
function wired(spec: FrameSpec, bytes: Uint8Array, { start, end }: Layout): Uint8Array {
  if (spec.coding.kind === 'plain') return bytes;
  const inner = bytes.subarray(start.length, bytes.length - end.length);
  return Uint8Array.of(...bytes.subarray(0, start.length), ...written(spec, inner), ...end);
}

function written({ coding }: FrameSpec, inner: Uint8Array): number[] {
  if (coding.kind !== 'stuffing') return [...inner].flatMap((byte) => [hexDigit(byte >> 4), hexDigit(byte & 15)]);
  return [...inner].flatMap((byte) => {
    const code = coding.codes.find((entry) => entry.byte === byte)?.code;
    return code === undefined ? [byte] : [coding.mark, code];
  });
}

/** Character code of an upper-case hex digit. */
const hexDigit = (nibble: number): number => (nibble < 10 ? 0x30 : 0x37) + nibble;

/** What was written between start and end; undefined when it cannot have been written so. */
function unwritten({ coding }: FrameSpec, inner: Uint8Array): Uint8Array | undefined {
  if (coding.kind !== 'stuffing') return fromHexText(inner);
  const bytes: number[] = [];
  for (let at = 0; at < inner.length; at++) {
    const byte = inner[at] ?? 0;
    if (byte === coding.mark) {
      const next = inner[++at];
      const plain = coding.codes.find(({ code }) => code === next);
      if (plain === undefined) return undefined;
      bytes.push(plain.byte);
    } else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function fromHexText(inner: Uint8Array): Uint8Array | undefined {
  const text = String.fromCharCode(...inner);
  return /^[0-9a-fA-F]*$/.test(text) ? fromHex(text) : undefined;
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
  const whole = layout.bodyAt + bodyBytes + layout.checkBytes + layout.end.length;
  return bodyBytes < 0 || whole > layout.spec.bytesMax ? 'none' : whole;
}

function codedAt(layout: Layout, bytes: Uint8Array, direction: Direction): Found {
  const start = startOf(layout, direction);
  const begins = beginsWith(bytes, start);
  if (begins === 'no') return { kind: 'none' };
  if (begins === 'partly') return { kind: 'partial', head: bytes };
  const endAt = indexOf(bytes, layout.end, start.length, layout.spec.bytesMax);
  if (endAt === start.length) return { kind: 'none' };
  if (endAt === undefined) {
    if (bytes.length >= layout.spec.bytesMax) return { kind: 'none' };
    return {
      kind: 'partial',
      head: Uint8Array.of(...start, ...(unwritten(layout.spec, evenPart(layout, bytes.subarray(start.length))) ?? [])),
    };
  }
  const inner = unwritten(layout.spec, bytes.subarray(start.length, endAt));
  if (inner === undefined) return { kind: 'damaged', reason: 'wrong escape or no hex digit' };
  const length = endAt + layout.end.length;
  return judged(layout, Uint8Array.of(...start, ...inner, ...layout.end), { direction, length });
}

/** Of an unfinished frame what can be read for certain: whole pairs of hex digits, no mark without its code. */
function evenPart({ spec: { coding } }: Layout, inner: Uint8Array): Uint8Array {
  if (coding.kind === 'hexText') return inner.subarray(0, inner.length & ~1);
  return coding.kind === 'stuffing' && inner.at(-1) === coding.mark ? inner.subarray(0, -1) : inner;
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number, limit: number): number | undefined {
  const last = Math.min(bytes.length, limit) - wanted.length;
  for (let at = from; at <= last; at++) if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  return undefined;
}

/** An unescaped frame of the length that it should have. */
function judged(layout: Layout, bytes: Uint8Array, wire: { readonly direction: Direction; readonly length: number }): Found {
  const { bodyAt, end, items } = layout;
  const checkAt = bytes.length - end.length - layout.checkBytes;
  if (checkAt < bodyAt) return { kind: 'damaged', reason: 'shorter than its head and checksum' };
  if (!end.every((byte, index) => bytes[checkAt + layout.checkBytes + index] === byte))
    return { kind: 'damaged', reason: 'does not end as frames do' };
  const check = checkOf(layout, bytes.subarray(0, checkAt));
  if (!check.every((byte, index) => bytes[checkAt + index] === byte)) return { kind: 'damaged', reason: 'wrong checksum' };
  const body = bytes.slice(bodyAt, checkAt);
  const frame: Mutable = { address: undefined, sequence: undefined, command: 0, body };
  for (const placed of items) {
    const problem = readItem(layout, placed, { bytes, frame, direction: wire.direction });
    if (problem !== undefined) return { kind: 'damaged', reason: problem };
  }
  return { kind: 'frame', length: wire.length, frame };
}

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
