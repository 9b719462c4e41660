import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as base64url, 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret that has 256 bits of its own: SHA-256, hex. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret, 'utf8').digest('hex');

/** Compares in a time that tells nothing of where the texts differ. */
export function sameText(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text, 'utf8').digest());
  return x !== undefined && y !== undefined && timingSafeEqual(x, y);
}

/** Crockford's letters: no I, L, O, U, so that a code read aloud or typed from a screen comes through. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 80 random bits in groups: `7K3M-9QXD-…`, 16 letters. */
export function newGroupedCode(): string {
  const code = [...randomBytes(16)].map((byte) => letters[byte & 31]).join('');
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** As typed to as issued: letter case, blanks, hyphens and the look-alikes are forgiven. */
export const normalCode = (typed: string): string =>
  typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
