import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Result } from '@cardwatch/kernel';
import type { DriverFailure, HttpAnswer, HttpArrival, Listening, ListenTarget } from '../contract.ts';
import { listening } from './tcp-listen.ts';

// See http.ts.
const { createServer } = process.getBuiltinModule('node:http');

const limits = { headBytes: 16 * 1024, requestMs: 30_000, headMs: 10_000, keepAliveMs: 30_000, bodyBytes: 1024 * 1024 } as const;

type Handle = (request: HttpArrival) => Promise<HttpAnswer>;

/** Takes HTTP requests of devices. The answer is sent when the handler resolves; a handler that throws makes a 500. */
export function listenHttp(target: ListenTarget, handle: Handle): Promise<Result<Listening, DriverFailure>> {
  const bytesMax = target.bodyBytesMax ?? limits.bodyBytes;
  const server = createServer(
    {
      maxHeaderSize: limits.headBytes,
      requestTimeout: limits.requestMs,
      headersTimeout: limits.headMs,
      keepAliveTimeout: limits.keepAliveMs,
    },
    (request, response) => void serve(request, response, bytesMax, handle),
  );
  server.maxConnections = target.connectionsMax;
  return listening(server, target, () => server.closeAllConnections());
}

async function serve(request: IncomingMessage, response: ServerResponse, bytesMax: number, handle: Handle): Promise<void> {
  const body = await bodyOf(request, bytesMax);
  if (body === 'cut') return;
  const answer = body === 'tooLarge' ? { status: 413 } : await answerOf(request, body, handle);
  const text = answer.body ?? '';
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(Buffer.byteLength(text)) });
  response.end(text);
  if (body === 'tooLarge') request.destroy();
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
    request.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length > bytesMax) resolve('tooLarge');
      else parts.push(bytes);
    });
    request.on('error', () => resolve('cut'));
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('close', () => resolve('cut'));
  });
}
