/** A face terminal that speaks ISAPI over real HTTP: log, live stream, state. Written from the data sheet, knows no driver. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { chance } from '@cardwatch/kernel';
import type { ClusterFault, ClusterParts, DormGate, PassAttempt } from '../cluster.ts';
import { DigestDoor } from './digest-door.ts';
import { deviceInfoText, heartbeatText, statusText, timeText, workStatus } from './documents.ts';
import { EventStore, type StoreSnapshot, type StoredEvent, alertText, minorOf } from './event-store.ts';
import type { IsapiTerminalOptions } from './options.ts';
import { sendReply } from './reply.ts';
import { type SearchCondition, searchReply } from './search.ts';

export const isapiFaults = [
  'stall',
  'trickle',
  'cutBody',
  'lfOnly',
  'wrongBoundary',
  'streamDrop',
  'staleNonce',
  'lockAccount',
  'clock1970',
  'serialRollback',
  'serialGap',
  'flood',
  'doorHeldOpen',
  'forced',
  'tamper',
  'fire',
  'readerOffline',
  'reboot',
  'wrongPassword',
  'replay',
  'badJson',
  'htmlLogin',
] as const;
type FaultType = (typeof isapiFaults)[number];

const picture = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.from('CANARY-PICTURE\r\n--MIME_boundary\r\n'),
  Buffer.alloc(2_000, 0x5a),
  Buffer.from([0xff, 0xd9]),
]);

export interface TerminalSnapshot {
  readonly generation: number;
  readonly store: StoreSnapshot;
}

interface Live {
  readonly response: ServerResponse;
  readonly boundary: string;
}

export async function openIsapiTerminal(
  options: IsapiTerminalOptions,
  parts: Omit<ClusterParts, 'restored'>,
): Promise<IsapiTerminal> {
  const terminal = new IsapiTerminal(options, parts);
  await terminal.listen();
  return terminal;
}

export class IsapiTerminal implements DormGate {
  readonly device = 'gate';
  readonly deviceId: string;
  readonly door: DigestDoor;
  readonly store: EventStore;
  /** Counts for tests: requests by path, streams opened. */
  readonly requests = new Map<string, number>();
  streams = 0;
  #generation = 1;
  readonly #options: IsapiTerminalOptions;
  readonly #parts: Omit<ClusterParts, 'restored'>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #active = new Set<FaultType>();
  readonly #live = new Set<Live>();
  #bootedMs: number;
  #cancelBeat: () => void = () => {};
  #port = 0;
  #contactOpen = false;

  constructor(options: IsapiTerminalOptions, parts: Omit<ClusterParts, 'restored'>) {
    this.#options = options;
    this.#parts = parts;
    this.deviceId = options.deviceId;
    this.#bootedMs = parts.clock.mono() - 86_461_000;
    this.store = new EventStore(options.capacity ?? 150_000);
    const { user, password, triesMax = 5, lockMs = 1_800_000 } = options;
    this.door = new DigestDoor({ realm: 'DS-K1T', user, password, triesMax, lockMs }, parts.clock);
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get endpoint(): { readonly host: string; readonly port: number } {
    return { host: this.#options.address ?? '127.0.0.1', port: this.#port };
  }

  /** Streams that are open now. */
  get liveStreams(): number {
    return this.#live.size;
  }

  snapshot(): TerminalSnapshot {
    return { generation: this.#generation, store: this.store.snapshot() };
  }

  restore({ generation, store }: TerminalSnapshot): void {
    this.#generation = generation;
    this.store.restore(store);
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#parts.port, this.#options.address ?? '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        this.#beat();
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.#cancelBeat();
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** A person at the gate; granted ones move the door as well. */
  pass(attempt: PassAttempt): void {
    const [minor, result] = minorOf(attempt);
    const at = this.#now();
    const stranger = attempt.outcome === 'stranger';
    const event = this.#note(
      {
        major: 5,
        minor,
        at,
        picture: attempt.method === 'face',
        readerNo: attempt.direction === 'in' ? 1 : 2,
        ...(stranger ? {} : { person: attempt }),
      },
      (serialNo) =>
        this.#parts.truth.pass({
          deviceId: this.#options.deviceId,
          generation: this.#generation,
          eventNo: serialNo,
          result,
          method: attempt.method,
          at,
        }),
    );
    this.#tell(event, true);
    if (result === 'granted') {
      this.#tell(this.#note({ major: 5, minor: 21, at, picture: false }), true);
      this.#tell(this.#note({ major: 5, minor: 22, at, picture: false }), true);
    }
  }

  strike(fault: ClusterFault): string | undefined {
    const type = isapiFaults.find((name) => name === fault.type);
    if (type === undefined) return `no fault ${fault.type}`;
    if (fault.deviceId !== undefined && fault.deviceId !== this.#options.deviceId) return `no device ${fault.deviceId}`;
    this.#strike(type, fault);
    return undefined;
  }

  heal(type: string): void {
    this.#active.delete(type as FaultType);
    if (type === 'lockAccount') this.door.unlock();
    if (type === 'wrongPassword') this.door.password = this.#options.password;
    if (type === 'doorHeldOpen') this.#contactOpen = false;
    if (type === 'tamper') this.#say(1, 1029);
    if (type === 'fire') this.#say(5, 53);
    if (type === 'readerOffline') this.#say(2, 1034);
  }

  #strike(type: FaultType, { records }: ClusterFault): void {
    switch (type) {
      case 'streamDrop':
        return this.#dropStreams();
      case 'staleNonce':
        return this.door.forgetNonces();
      case 'lockAccount':
        return this.door.lock();
      case 'wrongPassword':
        this.door.password = 'changed-by-somebody';
        this.door.forgetNonces();
        return;
      case 'serialRollback':
        this.#generation++;
        return this.store.clear();
      case 'serialGap':
        return this.store.skip(records ?? 3);
      case 'flood':
        return this.#flood(records ?? 10_000);
      case 'doorHeldOpen':
        this.#contactOpen = true;
        return this.#say(5, 28);
      case 'forced':
        return this.#say(5, 27);
      case 'tamper':
        this.#active.add(type);
        return this.#say(1, 1028);
      case 'fire':
        return this.#say(5, 52);
      case 'readerOffline':
        this.#active.add(type);
        return this.#say(2, 1033);
      case 'reboot':
        this.#bootedMs = this.#parts.clock.mono();
        this.door.forgetNonces();
        for (const socket of this.#sockets) socket.destroy();
        return this.#say(2, 1024);
      case 'replay':
        for (const event of this.store.matching(() => true).slice(-(records ?? 5))) this.#tell(event, false);
        return;
      case 'badJson':
        for (const live of this.#live) live.response.write(this.#part(live, 'application/json', Buffer.from('{"eventType":')));
        return;
      default:
        this.#active.add(type);
        if (type === 'lfOnly' || type === 'wrongBoundary') this.#dropStreams();
    }
  }

  /** Somebody works at the door from afar, by another program. */
  remoteOpen(netUser: string, remoteHost: string): void {
    this.#tell(this.#note({ major: 3, minor: 1024, at: this.#now(), picture: false, actor: { netUser, remoteHost } }), true);
  }

  #dropStreams(): void {
    for (const { response } of this.#live) response.destroy();
    this.#live.clear();
  }

  /** Hours of passes while nobody listened. */
  #flood(count: number): void {
    this.#dropStreams();
    const startAt = this.#now() - 8 * 3_600_000;
    for (let i = 0; i < count; i++) {
      const at = startAt + Math.floor((i * 8 * 3_600_000) / count);
      const method = chance(this.#parts.random, 0.8) ? 'face' : 'card';
      const result = chance(this.#parts.random, 0.95) ? 'granted' : 'denied';
      const person = { personNo: `2023${String(i % 1_000).padStart(6, '0')}`, name: 'CANARY-NAME', card: undefined };
      const minor = method === 'face' ? (result === 'granted' ? 75 : 76) : result === 'granted' ? 1 : 9;
      this.#note({ major: 5, minor, at, picture: method === 'face', person, readerNo: 1 }, (eventNo) =>
        this.#parts.truth.pass({ deviceId: this.#options.deviceId, generation: this.#generation, eventNo, result, method, at }),
      );
    }
  }

  #say(major: number, minor: number): void {
    this.#tell(this.#note({ major, minor, at: this.#now(), picture: false }), true);
  }

  /** The truth knows it before anybody can read it. */
  #note(event: Omit<StoredEvent, 'serialNo'>, truth: (serialNo: number) => void = () => {}): StoredEvent {
    truth(this.store.newest + 1);
    return this.store.add(event);
  }

  #now(): number {
    return this.#active.has('clock1970') ? 11_000 + (this.#parts.clock.now() % 1_000_000) : this.#parts.clock.now();
  }

  #beat(): void {
    this.#cancelBeat = this.#parts.clock.after(this.#options.heartbeatMs ?? 10_000, () => {
      const text = heartbeatText(this.#now());
      if (!this.#active.has('stall'))
        for (const live of this.#live)
          live.response.write(this.#part(live, 'application/xml; charset="UTF-8"', Buffer.from(text)));
      this.#beat();
    });
  }

  #part({ boundary }: Live, type: string, body: Buffer, disposition = ''): Buffer {
    const end = this.#active.has('lfOnly') ? '\n' : '\r\n';
    const head = [
      `--${boundary}`,
      `Content-Type: ${type}`,
      ...(disposition === '' ? [] : [disposition]),
      `Content-Length: ${body.length}`,
      '',
      '',
    ].join(end);
    return Buffer.concat([Buffer.from(head), body, Buffer.from(end)]);
  }

  #tell(event: StoredEvent, current: boolean): void {
    if (this.#active.has('stall')) return;
    for (const live of this.#live) {
      const text = Buffer.from(alertText(event, current, '7栋东门'));
      live.response.write(this.#part(live, 'application/json', text, 'Content-Disposition: form-data; name="event_log"'));
      if (event.picture)
        live.response.write(
          this.#part(live, 'image/jpeg', picture, 'Content-Disposition: form-data; name="Picture"; filename="Picture.jpg"'),
        );
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    this.requests.set(path, (this.requests.get(path) ?? 0) + 1);
    response.on('error', () => {});
    if (this.#active.has('htmlLogin')) return this.#send(response, 'text/html', '<html><body><form>login</form></body></html>');
    if (!this.door.admits(request, response)) return;
    const { without } = this.#options;
    switch (path) {
      case '/ISAPI/System/deviceInfo':
        return this.#send(response, 'application/xml', deviceInfoText(this.#options.serial));
      case '/ISAPI/System/status':
        return this.#send(
          response,
          'application/xml',
          statusText(this.#now(), Math.floor((this.#parts.clock.mono() - this.#bootedMs) / 1_000)),
        );
      case '/ISAPI/System/time':
        return this.#send(response, 'application/xml', timeText(this.#now()));
      case '/ISAPI/AccessControl/AcsWorkStatus':
        return this.#send(
          response,
          'application/json',
          JSON.stringify(
            workStatus({
              contactOpen: this.#contactOpen,
              readerOffline: this.#active.has('readerOffline'),
              tampered: this.#active.has('tamper'),
            }),
          ),
        );
      case '/ISAPI/AccessControl/AcsEvent':
        if (without !== 'log') return this.#search(request, response);
        break;
      case '/ISAPI/Event/notification/alertStream':
        if (without !== 'stream') return this.#stream(response);
        break;
    }
    response.writeHead(404, { 'content-length': 0 });
    response.end();
  }

  #stream(response: ServerResponse): void {
    this.streams++;
    const boundary = 'MIME_boundary';
    const said = this.#active.has('wrongBoundary') ? 'something_else' : boundary;
    response.writeHead(200, { 'content-type': `multipart/mixed; boundary=${said}` });
    response.flushHeaders();
    const live = { response, boundary };
    this.#live.add(live);
    response.once('close', () => this.#live.delete(live));
  }

  #send(response: ServerResponse, type: string, text: string): void {
    const has = (fault: FaultType): boolean => this.#active.has(fault);
    const faults = { stall: has('stall'), cutBody: has('cutBody'), trickle: has('trickle') };
    sendReply(response, type, text, faults, this.#parts.clock);
  }

  #search(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void (chunks.length < 64 && chunks.push(chunk)));
    request.on('error', () => {});
    request.once('end', () => {
      const { AcsEventCond: condition = {} } = JSON.parse(Buffer.concat(chunks).toString()) as { AcsEventCond?: SearchCondition };
      this.#send(
        response,
        'application/json',
        JSON.stringify(
          {
            AcsEvent: searchReply(condition, this.store, {
              knowsSerials: this.#options.knowsSerials ?? true,
              pageMax: this.#options.pageMax ?? 30,
              random: this.#parts.random,
            }),
          },
          null,
          '\t',
        ),
      );
    });
  }
}
