/** What a test server does instead of its duty. */
import type { ServerResponse } from 'node:http';

export type Fault =
  /** Answers one byte at a time, for ever. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Takes the request and says nothing. */
  | { readonly kind: 'silent' }
  /** Says half of its answer and hangs up. */
  | { readonly kind: 'cut' }
  /** Hangs up before a word. */
  | { readonly kind: 'reset' }
  /** A body of this many bytes. */
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'body'; readonly body: string };

export function act(fault: Fault, response: ServerResponse): void {
  switch (fault.kind) {
    case 'drip':
      drip(response, fault.everyMs);
      return;
    case 'silent':
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"errcode":0,', () => response.destroy());
      return;
    case 'reset':
      response.destroy();
      return;
    case 'huge':
      huge(response, fault.bytes);
      return;
    case 'redirect':
      response.writeHead(302, { location: fault.to }).end();
      return;
    case 'status':
      response.writeHead(fault.status, { ...fault.headers }).end('{}');
      return;
    default:
      response.writeHead(200, { 'content-type': 'application/json' }).end(fault.body);
  }
}

function drip(response: ServerResponse, everyMs: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), everyMs);
  response.on('close', () => clearInterval(timer));
}

function huge(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const part = Buffer.alloc(64 * 1024, ' ');
  let left = bytes;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= part.byteLength;
      if (!response.write(part)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}
