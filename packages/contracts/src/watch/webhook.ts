/**
 * 网页回调: what somebody else's program receives by POST, from the collector and from an agent that watches it. Headers: `idempotency-key` is the
 * notice, and a repeat of it is the same message again; `x-cardwatch-timestamp` is in seconds since 1970; `x-cardwatch-signature` is `v1=` and, in
 * hex, the HMAC-SHA-256 over `webhookSignedText`, keyed with the shared secret.
 */
import { z } from 'zod';
import { AlarmLevel } from './alarm.ts';

export const WebhookBody = z.strictObject({
  version: z.literal(1),
  noticeId: z.string().min(1).max(128),
  title: z.string(),
  text: z.string(),
  level: AlarmLevel,
  cleared: z.boolean(),
  link: z.string().nullable(),
  acknowledgeLink: z.string().nullable(),
});
export type WebhookBody = z.infer<typeof WebhookBody>;

export interface WebhookSignedParts {
  /** Seconds since 1970. */
  readonly timestamp: string;
  readonly noticeId: string;
  readonly body: string;
}

export const webhookSignedText = ({ timestamp, noticeId, body }: WebhookSignedParts): string =>
  `${timestamp}.${noticeId}.${body}`;

/** The headers of one message; `signature` as it is above. */
export const webhookHeaders = (
  { timestamp, noticeId }: Omit<WebhookSignedParts, 'body'>,
  signature: string,
): Readonly<Record<string, string>> => ({
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'cardwatch',
  'idempotency-key': noticeId,
  'x-cardwatch-timestamp': timestamp,
  'x-cardwatch-signature': signature,
});
