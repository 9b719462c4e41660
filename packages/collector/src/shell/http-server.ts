import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { err, ok, type Result } from '@cardwatch/kernel';
import { apiLimits } from '../api/limits.ts';

export interface HttpAddress {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** PEM texts; without them plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export type ListenFailure = {
  readonly kind: 'taken' | 'refused';
  readonly host: string;
  readonly port: number;
  readonly detail: string;
};

export interface HttpServer {
  readonly port: number;
  /** Ends every connection, streams included. May be called twice. */
  close(): Promise<void>;
}

type Fetch = Parameters<typeof getRequestListener>[0];

/** Listens with Node's own limits set: header and request time, connections, requests a socket. */
export async function listenHttp(
  fetch: Fetch,
  address: HttpAddress,
  refused: (refusal: string, ip: string) => void = () => {},
): Promise<Result<HttpServer, ListenFailure>> {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  const handle = (...args: Parameters<typeof listener>): void => void listener(...args);
  const limits = {
    headersTimeout: apiLimits.headersMs,
    requestTimeout: apiLimits.requestMs,
    keepAliveTimeout: 5_000,
    maxHeaderSize: 16 * 1024,
    connectionsCheckingInterval: 5_000,
  };
  const server =
    address.tls === undefined
      ? createServer(limits, handle)
      : createTlsServer({ ...limits, ...address.tls, minVersion: 'TLSv1.2' }, handle);
  server.maxConnections = apiLimits.connections;
  server.maxRequestsPerSocket = apiLimits.requestsPerSocket;
  tellRefusals(server, refused);
  const failure = await listening(server, address);
  if (failure !== undefined) return err(failure);
  const bound = server.address();
  return ok({ port: typeof bound === 'object' && bound !== null ? bound.port : address.port, close: () => closed(server) });
}

/** What Node refuses before any handler: answered as Node does, and told. */
function tellRefusals(server: Server, refused: (refusal: string, ip: string) => void): void {
  const ipOf = (remote: string | undefined): string => (remote ?? 'unknown').replace(/^::ffff:/, '');
  server.on('drop', (data) => refused('httpConnections', ipOf(data?.remoteAddress)));
  server.on('dropRequest', (request: IncomingMessage) => refused('requestsPerSocket', ipOf(request.socket.remoteAddress)));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const [status, refusal] = clientErrors[error.code ?? ''] ?? ['400 Bad Request', 'badRequest'];
    const { remoteAddress } = socket as Socket;
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') refused(refusal, ipOf(remoteAddress));
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    else socket.destroy(error);
  });
}

const clientErrors: Readonly<Record<string, readonly [status: string, refusal: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'slowRequest'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'requestTooLarge'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'requestTooLarge'],
};

function listening(server: Server, { host, port }: HttpAddress): Promise<ListenFailure | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ kind: error.code === 'EADDRINUSE' ? 'taken' : 'refused', host, port, detail: error.message });
    });
    server.listen(port, host, () => resolve(undefined));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
