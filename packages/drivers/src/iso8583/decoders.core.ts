/** The driver's codec over bytes, for `decode` and for the sample vectors. Tracks and PIN blocks are not shown. */
import type { Decoded, DecodeInput, Decoder, Rejection } from '../decode.ts';
import { decodeLimits } from '../decode.ts';
import { type Business, businessOf } from './business.core.ts';
import { type Coding, secretElements } from './elements.core.ts';
import { type Frame, Framer, bodyAt, openEnvelope } from './frame.core.ts';
import { type Message, joined, parseBody, upperHex } from './message.core.ts';
import { readDe60, readSettlement } from './parts.core.ts';

/** What a front end would answer, without a clock and without a key; undefined: nothing. */
export type ReplyPreview = (given: {
  readonly tpdu: string;
  readonly header: string;
  readonly message: Message;
  readonly coding: Coding;
}) => Uint8Array | undefined;
export type CodingOf = (input: DecodeInput) => Coding;

/** Frames with length, TPDU and header, as on TCP. After a broken one nothing more is read, as on a connection. */
export const tcpDecoder =
  (codingOf: CodingOf, preview: ReplyPreview): Decoder =>
  (input) => {
    const bytes = joined(input.chunks);
    const framer = new Framer();
    const found = new Findings();
    for (let at = 0; at < bytes.length && framer.broken === undefined; at += pieceBytes)
      for (const frame of framer.feed(bytes.subarray(at, at + pieceBytes)))
        if (found.full || !takeFrame(frame, { input, codingOf, preview }, found)) return found.decoded();
    if (framer.broken !== undefined) found.reject(framer.broken.atByte, framer.broken.reason);
    else if (framer.pendingBytes > 0)
      found.reject(bytes.length - framer.pendingBytes, cutOff(bytes.subarray(bytes.length - framer.pendingBytes)));
    else if (bytes.length === 0) found.reject(0, 'nothing given');
    return found.decoded();
  };

/** As much as a socket hands over at once. */
const pieceBytes = 65_536;

const cutOff = (rest: Uint8Array): string =>
  rest.length < 2 ? 'length cut off' : `frame of ${((rest[0] ?? 0) << 8) | (rest[1] ?? 0)} bytes, ${rest.length - 2} are there`;

interface Ways {
  readonly input: DecodeInput;
  readonly codingOf: CodingOf;
  readonly preview: ReplyPreview;
}

function takeFrame(frame: Frame, { input, codingOf, preview }: Ways, found: Findings): boolean {
  if (frame.bytes.length === 0) return found.reject(frame.atByte, 'length 0: keep-alive, no message');
  const opened = openEnvelope(frame.bytes);
  if (!opened.ok) return !found.reject(frame.atByte + 2 + opened.error.atByte, opened.error.reason);
  const { tpdu, header, body } = opened.value;
  const coding = codingOf(input);
  const parsed = parseBody(body, coding);
  if (!parsed.ok) return !found.reject(frame.atByte + 2 + bodyAt + parsed.error.atByte, parsed.error.reason);
  const reply = preview({ tpdu, header, message: parsed.value, coding });
  found.frame({ length: frame.bytes.length, tpdu, header, ...shown(parsed.value) }, parsed.value, reply);
  return true;
}

/** One frame without its length: TPDU, header, body. */
export const noLengthDecoder =
  (codingOf: CodingOf): Decoder =>
  (input) => {
    const found = new Findings();
    const opened = openEnvelope(joined(input.chunks));
    if (!opened.ok) {
      found.reject(opened.error.atByte, opened.error.reason);
      return found.decoded();
    }
    const { tpdu, header, body } = opened.value;
    const parsed = parseBody(body, codingOf(input));
    if (parsed.ok) found.frame({ tpdu, header, ...shown(parsed.value) }, parsed.value, undefined);
    else found.reject(bodyAt + parsed.error.atByte, parsed.error.reason);
    return found.decoded();
  };

/** One body: MTI, bitmap, elements. */
export const bodyDecoder =
  (codingOf: CodingOf): Decoder =>
  (input) => {
    const found = new Findings();
    const parsed = parseBody(joined(input.chunks), codingOf(input));
    if (parsed.ok) found.frame(shown(parsed.value), parsed.value, undefined);
    else found.reject(parsed.error.atByte, parsed.error.reason);
    return found.decoded();
  };

class Findings {
  readonly #frames: Readonly<Record<string, unknown>>[] = [];
  readonly #observations: Readonly<Record<string, unknown>>[] = [];
  readonly #rejected: Rejection[] = [];
  #reply: Uint8Array[] = [];

  get full(): boolean {
    return this.#rejected.length >= decodeLimits.rejected || this.#frames.length >= decodeLimits.frames;
  }

  /** Always true. */
  reject(atByte: number, reason: string): true {
    if (this.#rejected.length < decodeLimits.rejected) this.#rejected.push({ atByte, reason });
    return true;
  }

  frame(frame: Readonly<Record<string, unknown>>, message: Message, reply: Uint8Array | undefined): void {
    if (this.#frames.length >= decodeLimits.frames) return;
    this.#frames.push(frame);
    const business: Business | undefined = businessOf(message);
    if (business !== undefined) this.#observations.push({ business });
    if (reply !== undefined) this.#reply.push(reply);
  }

  decoded(): Decoded {
    const reply = this.#reply.length === 0 ? {} : { reply: upperHex(joined(this.#reply)) };
    return { frames: this.#frames, observations: this.#observations, rejected: this.#rejected, ...reply };
  }
}

/** Keys as in the sample vectors. */
export function shown(message: Message): Readonly<Record<string, unknown>> {
  const { mti, bitmap, fields } = message;
  const de60 = readDe60(fields.get(60));
  const settle = mti.startsWith('05') ? readSettlement(fields.get(48)) : undefined;
  const mac = fields.get(64);
  const macAscii = mac === undefined ? undefined : asciiHex(mac);
  return {
    mti,
    bitmap,
    fields: Object.fromEntries([...fields].map(([element, value]) => [String(element), hidden(element, value)])),
    ...(de60 === undefined ? {} : { de60 }),
    ...(settle === undefined ? {} : { settle }),
    ...(macAscii === undefined ? {} : { macAscii }),
  };
}

/** Chip data may hold what a track holds (tag 57, 9F6B) and is then not shown either. */
const hidden = (element: number, value: string): string =>
  secretElements.includes(element) || (element === 55 && /57|9F6B/.test(value)) ? '*'.repeat(Math.min(value.length, 8)) : value;

function asciiHex(hex: string): string | undefined {
  const text = String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  return /^[0-9A-F]{8}$/.test(text) ? text : undefined;
}
