import type { Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { parseAccept } from 'hono/utils/accept';
import type { ApiEnv, StaticFile, StaticFiles } from './types.ts';

const missing = `<!doctype html><meta charset="utf-8"><title>Cardwatch 一卡通值守</title>
<p>值守台尚未构建：请在项目根目录运行 <code>npm start</code> 或 <code>npx pnpm run console:build</code>。</p>
<p>The console is not built yet: run <code>npm start</code> or <code>npx pnpm run console:build</code> in the project folder.</p>
<p><a href="/api/docs">API</a></p>`;

/** The console's files, as the build has packed them or packed on the way for whoever takes it; every other path is a page of the single-page application. */
export function bindConsole(app: Hono<ApiEnv>, files: StaticFiles): void {
  app.get('*', compress({ encoding: 'gzip' }), async (c) => {
    c.set('route', 'GET console');
    const taken = parseAccept(c.req.header('accept-encoding') ?? '').filter(({ q }) => q > 0);
    const accepts = new Set(taken.map(({ type }) => type));
    const file = await files.find(c.req.path, accepts);
    if (file !== undefined) return send(c, file);
    if (/\.[a-z0-9]{1,8}$/i.test(c.req.path)) return c.text('', 404);
    const index = await files.find('/index.html', accepts);
    return index === undefined ? c.html(missing, 503) : send(c, index);
  });
}

function send(c: Context<ApiEnv>, file: StaticFile): Response {
  c.header('ETag', file.etag);
  c.header('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  // Compression makes the tag a weak one: the same bytes either way.
  if (c.req.header('if-none-match')?.replace(/^W\//, '') === file.etag) return c.body(null, 304);
  c.header('Content-Type', file.type);
  c.header('Vary', 'Accept-Encoding');
  if (file.encoding !== undefined) c.header('Content-Encoding', file.encoding);
  return c.body(new Uint8Array(file.bytes));
}
