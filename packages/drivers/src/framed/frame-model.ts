/** What a profile says of its frames: every make frames otherwise, and none needs code of its own. */
import { fromHex } from '@cardwatch/kernel';
import { z } from 'zod';
import { CheckKind } from './check.core.ts';
import { Order, bytesOf, numberEncodings } from './value.core.ts';

/** Longest frame on the wire, bytes: request echo and reply must stand in the buffer of a line together. */
export const frameBytesMax = 960;

export const hexBytes = (min: number, max: number): z.ZodType<string> =>
  z.string().refine((text) => {
    const bytes = fromHex(text);
    return bytes !== undefined && bytes.length >= min && bytes.length <= max;
  }, `hex of ${min} to ${max} bytes`);

/** A number on the wire. `bytes` for bcd, decimal and hexDecimal. */
export const numberShape = {
  as: z.enum(numberEncodings).default('u8'),
  order: Order.default('BE'),
  bytes: z.int().min(1).max(6).optional(),
};

const HeadItem = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('address'), ...numberShape }),
  z.strictObject({ is: z.literal('command'), ...numberShape }),
  /** A number of ours that the reply repeats. */
  z.strictObject({ is: z.literal('sequence'), ...numberShape }),
  /** Counts the bytes of the unescaped frame from byte `from` (0: the first of `start`) to the end of `to`. */
  z.strictObject({
    is: z.literal('length'),
    ...numberShape,
    from: z.int().min(0).max(32),
    to: z.enum(['body', 'check', 'end']),
  }),
  z.strictObject({ is: z.literal('fixed'), hex: hexBytes(1, 8), replyHex: hexBytes(1, 8).optional() }),
]);
export type HeadItem = z.infer<typeof HeadItem>;

/**
 * How what stands between `start` and `end` is written. `plain`: as it is, cut by the length item; `delimited`: as it is, cut by the first `end` bytes, which
 * the body never holds; `hexText`: as hex digits; `stuffing`: a byte of `codes` goes as `mark` and its code.
 */
const Coding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plain') }),
  z.strictObject({ kind: z.literal('delimited') }),
  z.strictObject({ kind: z.literal('hexText') }),
  z.strictObject({
    kind: z.literal('stuffing'),
    mark: z.int().min(0).max(255),
    codes: z
      .array(z.strictObject({ byte: z.int().min(0).max(255), code: z.int().min(0).max(255) }))
      .min(1)
      .max(8),
  }),
]);
export type Coding = z.infer<typeof Coding>;

/** `start`, head in the order given, body, check, `end`. */
export const FrameSpec = z
  .strictObject({
    start: hexBytes(1, 4),
    /** Where replies begin otherwise. */
    replyStart: hexBytes(1, 4).optional(),
    end: hexBytes(0, 4).default(''),
    coding: Coding.default({ kind: 'plain' }),
    head: z.array(HeadItem).min(1).max(8),
    /** Over the unescaped frame from byte `from` to the last byte before the checksum; left out: from the first byte after `start`. */
    check: z.strictObject({
      kind: CheckKind,
      order: Order.default('BE'),
      from: z.int().min(0).max(32).optional(),
      /** `afterEnd`: behind the end bytes, which it covers. */
      place: z.enum(['beforeEnd', 'afterEnd']).default('beforeEnd'),
      /** `hexDigits`: two ASCII digits a byte, highest first. */
      as: z.enum(['binary', 'hexDigits']).default('binary'),
    }),
    bytesMax: z.int().min(8).max(frameBytesMax).default(512),
    /** First byte of the body of every reply that tells how it went. */
    status: z.strictObject({ ok: z.int().min(0).max(255).default(0) }).optional(),
    /** A command code that means no; the reason stands at `reasonAt` of its body. */
    refusal: z.strictObject({ code: z.int().min(0).max(0xffff), reasonAt: z.int().min(0).max(8).default(0) }).optional(),
  })
  .superRefine((frame, context) => {
    const say = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
    for (const is of ['address', 'command', 'length', 'sequence'] as const) {
      const count = frame.head.filter((item) => item.is === is).length;
      if (count > 1) say(['head'], `names ${is} once at most`);
      if (count === 0 && is === 'command') say(['head'], 'a command item is needed: it tells replies apart');
    }
    frame.head.forEach((item, index) => {
      if (item.is === 'fixed') {
        if (item.replyHex !== undefined && byteCount(item.replyHex) !== byteCount(item.hex))
          say(['head', index, 'replyHex'], 'as many bytes as `hex`');
      } else if (bytesOf(item) === undefined) say(['head', index, 'bytes'], `is needed for ${item.as}`);
    });
    if (frame.replyStart !== undefined && byteCount(frame.replyStart) !== byteCount(frame.start))
      say(['replyStart'], 'as many bytes as `start`');
    sayOfCoding(frame, say);
    const asItIs = frame.coding.kind === 'plain' || frame.coding.kind === 'delimited';
    if (!asItIs && frame.check.place === 'afterEnd') say(['check', 'place'], `stands before the end with ${frame.coding.kind}`);
    if (!asItIs && frame.check.as === 'hexDigits') say(['check', 'as'], `is binary with ${frame.coding.kind}`);
    if (frame.end === '' && frame.check.place === 'afterEnd') say(['check', 'place'], 'there are no end bytes');
    const headEnd = byteCount(frame.start) + headBytes(frame.head);
    frame.head.forEach((item, index) => {
      if (item.is === 'length' && item.from > headEnd) say(['head', index, 'from'], `the body begins at byte ${headEnd}`);
    });
    if ((frame.check.from ?? 0) > headEnd) say(['check', 'from'], `the body begins at byte ${headEnd}`);
  });
export type FrameSpec = z.infer<typeof FrameSpec>;

export const byteCount = (hex: string): number => fromHex(hex)?.length ?? 0;

export const headItemBytes = (item: HeadItem): number => (item.is === 'fixed' ? byteCount(item.hex) : (bytesOf(item) ?? 0));

export const headBytes = (head: readonly HeadItem[]): number => head.reduce((sum, item) => sum + headItemBytes(item), 0);

type Say = (path: (string | number)[], message: string) => void;

interface CodingParts {
  readonly start: string;
  readonly end: string;
  readonly coding: Coding;
  readonly head: readonly HeadItem[];
}

function sayOfCoding({ start, end, coding, head }: CodingParts, say: Say): void {
  if (coding.kind === 'plain') {
    if (!head.some((item) => item.is === 'length'))
      say(['head'], 'a plain frame needs a length item: nothing else tells where it ends');
    return;
  }
  const last = fromHex(end) ?? new Uint8Array();
  if (last.length === 0) say(['end'], `is needed with ${coding.kind}`);
  if (coding.kind === 'delimited') return;
  if (coding.kind === 'hexText') {
    if (last.some(isHexDigit)) say(['end'], 'a hex digit does not end hex text');
    return;
  }
  const escaped = new Set(coding.codes.map(({ byte }) => byte));
  if (!escaped.has(coding.mark)) say(['coding', 'codes'], 'the mark itself must be escaped');
  for (const [name, bytes] of [['start', fromHex(start)] as const, ['end', last] as const])
    if (bytes?.length !== 1 || !escaped.has(bytes[0] ?? -1)) say([name], 'one byte, and one that is escaped inside');
  if (coding.codes.some(({ code }) => code === last[0])) say(['coding', 'codes'], 'no code may be the end byte');
}

const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
