import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { err, ok, type Result } from '@cardwatch/kernel';
import { statusPage } from '../status/page.ts';
import type { AgentStatus } from '../status/status.ts';
import { tracePage } from '../status/trace-page.ts';
import type { TraceView } from '../trace/trace-book.ts';

// A static import of node:http evaluates all of its exports, among them a WebSocket client: 12 MB that nobody here uses.
const { createServer } = process.getBuiltinModule('node:http');

export const statusLimits = { connections: 32, headerBytes: 8 * 1024, requestMs: 5_000 } as const;

export interface StatusServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface ListenFailure {
  readonly kind: 'listen';
  readonly detail: string;
}

/** What a person may ask of the running agent; each needs the token of the door file. */
export interface StatusDoor {
  readonly token: string;
  /** Answers as JSON with a status code; undefined: there is no such verb. */
  ask(verb: string, query: URLSearchParams): Promise<{ readonly code: number; readonly body: unknown } | undefined>;
}

export interface StatusParts {
  status(): AgentStatus;
  /** Trace of a device, for its page. */
  trace(deviceId: string): TraceView | undefined;
  readonly door: StatusDoor;
}

/** Serves `/`, `/status.json` and `/trace` on a loopback address, only for requests that name this host; verbs by POST, with the token. */
export function serveStatus(
  at: { readonly host: string; readonly port: number },
  parts: StatusParts,
): Promise<Result<StatusServer, ListenFailure>> {
  const server = createServer(
    { maxHeaderSize: statusLimits.headerBytes, requestTimeout: statusLimits.requestMs },
    (request, response) => answer(request, response, parts),
  );
  server.maxConnections = statusLimits.connections;
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(err({ kind: 'listen', detail: error.message })));
    server.listen(at.port, at.host, () => {
      const address = server.address();
      resolve(ok({ port: typeof address === 'object' && address !== null ? address.port : at.port, close: () => close(server) }));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const loopbackNames = /^(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d+)?$/;

const plain = 'text/plain; charset=utf-8';
const html = 'text/html; charset=utf-8';
const json = 'application/json; charset=utf-8';

function answer(request: IncomingMessage, response: ServerResponse, parts: StatusParts): void {
  // A page elsewhere could reach loopback through a name of its own (DNS rebinding).
  if (!loopbackNames.test(request.headers.host ?? '')) return send(response, 421, plain, 'not this host\n');
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST') return order(request, response, url, parts.door);
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, plain, 'read only\n');
  if (url.pathname === '/') return send(response, 200, html, statusPage(parts.status()));
  if (url.pathname === '/status.json') return send(response, 200, json, `${JSON.stringify(parts.status())}\n`);
  const trace = url.pathname === '/trace' ? parts.trace(url.searchParams.get('device') ?? '') : undefined;
  if (trace !== undefined) return send(response, 200, html, tracePage(trace));
  return send(response, 404, plain, 'not found\n');
}

// The token cannot be known to a page of another origin; one that says where it comes from is told apart at once.
function order(request: IncomingMessage, response: ServerResponse, url: URL, door: StatusDoor): void {
  request.resume();
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${request.headers.host ?? ''}`)
    return send(response, 403, plain, 'not this origin\n');
  if (!sameText(String(request.headers['x-cardwatch-token'] ?? ''), door.token))
    return send(response, 401, plain, 'the token in the data folder is needed\n');
  door.ask(url.pathname.slice(1), url.searchParams).then(
    (answered) =>
      answered === undefined
        ? send(response, 404, plain, 'not found\n')
        : send(response, answered.code, json, `${JSON.stringify(answered.body)}\n`),
    () => send(response, 500, plain, 'failed\n'),
  );
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function send(response: ServerResponse, code: number, type: string, body: string): void {
  const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1];
  const styleSource = style === undefined ? "'none'" : `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
  response.writeHead(code, {
    'content-type': type,
    'content-security-policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(body);
}
