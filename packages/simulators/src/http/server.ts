import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { err, ok, type Result } from '@cardwatch/kernel';
import { answer, refused, type Reply, type Simulated } from './routes.ts';

export const httpLimits = { bodyBytes: 64 * 1024, connections: 64 } as const;
const host = '127.0.0.1';

export interface HttpDoor {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the routes on loopback only; port 0 takes a free one. */
export async function openHttp(simulated: Simulated, port: number): Promise<Result<HttpDoor, string>> {
  const server = createServer((request, response) => void serve(simulated, request, response));
  server.maxConnections = httpLimits.connections;
  const failure = await listen(server, port);
  if (failure !== undefined) return err(failure);
  const address = server.address();
  return ok({
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

async function serve(simulated: Simulated, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await replyTo(simulated, request).catch(() => refused(500, 'failed'));
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}

async function replyTo(simulated: Simulated, request: IncomingMessage): Promise<Reply> {
  const body = await bodyOf(request);
  if (!body.ok) return refused(413, `a body has at most ${httpLimits.bodyBytes} bytes`);
  const json = parsed(body.value);
  if (!json.ok) return refused(400, 'the body is not JSON');
  const url = new URL(request.url ?? '/', `http://${host}`);
  return answer(simulated, { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, body: json.value });
}

async function bodyOf(request: IncomingMessage): Promise<Result<string, 'tooLarge'>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > httpLimits.bodyBytes) return err('tooLarge');
    parts.push(part);
  }
  return ok(Buffer.concat(parts).toString('utf8'));
}

function parsed(text: string): Result<unknown, 'notJson'> {
  if (text.trim() === '') return ok(undefined);
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return err('notJson');
  }
}

const listen = (server: Server, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once('error', (reason) => resolve(`HTTP port ${port}: ${reason.message}`));
    server.listen(port, host, () => resolve(undefined));
  });
