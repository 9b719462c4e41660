/**
 * Events by the device's own number, so that one that comes again by another journal is the same one; passes by minute; whether a device's numbers may
 * have holes; what a heartbeat tells beside its measures.
 */
export const events = {
  version: 2,
  sql: `
ALTER TABLE event ADD COLUMN generation INTEGER;
ALTER TABLE event ADD COLUMN event_no INTEGER;
-- Of a pass without a number: hash of all that the device told of it.
ALTER TABLE event ADD COLUMN natural_key TEXT;
ALTER TABLE event ADD COLUMN result TEXT;
ALTER TABLE event ADD COLUMN method TEXT;
CREATE UNIQUE INDEX event_number ON event (device_id, generation, event_no) WHERE event_no IS NOT NULL;
CREATE UNIQUE INDEX event_natural ON event (device_id, natural_key) WHERE natural_key IS NOT NULL;
CREATE INDEX event_observed ON event (observed_at);
-- Passes by minute of their business time, kept by the same transaction as the events. What is not known to be granted or denied is \`other\`.
CREATE TABLE pass_flow (
  minute INTEGER NOT NULL, device_id TEXT NOT NULL, granted INTEGER NOT NULL, denied INTEGER NOT NULL, other INTEGER NOT NULL,
  PRIMARY KEY (minute, device_id)
) STRICT, WITHOUT ROWID;
-- JSON {recordedAt, lines}: what had no room in the health of the same moment.
ALTER TABLE agent ADD COLUMN more_lines TEXT;
ALTER TABLE device ADD COLUMN numbering TEXT;
-- JSON {serial, duplicates, discardedParts, operations} of the last heartbeat that told any of them.
ALTER TABLE device ADD COLUMN told TEXT;
ALTER TABLE device ADD COLUMN last_event_at INTEGER;
CREATE INDEX command_device ON command (device_id, created_at);
`,
} as const;
