import { randomUUID } from 'node:crypto';
import type { Result } from '@cardwatch/kernel';
import type { Context, Hono } from 'hono';
import { type LinkedAlarm, pressLink, showLink } from '../services/alarm/link.ts';
import { nobody } from '../services/caller.ts';
import type { ServiceFailure } from '../services/failure.ts';
import type { Services } from '../services/services.ts';
import { watched } from '../services/watch-desk.ts';
import { acknowledgePage, type PageState } from './acknowledge-page.core.ts';
import type { ApiEnv } from './types.ts';
import { answerTo } from './words.core.ts';

export const linkPath = '/a/:token';

/**
 * The page behind a message's link. Opening it changes nothing, because mail scanners and chat clients open links; its button acknowledges. There is no
 * session and no `Origin` to check: who holds the link may use it, and a page without a referrer sends `Origin: null`.
 */
export function bindAcknowledgePage(app: Hono<ApiEnv>, services: Services): void {
  const bound =
    (route: string, kind: PageState['kind'] & ('asking' | 'done'), verb: typeof showLink) =>
    async (c: Context<ApiEnv>): Promise<Response> => {
      c.set('route', route);
      const token = c.req.param('token') ?? '';
      const shown = asState(kind, await watched(services, (watching) => verb(watching, nobody(c.get('ip')), token)));
      return shown.ok ? c.html(acknowledgePage(shown.value, c.get('language'))) : failed(c, shown.error);
    };
  app.get(linkPath, bound('GET /a', 'asking', showLink));
  app.post(
    linkPath,
    bound('POST /a', 'done', (watching, caller, token) => pressLink(watching, caller, { token, idempotencyKey: randomUUID() })),
  );
}

const asState = (kind: 'asking' | 'done', shown: Result<LinkedAlarm, ServiceFailure>): Result<PageState, ServiceFailure> =>
  shown.ok ? { ok: true, value: { kind, alarm: shown.value } } : shown;

function failed(c: Context<ApiEnv>, failure: ServiceFailure): Response {
  const { status, words } = answerTo(failure);
  if ('retryAfterS' in failure) c.header('Retry-After', String(failure.retryAfterS));
  return c.html(acknowledgePage({ kind: 'failed', why: words }, c.get('language')), status);
}
