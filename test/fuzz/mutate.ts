import { type Random, chance, intBetween, pick } from '@cardwatch/kernel';

export const fuzzLimits = { inputBytes: 64 * 1024, growth: 4_096 } as const;

const randomBytes = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(random.next() * 256));

/** Words that parsers trip over. */
const words = [
  '\0',
  '\r\n',
  '\n\n',
  '{',
  '}',
  '"',
  '\\',
  '<',
  '>',
  '&',
  '<!DOCTYPE a>',
  '--',
  '--MIME_boundary\r\n',
  '--MIME_boundary--',
  'Content-Length: 4294967295\r\n',
  'Content-Length: -1\r\n',
  '%',
  '=',
  ';',
  '\t',
  '99999999999999999999',
  '-1',
  '1e309',
  'null',
  '[[[[[[[[',
  '__proto__',
  'constructor',
  '\u202e',
  '🙂',
  'A'.repeat(300),
].map((text) => new TextEncoder().encode(text));

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const made = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
  return new Uint8Array(made.buffer, made.byteOffset, made.length);
}

const slice = (random: Random, bytes: Uint8Array): Uint8Array => {
  const from = intBetween(random, 0, Math.max(0, bytes.length - 1));
  return bytes.subarray(from, from + intBetween(random, 1, 200));
};

function once(random: Random, bytes: Uint8Array, seeds: readonly Uint8Array[]): Uint8Array {
  const at = intBetween(random, 0, Math.max(0, bytes.length - 1));
  switch (intBetween(random, 0, 8)) {
    case 0:
      return bytes.length === 0 ? bytes : bytes.with(at, (bytes[at] ?? 0) ^ (1 << intBetween(random, 0, 7)));
    case 1:
      return bytes.length === 0 ? bytes : bytes.with(at, intBetween(random, 0, 255));
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return splice(bytes, at, intBetween(random, 1, 40), new Uint8Array());
    case 4:
      return splice(bytes, at, 0, randomBytes(random, intBetween(random, 1, 16)));
    case 5:
      return splice(bytes, at, intBetween(random, 0, 4), pick(random, words));
    case 6:
      return splice(bytes, at, 0, slice(random, bytes));
    case 7:
      return splice(bytes, at, intBetween(random, 0, 100), slice(random, pick(random, seeds)));
    default:
      return bytes.length < 16_384 ? splice(bytes, bytes.length, 0, bytes) : bytes.subarray(at);
  }
}

/** A seed changed one to four times; now and then bytes that are nothing at all. */
export function mutate(random: Random, seeds: readonly Uint8Array[]): { readonly bytes: Uint8Array; readonly garbage: boolean } {
  if (seeds.length === 0 || chance(random, 0.05))
    return { bytes: randomBytes(random, intBetween(random, 0, 400)), garbage: true };
  let bytes = pick(random, seeds);
  for (let times = intBetween(random, 1, 4); times > 0; times--) bytes = once(random, bytes, seeds);
  return { bytes: bytes.subarray(0, fuzzLimits.inputBytes), garbage: false };
}

/** As it might come from a socket: whole, or in a few pieces. */
export function chunked(random: Random, bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length < 2 || chance(random, 0.5)) return [bytes];
  const at = intBetween(random, 1, bytes.length - 1);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}
