/** Body of a message: MTI 2 bytes BCD, bitmap of 8 or 16 bytes, data elements in bit order. */
import { type Result, bcdBytes, bcdDigits, err, ok, toHex } from '@cardwatch/kernel';
import type { Coding, Element } from './elements.core.ts';

/** `fields` by element number: digits for n and z, characters for ans, upper-case hex for b. */
export interface Message {
  readonly mti: string;
  /** Upper-case hex, 16 or 32 characters. */
  readonly bitmap: string;
  readonly fields: ReadonlyMap<number, string>;
  /** Where the value of each element stands in `body`, without its length. */
  readonly spans: ReadonlyMap<number, readonly [from: number, to: number]>;
  readonly body: Uint8Array;
}

export interface Problem {
  /** Offset in what was parsed. */
  readonly atByte: number;
  readonly reason: string;
}

const problem = (atByte: number, reason: string): Result<never, Problem> => err({ atByte, reason });

export const upperHex = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();

/** Parses a whole body. Every element of the bitmap must have a rule, and nothing may be left over. */
export function parseBody(body: Uint8Array, coding: Coding): Result<Message, Problem> {
  const mti = body.length >= 2 ? bcdDigits(body.subarray(0, 2)) : undefined;
  if (mti === undefined || !/^0[1-8]\d\d$/.test(mti))
    return problem(
      0,
      body.length < 2
        ? `truncated: ${body.length} bytes, the message type needs 2`
        : `no message type: ${upperHex(body.subarray(0, 2))}`,
    );
  if (body.length < 10) return problem(2, `truncated: the bitmap needs 8 bytes, ${body.length - 2} are there`);
  const double = ((body[2] ?? 0) & 0x80) !== 0;
  const from = double ? 18 : 10;
  if (body.length < from) return problem(10, `truncated: the second bitmap needs 8 bytes, ${body.length - 10} are there`);
  const bitmap = body.subarray(2, from);
  const fields = new Map<number, string>();
  const spans = new Map<number, readonly [number, number]>();
  let at = from;
  for (const element of elementsOf(bitmap)) {
    if (element === 1) continue;
    const rule = coding.elements[element];
    if (rule === undefined) return problem(at, `DE ${element}: the bitmap promises it, and nothing is known of it`);
    const read = readElement(body, at, rule);
    if (!read.ok) return problem(at, `DE ${element}: ${read.error}`);
    fields.set(element, read.value.text);
    spans.set(element, read.value.span);
    at = read.value.span[1];
  }
  if (at !== body.length) return problem(at, `wrong length: ${body.length - at} bytes after the last element of the bitmap`);
  return ok({ mti, bitmap: upperHex(bitmap), fields, spans, body });
}

/** Numbers of the bits that are set, ascending from 1. */
export function elementsOf(bitmap: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (const [index, byte] of bitmap.entries())
    for (let bit = 0; bit < 8; bit++) if ((byte & (0x80 >> bit)) !== 0) found.push(8 * index + bit + 1);
  return found;
}

interface ReadValue {
  readonly text: string;
  readonly span: readonly [from: number, to: number];
}

function readElement(body: Uint8Array, at: number, rule: Element): Result<ReadValue, string> {
  const length = readLength(body, at, rule);
  if (!length.ok) return length;
  const from = at + rule.prefix;
  const digits = rule.as === 'n' || rule.as === 'z';
  const to = from + (digits ? (length.value + 1) >> 1 : length.value);
  if (to > body.length) return err(`truncated: the bitmap or a length promises it, ${to - body.length} bytes are missing`);
  const text = readText(body.subarray(from, to), length.value, rule);
  return text.ok ? ok({ text: text.value, span: [from, to] }) : text;
}

function readLength(body: Uint8Array, at: number, { prefix, length }: Element): Result<number, string> {
  if (prefix === 0) return ok(length);
  if (at + prefix > body.length) return err('truncated: its length is missing');
  const digits = bcdDigits(body.subarray(at, at + prefix));
  if (digits === undefined) return err(`length ${toHex(body.subarray(at, at + prefix))} is not BCD`);
  const value = Number(digits);
  return value > length ? err(`wrong length: ${value}, at most ${length}`) : ok(value);
}

function readText(bytes: Uint8Array, length: number, rule: Element): Result<string, string> {
  switch (rule.as) {
    case 'b':
      return ok(upperHex(bytes));
    case 'ans':
      return bytes.some((byte) => byte < 0x20 || byte === 0x7f)
        ? err('control characters in text')
        : ok(String.fromCharCode(...bytes));
    default: {
      const all = upperHex(bytes);
      const right = rule.prefix === 0 && rule.align === 'right';
      const digits = right ? all.slice(all.length - length) : all.slice(0, length);
      return (rule.as === 'n' ? /^\d*$/ : /^[\dD]*$/).test(digits)
        ? ok(digits)
        : err(`not BCD${isPlain(rule) ? `: ${digits}` : ''}`);
    }
  }
}

/** No card number, no track: may stand in a reason. */
const isPlain = ({ prefix, length }: Element): boolean => prefix === 0 && length <= 12;

/** Bytes of a message. Throws `RangeError` when a value does not fit its element: values come from us or from a parsed message. */
export function encodeBody(mti: string, fields: ReadonlyMap<number, string>, coding: Coding): Uint8Array {
  const numbers = [...fields.keys()].sort((a, b) => a - b);
  const double = numbers.some((element) => element > 64);
  const bitmap = new Uint8Array(double ? 16 : 8);
  if (double) bitmap[0] = 0x80;
  for (const element of numbers) bitmap[(element - 1) >> 3] = (bitmap[(element - 1) >> 3] ?? 0) | (0x80 >> ((element - 1) & 7));
  const values = numbers.map((element) => writeElement(element, fields.get(element) ?? '', coding));
  return joined([bcdBytes(mti), bitmap, ...values]);
}

function writeElement(element: number, value: string, { elements, oddPad }: Coding): Uint8Array {
  const rule = elements[element];
  if (rule === undefined) throw new RangeError(`DE ${element}: no rule`);
  const length = rule.as === 'b' ? value.length / 2 : value.length;
  if (length > rule.length || (rule.prefix === 0 && length !== rule.length))
    throw new RangeError(`DE ${element}: length ${length}`);
  const prefix = rule.prefix === 0 ? new Uint8Array(0) : bcdBytes(String(length).padStart(2 * rule.prefix, '0'));
  return joined([prefix, valueBytes(value, rule, oddPad)]);
}

function valueBytes(value: string, rule: Element, oddPad: number): Uint8Array {
  if (rule.as === 'ans') return Uint8Array.from(value, (character) => character.charCodeAt(0) & 0xff);
  const right = rule.prefix === 0 && rule.align === 'right';
  const odd = value.length % 2 === 1;
  return hexBytes(!odd ? value : right ? `0${value}` : `${value}${oddPad === 15 ? 'F' : '0'}`);
}

function hexBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
