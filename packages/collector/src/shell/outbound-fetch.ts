/** The one way out by HTTP: to public addresses, to the address that was checked, without redirects, within a time and a size. */
import { lookup as systemLookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';

export const outboundLimits = {
  deadlineMs: 10_000,
  responseBytes: 64 * 1024,
  requestBytes: 256 * 1024,
  headerBytes: 16 * 1024,
} as const;

export type OutboundFailureKind =
  | 'badUrl'
  | 'plainHttp'
  | 'forbiddenAddress'
  | 'unresolved'
  | 'redirected'
  | 'deadline'
  | 'aborted'
  | 'responseTooLarge'
  | 'untrusted'
  | 'unreachable'
  | 'cut';

/** What `outboundFetch` rejects with. Names neither URL nor address: both may hold a key. */
export class OutboundFailure extends Error {
  readonly kind: OutboundFailureKind;
  /** Of the operating system or of TLS, e.g. `ECONNREFUSED`. */
  readonly code: string | null;

  constructor(kind: OutboundFailureKind, code: string | null = null) {
    super(code === null ? kind : `${kind} ${code}`);
    this.kind = kind;
    this.code = code;
  }
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** `handingOver` is waited for once the connection stands and before the first byte of the request; when it rejects, none goes out. */
export type OutboundInit = RequestInit & { readonly handingOver?: () => Promise<void> };

export interface OutboundOptions {
  /** Host names (or literal addresses) that may be reached wherever they are, and by plain HTTP. */
  readonly allowHosts: readonly string[];
  readonly deadlineMs?: number;
  readonly responseBytes?: number;
  /** PEM of the authorities that are trusted instead of the system's. */
  readonly ca?: string;
  readonly lookup?: (host: string) => Promise<readonly ResolvedAddress[]>;
}

type Range = readonly [string, number];

const forbidden = new BlockList();
const ranges4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
for (const [net, bits] of ranges4) forbidden.addSubnet(net, bits, 'ipv4');

/** Of IPv6 only global unicast is reached, less what carries an IPv4 address inside (Teredo, 6to4) and documentation. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const carrying6 = new BlockList();
const ranges6: readonly Range[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];
for (const [net, bits] of ranges6) carrying6.addSubnet(net, bits, 'ipv6');

/** Whether an address is on the public internet: not private (RFC 1918, 4193), loopback, link-local, CGNAT (6598), multicast, reserved, mapped. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !forbidden.check(address, 'ipv4');
    case 6:
      return global6.check(address, 'ipv6') && !carrying6.check(address, 'ipv6');
    default:
      return false;
  }
}

/**
 * A fetch for channels. Resolves with the whole answer read; a redirect is refused, not followed. Rejects with `OutboundFailure`.
 * Body: text only. Whatever comes after the deadline or beyond the size is not waited for.
 */
export function outboundFetch(options: OutboundOptions): (url: string, init: OutboundInit) => Promise<Response> {
  const allowed = new Set(options.allowHosts.map((host) => host.toLowerCase()));
  const lookup = options.lookup ?? ((host: string) => systemLookup(host, { all: true, verbatim: true }));
  return async (text, init) => {
    const deadline = AbortSignal.timeout(options.deadlineMs ?? outboundLimits.deadlineMs);
    const signal = AbortSignal.any([deadline, ...(init.signal instanceof AbortSignal ? [init.signal] : [])]);
    try {
      const url = checkedUrl(text, allowed);
      const addresses = await until(resolve(url, allowed, lookup), signal);
      return await exchange({ url, addresses, init, signal, options });
    } catch (error) {
      throw failureOf(error, deadline, signal);
    }
  };
}

function checkedUrl(text: string, allowed: ReadonlySet<string>): URL {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') throw new OutboundFailure('badUrl');
  if (url.protocol === 'http:' && !allowed.has(bareHost(url))) throw new OutboundFailure('plainHttp');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new OutboundFailure('badUrl');
  return url;
}

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').toLowerCase();

async function resolve(
  url: URL,
  allowed: ReadonlySet<string>,
  lookup: (host: string) => Promise<readonly ResolvedAddress[]>,
): Promise<readonly ResolvedAddress[]> {
  const host = bareHost(url);
  const family = isIP(host);
  const addresses = family === 0 ? await lookup(host) : [{ address: host, family }];
  if (addresses.length === 0) throw new OutboundFailure('unresolved');
  if (!allowed.has(host) && !addresses.every(({ address }) => isPublicAddress(address)))
    throw new OutboundFailure('forbiddenAddress');
  return addresses;
}

interface Exchange {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
  readonly init: OutboundInit;
  readonly signal: AbortSignal;
  readonly options: OutboundOptions;
}

async function exchange({ url, addresses, init, signal, options }: Exchange): Promise<Response> {
  const body = init.body ?? '';
  if (typeof body !== 'string') throw new OutboundFailure('badUrl', 'BODY');
  if (Buffer.byteLength(body) > outboundLimits.requestBytes) throw new OutboundFailure('badUrl', 'BODY');
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>();
  const request = send(url, {
    method: init.method ?? 'GET',
    headers: {
      ...Object.fromEntries(new Headers(init.headers)),
      'accept-encoding': 'identity',
      'content-length': Buffer.byteLength(body),
    },
    agent: false,
    signal,
    maxHeaderSize: outboundLimits.headerBytes,
    lookup: pinned(addresses),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  request.on('response', answered).on('error', reject);
  try {
    await Promise.race([connected(request), promise]);
    await init.handingOver?.();
    // what was called back meanwhile says so by its own failure
    if (!request.destroyed) request.end(body);
    return await responseOf(await promise, options.responseBytes ?? outboundLimits.responseBytes);
  } finally {
    request.destroy();
  }
}

/** TCP stands, and TLS where it is asked for. Without a byte of the request: it is written when it is ended. */
function connected(request: ClientRequest): Promise<void> {
  return new Promise((done) => {
    request.once('socket', (socket) => {
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => done());
    });
  });
}

/** Connects to what was checked, whatever the name server says by now. */
const pinned =
  (addresses: readonly ResolvedAddress[]): LookupFunction =>
  (_host, lookupOptions, done) => {
    const [first] = addresses;
    if (lookupOptions.all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };

async function responseOf(message: IncomingMessage, bytesMax: number): Promise<Response> {
  const status = message.statusCode ?? 0;
  if (status >= 300 && status < 400) throw new OutboundFailure('redirected', String(status));
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > bytesMax) throw new OutboundFailure('responseTooLarge');
    parts.push(part);
  }
  if (status < 200 || status > 599) throw new OutboundFailure('cut', String(status));
  const empty = status === 204 || status === 205;
  return new Response(empty ? null : Buffer.concat(parts), { status, headers: headersOf(message) });
}

const headersOf = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []));

/** Waits no longer than the signal says; the lookup itself cannot be called back. */
async function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new OutboundFailure('aborted'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const unresolvedCodes: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_FAIL', 'ENODATA'];
const cutCodes: readonly string[] = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_CONSTANT'];

function failureOf(error: unknown, deadline: AbortSignal, signal: AbortSignal): OutboundFailure {
  if (deadline.aborted) return new OutboundFailure('deadline');
  if (signal.aborted) return new OutboundFailure('aborted');
  if (error instanceof OutboundFailure) return error;
  const code = codeOf(error);
  if (code === null) return new OutboundFailure('unreachable');
  if (unresolvedCodes.includes(code)) return new OutboundFailure('unresolved', code);
  if (cutCodes.includes(code) || code.startsWith('HPE_')) return new OutboundFailure('cut', code);
  const ofTls = /CERT|SSL|TLS|SIGNATURE|ISSUER|ALTNAME/.test(code);
  return new OutboundFailure(ofTls ? 'untrusted' : 'unreachable', code);
}

/** Of the error itself; of the first of several tries where it has none. */
function codeOf(error: unknown): string | null {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0] as unknown);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code.slice(0, 64) : null;
}
