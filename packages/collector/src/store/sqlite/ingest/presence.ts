import type { AgentId } from '@cardwatch/contracts';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { AgentPresence } from '../../roles.ts';
import { int, text } from './statements.ts';
import type { CommitParts } from './transaction.ts';

export function writePresence({ db, devices, outbox }: CommitParts, changes: readonly AgentPresence[], now: EpochMs): void {
  for (const { agent, state, since } of changes) {
    db.run('UPDATE agent SET state = ?, since = ? WHERE agent_id = ?', state, since, agent);
    devices.setPresence(agent, { online: state === 'online', since });
    devices.showAll(outbox, agent, now);
    outbox.changed('agent', agent);
  }
}

/** Not told by the outbox: it changes every few seconds, and health reports tell it often enough. */
export function writeSeen({ db }: CommitParts, seen: readonly { readonly agent: AgentId; readonly at: EpochMs }[]): void {
  for (const { agent, at } of seen) {
    db.run('UPDATE agent SET last_seen_at = ? WHERE agent_id = ?', at, agent);
  }
}

export function writeDuplicate({ db, outbox }: CommitParts, agent: AgentId, duplicate: boolean): void {
  const sql = 'UPDATE agent SET duplicate_identity = ?1 WHERE agent_id = ?2 AND duplicate_identity <> ?1';
  if (db.run(sql, Number(duplicate), agent) > 0) outbox.changed('agent', agent);
}

export function readOnline({ db }: CommitParts): { agent: AgentId; since: EpochMs }[] {
  const rows = db.all("SELECT agent_id, since FROM agent WHERE state = 'online'");
  return rows.map((row) => ({ agent: text(row['agent_id']) as AgentId, since: epochMs(int(row['since'])) }));
}
