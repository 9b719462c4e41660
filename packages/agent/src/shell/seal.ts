import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { RecordCrypto } from '../ports.ts';

export interface SealKeys {
  /** 32 bytes: pseudonyms and content hashes. */
  readonly siteKey: Uint8Array;
  readonly dataKeyId: string;
  /** 32 bytes: AES-256-GCM. */
  readonly dataKey: Uint8Array;
}

const hash128 = (key: Uint8Array, data: Uint8Array | string): string =>
  createHmac('sha256', key).update(data).digest('hex').slice(0, 32);

/** Hashes, pseudonyms and seals of records under the site's keys. `nonce` gives 12 fresh bytes; replaced in tests alone. */
export function recordCrypto(keys: SealKeys, nonce: () => Uint8Array = () => randomBytes(12)): RecordCrypto {
  return {
    contentHash: (raw) => hash128(keys.siteKey, raw),
    cardRef: (digits) => hash128(keys.siteKey, digits),
    seal: (deviceId, plain) => {
      const iv = nonce();
      const cipher = createCipheriv('aes-256-gcm', keys.dataKey, iv);
      cipher.setAAD(Buffer.from(deviceId, 'utf8'));
      const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return `${keys.dataKeyId}.${sealed.toString('base64url')}`;
    },
  };
}
