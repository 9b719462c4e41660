import { createCipheriv, createDecipheriv } from 'node:crypto';

// Single DES is not among the default ciphers; triple DES with one key three times over is the same function.
const tripled = (key: Uint8Array): Uint8Array => {
  const [first, second] = [key.subarray(0, 8), key.length > 8 ? key.subarray(8, 16) : key.subarray(0, 8)];
  return Buffer.concat([first, second, first]);
};

/** DES with a key of 8 bytes, two-key triple DES with one of 16: one block at a time, no padding. */
export const desCipher = {
  encrypt: (key: Uint8Array, block: Uint8Array): Uint8Array => {
    const cipher = createCipheriv('des-ede3-ecb', tripled(key), null).setAutoPadding(false);
    return new Uint8Array(Buffer.concat([cipher.update(block), cipher.final()]));
  },
  decrypt: (key: Uint8Array, block: Uint8Array): Uint8Array => {
    const cipher = createDecipheriv('des-ede3-ecb', tripled(key), null).setAutoPadding(false);
    return new Uint8Array(Buffer.concat([cipher.update(block), cipher.final()]));
  },
} as const;
