/** Of `people.db`: links that open the wall screen, and the screens that they opened. */
export const wall = {
  version: 3,
  sql: `
CREATE TABLE wall_link (
  -- SHA-256 of the token; the token itself is kept nowhere.
  id_hash TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  -- JSON array of campuses and areas; null: all.
  areas TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE wall_session (
  id_hash TEXT PRIMARY KEY,
  link_hash TEXT NOT NULL REFERENCES wall_link (id_hash) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wall_session_link ON wall_session (link_hash, last_used_at);
`,
} as const;
