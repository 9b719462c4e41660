import { randomUUID } from 'node:crypto';
import { err, type Result } from '@cardwatch/kernel';
import type { Context, Hono } from 'hono';
import { acknowledgeByLink } from '../services/alarm/handle.ts';
import { type LinkedAlarm, showLink } from '../services/alarm/link.ts';
import { nobody } from '../services/caller.ts';
import type { ServiceFailure } from '../services/failure.ts';
import type { Services } from '../services/services.ts';
import { watched } from '../services/watch-desk.ts';
import type { LinkReader } from '../shell/watch-key.ts';
import { LinkRate } from './acknowledge-page-rate.core.ts';
import { acknowledgePage, type PageState } from './acknowledge-page.core.ts';
import type { ApiEnv } from './types.ts';
import { answerTo } from './words.core.ts';

export const linkPath = '/a/:token';

/**
 * The page behind a message's link. Opening it changes nothing, because mail scanners and chat clients open links; its button acknowledges. There is no
 * session and no `Origin` to check: who holds the link may use it, and a page without a referrer sends `Origin: null`.
 */
export function bindAcknowledgePage(
  app: Hono<ApiEnv>,
  { services, links }: { readonly services: Services; readonly links: LinkReader },
): void {
  const rate = new LinkRate();
  const bound =
    (route: string, verb: (token: string, c: Context<ApiEnv>) => Promise<Result<PageState, ServiceFailure>>) =>
    async (c: Context<ApiEnv>): Promise<Response> => {
      c.set('route', route);
      const retryAfterS = rate.take(c.get('ip'), services.clock.mono());
      if (retryAfterS !== null) return failed(c, { kind: 'locked', retryAfterS });
      const shown = await verb(c.req.param('token') ?? '', c);
      return shown.ok ? c.html(acknowledgePage(shown.value, c.get('language'))) : failed(c, shown.error);
    };
  app.get(
    linkPath,
    bound('GET /a', async (token) => asState('asking', await show({ services, links }, token))),
  );
  app.post(
    linkPath,
    bound('POST /a', (token, c) => press({ services, links }, token, c.get('ip'))),
  );
}

interface Parts {
  readonly services: Services;
  readonly links: LinkReader;
}

const show = ({ services, links }: Parts, token: string): Promise<Result<LinkedAlarm, ServiceFailure>> =>
  watched(services, (watching) => showLink(watching, { links, token }));

/** A link that does not hold is refused before anything is written down of it. */
async function press(parts: Parts, token: string, ip: string): Promise<Result<PageState, ServiceFailure>> {
  const shown = await show(parts, token);
  if (!shown.ok) return shown;
  const ask = { token, idempotencyKey: randomUUID() };
  const done = await watched(parts.services, (watching) => acknowledgeByLink(watching, nobody(ip), ask));
  if (!done.ok) return err(done.error);
  return asState('done', { ok: true, value: { ...shown.value, handling: 'acknowledged' } });
}

const asState = (kind: 'asking' | 'done', shown: Result<LinkedAlarm, ServiceFailure>): Result<PageState, ServiceFailure> =>
  shown.ok ? { ok: true, value: { kind, alarm: shown.value } } : shown;

function failed(c: Context<ApiEnv>, failure: ServiceFailure): Response {
  const { status, words } = answerTo(failure);
  if ('retryAfterS' in failure) c.header('Retry-After', String(failure.retryAfterS));
  return c.html(acknowledgePage({ kind: 'failed', why: words }, c.get('language')), status);
}
