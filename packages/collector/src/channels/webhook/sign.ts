import { type WebhookSignedParts, webhookSignedText } from '@cardwatch/contracts/watch';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** `v1=` and, in hex, the HMAC-SHA-256 over `webhookSignedText`, keyed with the shared secret. */
export const webhookSignature = (secret: string, parts: WebhookSignedParts): string =>
  `v1=${createHmac('sha256', secret).update(webhookSignedText(parts)).digest('hex')}`;

/** For whoever receives: compares in constant time. Whether the timestamp is fresh and the notice new is theirs to see. */
export function webhookSignatureFits(secret: string, parts: WebhookSignedParts, signature: string): boolean {
  const expected = Buffer.from(webhookSignature(secret, parts));
  const given = Buffer.from(signature);
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}
