import type { Hono } from 'hono';
import type { Caller } from '../services/caller.ts';
import type { LiveHub } from '../services/live/hub.ts';
import type { Services } from '../services/services.ts';
import { isSessionLive } from '../services/session/resume.ts';
import { allowed, callerOf } from './authenticate.ts';
import { apiBase } from './bind.ts';
import type { HttpFigures } from './http-figures.ts';
import { apiLimits } from './limits.ts';
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
export function bindLive(app: Hono<ApiEnv>, parts: LiveParts): void {
  const streams = new Map<string, number>();
  app.get(`${apiBase}${livePath}`, async (c) => {
    c.set('route', `GET ${livePath}`);
    const authorization = c.req.header('authorization');
    const credentials = {
      authorization,
      cookie: c.req.header('cookie'),
      ip: c.get('ip'),
      secure: parts.settings.secure,
      use: false,
    };
    const caller = await callerOf(parts.services, credentials);
    const may = allowed(caller, 'read');
    if (!may.ok) return refuse(c, may.error);
    const key = caller.session?.idHash ?? caller.actor;
    const held = streams.get(key) ?? 0;
    if (held >= apiLimits.streamsPerSession || parts.figures.streams >= apiLimits.streams) {
      return refuse(c, { kind: 'busy', retryAfterS: 30 });
    }
    streams.set(key, held + 1);
    const released = (): void => {
      const left = (streams.get(key) ?? 1) - 1;
      if (left > 0) streams.set(key, left);
      else streams.delete(key);
    };
    const body = openStream(parts, caller, { after: positionOf(c.req.header('last-event-id')), released });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' } });
  });
}

const positionOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;

interface Opening {
  readonly after: number | undefined;
  readonly released: () => void;
}

/** A stream that ends itself when its reader is slower than the buffer, when its session is over, or when the reader goes. */
function openStream({ services, live, figures }: LiveParts, caller: Caller, opening: Opening): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let close: () => void = () => {};
  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    figures.streams += 1;
    let open = true;
    const write = (text: string): void => {
      if (!open) return;
      controller.enqueue(encoder.encode(text));
      if ((controller.desiredSize ?? 0) > 0) return;
      figures.streamsDropped += 1;
      end();
    };
    const end = (): void => {
      if (!open) return;
      close();
      controller.close();
    };
    const leave = live.join({ client: { write, end }, after: opening.after });
    const stopBeating = beat({ services, caller, write, end });
    close = () => {
      if (!open) return;
      open = false;
      figures.streams -= 1;
      stopBeating();
      leave();
      opening.released();
    };
    write('retry: 2000\n\n');
  };
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: apiLimits.streamBufferBytes });
  return new ReadableStream<Uint8Array>({ start, cancel: () => close() }, strategy);
}

interface Beating {
  readonly services: Services;
  readonly caller: Caller;
  readonly write: (text: string) => void;
  readonly end: () => void;
}

/** A comment every 15 s, and every fourth time a look whether the session still lives. */
function beat({ services, caller, write, end }: Beating): () => void {
  const { clock } = services;
  let cancel: () => void = () => {};
  let beats = 0;
  const next = (): void => {
    cancel = clock.after(apiLimits.heartbeatMs, () => {
      beats += 1;
      write(': beat\n\n');
      next();
      if ((beats * apiLimits.heartbeatMs) % apiLimits.recheckMs === 0) void recheck();
    });
  };
  const recheck = async (): Promise<void> => {
    const alive = caller.session === null || (await isSessionLive(services, caller.session.idHash).catch(() => false));
    if (!alive) end();
  };
  next();
  return () => cancel();
}
