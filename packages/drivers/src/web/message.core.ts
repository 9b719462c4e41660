/** A saved HTTP message taken apart: head, and the body as its length or its chunks say. */

export const messageLimits = { headBytes: 16 * 1024, headers: 100, bodyBytes: 8 * 1024 * 1024 } as const;

export interface HttpMessage {
  /** Of an answer. */
  readonly status?: number;
  /** Of a request. */
  readonly method?: string;
  readonly url?: string;
  /** By lower-case name; several of one name in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
  /** Where the body begins. */
  readonly bodyAt: number;
  /** `deflate`, `gzip`…; undefined: as it is. */
  readonly encoding: string | undefined;
}

export interface MessageProblem {
  readonly reason: string;
  readonly atByte: number;
}

const startLine = /^(?:HTTP\/1\.[01] (\d{3})[^\r\n]{0,200}|(GET|POST|PUT|DELETE|NOTIFY) (\S{1,2048}) HTTP\/1\.[01])\r?\n/;

export const looksLikeMessage = (bytes: Uint8Array): boolean => startLine.test(latin1(bytes.subarray(0, 2_100)));

/** undefined: no HTTP message. A body that is shorter than it says, or too large, is a problem; of `multipart` what came is taken. */
export function httpMessageOf(bytes: Uint8Array): HttpMessage | MessageProblem | undefined {
  const start = latin1(bytes.subarray(0, messageLimits.headBytes));
  const first = startLine.exec(start);
  if (first === null) return undefined;
  const end = /\r?\n\r?\n/.exec(start);
  if (end === null) return { reason: 'the head of the HTTP message is truncated', atByte: bytes.length };
  const headers = headersOf(start.slice(first[0].length, end.index));
  const bodyAt = end.index + end[0].length;
  const body = bodyOf(bytes.subarray(bodyAt), headers);
  if ('reason' in body) return { reason: body.reason, atByte: bodyAt + body.atByte };
  const [, status, method, url] = first;
  const encoding = headers.get('content-encoding')?.[0]?.trim().toLowerCase();
  return {
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(method === undefined || url === undefined ? {} : { method, url }),
    headers,
    body: body.bytes,
    bodyAt,
    encoding: encoding === '' || encoding === 'identity' ? undefined : encoding,
  };
}

function headersOf(text: string): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (const line of text.split('\n', messageLimits.headers)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}

type Body = { readonly bytes: Uint8Array } | MessageProblem;

function bodyOf(rest: Uint8Array, headers: ReadonlyMap<string, readonly string[]>): Body {
  if (/\bchunked\b/i.test(headers.get('transfer-encoding')?.[0] ?? '')) return unchunked(rest);
  const said = headers.get('content-length')?.[0];
  if (said === undefined) return { bytes: rest };
  if (!/^\d{1,15}$/.test(said)) return { reason: 'a Content-Length that is no number', atByte: 0 };
  const length = Number(said);
  const stream = /^multipart\//i.test(headers.get('content-type')?.[0] ?? '');
  if (length > messageLimits.bodyBytes && !stream)
    return { reason: `a Content-Length of ${said}, at most ${messageLimits.bodyBytes} bytes are taken: too large`, atByte: 0 };
  if (length > rest.length && !stream)
    return { reason: `aborted: the body is truncated, ${rest.length} of ${said} bytes came`, atByte: rest.length };
  return { bytes: rest.subarray(0, length) };
}

/** RFC 9112 section 7.1. A stream is cut somewhere: what came of it is taken when it is whole chunks. */
function unchunked(rest: Uint8Array): Body {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const line = /^([0-9a-fA-F]{1,8})[^\r\n]{0,256}\r?\n/.exec(latin1(rest.subarray(at, at + 280)));
    if (line === null) return { reason: 'the chunked body is truncated or damaged', atByte: at };
    const size = Number.parseInt(line[1] ?? '0', 16);
    at += line[0].length;
    if (size === 0) return { bytes: concat(parts) };
    if (at + size > rest.length) return { reason: 'aborted: the chunked body is truncated', atByte: rest.length };
    parts.push(rest.subarray(at, at + size));
    at += size;
    at += rest[at] === 13 ? 2 : 1;
  }
}

/** All of them in one; the pieces stay as they are. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
