import type { ClientRequest, IncomingMessage } from 'node:http';
import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type Clock, type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, HttpReply, HttpRequest, HttpStream } from '../contract.ts';
import { describe } from './tcp.ts';

// A static import of node:http evaluates all of its exports, among them a WebSocket client: 12 MB that nobody here uses.
const plain = process.getBuiltinModule('node:http');
const secure = process.getBuiltinModule('node:https');

const headBytesMax = 16 * 1024;

/** One request with one deadline for the whole of it. `timeout` at the deadline, `malformed` when the body is cut or too long. */
export async function http(request: HttpRequest, clock: Clock): Promise<Result<HttpReply, DriverFailure>> {
  const startedMs = clock.mono();
  const arrived = await head(request, clock);
  if (!arrived.ok) return arrived;
  const { message, sent } = arrived.value;
  const leftMs = Math.max(1, request.deadlineMs - (clock.mono() - startedMs));
  const giveUp = (): void => void sent.destroy();
  request.signal?.addEventListener('abort', giveUp);
  const body = await wholeBody(message, { leftMs, afterMs: request.deadlineMs, bytesMax: request.bodyBytesMax }, clock);
  request.signal?.removeEventListener('abort', giveUp);
  sent.destroy();
  if (request.signal?.aborted === true) return err({ kind: 'closed' });
  return body.ok ? ok({ status: message.statusCode ?? 0, headers: message.headers, body: body.value }) : body;
}

/** A reply whose body goes on; closed after `silentAfterMs` without a byte. */
export async function httpStream(
  request: HttpRequest & { readonly silentAfterMs: number },
  clock: Clock,
): Promise<Result<HttpStream, DriverFailure>> {
  const arrived = await head(request, clock);
  if (!arrived.ok) return arrived;
  const { message, sent } = arrived.value;
  let onClose: ((reason: string) => void) | undefined;
  let ended: string | undefined;
  const end = (reason: string): void => {
    if (ended !== undefined) return;
    ended = reason;
    cancel();
    sent.destroy();
    onClose?.(reason);
  };
  const silent = (): void => end(`no byte within ${request.silentAfterMs} ms`);
  let cancel = clock.after(request.silentAfterMs, silent);
  message.on('error', (error) => end(describe(error)));
  message.once('close', () => end('closed by the other side'));
  return ok({
    status: message.statusCode ?? 0,
    headers: message.headers,
    onData: (listener) =>
      void message.on('data', (bytes: Buffer) => {
        cancel();
        cancel = clock.after(request.silentAfterMs, silent);
        listener(bytes);
      }),
    onClose: (listener) => {
      onClose = listener;
      if (ended !== undefined) listener(ended);
    },
    close: () => end('closed'),
  });
}

interface Arrived {
  readonly message: IncomingMessage;
  readonly sent: ClientRequest;
}

function head(request: HttpRequest, clock: Clock): Promise<Result<Arrived, DriverFailure>> {
  const url = URL.parse(request.url);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return Promise.resolve(err({ kind: 'unsupported', detail: 'neither an http nor an https address' }));
  return new Promise((resolve) => {
    const giveUp = (): void => give(err({ kind: 'closed' }));
    const give = (result: Result<Arrived, DriverFailure>): void => {
      cancel();
      request.signal?.removeEventListener('abort', giveUp);
      if (!result.ok) sent.destroy();
      resolve(result);
    };
    const sent = start(url, request);
    const cancel = clock.after(request.deadlineMs, () => give(err({ kind: 'timeout', afterMs: request.deadlineMs })));
    // The one error listener for the life of the request; what follows the head is told by the message.
    sent.on('error', (error) => give(err(failureOf(error))));
    sent.once('response', (message) => give(ok({ message, sent })));
    sent.end(request.body);
    request.signal?.addEventListener('abort', giveUp);
    if (request.signal?.aborted === true) giveUp();
  });
}

function start(url: URL, request: HttpRequest): ClientRequest {
  const headers = {
    ...request.headers,
    ...(request.body === undefined ? {} : { 'content-length': String(request.body.length) }),
  };
  const options = { method: request.method, headers, agent: false as const, maxHeaderSize: headBytesMax };
  if (url.protocol === 'http:') return plain.request(url, options);
  const { caPem } = request;
  return secure.request(url, caPem === undefined ? options : { ...options, ca: caPem, checkServerIdentity: pinnedTo(caPem) });
}

/** A certificate that the operator wrote down itself needs no fitting name: devices make theirs at the factory. */
const pinnedTo =
  (pem: string) =>
  (host: string, certificate: PeerCertificate): Error | undefined =>
    certificate.raw.equals(new X509Certificate(pem).raw) ? undefined : checkServerIdentity(host, certificate);

interface BodyLimits {
  readonly leftMs: number;
  readonly afterMs: number;
  readonly bytesMax: number;
}

function wholeBody(message: IncomingMessage, limits: BodyLimits, clock: Clock): Promise<Result<Uint8Array, DriverFailure>> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const give = (result: Result<Uint8Array, DriverFailure>): void => {
      cancel();
      resolve(result);
    };
    const cancel = clock.after(limits.leftMs, () => give(err({ kind: 'timeout', afterMs: limits.afterMs })));
    const malformed = (detail: string): void => give(err({ kind: 'malformed', detail, frameHex: '' }));
    message.on('data', (bytes: Buffer) => {
      parts.push(bytes);
      length += bytes.length;
      if (length > limits.bytesMax) malformed(`body of more than ${limits.bytesMax} bytes`);
    });
    message.on('error', (error) => malformed(`the body was cut: ${describe(error)}`));
    message.once('end', () => (message.complete ? give(ok(Buffer.concat(parts))) : malformed('the body was cut')));
    message.once('close', () => malformed('the body was cut'));
  });
}

const failureOf = (error: Error): DriverFailure =>
  'code' in error && typeof error.code === 'string' && error.code.startsWith('HPE_')
    ? { kind: 'malformed', detail: error.code, frameHex: '' }
    : { kind: 'unreachable', detail: describe(error) };
