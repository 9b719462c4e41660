import { createHash } from 'node:crypto';

/** Password digest of a WS-UsernameToken: Base64(SHA-1(nonce + created + password)). */
export const passwordDigest = (nonce: Uint8Array, created: string, password: string): string =>
  createHash('sha1').update(nonce).update(created, 'utf8').update(password, 'utf8').digest('base64');

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
