import { z } from 'zod';

/** Says what happened, where, what to do, and an id to quote. `message` is in the language of `Accept-Language` (zh first). */
export const ErrorBody = z.strictObject({
  code: z.string(),
  message: z.string(),
  place: z.string().optional(),
  value: z.string().optional(),
  expected: z.string().optional(),
  requestId: z.string(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Opaque cursor paging: pass `nextCursor` back as `cursor`. */
export const PageQuery = z.strictObject({
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const page = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

/** The `response` of a row with `download`: the answer is a file and no DTO. */
export const fileResponse = z.undefined();
