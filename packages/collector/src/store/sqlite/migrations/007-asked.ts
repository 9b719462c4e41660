/** When a device was last asked. */
export const asked = {
  version: 4,
  sql: `
-- By its agent's clock, answered or not; null: its agent does not say.
ALTER TABLE device ADD COLUMN asked_at INTEGER;
`,
} as const;
