import { type Random, type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, HttpReply } from '../contract.ts';
import { base64, passwordDigest } from '../shell/onvif-crypto.ts';
import type { DigestClient } from '../web/digest-client.ts';
import type { DigestGuard } from '../web/digest-guard.ts';
import { parseXmlBytes } from '../web/xml-bytes.core.ts';
import { type XmlNode, childOf, describeXmlFailure } from '../web/xml.core.ts';
import { type DeviceTime, deviceTime, isoUtc } from './clock.core.ts';
import { type OnvifConnection, originOf } from './connection.ts';
import { rewritten, servicesOf } from './messages.core.ts';
import { type OnvifRequest, requests } from './requests.core.ts';
import {
  type ServiceName,
  type SoapFault,
  type UsernameToken,
  bodyOf,
  envelope,
  saysNotAuthorized,
  saysNotSupported,
  saysUnknownResource,
} from './soap.core.ts';

export const clientLimits = { replyBytes: 512 * 1024, roundTripMs: 2_000, clockAgeMs: 10 * 60_000 } as const;

/** The subscription that a request was for is not known to the device any more. */
export const goneCode = 410;

export interface ClientParts {
  readonly connection: OnvifConnection;
  readonly io: DriverIo;
  readonly random: Random;
  readonly guard: DigestGuard;
  /** Key of the account at the guard: failures of all channels are counted together. */
  readonly account: string;
  /** Logs in where the device wants HTTP digest. One for what is asked, one for the long poll. Undefined without credentials. */
  readonly logins: { readonly asking: DigestClient; readonly pulling: DigestClient } | undefined;
  /** Aborted when the session is closed: whatever is under way is given up. */
  readonly closed: AbortSignal;
}

export interface Call {
  readonly request: OnvifRequest;
  /** Where it goes; left out: the address of its service. With it the request carries WS-Addressing. */
  readonly to?: { readonly url: string; readonly reference: string };
  /** Longer than the connection's deadline by this, ms. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/** The few ONVIF calls that are asked of a device, one answer each. The device's clock is known before anything is signed. */
export class OnvifClient {
  readonly #parts: ClientParts;
  readonly #origin: string;
  #services: ReadonlyMap<ServiceName, string> | undefined;
  #proven = false;
  #turn: Promise<unknown> = Promise.resolve();
  #clock: { readonly offsetMs: number; readonly readMs: number } | undefined;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#origin = originOf(parts.connection);
  }

