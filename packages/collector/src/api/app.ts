import { randomBytes } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import type { LiveHub } from '../services/live/hub.ts';
import type { Services } from '../services/services.ts';
import { bindAcknowledgePage } from './acknowledge-page.ts';
import { bindEndpoints } from './bind.ts';
import { bindConsole } from './console.ts';
import { bindDocs } from './docs.ts';
import { filePolicy, securityHeaders, transportHeader } from './headers.ts';
import type { HttpFigures } from './http-figures.ts';
import { apiLimits } from './limits.ts';
import { bindLive } from './live.ts';
import { bindMetrics, type ProcessFigures } from './metrics.ts';
import { confess, refuse } from './respond.ts';
import type { ApiEnv, ApiSettings, StaticFiles } from './types.ts';
import { languageOf } from './words.core.ts';

export interface AppParts {
  readonly services: Services;
  readonly live: LiveHub;
  readonly figures: HttpFigures;
  readonly process: ProcessFigures;
  readonly console: StaticFiles;
  readonly settings: ApiSettings;
  /** Somebody was refused. */
  readonly refused: (refusal: string, ip: string) => void;
}

/** The whole HTTP surface: API, live stream, document and its page, metrics, console. */
export function createApp(parts: AppParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.use(around(parts));
  app.onError((error, c) => confess(c, error));
  bindEndpoints(app, parts.services, parts.settings);
  bindLive(app, parts);
  bindDocs(app, parts.services.version);
  bindMetrics(app, parts);
  bindAcknowledgePage(app, parts.services);
  app.all('/api/*', (c) => refuse(c, { kind: 'notFound', place: 'path', value: c.req.path.slice(0, 64) }));
  bindConsole(app, parts.console);
  return app;
}

/** Id, language and address in; headers, counters and one line of log out. */
function around({ services, figures, settings, refused }: AppParts): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const start = services.clock.mono();
    c.set('requestId', randomBytes(8).toString('hex'));
    c.set('language', languageOf(c.req.header('accept-language')));
    c.set('ip', addressOf(c.env?.incoming?.socket.remoteAddress));
    c.set('log', services.log);
    c.set('route', 'other');
    c.set('refused', undefined);
    if (c.req.url.length > apiLimits.urlChars) {
      c.res = refuse(c, { kind: 'tooLarge', limitBytes: apiLimits.urlChars });
    } else await next();
    const isStricter = c.res.headers.get('Content-Security-Policy') === filePolicy;
    for (const [name, value] of Object.entries(securityHeaders)) c.res.headers.set(name, value);
    if (isStricter) c.res.headers.set('Content-Security-Policy', filePolicy);
    c.res.headers.set('X-Request-Id', c.get('requestId'));
    if (settings.secure) c.res.headers.set(transportHeader.name, transportHeader.value);
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
    const tookMs = services.clock.mono() - start;
    const refusal = c.get('refused');
    if (refusal !== undefined) refused(refusal, c.get('ip'));
    figures.count(c.get('route'), c.res.status, tookMs);
    const fields = { requestId: c.get('requestId'), route: c.get('route'), status: c.res.status, tookMs: Math.round(tookMs) };
    services.log.log('debug', 'http.request', fields);
  };
}

const addressOf = (remote: string | undefined): string => (remote ?? 'unknown').replace(/^::ffff:/, '');
