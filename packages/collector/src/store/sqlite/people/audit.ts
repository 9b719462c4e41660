import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { AuditDto } from '@cardwatch/contracts/api';
import { canonicalRow, cleanEntry, genesisHash } from '../../people/audit.core.ts';
import type { AuditEntry, AuditProof, ChainPoint, ChainSlice } from '../../people/roles.ts';
import type { Row } from '../read/connection.ts';
import { int, text } from '../read/row.ts';

const hashOf = (previous: string, canonical: string): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(canonical, 'utf8').digest('hex');

/** Appends inside the caller's transaction. */
export function appendRow(db: DatabaseSync, raw: AuditEntry): void {
  const last = db.prepare('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1').get();
  const previous = last === undefined ? genesisHash : text(last['hash']);
  const n = last === undefined ? 1 : int(last['n']) + 1;
  const entry = cleanEntry(raw);
  const { at, actor, ip, action, object, result, detail } = entry;
  db.prepare(
    `INSERT INTO audit (n, at, actor, ip, action, object, result, detail, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(n, at, actor, ip, action, object, result, detail, previous, hashOf(previous, canonicalRow(n, entry)));
}

/** Walks the whole trail: numbers without holes, each row linked to the one before, each hash right. */
export function verifyRows(db: DatabaseSync): AuditProof {
  let previous = genesisHash;
  let n = 0;
  for (const row of db.prepare('SELECT * FROM audit ORDER BY n').iterate()) {
    n += 1;
    const reason = rowFault(row, n, previous);
    if (reason !== undefined) return { ok: false, rows: n, brokenAt: n, reason };
    previous = text(row['hash']);
  }
  return { ok: true, rows: n, headHash: previous };
}

export function verifySlice(db: DatabaseSync, from: ChainPoint, limit: number): ChainSlice {
  let { n, hash } = from;
  let looked = 0;
  for (const row of db.prepare('SELECT * FROM audit WHERE n > ? ORDER BY n LIMIT ?').iterate(from.n, limit)) {
    looked++;
    const fault = rowFault(row, n + 1, hash);
    if (fault !== undefined) return { point: { n, hash }, looked, fault };
    n += 1;
    hash = text(row['hash']);
  }
  return { point: { n, hash }, looked, fault: null };
}

/** What is wrong with row `n` after the row of this hash. */
export function rowFault(row: Row, n: number, previous: string): 'number' | 'link' | 'hash' | undefined {
  if (int(row['n']) !== n) return 'number';
  if (text(row['prev_hash']) !== previous) return 'link';
  return hashOf(previous, canonicalRow(n, auditDto(row))) === text(row['hash']) ? undefined : 'hash';
}

export const auditDto = (row: Row): AuditDto => ({
  n: int(row['n']),
  at: int(row['at']),
  actor: text(row['actor']),
  ip: text(row['ip']),
  action: text(row['action']),
  object: text(row['object']),
  result: text(row['result']),
  detail: text(row['detail']),
  hash: text(row['hash']),
});
