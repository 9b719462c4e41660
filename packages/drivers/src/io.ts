/** The drivers' doors to the world. */
import type { Clock, EpochMs, Logger, Result } from '@cardwatch/kernel';
import type { DriverFailure } from './failure.ts';

/** Ports, never node modules: real ones in `shell/io.ts`, virtual ones in tests and simulation. */
export interface DriverIo {
  readonly clock: Clock;
  readonly log: Logger;
  openTcp(target: TcpTarget): Promise<Result<ByteStream, DriverFailure>>;
  openSerial(target: SerialTarget): Promise<Result<ByteStream, DriverFailure>>;
  /** Port 0 takes a free one. `unreachable` when the port is taken. */
  listenTcp(target: ListenTarget, onStream: (stream: PeerStream) => void): Promise<Result<Listening, DriverFailure>>;
  listenHttp(
    target: ListenTarget,
    handle: (request: HttpArrival) => Promise<HttpAnswer>,
  ): Promise<Result<Listening, DriverFailure>>;
  http(request: HttpRequest): Promise<Result<HttpReply, DriverFailure>>;
  /** A reply whose body is read as it comes. The deadline is for the head; `silentAfterMs` without a byte ends the body. */
  httpStream(request: HttpRequest & { readonly silentAfterMs: number }): Promise<Result<HttpStream, DriverFailure>>;
  openUdp(target: UdpTarget): Promise<Result<UdpSocket, DriverFailure>>;
  /** A program of the system by name, never through a shell: fping and ping. */
  runProgram(call: ProgramCall): Promise<Result<ProgramOutput, DriverFailure>>;
  /** A peer that is asked by SNMP; nothing is sent before the first question. `unsupported` for keys that the protocol cannot take. */
  openSnmp(target: SnmpTarget): Promise<Result<SnmpPeer, DriverFailure>>;
  /** What went over the wire, for a person who looks. Absent unless a trace of this device runs. */
  readonly trace?: (frame: TraceFrame) => void;
}

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  /** The other side may end its direction and still read; then `onEnd` tells, and this side ends with `end` or `close`. */
  readonly halfOpen?: boolean;
}

export interface ListenTarget {
  readonly host: string;
  readonly port: number;
  /** Connections at once; what comes beyond is closed. */
  readonly connectionsMax: number;
  /** TCP only, as in `TcpTarget`. */
  readonly halfOpen?: boolean;
  /** HTTP only. Larger bodies are answered with 413. */
  readonly bodyBytesMax?: number;
}

export interface Listening {
  readonly port: number;
  /** Ends all connections. May be called twice. */
  close(): Promise<void>;
}

export interface PeerStream extends ByteStream {
  /** Address of the peer, without its port. */
  readonly peer: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** http or https; certificates are verified, always. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the call to the last byte of the body, ms, trickling or not. */
  readonly deadlineMs: number;
  readonly bodyBytesMax: number;
  /** PEM of the one certificate, or its issuer, that the server must show: for devices with a certificate of their own making. */
  readonly caPem?: string;
  /** Gives the request up, wherever it stands: `closed`. */
  readonly signal?: AbortSignal;
}

/** Names of headers in lower case; those that came several times are a list. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpReply {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Complete: a body that ends early or is too long is a `malformed` failure. */
  readonly body: Uint8Array;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: HttpHeaders;
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

export interface HttpArrival {
  readonly method: string;
  /** As it stands in the request line, with its query. */
  readonly url: string;
  readonly headers: HttpHeaders;
  readonly body: Uint8Array;
  readonly peer: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface UdpTarget {
  /** Local address to send from; left out: any. */
  readonly bind?: string;
  readonly multicastInterface?: string;
}

export interface UdpSocket {
  send(bytes: Uint8Array, host: string, port: number): Promise<Result<void, DriverFailure>>;
  onMessage(listener: (bytes: Uint8Array, from: { readonly host: string; readonly port: number }) => void): void;
  close(): void;
}

export interface ProgramCall {
  readonly program: 'fping' | 'ping';
  /** IP literals and options of ours only. */
  readonly words: readonly string[];
  readonly deadlineMs: number;
  readonly outputBytesMax: number;
}

export interface ProgramOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SnmpTarget {
  readonly host: string;
  readonly port: number;
  readonly access: SnmpAccess;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly retries: number;
}

/** Who asks: a community of v2c, or a user of v3 with authentication and, given a private key, encryption. Never logged. */
export type SnmpAccess =
  | { readonly version: '2c'; readonly community: string }
  | {
      readonly version: '3';
      readonly user: string;
      readonly auth?: { readonly protocol: 'md5' | 'sha' | 'sha256' | 'sha512'; readonly key: string };
      readonly priv?: { readonly protocol: 'des' | 'aes' | 'aes256b' | 'aes256r'; readonly key: string };
    };

/** One question at a time; each ends within timeout x (retries + 1). A wrong key of v3 is `unauthorised`; a wrong community is silence. */
export interface SnmpPeer {
  /** In the order of the question. */
  get(oids: readonly string[]): Promise<Result<readonly SnmpVarbind[], DriverFailure>>;
  /** What follows `oid`, at most `maxRepetitions` of it, as the peer sent it: order and subtree are for the caller to judge. */
  bulk(oid: string, maxRepetitions: number): Promise<Result<readonly SnmpVarbind[], DriverFailure>>;
  /** May be called twice. */
  close(): void;
}

export interface SnmpVarbind {
  /** Dotted numbers without a leading dot. */
  readonly oid: string;
  readonly value: SnmpValue;
}

/** Numbers as number, 64-bit counters as bigint, octets as bytes, object ids and addresses as text. undefined: there is no such object. */
export type SnmpValue = number | bigint | string | Uint8Array | undefined;

/** `hex` for bytes, `text` for what is text by nature. Track data, PIN blocks, keys, pictures and passwords are never in it. */
export interface TraceFrame {
  readonly way: 'sent' | 'received';
  readonly at: EpochMs;
  readonly hex?: string;
  readonly text?: string;
  readonly note?: string;
}

export interface SerialTarget {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** A byte pipe. `onData`, `onEnd` and `onClose` hold one listener each. */
export interface ByteStream {
  /** Serial ports: sets an open port to other settings of the same path. `unsupported` when it has to be opened anew for them. */
  retune?(target: SerialTarget): Promise<Result<void, DriverFailure>>;
  write(bytes: Uint8Array): Promise<Result<void, DriverFailure>>;
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): void;
  /** TCP: nothing more will be written; what was written still goes out, and reading goes on. */
  readonly end?: () => void;
  /** TCP with `halfOpen`: the other side will write nothing more. */
  readonly onEnd?: (listener: () => void) => void;
  /** TCP: stops reading; what the other side sends stays with it. */
  readonly pause?: () => void;
  readonly resume?: () => void;
}
