/** What a device is reached through. */
export const parents = {
  version: 3,
  sql: `
-- JSON array of device ids, nearest first; null: its configuration names none.
ALTER TABLE device ADD COLUMN parents TEXT;
`,
} as const;
