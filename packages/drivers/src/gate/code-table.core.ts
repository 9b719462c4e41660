/** What the numbers of a gate mean: versioned data of its profile, never code. What the table does not know is never a granted pass. */
import { DoorEvent, PassEvent } from '@cardwatch/contracts';
import { z } from 'zod';

const word = z.string().regex(/^[a-z][A-Za-z0-9]{0,47}$/);

/** A meaning. `verified` names model and firmware on which it was seen. */
export const CodeMeaning = z.discriminatedUnion('as', [
  z.strictObject({
    as: z.literal('pass'),
    result: PassEvent.shape.result,
    method: PassEvent.shape.method.default('unknown'),
    reason: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,47}$/)
      .optional(),
    verified: z.string().max(64).optional(),
  }),
  z.strictObject({ as: z.literal('door'), point: DoorEvent.shape.point, state: word, verified: z.string().max(64).optional() }),
  z.strictObject({ as: z.literal('alarm'), alarm: word, active: z.boolean(), verified: z.string().max(64).optional() }),
  z.strictObject({ as: z.literal('audit'), action: word, verified: z.string().max(64).optional() }),
]);
export type CodeMeaning = z.infer<typeof CodeMeaning>;

/** `name@version` is written into every event that was read by the table. */
export const CodeTable = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  version: z.int().min(1),
  codes: z.record(z.string().max(24), CodeMeaning).refine((codes) => Object.keys(codes).length <= 1_000, '1000 codes or less'),
});
export type CodeTable = z.infer<typeof CodeTable>;

export const tableName = ({ name, version }: Pick<CodeTable, 'name' | 'version'>): string => `${name}@${version}`;

/** Undefined for a code that is not listed. */
export const meaningOf = ({ codes }: CodeTable, code: string): CodeMeaning | undefined =>
  Object.hasOwn(codes, code) ? codes[code] : undefined;
