/** What the HTTP test servers have in common. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

export interface Listening {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface Heard {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ListenOptions {
  readonly port?: number;
  readonly host?: string;
  readonly tls?: TlsPair;
}

const bodyBytesMax = 1024 * 1024;

export async function listen(
  handle: (heard: Heard, response: ServerResponse) => void,
  { port = 0, host = '127.0.0.1', tls }: ListenOptions = {},
): Promise<Listening> {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    hear(request, tls === undefined ? 'http' : 'https').then(
      (heard) => handle(heard, response),
      () => response.destroy(),
    );
  };
  const server: Server = tls === undefined ? createServer(onRequest) : createTlsServer({ ...tls }, onRequest);
  await new Promise<void>((done, fail) => {
    server.once('error', fail).listen(port, host, done);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://${host}:${bound}`,
    port: bound,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function hear(request: IncomingMessage, scheme: string): Promise<Heard> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > bodyBytesMax) throw new Error('the request is too large');
    parts.push(part);
  }
  return {
    url: new URL(request.url ?? '/', `${scheme}://${request.headers.host ?? 'localhost'}`),
    method: request.method ?? '',
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
    body: Buffer.concat(parts).toString('utf8'),
  };
}

export const answerJson = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
};

export function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

export const fieldOf = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[key] : undefined),
    value,
  );
