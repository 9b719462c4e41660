import { readShape } from '@cardwatch/contracts';
import type { Endpoint } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { ServiceFailure } from '../services/failure.ts';
import { invalidOf } from './invalid.core.ts';
import { apiLimits } from './limits.ts';

/** Parses `input` by `schema`; without a schema there is nothing to take. */
export function take(
  part: 'query' | 'params' | 'body',
  schema: z.ZodObject | undefined,
  input: unknown,
): Result<unknown, ServiceFailure> {
  if (schema === undefined) return ok(undefined);
  const parsed = readShape(schema, input);
  return parsed.success ? ok(parsed.data) : err(invalidOf(part, parsed.error, input));
}

/** Query parameters by name; an empty one counts as absent, one given twice is refused. */
export function queryOf(url: URL): Result<Record<string, string>, ServiceFailure> {
  const query: [string, string][] = [];
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    if (values.length > 1) return err({ kind: 'invalid', place: `query.${name.slice(0, 64)}`, expected: 'one value' });
    if (values[0] !== undefined && values[0] !== '') query.push([name, values[0]]);
  }
  return ok(Object.fromEntries(query));
}

/** A file within the limit of its row, as it is. */
export async function fileBody(
  request: Request,
  { types, bytesMax }: NonNullable<Endpoint['upload']>,
): Promise<Result<Uint8Array, ServiceFailure>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (!types.includes(type.trim().toLowerCase())) return err({ kind: 'mediaType', types });
  const tooLarge = err({ kind: 'tooLarge', limitBytes: bytesMax } as const);
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return tooLarge;
  const bytes = await readUpTo(request.body, bytesMax);
  return bytes === undefined ? tooLarge : ok(bytes);
}

/** A JSON body within the limit, whether its length is declared or it comes in chunks. */
export async function jsonBody(request: Request): Promise<Result<unknown, ServiceFailure>> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) return err({ kind: 'mediaType' });
  const tooLarge = err({ kind: 'tooLarge', limitBytes: apiLimits.bodyBytes } as const);
  if (Number(request.headers.get('content-length') ?? 0) > apiLimits.bodyBytes) return tooLarge;
  const bytes = await readUpTo(request.body, apiLimits.bodyBytes);
  if (bytes === undefined) return tooLarge;
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return err({ kind: 'invalid', place: 'body', expected: 'JSON' });
  }
}

async function readUpTo(body: ReadableStream<Uint8Array> | null, limitBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  if (body === null) return new Uint8Array();
  for await (const part of body) {
    length += part.length;
    if (length > limitBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
