/** `watch.db`, what the watch knows and decided: a file of its own with one writer, beside `cardwatch.db` and `people.db`. */
export const watch = {
  version: 1,
  sql: `
-- Columns are what is filtered and sorted by; row is the contract's JSON.
CREATE TABLE alarm (
  alarm_id TEXT PRIMARY KEY, rule TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, level INTEGER NOT NULL,
  condition TEXT NOT NULL, handling TEXT NOT NULL, owner TEXT, suppressed INTEGER NOT NULL, cause_id TEXT, incident_id TEXT, campus TEXT, area TEXT,
  found_at INTEGER NOT NULL, open INTEGER NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE INDEX alarm_found ON alarm (found_at, alarm_id);
CREATE INDEX alarm_open ON alarm (found_at, alarm_id) WHERE open = 1;
CREATE INDEX alarm_subject ON alarm (subject_id, found_at);
CREATE INDEX alarm_cause ON alarm (cause_id, found_at) WHERE cause_id IS NOT NULL;

-- The key that makes sending idempotent; null for what tells several alarms at once, which is known by its id alone.
CREATE TABLE notice (
  notice_id TEXT PRIMARY KEY, told TEXT UNIQUE, recipient TEXT NOT NULL, state TEXT NOT NULL, queued_at INTEGER NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE INDEX notice_queued ON notice (queued_at, notice_id);
CREATE INDEX notice_state ON notice (state, queued_at);
CREATE TABLE notice_alarm (alarm_id TEXT NOT NULL, notice_id TEXT NOT NULL, PRIMARY KEY (alarm_id, notice_id)) STRICT, WITHOUT ROWID;

CREATE TABLE incident (
  incident_id TEXT PRIMARY KEY, number TEXT NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL, open INTEGER NOT NULL, watch_until INTEGER,
  row TEXT NOT NULL
) STRICT;
CREATE INDEX incident_opened ON incident (opened_at, incident_id);
CREATE INDEX incident_watched ON incident (watch_until) WHERE watch_until IS NOT NULL;

CREATE TABLE machine (kind TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, due_at INTEGER, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE history (
  n INTEGER PRIMARY KEY, subject_id TEXT NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL, by_whom TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX history_subject ON history (subject_id, n);
CREATE INDEX history_at ON history (at);
CREATE TABLE state_change (
  n INTEGER PRIMARY KEY, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, cause TEXT
) STRICT;
CREATE INDEX state_subject ON state_change (subject_id, at, n);
CREATE INDEX state_at ON state_change (at);
CREATE TABLE suggestion (
  suggestion_id TEXT PRIMARY KEY, device_id TEXT NOT NULL, state TEXT NOT NULL, last_seen_at INTEGER NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE INDEX suggestion_seen ON suggestion (last_seen_at, suggestion_id);

-- Versions are never changed or deleted.
CREATE TABLE rule_version (rule TEXT NOT NULL, version INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY (rule, version)) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
  n INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX setting_name ON setting (name, n);
CREATE TRIGGER rule_no_update BEFORE UPDATE ON rule_version BEGIN SELECT RAISE(ABORT, 'versions of rules are never changed'); END;
CREATE TRIGGER rule_no_delete BEFORE DELETE ON rule_version BEGIN SELECT RAISE(ABORT, 'versions of rules are never deleted'); END;
CREATE TRIGGER setting_no_update BEFORE UPDATE ON setting BEGIN SELECT RAISE(ABORT, 'versions of settings are never changed'); END;
CREATE TRIGGER setting_no_delete BEFORE DELETE ON setting BEGIN SELECT RAISE(ABORT, 'versions of settings are never deleted'); END;

-- What people had done, by their idempotency keys: asked again, answered again.
CREATE TABLE act (idempotency_key TEXT PRIMARY KEY, at INTEGER NOT NULL, result TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX act_at ON act (at);
`,
} as const;
