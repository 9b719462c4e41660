/** Of `watch.db`: what changed the register, each with all that it did. */
export const register = {
  version: 2,
  sql: `
-- plan: JSON of the edits, each with what was before and what is after. It is never changed.
CREATE TABLE register_import (import_id TEXT PRIMARY KEY, at INTEGER NOT NULL, row TEXT NOT NULL, plan TEXT NOT NULL) STRICT;
CREATE INDEX register_import_at ON register_import (at, import_id);
CREATE TRIGGER register_plan_no_update BEFORE UPDATE OF plan ON register_import BEGIN SELECT RAISE(ABORT, 'what an import did is never changed'); END;
CREATE TRIGGER register_no_delete BEFORE DELETE ON register_import BEGIN SELECT RAISE(ABORT, 'imports are never deleted'); END;
`,
} as const;
