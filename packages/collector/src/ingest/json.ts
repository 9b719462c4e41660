import { readShape } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { z } from 'zod';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A JSON message of at most `bytesMax`. `json` is what could be parsed of a message that does not fit its schema. */
export function readJson<T>(
  payload: Uint8Array,
  bytesMax: number,
  schema: z.ZodType<T>,
): Result<T, { readonly detail: string; readonly json: unknown }> {
  if (payload.length > bytesMax) return err({ detail: `${payload.length} bytes`, json: undefined });
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(payload));
  } catch {
    return err({ detail: 'not JSON', json: undefined });
  }
  const parsed = readShape(schema, json);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return err({ detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, json });
}
