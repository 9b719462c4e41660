/**
 * Tells the hello of a process that is gone from one of a process that lives, for agents that know no challenge (ingest/challenge.core.ts): theirs is a guess
 * by clocks. A broker that keeps messages may bring one up after another start of the agent said hello; answered, it would close the journal life that is being written. A process that lives says its hello anew each time, and mostly later by its
 * own clock; one whose clock was set back is believed when it has said it often enough.
 */
import type { HelloFacts } from '../../roles.ts';
import { int, type Statements } from './statements.ts';

/** Hellos that are remembered of one agent. */
export const hellosRemembered = 64;

/** A process start that another one followed, or that nobody has heard of, and whose clock is behind: its hellos up to this one are not answered. */
export const hellosUntilBelieved = 3;

/** Remembers the hello. True when it is not to be answered: it came before word for word, or it is older than what another process start said. */
export function isOfThePast(db: Statements, hello: HelloFacts): boolean {
  const { agent, instance, sentAt } = hello;
  const last = db.get('SELECT instance FROM agent WHERE agent_id = ?', agent)?.['instance'];
  const again = db.get('SELECT 1 FROM hello WHERE agent_id = ? AND instance = ? AND sent_at = ?', agent, instance, sentAt);
  const newest = int(db.get('SELECT max(sent_at) AS at FROM hello WHERE agent_id = ?', agent)?.['at'] ?? 0);
  if (again === undefined) remember(db, hello);
  if (hello.alive) return false;
  if (typeof last !== 'string' || last === instance) return false;
  return again !== undefined || (sentAt < newest && saidSince(db, hello, last) < hellosUntilBelieved);
}

/** How often this process start said hello after the other one last did. */
const saidSince = (db: Statements, { agent, instance }: HelloFacts, other: string): number =>
  int(
    db.get(
      `SELECT count(*) AS times FROM hello WHERE agent_id = ?1 AND instance = ?2
       AND heard_at >= (SELECT coalesce(max(heard_at), 0) FROM hello WHERE agent_id = ?1 AND instance = ?3)`,
      agent,
      instance,
      other,
    )?.['times'],
  );

function remember(db: Statements, { agent, instance, sentAt, now }: HelloFacts): void {
  db.run('INSERT INTO hello VALUES (?,?,?,?)', agent, instance, sentAt, now);
  db.run(
    `DELETE FROM hello WHERE agent_id = ?1 AND heard_at < (
       SELECT heard_at FROM hello WHERE agent_id = ?1 ORDER BY heard_at DESC LIMIT 1 OFFSET ?2)`,
    agent,
    hellosRemembered - 1,
  );
}
