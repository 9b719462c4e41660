/** The one way in which what came from outside is held against a schema. */
import { z } from 'zod';

/**
 * As `schema.safeParse`, and never throws: the library compares the `length` of whatever has one, so that `{"length":[[{"toString":""}]]}` where a text
 * should stand ends in a TypeError. Such a value does not fit, like any other.
 */
export function readShape<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  try {
    return schema.safeParse(value);
  } catch {
    return z.custom<z.output<S>>(() => false, 'a value that has no text').safeParse(undefined);
  }
}
