import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedParts {
  /** Seconds since 1970. */
  readonly timestamp: string;
  readonly noticeId: string;
  readonly body: string;
}

/** `v1=` and, in hex, the HMAC-SHA-256 over `timestamp.noticeId.body`, keyed with the shared secret. */
export const webhookSignature = (secret: string, { timestamp, noticeId, body }: SignedParts): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${noticeId}.${body}`).digest('hex')}`;

/** For whoever receives: compares in constant time. Whether the timestamp is fresh and the notice new is theirs to see. */
export function webhookSignatureFits(secret: string, parts: SignedParts, signature: string): boolean {
  const expected = Buffer.from(webhookSignature(secret, parts));
  const given = Buffer.from(signature);
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}
