/**
 * Audit chain: hash(n) = SHA-256(hash(n-1) as 32 bytes | canonical JSON of row n in UTF-8), hash(0) = 32 zero bytes. Canonical JSON has the keys
 * action, actor, at, detail, ip, n, object, result in this order, no blanks.
 */
import { type AuditEntry, peopleLimits } from './roles.ts';

export const genesisHash = '0'.repeat(64);

export function canonicalRow(n: number, entry: AuditEntry): string {
  const { action, actor, at, detail, ip, object, result } = entry;
  return JSON.stringify({ action, actor, at, detail, ip, n, object, result });
}

/** Control characters out (a line of the trail stays one line), length bounded. */
export function cleanEntry(entry: AuditEntry): AuditEntry {
  return {
    at: entry.at,
    actor: clean(entry.actor),
    ip: clean(entry.ip),
    action: clean(entry.action),
    object: clean(entry.object),
    result: clean(entry.result),
    detail: clean(entry.detail),
  };
}

const clean = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .slice(0, peopleLimits.auditTextChars)
    .toWellFormed();
