import type { Hono } from 'hono';
import type { LiveHub } from '../services/live/hub.ts';
import type { Services } from '../services/services.ts';
import { allowed, callerOf } from './authenticate.ts';
import { apiBase } from './bind.ts';
import type { HttpFigures } from './http-figures.ts';
import { apiLimits } from './limits.ts';
import { openStream } from './live-stream.ts';
import { refuse } from './respond.ts';
import type { ApiEnv, ApiSettings } from './types.ts';

export const livePath = '/live';

export interface LiveParts {
  readonly services: Services;
  readonly live: LiveHub;
  readonly figures: HttpFigures;
  readonly settings: ApiSettings;
}

/** `GET /live`: server-sent events, scope `read`. Opening a stream is no sign of life of the session: an empty chair is signed out all the same. */
export function bindLive(app: Hono<ApiEnv>, { services, live, figures, settings }: LiveParts): void {
  const held = new Map<string, number>();
  app.get(`${apiBase}${livePath}`, async (c) => {
    c.set('route', `GET ${livePath}`);
    const authorization = c.req.header('authorization');
    const credentials = { authorization, cookie: c.req.header('cookie'), ip: c.get('ip'), secure: settings.secure, use: false };
    const caller = await callerOf(services, credentials);
    const may = allowed(caller, 'read');
    if (!may.ok) return refuse(c, may.error);
    const key = caller.session?.idHash ?? caller.actor;
    const streams = held.get(key) ?? 0;
    if (streams >= apiLimits.streamsPerSession || figures.streams >= apiLimits.streams) {
      return refuse(c, { kind: 'busy', retryAfterS: 30 });
    }
    held.set(key, streams + 1);
    figures.streams += 1;
    const body = openStream({
      areas: caller.areas,
      clock: services.clock,
      join: (client) => {
        const forget = caller.session === null ? () => {} : services.sessionEnds.watch(caller.session.name, client.end);
        const leave = live.join({ client, after: positionOf(c.req.header('last-event-id')) });
        return () => {
          forget();
          leave();
        };
      },
      // whoever has other areas by now opens it anew with them
      alive: async () => {
        const now = await callerOf(services, credentials);
        return allowed(now, 'read').ok && JSON.stringify(now.areas) === JSON.stringify(caller.areas);
      },
      dropped: () => void (figures.streamsDropped += 1),
      closed: () => {
        figures.streams -= 1;
        const left = (held.get(key) ?? 1) - 1;
        if (left > 0) held.set(key, left);
        else held.delete(key);
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' } });
  });
}

const positionOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
