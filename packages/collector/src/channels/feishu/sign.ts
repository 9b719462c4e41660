import { createHmac } from 'node:crypto';

/** 签名校验: HMAC-SHA-256 of nothing, keyed with `timestamp LF secret`, in base64; the timestamp in seconds, both in the body. */
export const feishuSign = (secret: string, timestampS: number): string =>
  createHmac('sha256', `${timestampS}\n${secret}`).digest('base64');
