/** The MAC in the last element (DE 64, with a second bitmap DE 128), over MTI up to the byte before it. The cipher comes in as a port. */
import { type Message, joined, upperHex } from './message.core.ts';

/** DES (8-byte key) or two-key triple DES (16-byte key) of one 8-byte block. */
export interface BlockCipher {
  encrypt(key: Uint8Array, block: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, block: Uint8Array): Uint8Array;
}

/**
 * unionpayEcb: XOR of all blocks, written as hex, its halves through ECB, the first 8 hex characters as text (protocols-pos-meter.md 1.7).
 * x919: ANSI X9.19 retail MAC, 8 bytes binary. none: no MAC is made and none is looked at.
 */
export type MacAlgorithm = 'unionpayEcb' | 'x919' | 'none';

const block = 8;

/** The value of the element as upper-case hex; `input` ends right before the element. */
export function macOf(input: Uint8Array, key: Uint8Array, algorithm: Exclude<MacAlgorithm, 'none'>, cipher: BlockCipher): string {
  return algorithm === 'x919' ? upperHex(x919(input, key, cipher)) : upperHex(unionpayEcb(input, key, cipher));
}

function unionpayEcb(input: Uint8Array, key: Uint8Array, cipher: BlockCipher): Uint8Array {
  const folded = blocksOf(input).reduce(xor, new Uint8Array(block));
  const text = ascii(upperHex(folded));
  const once = cipher.encrypt(key, text.slice(0, block));
  return ascii(upperHex(cipher.encrypt(key, xor(once, text.slice(block)))).slice(0, block));
}

function x919(input: Uint8Array, key: Uint8Array, cipher: BlockCipher): Uint8Array {
  const left = key.slice(0, block);
  const last = cbcMac(input, left, cipher);
  return key.length < 2 * block ? last : cipher.encrypt(left, cipher.decrypt(key.slice(block, 2 * block), last));
}

/** DES-CBC-MAC with a zero start, zero-padded: the last block. */
export function cbcMac(input: Uint8Array, key: Uint8Array, cipher: BlockCipher): Uint8Array {
  return blocksOf(input).reduce((chain, next) => cipher.encrypt(key, xor(chain, next)), new Uint8Array(block));
}

function blocksOf(input: Uint8Array): readonly Uint8Array[] {
  const padded = joined([input, new Uint8Array((block - (input.length % block)) % block)]);
  return Array.from({ length: padded.length / block }, (_, index) => padded.slice(block * index, block * (index + 1)));
}

export const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, index) => byte ^ (b[index] ?? 0));

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The element that carries the MAC of a message. */
export const macElement = ({ bitmap }: Pick<Message, 'bitmap'>): 64 | 128 => (bitmap.length > 16 ? 128 : 64);

export type MacVerdict = 'ok' | 'bad' | 'absent';

/** Compared in time that does not depend on where the difference is. */
export function checkMac(
  message: Message,
  key: Uint8Array,
  algorithm: Exclude<MacAlgorithm, 'none'>,
  cipher: BlockCipher,
): MacVerdict {
  const element = macElement(message);
  const span = message.spans.get(element);
  const given = message.fields.get(element);
  if (span === undefined || given === undefined) return 'absent';
  const made = macOf(message.body.subarray(0, span[0]), key, algorithm, cipher);
  let difference = made.length ^ given.length;
  for (let i = 0; i < made.length; i++) difference |= made.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0 ? 'ok' : 'bad';
}
