/**
 * The link in a message by which its reader takes an alarm: signed, for one recipient and alarm, used once, gone after its time. The signature and the
 * comparison in constant time come in; opening the page shows what would be acknowledged, only its button does it (mail scanners open links).
 */
import { err, ok, minuteMs, type EpochMs, type Result } from '@cardwatch/kernel';

export const ackLinkLimits = { tokenCharsMax: 400, keyIdCharsMax: 16, clockSlackMs: 2 * minuteMs } as const;

/** What the token says. `tokenId` is remembered when used. */
export interface AckClaim {
  readonly tokenId: string;
  readonly alarmId: string;
  readonly recipient: string;
  readonly noticeId: string;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export interface AckKey {
  /** Names the key among those that are still honoured. */
  readonly keyId: string;
  /** HMAC-SHA-256 of the text under this key, in base64url without padding. */
  readonly sign: (text: string) => string;
}

export type AckRefusal =
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unknownKey' }
  | { readonly kind: 'badSignature' }
  | { readonly kind: 'expired'; readonly at: EpochMs }
  | { readonly kind: 'notYet' }
  | { readonly kind: 'used' };

export interface AckCheck {
  readonly keys: readonly AckKey[];
  readonly isUsed: (tokenId: string) => boolean;
  /** Equality of two texts in constant time. */
  readonly equal: (a: string, b: string) => boolean;
}

const version = 'a1';
const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const recipientPattern = /^[a-z][a-z0-9._-]{1,31}$/;
const timePattern = /^[0-9a-z]{1,10}$/;

/** `a1~key~tokenId~alarmId~recipient~noticeId~issued~expires~signature`, safe in a URL; times in base 36. */
export function ackToken(claim: AckClaim, key: AckKey): string {
  const said = [version, key.keyId, claim.tokenId, claim.alarmId, claim.recipient, claim.noticeId];
  const text = [...said, claim.issuedAt.toString(36), claim.expiresAt.toString(36)].join('~');
  return `${text}~${key.sign(text)}`;
}

/** Checks form, key, signature, time and use, in this order: nothing of a forged token is looked at. */
export function readAckToken(token: string, check: AckCheck, now: EpochMs): Result<AckClaim, AckRefusal> {
  const split = token.length <= ackLinkLimits.tokenCharsMax ? token.lastIndexOf('~') : -1;
  if (split < 0) return err({ kind: 'malformed' });
  const text = token.slice(0, split);
  const [form, keyId = ''] = text.split('~', 2);
  if (form !== version || keyId.length > ackLinkLimits.keyIdCharsMax) return err({ kind: 'malformed' });
  const key = check.keys.find((each) => each.keyId === keyId);
  if (key === undefined) return err({ kind: 'unknownKey' });
  if (!check.equal(key.sign(text), token.slice(split + 1))) return err({ kind: 'badSignature' });
  const claim = claimOf(text);
  if (claim === null) return err({ kind: 'malformed' });
  if (claim.issuedAt > now + ackLinkLimits.clockSlackMs) return err({ kind: 'notYet' });
  if (claim.expiresAt <= now) return err({ kind: 'expired', at: claim.expiresAt });
  return check.isUsed(claim.tokenId) ? err({ kind: 'used' }) : ok(claim);
}

function claimOf(text: string): AckClaim | null {
  const parts = text.split('~');
  const [, , tokenId = '', alarmId = '', recipient = '', noticeId = '', issued = '', expires = ''] = parts;
  const sound =
    parts.length === 8 &&
    [tokenId, alarmId, noticeId].every((id) => idPattern.test(id)) &&
    recipientPattern.test(recipient) &&
    [issued, expires].every((time) => timePattern.test(time));
  if (!sound) return null;
  const issuedAt = Number.parseInt(issued, 36) as EpochMs;
  return { tokenId, alarmId, recipient, noticeId, issuedAt, expiresAt: Number.parseInt(expires, 36) as EpochMs };
}
