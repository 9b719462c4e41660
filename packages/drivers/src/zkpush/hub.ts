import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, HttpAnswer, HttpArrival, Listening } from '../contract.ts';
import { type ZkConnection, lineKey } from './connection.ts';
import type { ZkGate } from './gate.ts';
import { zkRequest } from './request.core.ts';

export const hubLimits = { toldStrangers: 32 } as const;

interface Member {
  readonly gate: ZkGate;
  readonly source: string | undefined;
  readonly io: DriverIo;
}

/** One listening port and the terminals that may post to it. Others are refused and counted; they make no device, and they are not told `OK`. */
export class ZkHub {
  readonly #io: DriverIo;
  readonly #members = new Map<string, Member>();
  readonly #strangers = new Set<string>();
  #refused = 0;
  #listening: Promise<Result<Listening, DriverFailure>> | undefined;

  constructor(io: DriverIo) {
    this.#io = io;
  }

  get refused(): number {
    return this.#refused;
  }

  get empty(): boolean {
    return this.#members.size === 0;
  }

  has(serial: string): boolean {
    return this.#members.has(serial);
  }

  listen({ listen, connectionsMax, bodyBytesMax }: ZkConnection): Promise<Result<Listening, DriverFailure>> {
    this.#listening ??= this.#io.listenHttp({ ...listen, connectionsMax, bodyBytesMax }, (arrival) => this.#answer(arrival));
    return this.#listening;
  }

  join(serial: string, member: Member): void {
    this.#members.set(serial, member);
  }

  leave(serial: string): void {
    this.#members.delete(serial);
  }

  async close(): Promise<void> {
    const listening = await this.#listening;
    if (listening?.ok === true) await listening.value.close();
  }

  async #answer({ method, url, body, peer }: HttpArrival): Promise<HttpAnswer> {
    const request = zkRequest(method, url);
    if ('kind' in request) return this.#refuse(request.kind, peer, request.kind === 'noPath' ? 404 : 400);
    const member = this.#members.get(request.serial);
    if (member === undefined) return this.#refuse('unknownSerial', `${request.serial} ${peer}`, 403);
    if (member.source !== undefined && plainAddress(peer) !== member.source)
      return this.#refuse('wrongSource', `${request.serial} ${peer}`, 403);
    member.io.trace?.({ way: 'received', at: member.io.clock.now(), note: `${method} ${request.path}, ${body.length} bytes` });
    const answer = await member.gate.answer(request, body);
    member.io.trace?.({ way: 'sent', at: member.io.clock.now(), note: `status ${answer.status}` });
    return answer;
  }

  #refuse(cause: string, who: string, status: number): HttpAnswer {
    this.#refused++;
    const told = `${cause} ${who}`;
    if (!this.#strangers.has(told) && this.#strangers.size < hubLimits.toldStrangers) {
      this.#strangers.add(told);
      this.#io.log.log('warn', 'zkPostRefused', { cause, who, refused: this.#refused });
    }
    return { status };
  }
}

/** IPv4 in IPv6 clothes is IPv4. */
const plainAddress = (peer: string): string => peer.replace(/^::ffff:/i, '');

/** The hubs of one program, by port. */
export class ZkHubs {
  readonly #hubs = new Map<string, ZkHub>();
  readonly #closing = new Map<string, Promise<void>>();

  /** Joins the hub of a port, listening. `unreachable` when the port cannot be had, `unsupported` when the serial number is taken there. */
  async share(connection: ZkConnection, io: DriverIo, gate: ZkGate): Promise<Result<ZkHub, DriverFailure>> {
    const key = lineKey(connection);
    await this.#closing.get(key);
    const hub = this.#hubs.get(key) ?? new ZkHub(io);
    this.#hubs.set(key, hub);
    if (hub.has(connection.serial)) return err({ kind: 'unsupported', detail: 'this serial number has a session already' });
    hub.join(connection.serial, { gate, source: connection.source, io });
    const listening = await hub.listen(connection);
    if (listening.ok) return ok(hub);
    await this.release(connection, hub);
    return listening;
  }

  /** Leaves the hub; the last one closes the port. */
  async release(connection: ZkConnection, hub: ZkHub): Promise<void> {
    const key = lineKey(connection);
    hub.leave(connection.serial);
    if (!hub.empty || this.#hubs.get(key) !== hub) return;
    this.#hubs.delete(key);
    const closing = hub.close().finally(() => this.#closing.delete(key));
    this.#closing.set(key, closing);
    await closing;
  }
}
