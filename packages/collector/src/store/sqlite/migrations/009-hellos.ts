/** Hellos that were answered: a broker that keeps messages may bring one up again when its process is long gone. */
export const hellos = {
  version: 5,
  sql: `
CREATE TABLE hello (
  agent_id TEXT NOT NULL, instance TEXT NOT NULL,
  -- By the agent's own clock.
  sent_at INTEGER NOT NULL,
  heard_at INTEGER NOT NULL,
  PRIMARY KEY (agent_id, instance, sent_at)
) STRICT, WITHOUT ROWID;
`,
};