  get #device(): string {
    return `${this.#origin}${this.#parts.connection.path}`;
  }

  /** Device clock minus ours, ms; 0 while unknown. */
  get offsetMs(): number {
    return this.#clock?.offsetMs ?? 0;
  }

  /** Reads the clock, without logging in. The offset is kept only when the round trip was short. */
  async clock(signal?: AbortSignal): Promise<Result<DeviceTime, DriverFailure>> {
    const { clock } = this.#parts.io;
    const [sentMs, sentAt] = [clock.mono(), clock.now()];
    const answered = await this.#exchange(
      { request: requests.clock, ...(signal === undefined ? {} : { signal }) },
      this.#device,
      undefined,
    );
    if (!answered.ok) return answered;
    const tripMs = clock.mono() - sentMs;
    const time = deviceTime(answered.value);
    if (time === undefined) return err({ kind: 'malformed', detail: 'a clock without a date', frameHex: '' });
    if (tripMs < clientLimits.roundTripMs) this.#clock = { offsetMs: time.at - (sentAt + tripMs / 2), readMs: clock.mono() };
    return ok(time);
  }

  /** What the device offers; asked once. A device that does not know the question has its device service alone. */
  async services(signal?: AbortSignal): Promise<Result<ReadonlyMap<ServiceName, string>, DriverFailure>> {
    if (this.#services !== undefined) return ok(this.#services);
    const answered = await this.call({ request: requests.services, ...(signal === undefined ? {} : { signal }) });
    if (!answered.ok && answered.error.kind !== 'unsupported') return answered;
    const told = answered.ok ? servicesOf(answered.value) : new Map<ServiceName, string>();
    const here = [...told].flatMap(([name, address]) => {
      const url = rewritten(address, this.#origin);
      return url === undefined ? [] : [[name, url] as const];
    });
    this.#services = new Map(here);
    return ok(this.#services);
  }

  /** The address of the device itself for an address that it told. */
  here(address: string): string | undefined {
    return rewritten(address, this.#origin);
  }

  /**
   * The element that answers. `unauthorised` after one retry with a fresh clock: then nothing more is sent for this account. Until a login has succeeded
   * there is one attempt at a time, so that a wrong password is not tried by everybody at once.
   */
  async call(call: Call): Promise<Result<XmlNode, DriverFailure>> {
    const address = call.to === undefined ? await this.#addressOf(call.request.service, call.signal) : ok(call.to.url);
    if (!address.ok) return address;
    if (this.#proven || this.#parts.connection.credentials === undefined) return this.#attempt(call, address.value);
    const mine = this.#turn.then(() => this.#attempt(call, address.value));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #attempt(call: Call, url: string): Promise<Result<XmlNode, DriverFailure>> {
    const { connection, guard, account, io } = this.#parts;
    const pausedMs = guard.pausedForMs(account, io.clock.mono());
    if (connection.credentials !== undefined && pausedMs > 0)
      return err({
        kind: 'unauthorised',
        detail: `login refused before; nothing is sent for ${Math.ceil(pausedMs / 60_000)} min`,
      });
    const synced = await this.#synced(call.signal, false);
    if (!synced.ok) return synced;
    const first = await this.#exchange(call, url, this.#token());
    if (first.ok || first.error.kind !== 'unauthorised') return this.#counted(first);
    const again = await this.#synced(call.signal, true);
    if (!again.ok) return again;
    const second = await this.#exchange(call, url, this.#token());
    if (!second.ok && second.error.kind === 'unauthorised') this.#refused();
    return this.#counted(second);
  }

  #counted<T>(result: Result<T, DriverFailure>): Result<T, DriverFailure> {
    if (result.ok) this.#parts.guard.succeeded(this.#parts.account);
    this.#proven ||= result.ok;
    return result;
  }

  /** Both tries were refused although the clock is right: it is the password. */
  #refused(): void {
    const { guard, account, io } = this.#parts;
    this.#proven = false;
    guard.failed(account, 1, io.clock.mono());
  }

  async #synced(signal: AbortSignal | undefined, anew: boolean): Promise<Result<void, DriverFailure>> {
    const age = this.#clock === undefined ? Number.POSITIVE_INFINITY : this.#parts.io.clock.mono() - this.#clock.readMs;
    if (this.#parts.connection.credentials === undefined || (!anew && age < clientLimits.clockAgeMs)) return ok(undefined);
    const read = await this.clock(signal);
    // A device that hides its clock, or has none, is signed for by ours.
    const passable = read.ok || ['unauthorised', 'unsupported', 'malformed', 'refused'].includes(read.error.kind);
    return passable ? ok(undefined) : (read as Result<never, DriverFailure>);
  }

  #token(): UsernameToken | undefined {
    const { credentials } = this.#parts.connection;
    if (credentials === undefined) return undefined;
    const nonce = Uint8Array.from({ length: 16 }, () => Math.floor(this.#parts.random.next() * 256));
    const created = isoUtc(this.#parts.io.clock.now() + this.offsetMs);
    return {
      user: credentials.user,
      digest: passwordDigest(nonce, created, credentials.password),
      nonce: base64(nonce),
      created,
    };
  }

  async #exchange(call: Call, url: string, token: UsernameToken | undefined): Promise<Result<XmlNode, DriverFailure>> {
    const { action, body, answer } = call.request;
    const addressed = call.to === undefined && call.request.service !== 'events' ? {} : { to: url, messageId: this.#messageId() };
    const text = envelope({
      action,
      body,
      ...addressed,
      reference: call.to?.reference ?? '',
      ...(token === undefined ? {} : { token }),
    });
    const { io } = this.#parts;
    io.trace?.({ way: 'sent', at: io.clock.now(), text: body, note: `${action} to ${url}` });
    const reply = await this.#send(call, url, text);
    if (!reply.ok) return reply;
    io.trace?.({ way: 'received', at: io.clock.now(), note: `status ${reply.value.status}, ${reply.value.body.length} bytes` });
    return answerOf(reply.value, answer);
  }

  async #addressOf(service: ServiceName, signal: AbortSignal | undefined): Promise<Result<string, DriverFailure>> {
    if (service === 'device') return ok(this.#device);
    const services = await this.services(signal);
    if (!services.ok) return services;
    const url = services.value.get(service);
    return url === undefined ? err({ kind: 'unsupported', detail: `no ${service} service` }) : ok(url);
  }

  #send(call: Call, url: string, text: string): Promise<Result<HttpReply, DriverFailure>> {
    const { connection, io, logins, closed } = this.#parts;
    const request = {
      method: 'POST' as const,
      url,
      headers: { 'content-type': `application/soap+xml; charset=utf-8; action="${call.request.action}"`, connection: 'close' },
      body: new TextEncoder().encode(text),
      deadlineMs: connection.deadlineMs + (call.waitMs ?? 0),
      bodyBytesMax: clientLimits.replyBytes,
      ...(connection.caPem === undefined ? {} : { caPem: connection.caPem }),
      signal: call.signal === undefined ? closed : AbortSignal.any([call.signal, closed]),
    };
    const login = call.waitMs === undefined ? logins?.asking : logins?.pulling;
    return login === undefined || call.request === requests.clock ? io.http(request) : login.request(request);
  }

  #messageId(): string {
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => Math.floor(this.#parts.random.next() * 16).toString(16)).join('');
    return `urn:uuid:${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  }
}

/** A reply to the element that it holds. What is no SOAP is judged by its status; a page that a person would see is no answer. */
function answerOf({ status, body }: HttpReply, answer: string): Result<XmlNode, DriverFailure> {
  if (status === 401 || status === 403) return err({ kind: 'unauthorised', detail: `status ${status}` });
  const parsed = parseXmlBytes(body);
  if (!parsed.ok) {
    if (status >= 400) return err({ kind: 'refused', deviceCode: status, detail: `status ${status} without SOAP` });
    const detail = parsed.error.kind === 'charset' ? 'bytes in no known character set' : describeXmlFailure(parsed.error);
    return err({ kind: 'malformed', detail, frameHex: '' });
  }
  const inside = bodyOf(parsed.value.root);
  if (!inside.ok)
    return err(
      typeof inside.error === 'string'
        ? { kind: 'malformed', detail: inside.error, frameHex: '' }
        : failureOf(inside.error, status),
    );
  const element = childOf(inside.value, answer);
  return element === undefined ? err({ kind: 'malformed', detail: `an envelope without ${answer}`, frameHex: '' }) : ok(element);
}

function failureOf(fault: SoapFault, status: number): DriverFailure {
  const detail = `fault ${fault.code}`;
  if (saysNotAuthorized(fault)) return { kind: 'unauthorised', detail };
  if (saysNotSupported(fault)) return { kind: 'unsupported', detail };
  return { kind: 'refused', deviceCode: saysUnknownResource(fault) ? goneCode : status, detail };
}
