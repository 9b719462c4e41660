/** Of `people.db`: the areas that a person is for. */
export const areas = {
  version: 2,
  sql: `
-- JSON array of campuses and areas; null: all.
ALTER TABLE person ADD COLUMN areas TEXT;
`,
} as const;
