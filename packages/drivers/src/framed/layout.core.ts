/** Where the parts of a frame stand, its length and its tail, as the profile says. Pure. */
import { assert, fromHex } from '@cardwatch/kernel';
import { checkBytes, checksum } from './check.core.ts';
import { type FrameSpec, type HeadItem, headItemBytes } from './frame-model.ts';
import { encodeNumber } from './value.core.ts';

export interface Placed {
  readonly item: HeadItem;
  readonly at: number;
  readonly bytes: number;
}

/** Frames of a profile, reckoned out once. */
export interface Layout {
  readonly spec: FrameSpec;
  readonly start: Uint8Array;
  readonly replyStart: Uint8Array;
  readonly end: Uint8Array;
  readonly items: readonly Placed[];
  readonly bodyAt: number;
  readonly checkBytes: number;
  /** Checksum and end, in their order. */
  readonly tailBytes: number;
}

export const hexOf = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();

export function layoutOf(spec: FrameSpec): Layout {
  const start = hexOf(spec.start);
  let at = start.length;
  const items = spec.head.map((item) => {
    const placed = { item, at, bytes: headItemBytes(item) };
    at += placed.bytes;
    return placed;
  });
  const end = hexOf(spec.end);
  const check = checkBytes(spec.check.kind) * (spec.check.as === 'hexDigits' ? 2 : 1);
  return {
    spec,
    start,
    replyStart: hexOf(spec.replyStart ?? spec.start),
    end,
    items,
    bodyAt: at,
    checkBytes: check,
    tailBytes: check + end.length,
  };
}

type LengthItem = Extract<HeadItem, { is: 'length' }>;

/** What the length item says of a body of so many bytes. */
export function lengthCounted(layout: Layout, { from, to }: LengthItem, bodyBytes: number): number {
  return layout.bodyAt + bodyBytes + afterBody(layout, to) - from;
}

function afterBody({ spec, end, checkBytes: check, tailBytes }: Layout, to: LengthItem['to']): number {
  if (to === 'body') return 0;
  if (spec.check.place === 'afterEnd') return to === 'end' ? end.length : tailBytes;
  return to === 'check' ? check : tailBytes;
}

/** What follows the body of a frame. */
export function tailOf(layout: Layout, upToBody: Uint8Array): Uint8Array {
  const { end, spec } = layout;
  if (spec.check.place === 'beforeEnd') return Uint8Array.of(...checkOf(layout, upToBody), ...end);
  return Uint8Array.of(...end, ...checkOf(layout, Uint8Array.of(...upToBody, ...end)));
}

function checkOf({ spec, start }: Layout, covered: Uint8Array): Uint8Array {
  const { kind, order, from } = spec.check;
  const value = checksum(kind, covered.subarray(from ?? start.length));
  const bytes =
    spec.check.as === 'hexDigits'
      ? encodeNumber({ as: 'hexDecimal', order: 'BE', bytes: 2 * checkBytes(kind) }, value)
      : encodeNumber({ as: checkBytes(kind) === 1 ? 'u8' : 'u16', order }, value);
  assert(bytes !== undefined, 'a checksum fits into its bytes');
  return bytes;
}
