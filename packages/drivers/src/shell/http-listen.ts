import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Result } from '@cardwatch/kernel';
import type { DriverFailure, HttpAnswer, HttpArrival, Listening, ListenTarget } from '../contract.ts';
import { listening } from './tcp-listen.ts';

// See http.ts.
const { createServer } = process.getBuiltinModule('node:http');

const limits = { headBytes: 16 * 1024, bodyBytes: 1024 * 1024 } as const;

/** How long a device may take, ms: for the head, for the whole request, and between two requests of one connection. */
export interface ListenTimes {
  readonly headMs: number;
  readonly requestMs: number;
  readonly keepAliveMs: number;
  /** How often the first two are looked at. */
  readonly checkMs: number;
}

const times: ListenTimes = { headMs: 10_000, requestMs: 30_000, keepAliveMs: 30_000, checkMs: 1_000 };

type Handle = (request: HttpArrival) => Promise<HttpAnswer>;

/** Takes HTTP requests of devices. The answer is sent when the handler resolves; a handler that throws makes a 500. */
export function listenHttp(
  target: ListenTarget,
  handle: Handle,
  { headMs, requestMs, keepAliveMs, checkMs }: ListenTimes = times,
): Promise<Result<Listening, DriverFailure>> {
  const bytesMax = target.bodyBytesMax ?? limits.bodyBytes;
  const server = createServer(
    {
      maxHeaderSize: limits.headBytes,
      requestTimeout: requestMs,
      headersTimeout: headMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: checkMs,
    },
    (request, response) => void serve(request, response, bytesMax, handle),
  );
  server.maxConnections = target.connectionsMax;
  return listening(server, target, () => server.closeAllConnections());
}

async function serve(request: IncomingMessage, response: ServerResponse, bytesMax: number, handle: Handle): Promise<void> {
  // The connection may go at any time; what is written after that is nobody's.
  response.on('error', () => {});
  const body = await bodyOf(request, bytesMax);
  if (body === 'cut') return;
  if (body === 'tooLarge') return refuse(request, response);
  send(response, await answerOf(request, body, handle));
}

function send(response: ServerResponse, { status, headers, body = '' }: HttpAnswer): void {
  try {
    response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
    response.end(body);
  } catch {
    // A header that HTTP does not allow: without an answer the device tries again.
    response.destroy();
  }
}

/** The rest of the body is not read: the connection ends with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(413, { 'content-length': '0', connection: 'close' });
  response.end(() => request.destroy());
}

async function answerOf(request: IncomingMessage, body: Uint8Array, handle: Handle): Promise<HttpAnswer> {
  const { method = '', url = '', headers, socket } = request;
  try {
    return await handle({ method, url, headers, body, peer: socket.remoteAddress ?? '' });
  } catch {
    return { status: 500 };
  }
}

function bodyOf(request: IncomingMessage, bytesMax: number): Promise<Uint8Array | 'tooLarge' | 'cut'> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) resolve('tooLarge');
    request.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length <= bytesMax) parts.push(bytes);
      else {
        parts.length = 0;
        request.pause();
        resolve('tooLarge');
      }
    });
    request.on('error', () => resolve('cut'));
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('close', () => resolve('cut'));
  });
}
