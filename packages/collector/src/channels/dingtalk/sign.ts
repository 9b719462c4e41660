import { createHmac } from 'node:crypto';

/** 加签: HMAC-SHA-256 keyed with the secret over `timestamp LF secret`, in base64; the timestamp in milliseconds, both as query parameters. */
export const dingtalkSign = (secret: string, timestampMs: number): string =>
  createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64');
