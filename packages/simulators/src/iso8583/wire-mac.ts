import { createCipheriv } from 'node:crypto';

const single = (key: Uint8Array): Uint8Array => Buffer.concat([key.subarray(0, 8), key.subarray(0, 8), key.subarray(0, 8)]);

function des(key: Uint8Array, block: Uint8Array): Buffer {
  const full = key.length === 8 ? single(key) : Buffer.concat([key, key.subarray(0, 8)]);
  return createCipheriv('des-ede3-ecb', full, null).setAutoPadding(false).update(block);
}

/** UnionPay's MAC over a body up to DE 64: 8 characters as hex. */
export function unionpayMac(body: Uint8Array, key: Uint8Array): string {
  const folded = Buffer.alloc(8);
  for (const [index, byte] of body.entries()) folded[index % 8] = (folded[index % 8] ?? 0) ^ byte;
  const text = Buffer.from(folded.toString('hex').toUpperCase(), 'latin1');
  const once = des(key, text.subarray(0, 8));
  for (let i = 0; i < 8; i++) once[i] = (once[i] ?? 0) ^ (text[8 + i] ?? 0);
  return Buffer.from(des(key, once).toString('hex').toUpperCase().slice(0, 8), 'latin1').toString('hex').toUpperCase();
}

/** ANSI X9.19 with a key of 16 bytes: CBC with the left half, the last block once more with both halves. */
export function retailMac(body: Uint8Array, key: Uint8Array): string {
  const padded = Buffer.concat([body, Buffer.alloc((8 - (body.length % 8)) % 8)]);
  const chain = createCipheriv('des-ede3-cbc', single(key), Buffer.alloc(8)).setAutoPadding(false).update(padded);
  const before = chain.subarray(-8);
  if (key.length === 8) return before.toString('hex').toUpperCase();
  // E(left, D(right, E(left, x))): the last encryption is undone by triple DES of the block before the last one was encrypted.
  const previous = chain.length > 8 ? chain.subarray(-16, -8) : Buffer.alloc(8);
  const input = Buffer.from(padded.subarray(-8).map((byte, index) => byte ^ (previous[index] ?? 0)));
  return des(key, input).toString('hex').toUpperCase();
}
