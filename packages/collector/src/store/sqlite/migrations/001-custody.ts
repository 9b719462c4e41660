/** What ingest writes: identities, accepted ranges, money, events, readings, states, gaps, dead letters, commands, the outbox that all else reads. */
export const custody = {
  version: 1,
  sql: `
CREATE TABLE agent (
  agent_id TEXT PRIMARY KEY, site_id TEXT NOT NULL, secret_hash TEXT NOT NULL, suspended INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'neverSeen', since INTEGER NOT NULL, last_seen_at INTEGER, version TEXT, instance TEXT, duplicate_identity INTEGER NOT NULL DEFAULT 0,
  backlog_records INTEGER NOT NULL DEFAULT 0, backlog_bytes INTEGER NOT NULL DEFAULT 0, backlog_oldest_at INTEGER, health TEXT
) STRICT;
-- \`declared\`: JSON {money, event, health: {first, last}}, what the agent said in its last hello that it holds.
CREATE TABLE epoch (
  agent_id TEXT NOT NULL, epoch INTEGER NOT NULL, uuid TEXT NOT NULL, reason TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_at INTEGER, declared TEXT,
  PRIMARY KEY (agent_id, epoch)
) STRICT, WITHOUT ROWID;
-- Committed numbers of a stream, merged. Chain hash before \`first\` and at \`last\`, so that a fork is seen at either end.
CREATE TABLE accepted (
  agent_id TEXT NOT NULL, epoch INTEGER NOT NULL, stream TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  prev_hash TEXT NOT NULL, end_hash TEXT NOT NULL,
  PRIMARY KEY (agent_id, epoch, stream, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE device (
  device_id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, profile TEXT NOT NULL, line TEXT NOT NULL,
  campus TEXT NOT NULL, area TEXT, area_type TEXT, place TEXT NOT NULL, declared INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL DEFAULT 'unknown', cause TEXT, since INTEGER NOT NULL, last_seen_at INTEGER, last_record_at INTEGER,
  -- what the agent last said of it; shown state is derived from this, the agent's presence and maintenance
  reported_state TEXT, reported_cause TEXT, reported_since INTEGER, reported_at INTEGER,
  generation INTEGER, last_record_no INTEGER, uncollected INTEGER, free_records INTEGER, blacklist_version INTEGER, parameter_version INTEGER,
  firmware TEXT, drift_ms INTEGER, rtt_ms REAL, bus_errors INTEGER, maintenance INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX device_agent ON device (agent_id);
CREATE TABLE record (
  id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, generation INTEGER NOT NULL, record_no INTEGER NOT NULL, content_hash TEXT NOT NULL,
  agent_id TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  kind TEXT NOT NULL, amount_fen INTEGER NOT NULL, turnover_fen INTEGER NOT NULL, balance_before_fen INTEGER, balance_after_fen INTEGER,
  card_ref TEXT NOT NULL, card_tail TEXT NOT NULL, card_counter INTEGER, observed_at INTEGER NOT NULL, ingested_at INTEGER NOT NULL,
  -- the line itself, byte for byte as it stands in the journal: all other fields are read from it
  line BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_key ON record (device_id, generation, record_no);
CREATE INDEX record_observed ON record (observed_at);
-- Records by card. A true index on \`card_ref\` puts every row on a page of its own and halves the speed of ingest, so the entries are filed by
-- the card's first two digits, in time order, a large sorted run at a time: all records up to \`record_card_upto.id\` are filed.
-- Ask the view \`card_hit\`, always with its bucket: it also looks through the records that are not filed yet (at most some 10,000s):
--   SELECT record.* FROM card_hit AS hit JOIN record ON record.id = hit.id
--   WHERE hit.bucket = substr(:card, 1, 2) AND hit.card_ref = :card AND hit.observed_at >= :from
CREATE TABLE record_card (
  bucket TEXT NOT NULL, observed_at INTEGER NOT NULL, id INTEGER NOT NULL, card_ref TEXT NOT NULL,
  PRIMARY KEY (bucket, observed_at, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE record_card_upto (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL) STRICT;
INSERT INTO record_card_upto (one, id) VALUES (1, 0);
CREATE VIEW card_hit AS
  SELECT bucket, card_ref, observed_at, id FROM record_card
  UNION ALL
  SELECT substr(card_ref, 1, 2), card_ref, observed_at, id FROM record WHERE id > (SELECT id FROM record_card_upto);
-- Record numbers of a terminal that are booked, merged: the quick path of the business-key dedupe, and the source of device gaps.
CREATE TABLE booked (
  device_id TEXT NOT NULL, generation INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (device_id, generation, first)
) STRICT, WITHOUT ROWID;
-- Flow by minute of device time, kept by the same transaction as the records.
CREATE TABLE flow (
  minute INTEGER NOT NULL, device_id TEXT NOT NULL, records INTEGER NOT NULL, turnover_fen INTEGER NOT NULL, late_records INTEGER NOT NULL,
  PRIMARY KEY (minute, device_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  id INTEGER PRIMARY KEY, agent_id TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, device_id TEXT,
  observed_at INTEGER NOT NULL, ingested_at INTEGER NOT NULL, line TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_key ON event (agent_id, epoch, seq);
CREATE INDEX event_device ON event (device_id, observed_at);
CREATE TABLE latest_reading (
  device_id TEXT NOT NULL, point TEXT NOT NULL, value TEXT, unit TEXT NOT NULL, quality TEXT NOT NULL, observed_at INTEGER NOT NULL,
  PRIMARY KEY (device_id, point)
) STRICT, WITHOUT ROWID;
-- \`value\` is JSON, here and in latest_reading; null when the quality is bad.
CREATE TABLE reading (
  id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, point TEXT NOT NULL, value TEXT, unit TEXT NOT NULL, quality TEXT NOT NULL, observed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX reading_point ON reading (device_id, point, observed_at);
CREATE TABLE gap (
  id INTEGER PRIMARY KEY, scope TEXT NOT NULL, agent_id TEXT NOT NULL, stream TEXT, epoch INTEGER, device_id TEXT, generation INTEGER,
  first INTEGER NOT NULL, last INTEGER NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, estimate_fen INTEGER, opened_at INTEGER NOT NULL, closed_at INTEGER
) STRICT;
CREATE INDEX gap_state ON gap (state, opened_at);
CREATE INDEX gap_device ON gap (device_id, generation);
CREATE INDEX gap_stream ON gap (agent_id, epoch, stream) WHERE scope = 'stream';
CREATE TABLE dead_letter (
  id INTEGER PRIMARY KEY, agent_id TEXT NOT NULL, epoch INTEGER NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, device_id TEXT, kind TEXT NOT NULL,
  reason TEXT NOT NULL, content_hash TEXT NOT NULL, bytes BLOB NOT NULL, state TEXT NOT NULL DEFAULT 'open', received_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX dead_letter_key ON dead_letter (agent_id, epoch, stream, seq, content_hash);
CREATE INDEX dead_letter_state ON dead_letter (state, received_at);
CREATE INDEX dead_letter_device ON dead_letter (device_id, content_hash) WHERE device_id IS NOT NULL;
-- \`action\`: JSON of a contract Command's action. State: pending, sent, done, partial, failed, expired.
CREATE TABLE command (
  id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, device_id TEXT, gap_id INTEGER, action TEXT NOT NULL, state TEXT NOT NULL, detail TEXT,
  created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX command_agent ON command (agent_id, state);
-- What changed, in commit order: core steps and live queries follow it with a cursor of their own. \`topic\`: device, agent, readings, flow, gap;
-- \`key\`: device id, agent id, device id, minute (epoch ms), gap id.
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
`,
} as const;
