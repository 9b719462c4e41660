/** The driver's codec over bytes, for `decode` and for the sample vectors. Tracks and PIN blocks are not shown. */
import type { Decoded, DecodeInput, DecodedKeys, DecodedObservation, Decoder, Rejection } from '../decode.ts';
import { decodeLimits } from '../decode.ts';
import { hasTrack } from './chip.core.ts';
import { type Meaning, observationsOf } from './decoded.core.ts';
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
/** What a profile says of coding and meaning; without one the standard's. */
export interface Settings {
  readonly coding: Coding;
  readonly meaning: Meaning | undefined;
}
export type SettingsOf = (input: DecodeInput) => Settings;

/** Frames with length, TPDU and header, as on TCP. After a broken one nothing more is read, as on a connection. */
export const tcpDecoder =
  (settingsOf: SettingsOf, preview: ReplyPreview): Decoder =>
  (input) => {
    const bytes = joined(input.chunks);
    const framer = new Framer();
    const found = new Findings();
    const ways = { ...settingsOf(input), preview, total: bytes.length };
    for (let at = 0; at < bytes.length && framer.broken === undefined; at += pieceBytes)
      for (const frame of framer.feed(bytes.subarray(at, at + pieceBytes)))
        if (found.full || !takeFrame(frame, ways, found)) return found.decoded();
    if (framer.broken !== undefined) found.reject(framer.broken.atByte, framer.broken.reason);
    else if (framer.pendingBytes > 0)
      found.reject(bytes.length - framer.pendingBytes, cutOff(bytes.subarray(bytes.length - framer.pendingBytes)));
    else if (bytes.length === 0) found.reject(0, 'nothing given');
    return found.decoded();
  };

/** As much as a socket hands over at once. */
const pieceBytes = 65_536;

function cutOff(rest: Uint8Array): string {
  if (rest.length < 2) return 'truncated: the length needs 2 bytes';
  const length = ((rest[0] ?? 0) << 8) | (rest[1] ?? 0);
  const there = rest.length - 2;
  const hint =
    length === 2 * there ? ' (it seems to count hex digits)' : rest[0] === 0x60 ? ' (does it begin without a length?)' : '';
  return `truncated: the length says ${length} bytes, ${there} are there${hint}`;
}

interface Ways extends Settings {
  readonly preview: ReplyPreview;
  /** Bytes of the whole input. */
  readonly total: number;
}

function takeFrame(frame: Frame, { coding, meaning, preview, total }: Ways, found: Findings): boolean {
  if (frame.bytes.length === 0) return found.reject(frame.atByte, 'length 0: keep-alive, no message');
  const from = frame.atByte + 2;
  const behind = total - from - frame.bytes.length;
  const opened = openEnvelope(frame.bytes);
  if (!opened.ok) return !found.reject(from + opened.error.atByte, opened.error.reason);
  const { tpdu, header, body } = opened.value;
  const parsed = parseBody(body, coding);
  if (!parsed.ok) {
    const isShort = behind > 0 && parsed.error.reason.includes('truncated');
    const hint = isShort ? `; ${behind} bytes follow the ${frame.bytes.length} of the frame: its length may be too small` : '';
    return !found.reject(from + bodyAt + parsed.error.atByte, `${parsed.error.reason}${hint}`);
  }
  const reply = preview({ tpdu, header, message: parsed.value, coding });
  found.frame({ length: frame.bytes.length, tpdu, header, ...shown(parsed.value) }, parsed.value, { reply, meaning });
  return true;
}

/** One frame without its length: TPDU, header, body. */
export const noLengthDecoder =
  (settingsOf: SettingsOf): Decoder =>
  (input) => {
    const found = new Findings();
    const opened = openEnvelope(joined(input.chunks));
    if (!opened.ok) {
      found.reject(opened.error.atByte, opened.error.reason);
      return found.decoded();
    }
    const { coding, meaning } = settingsOf(input);
    const { tpdu, header, body } = opened.value;
    const parsed = parseBody(body, coding);
    if (parsed.ok) found.frame({ tpdu, header, ...shown(parsed.value) }, parsed.value, { meaning });
    else found.reject(bodyAt + parsed.error.atByte, parsed.error.reason);
    return found.decoded();
  };

/** One body: MTI, bitmap, elements. */
export const bodyDecoder =
  (settingsOf: SettingsOf): Decoder =>
  (input) => {
    const found = new Findings();
    const { coding, meaning } = settingsOf(input);
    const parsed = parseBody(joined(input.chunks), coding);
    if (parsed.ok) found.frame(shown(parsed.value), parsed.value, { meaning });
    else found.reject(parsed.error.atByte, parsed.error.reason);
    return found.decoded();
  };

class Findings {
  readonly #frames: DecodedKeys[] = [];
  readonly #observations: DecodedObservation[] = [];
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

  frame(
    frame: DecodedKeys,
    message: Message,
    { reply, meaning }: { readonly reply?: Uint8Array | undefined; readonly meaning: Meaning | undefined },
  ): void {
    if (this.#frames.length >= decodeLimits.frames) return;
    this.#frames.push(frame);
    this.#observations.push(...observationsOf(message, meaning));
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

/** Chip data that holds what a track holds is not shown either. */
const hidden = (element: number, value: string): string =>
  secretElements.includes(element) || (element === 55 && hasTrack(value)) ? '*'.repeat(Math.min(value.length, 8)) : value;

function asciiHex(hex: string): string | undefined {
  const text = String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  return /^[0-9A-F]{8}$/.test(text) ? text : undefined;
}
