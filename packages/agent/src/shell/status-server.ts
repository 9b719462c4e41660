import { createHash } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { err, ok, type Result } from '@cardwatch/kernel';
import { statusPage } from '../status/page.ts';
import type { AgentStatus } from '../status/status.ts';

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

/** Serves `/` and `/status.json` on a loopback address; reads only, and only for requests that name this host. */
export function serveStatus(
  at: { readonly host: string; readonly port: number },
  status: () => AgentStatus,
): Promise<Result<StatusServer, ListenFailure>> {
  const server = createServer(
    { maxHeaderSize: statusLimits.headerBytes, requestTimeout: statusLimits.requestMs },
    (request, response) => answer(request, response, status),
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

function answer(request: IncomingMessage, response: ServerResponse, status: () => AgentStatus): void {
  // A page elsewhere could reach loopback through a name of its own (DNS rebinding).
  if (!loopbackNames.test(request.headers.host ?? '')) return send(response, 421, 'text/plain; charset=utf-8', 'not this host\n');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'text/plain; charset=utf-8', 'read only\n');
  const path = (request.url ?? '/').split('?')[0];
  if (path === '/') return send(response, 200, 'text/html; charset=utf-8', statusPage(status()));
  if (path === '/status.json') return send(response, 200, 'application/json; charset=utf-8', `${JSON.stringify(status())}\n`);
  return send(response, 404, 'text/plain; charset=utf-8', 'not found\n');
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
