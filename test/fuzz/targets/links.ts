/** What stands in an address or a header and proves something: cursors, acknowledgement links, signatures, sealed fields, cookies. */
import { createHmac } from 'node:crypto';
import { ackToken, readAckToken } from '../../../packages/collector/src/core/notify/ack-link.core.ts';
import { readCookie } from '../../../packages/collector/src/api/cookie.ts';
import { webhookSignature, webhookSignatureFits } from '../../../packages/collector/src/channels/webhook/sign.ts';
import { sameText } from '../../../packages/collector/src/services/secret.ts';
import { unseal } from '../../../packages/collector/src/services/keys/ring.ts';
import { type CursorShape, readCursor, writeCursor } from '../../../packages/collector/src/store/read/cursor.core.ts';
import { recordCrypto } from '../../../packages/agent/src/shell/seal.ts';
import { DeviceId } from '@cardwatch/contracts';
import { epochMs, pick } from '@cardwatch/kernel';
import { told } from '../same.ts';
import { bytesOf, choicesOf, type Finding, fullShare, type Target, textOf } from '../target.ts';

const shapes: readonly CursorShape[] = [['int'], ['int', 'text'], ['text', 'int', 'int']];
const print = 123_456;

function feedCursor(input: Uint8Array): Finding {
  const text = textOf(input);
  const shape = pick(choicesOf(input), shapes);
  const read = readCursor(text, print, shape);
  if (!read.ok) return undefined;
  const again = readCursor(writeCursor(print, read.value), print, shape);
  return again.ok && told(again.value) === told(read.value) ? undefined : 'does not survive writing';
}

const now = epochMs(1_795_392_000_000);
const key = { keyId: 'a1b2c3d4', sign: (text: string): string => createHmac('sha256', 'key').update(text).digest('base64url') };
const claim = {
  tokenId: '00000000-0000-4000-8000-000000000001',
  alarmId: '00000000-0000-4000-8000-000000000002',
  recipient: 'li',
  noticeId: '00000000-0000-4000-8000-000000000003',
  issuedAt: epochMs(now - 1_000),
  expiresAt: epochMs(now + 1_000_000),
};
const token = ackToken(claim, key);
const crypto = recordCrypto(
  { siteKey: new Uint8Array(32), dataKeyId: 'k1', dataKey: new Uint8Array(32).fill(7) },
  () => new Uint8Array(12),
);
const keys = { siteKey: '00'.repeat(32), dataKeyId: 'k1', dataKey: '07'.repeat(32) };
const device = DeviceId.parse('d-1');
const sealed = crypto.seal(device, bytesOf('6222021234567890'));
const signed = { timestamp: '1795392000', noticeId: claim.noticeId, body: '{}' };
const signature = webhookSignature('secret', signed);
const secret = 'A'.repeat(43);

/** Nothing but what was made passes. Base64 has several texts for the same bytes at its end: those say the same. */
function feedProofs(input: Uint8Array): Finding {
  const text = textOf(input);
  const read = readAckToken(text, { keys: [key], isUsed: () => false, equal: sameText }, now);
  if (read.ok && text !== token) return 'a link that nobody signed';
  const opened = unseal(keys, text, device);
  if (opened.ok && opened.value.toString('utf8') !== '6222021234567890') return 'a sealed field that nobody sealed';
  if (webhookSignatureFits('secret', signed, text) && text !== signature) return 'a signature that nobody made';
  const cookie = readCookie(text, true);
  if (cookie !== undefined && !text.includes(cookie)) return 'a secret out of nowhere';
  return sameText(text, secret) && text !== secret ? 'two texts for one' : undefined;
}

export const linkTargets: readonly Target[] = [
  {
    name: 'cursor',
    perChange: fullShare,
    open: () =>
      Promise.resolve({
        seeds: [writeCursor(print, [7]), writeCursor(print, [7, 'pos-1']), writeCursor(print, ['a', 1, -2])].map(bytesOf),
        feed: feedCursor,
      }),
  },
  {
    name: 'proofs',
    perChange: 100_000,
    open: () =>
      Promise.resolve({
        seeds: [token, sealed, signature, `a=b; __Host-cardwatch_session=${secret}`, secret].map(bytesOf),
        feed: feedProofs,
      }),
  },
];
