/** People of the browser tests, made through the API as a script would. */
import type { BrowserContext } from 'playwright-core';

export const password = 'a-long-pass-phrase';

/** What one signed-in person asks of the collector; refusals are errors with the answer in them. */
export interface Signed {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

/** Signs in on this browser context: its pages are that person's from now on. */
export async function signIn(context: BrowserContext, url: string, name: string, secret: string = password): Promise<Signed> {
  return signed(context, url, (await ask(context, url, 'POST', '/session', { name, password: secret }, '')) as { csrf: string });
}

/** The first account, by the set-up code. */
export async function setUp(context: BrowserContext, url: string, code: string): Promise<Signed> {
  const person = { code, name: 'root.admin', displayName: '系统管理员', password };
  return signed(context, url, (await ask(context, url, 'POST', '/setup', person, '')) as { csrf: string });
}

const signed = (context: BrowserContext, url: string, { csrf }: { readonly csrf: string }): Signed => ({
  get: (path) => ask(context, url, 'GET', path, undefined, csrf),
  post: (path, body) => ask(context, url, 'POST', path, body, csrf),
});

async function ask(
  context: BrowserContext,
  url: string,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  csrf: string,
): Promise<unknown> {
  const headers = { origin: url, ...(csrf === '' ? {} : { 'x-cardwatch-csrf': csrf }) };
  const answer = await context.request.fetch(`${url}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { data: body }),
  });
  const text = await answer.text();
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text.slice(0, 400)}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
