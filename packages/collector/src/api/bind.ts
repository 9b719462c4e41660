import { type Endpoint, type EndpointName, endpoints } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { Context, Hono } from 'hono';
import type { Caller } from '../services/caller.ts';
import type { ServiceFailure } from '../services/failure.ts';
import type { Services } from '../services/services.ts';
import { allowed, callerOf, sameSite } from './authenticate.ts';
import { setCookie } from './cookie.ts';
import { Refusals } from './refusals.ts';
import { filePolicy } from './headers.ts';
import { fileBody, jsonBody, queryOf, take } from './request.ts';
import { refuse } from './respond.ts';
import { handlers } from './routes/index.ts';
import type { ApiEnv, ApiSettings, Reply } from './types.ts';

export const apiBase = '/api/v1';

/** What the table's types promise of each handler, seen from the loop that no longer knows which one it holds. */
type AnyHandler = (services: Services, caller: Caller, input: unknown) => Promise<Result<Reply<unknown>, ServiceFailure>>;

/** Binds every row of the endpoint table to its handler: sign-in, scope, cross-site rule, validation, answer. Returns how many. */
export function bindEndpoints(app: Hono<ApiEnv>, services: Services, settings: ApiSettings): number {
  const refusals = new Refusals(services);
  const names = Object.keys(endpoints) as EndpointName[];
  for (const name of names) {
    const endpoint: Endpoint = endpoints[name];
    const handler = handlers[name] as AnyHandler;
    app.on(endpoint.method.toUpperCase(), `${apiBase}${endpoint.path}`, async (c) => {
      c.set('route', `${endpoint.method.toUpperCase()} ${endpoint.path}`);
      const entry = await enter(c, endpoint, { services, settings });
      if (!entry.result.ok) {
        if (entry.result.error.kind === 'forbidden' || entry.result.error.kind === 'crossSite') {
          await refusals.note(entry.caller, name, entry.result.error.kind);
        }
        return refuse(c, entry.result.error);
      }
      const input = await inputOf(c, endpoint);
      if (!input.ok) return refuse(c, input.error);
      return answer(c, await handler(services, entry.caller, input.value), settings.secure);
    });
  }
  return names.length;
}

interface Entry {
  readonly caller: Caller;
  readonly result: Result<null, ServiceFailure>;
}

async function enter(
  c: Context<ApiEnv>,
  { scope, method }: Endpoint,
  { services, settings }: { readonly services: Services; readonly settings: ApiSettings },
): Promise<Entry> {
  const authorization = c.req.header('authorization');
  const credentials = {
    authorization,
    cookie: c.req.header('cookie'),
    ip: c.get('ip'),
    secure: settings.secure,
    use: scope !== 'wall:read',
  };
  const caller = await callerOf(services, credentials);
  const may = allowed(caller, scope);
  if (!may.ok || method === 'get') return { caller, result: may };
  const bearer = authorization !== undefined;
  const headers = { origin: c.req.header('origin'), host: c.req.header('host'), csrf: c.req.header('x-cardwatch-csrf'), bearer };
  return { caller, result: sameSite(scope === null ? { ...caller, session: null } : caller, headers) };
}

async function inputOf(c: Context<ApiEnv>, endpoint: Endpoint): Promise<Result<unknown, ServiceFailure>> {
  const params = take('params', endpoint.params, c.req.param());
  if (!params.ok) return params;
  const asked = queryOf(new URL(c.req.url));
  if (!asked.ok) return asked;
  const query = take('query', endpoint.query, asked.value);
  if (!query.ok) return query;
  const file = endpoint.upload === undefined ? ok(undefined) : await fileBody(c.req.raw, endpoint.upload);
  if (!file.ok) return file;
  const read = endpoint.body === undefined ? ok(undefined) : await jsonBody(c.req.raw);
  if (!read.ok) return read;
  const body = take('body', endpoint.body, read.value);
  return body.ok ? ok({ params: params.value, query: query.value, body: body.value, upload: file.value }) : body;
}

function answer(c: Context<ApiEnv>, result: Result<Reply<unknown>, ServiceFailure>, secure: boolean): Response {
  if (!result.ok) return refuse(c, result.error);
  if (result.value.cookie !== undefined) c.header('Set-Cookie', setCookie(result.value.cookie, secure));
  const { file } = result.value;
  if (file === undefined) return c.json(result.value.body as object);
  const headers = {
    'Content-Type': file.type,
    'Content-Disposition': `attachment; filename="${file.name}"`,
    'Content-Security-Policy': filePolicy,
  };
  if (file.isForever === true) c.header('Cache-Control', 'private, max-age=31536000, immutable');
  return c.body(Uint8Array.from(file.bytes), 200, headers);
}
