/** Of `watch.db`: what burns is found by what it is asked by. */
export const burning = {
  version: 3,
  sql: `
-- less_fen: minus what is at stake, so that the most comes first.
ALTER TABLE alarm ADD COLUMN raised INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alarm ADD COLUMN less_fen INTEGER NOT NULL DEFAULT 0;
UPDATE alarm SET raised = json_extract(row, '$.raisedAt') IS NOT NULL, less_fen = -coalesce(json_extract(row, '$.exposure.fen'), 0);
CREATE INDEX alarm_gravity ON alarm (level, less_fen, found_at, alarm_id) WHERE open = 1;
-- All that counts of what burns are made of: rows, which are long, are not read for them.
CREATE INDEX alarm_burning ON alarm (area, campus, rule, level, condition, handling, suppressed, raised, cause_id, owner) WHERE open = 1;
CREATE INDEX history_cleared ON history (at, subject_id) WHERE what = 'cleared';
`,
} as const;
