import { createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '@cardwatch/kernel';
import { z } from 'zod';

const key256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Keys of one site, made at first use and given to its agents in their secrets file. */
export const SiteKeys = z.strictObject({
  /** HMAC key of card pseudonyms and content hashes. */
  siteKey: key256,
  dataKeyId: z.string().regex(/^[a-z0-9]{1,16}$/),
  /** AES-256-GCM key of sealed fields. */
  dataKey: key256,
});
export type SiteKeys = z.infer<typeof SiteKeys>;

/** `keys.json` in the data folder, mode 0600. */
export const KeysFile = z.strictObject({ v: z.literal(1), sites: z.record(z.string(), SiteKeys) });
export type KeysFile = z.infer<typeof KeysFile>;

/** The keys as they stand on disk now: an agent added while the collector runs may bring a new site. */
export interface KeyRing {
  sites(): Promise<KeysFile['sites']>;
}

export const newSiteKeys = (): SiteKeys => ({
  siteKey: randomBytes(32).toString('hex'),
  dataKeyId: 'k1',
  dataKey: randomBytes(32).toString('hex'),
});

/** First 128 bits of HMAC-SHA-256(siteKey, card number digits as ASCII), hex. */
export const cardRefOf = (keys: SiteKeys, cardNo: string): string =>
  createHmac('sha256', Buffer.from(keys.siteKey, 'hex')).update(cardNo, 'ascii').digest('hex').slice(0, 32);

const nonceBytes = 12;
const tagBytes = 16;

/** Opens `<keyId>.<base64url(nonce 12 | ciphertext | tag 16)>` sealed for this device (AES-256-GCM, AAD = device id). */
export function unseal(keys: SiteKeys, sealed: string, deviceId: string): Result<Buffer, { readonly kind: 'noKey' | 'damaged' }> {
  const dot = sealed.indexOf('.');
  if (sealed.slice(0, dot) !== keys.dataKeyId) return err({ kind: 'noKey' });
  const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
  if (bytes.length < nonceBytes + tagBytes) return err({ kind: 'damaged' });
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(keys.dataKey, 'hex'), bytes.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.from(deviceId, 'utf8')).setAuthTag(bytes.subarray(-tagBytes));
  try {
    return ok(Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]));
  } catch {
    return err({ kind: 'damaged' });
  }
}
