/**
 * SNMP by the library net-snmp, loaded when the first device is opened. What it does not guard is guarded here: datagrams of others are dropped, an
 * exception while a reply is taken apart ends the question and not the program, and a question always ends.
 */
import { type Socket, createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { type Logger, type Result, err, ok } from '@cardwatch/kernel';
import type * as NetSnmp from 'net-snmp';
import type { Session, SessionOptions, SessionOptionsV3, User, Varbind } from 'net-snmp';
import type { DriverFailure, SnmpAccess, SnmpPeer, SnmpTarget, SnmpValue, SnmpVarbind } from '../contract.ts';

type Library = typeof NetSnmp;
type Answer = Result<readonly SnmpVarbind[], DriverFailure>;

let library: Promise<Library> | undefined;

// The package is CommonJS: its names stand on the default export.
const load = (): Promise<Library> =>
  (library ??= import('net-snmp').then((module) => (module as unknown as { readonly default: Library }).default));

/** Opens a socket; nothing is sent yet. `unsupported` when the keys are none that v3 can take (fewer than 8 characters). */
export async function openSnmp(target: SnmpTarget, log: Logger): Promise<Result<SnmpPeer, DriverFailure>> {
  const { access } = target;
  if (isIP(target.host) === 0) return err({ kind: 'unsupported', detail: 'SNMP devices are named by IP address' });
  if (access.version === '3' && [access.auth?.key, access.priv?.key].some((key) => key !== undefined && key.length < 8))
    return err({ kind: 'unsupported', detail: 'keys of SNMP v3 have 8 characters or more' });
  return ok(new Peer(await load(), target, log));
}

class Peer implements SnmpPeer {
  readonly #session: Session;
  readonly #snmp: Library;
  readonly #target: SnmpTarget;
  #closed = false;
  #settle: ((answer: Answer) => void) | undefined;
  /** Why the last datagram could not be taken apart. */
  #garbage: string | undefined;
  /** Datagrams of the host since the question was put; and whether one of its answers was ever taken. */
  #heard = 0;
  #accepted = false;

  constructor(snmp: Library, target: SnmpTarget, log: Logger) {
    this.#snmp = snmp;
    this.#target = target;
    const threw = (error: unknown): void => {
      this.#garbage = wordOf(error);
      this.#end(err({ kind: 'malformed', detail: this.#garbage, frameHex: '' }));
    };
    this.#session = sessionOf(snmp, target, guardedSockets(target.host, { heard: () => this.#heard++, threw }));
    // Without this listener one broken datagram ends the process.
    this.#session.on('error', (error) => {
      this.#garbage = wordOf(error);
      log.log('debug', 'snmpGarbage', { host: target.host, detail: this.#garbage });
    });
  }

  get(oids: readonly string[]): Promise<Answer> {
    return this.#ask((done) => void this.#session.get([...oids], done));
  }

  bulk(oid: string, maxRepetitions: number): Promise<Answer> {
    return this.#ask((done) => void this.#session.getBulk([oid], 0, maxRepetitions, (error, rows) => done(error, rows?.flat())));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#session.close();
    this.#end(err({ kind: 'closed' }));
  }

  #ask(put: (done: (error: Error | null, varbinds?: Varbind[]) => void) => void): Promise<Answer> {
    if (this.#closed) return Promise.resolve(err({ kind: 'closed' }));
    this.#garbage = undefined;
    this.#heard = 0;
    // Until an answer was taken the engine is discovered anew each time: so an engine that answers nothing but the discovery is recognised.
    if (!this.#accepted) Object.assign(this.#session, { msgSecurityParameters: undefined });
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => resolve(answer);
      this.#settle = settle;
      try {
        put((error, varbinds) => {
          if (this.#settle !== settle) return;
          this.#accepted ||= error === null;
          this.#end(error === null ? ok((varbinds ?? []).map((each) => this.#plain(each))) : err(this.#failure(error)));
        });
      } catch (error) {
        this.#end(err({ kind: 'malformed', detail: wordOf(error), frameHex: '' }));
      }
    });
  }

  #end(answer: Answer): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(answer);
  }

  #plain(varbind: Varbind): SnmpVarbind {
    return { oid: varbind.oid, value: this.#snmp.isVarbindError(varbind) ? undefined : plainValue(varbind, this.#snmp) };
  }

  #silence(): DriverFailure {
    const { timeoutMs, retries, access } = this.#target;
    if (this.#garbage !== undefined) return { kind: 'malformed', detail: this.#garbage, frameHex: '' };
    if (access.version === '3' && !this.#accepted && this.#heard > 0)
      return { kind: 'unauthorised', detail: 'the device answers the discovery and not the question: wrong keys' };
    return { kind: 'timeout', afterMs: timeoutMs * (retries + 1) };
  }

  #failure(error: Error & { readonly code?: unknown; readonly status?: unknown }): DriverFailure {
    if (error.name === 'RequestTimedOutError') return this.#silence();
    if (error.name === 'RequestFailedError')
      return typeof error.status === 'number' && authorisationStatus.has(error.status)
        ? { kind: 'unauthorised', detail: word(error.message) }
        : { kind: 'refused', deviceCode: typeof error.status === 'number' ? error.status : -1, detail: word(error.message) };
    if (error.name === 'ResponseInvalidError')
      return invalid(error.message, error.code === this.#snmp.ResponseInvalidCode.EAuthFailure);
    if (typeof error.code === 'string') return { kind: 'unreachable', detail: error.code };
    return this.#closed ? { kind: 'closed' } : { kind: 'malformed', detail: word(error.message), frameHex: '' };
  }
}

/** noAccess and authorizationError of RFC 3416. */
const authorisationStatus: ReadonlySet<number> = new Set([6, 16]);

// What the peer says of digests and keys is told as a fixed text: the library puts key material into some of its messages.
const invalid = (message: string, auth: boolean): DriverFailure =>
  auth || /decrypt/i.test(message)
    ? {
        kind: 'unauthorised',
        detail: /user/i.test(message) ? 'the device does not know this user' : 'the device refuses these keys',
      }
    : { kind: 'malformed', detail: word(message), frameHex: '' };

const word = (text: string): string => text.slice(0, 120);
const wordOf = (error: unknown): string => word(error instanceof Error ? error.message : 'not an SNMP message');

function sessionOf(snmp: Library, { host, port, access, timeoutMs, retries }: SnmpTarget, dgramModule: unknown): Session {
  const transport = isIP(host) === 6 ? 'udp6' : 'udp4';
  const options = { port, retries, timeout: timeoutMs, transport, idBitsSize: 32, dgramModule } as const;
  if (access.version === '2c')
    return snmp.createSession(host, access.community, { ...options, version: snmp.Version2c } as SessionOptions);
  return snmp.createV3Session(host, userOf(snmp, access), { ...options, version: snmp.Version3 } as SessionOptionsV3);
}

function userOf(snmp: Library, { user, auth, priv }: SnmpAccess & { readonly version: '3' }): User {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp;
  const level =
    auth === undefined ? SecurityLevel.noAuthNoPriv : priv === undefined ? SecurityLevel.authNoPriv : SecurityLevel.authPriv;
  return {
    name: user,
    level,
    ...(auth === undefined ? {} : { authProtocol: AuthProtocols[auth.protocol], authKey: auth.key }),
    ...(auth === undefined || priv === undefined ? {} : { privProtocol: PrivProtocols[priv.protocol], privKey: priv.key }),
  };
}

function plainValue({ type, value }: Varbind, { ObjectType }: Library): SnmpValue {
  if (type === ObjectType.Counter64 && value instanceof Uint8Array) return bigOf(value);
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  return typeof value === 'boolean' ? Number(value) : undefined;
}

/** Counter64 comes as its bytes, leading zeros cut or added. */
function bigOf(bytes: Uint8Array): bigint {
  let sum = 0n;
  for (const byte of bytes.subarray(-8)) sum = (sum << 8n) | BigInt(byte);
  return sum;
}

interface Listener {
  heard(): void;
  threw(error: unknown): void;
}

/** Sockets that hear the asked host alone, and that outlive what a listener throws. */
const guardedSockets = (host: string, { heard, threw }: Listener): { createSocket(type: 'udp4' | 'udp6'): Socket } => ({
  createSocket: (type) => {
    const socket = createSocket(type);
    const on = socket.on.bind(socket);
    const guardedOn = (event: string, listener: (...given: unknown[]) => void): Socket =>
      event === 'message'
        ? on('message', (bytes, from) => {
            if (from.address !== host) return;
            heard();
            try {
              listener(bytes, from);
            } catch (error) {
              threw(error);
            }
          })
        : on(event, listener);
    return Object.assign(socket, { on: guardedOn as Socket['on'] });
  },
});
