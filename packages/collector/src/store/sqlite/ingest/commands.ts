import { type AgentId, Command, type Reply } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import { ingestLimits } from '../../../ingest/ports.ts';
import { int, type Row, type Statements, text } from './statements.ts';

/** Marks what it gives out as sent; a row whose action cannot be read fails for good. */
export function takeDue(db: Statements, agent: AgentId, now: EpochMs): Command[] {
  const rows = db.all(
    `SELECT id, action, expires_at FROM command WHERE agent_id = ? AND state IN ('pending', 'sent') AND expires_at > ? ORDER BY created_at, id LIMIT ?`,
    agent,
    now,
    ingestLimits.commandsPerHello,
  );
  return rows.flatMap((row) => {
    const command = commandOf(row);
    if (command === undefined)
      db.run("UPDATE command SET state = 'failed', detail = 'unreadable action' WHERE id = ?", text(row['id']));
    else db.run("UPDATE command SET state = 'sent' WHERE id = ?", command.id);
    return command === undefined ? [] : [command];
  });
}

function commandOf(row: Row): Command | undefined {
  try {
    const action: unknown = JSON.parse(text(row['action']));
    const parsed = Command.safeParse({ v: 1, id: text(row['id']), expiresAt: int(row['expires_at']), action });
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The first reply counts, also one that comes after the expiry: it says what became of it. */
export function keepReply(db: Statements, agent: AgentId, reply: Reply): boolean {
  if (db.get('SELECT 1 FROM command WHERE id = ? AND agent_id = ?', reply.id, agent) === undefined) return false;
  const state = reply.outcome === 'unsupported' ? 'failed' : reply.outcome;
  const detail = reply.detail ?? (reply.outcome === 'unsupported' ? 'unsupported' : null);
  db.run(
    "UPDATE command SET state = ?, detail = ? WHERE id = ? AND agent_id = ? AND state IN ('pending', 'sent', 'expired')",
    state,
    detail,
    reply.id,
    agent,
  );
  return true;
}

export const expireCommands = (db: Statements, now: EpochMs): number =>
  db.run("UPDATE command SET state = 'expired' WHERE state IN ('pending', 'sent') AND expires_at <= ?", now);
