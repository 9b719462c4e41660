import { createHash } from 'node:crypto';
import type { HashHex } from '../web/digest.core.ts';

/** MD5 and SHA-256 of a text, for HTTP digest alone. */
export const digestHash: HashHex = (algorithm, text) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'utf8')
    .digest('hex');
