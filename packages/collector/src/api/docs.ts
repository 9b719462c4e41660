import type { Hono } from 'hono';
import { apiBase } from './bind.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiEnv } from './types.ts';
import { docsPage } from './docs-page.core.ts';

/** The OpenAPI document and a page to read it: plain HTML, no script, nothing from elsewhere. Both are made once, when first asked for. */
export function bindDocs(app: Hono<ApiEnv>, version: string): void {
  let made: { readonly document: string; readonly page: string } | undefined;
  const make = (): { readonly document: string; readonly page: string } => {
    if (made !== undefined) return made;
    const document = openApiDocument(version);
    made = { document: JSON.stringify(document), page: docsPage(document) };
    return made;
  };
  app.get(`${apiBase}/openapi.json`, (c) => {
    c.set('route', 'GET /openapi.json');
    c.header('Content-Type', 'application/json; charset=utf-8');
    return c.body(make().document);
  });
  app.get('/api/docs', (c) => {
    c.set('route', 'GET /api/docs');
    return c.html(make().page);
  });
}
