/** A face terminal that speaks Dahua's CGI over real HTTP: stream of events, records by number. Written from the data sheet, knows no driver. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ClusterFault, ClusterParts, DormGate, PassAttempt } from '../cluster.ts';
import { DigestDoor } from '../isapi/digest-door.ts';
import { sendReply } from '../isapi/reply.ts';

export interface DahuaTerminalOptions {
  readonly deviceId: string;
  readonly user: string;
  readonly password: string;
  readonly serial?: string;
  readonly capacity?: number;
  readonly heartbeatMs?: number;
  /** Milliseconds until a pass that was told live stands in the records. */
  readonly recordDelayMs?: number;
  readonly without?: 'log' | 'stream';
  readonly address?: string;
  readonly lockMs?: number;
}

export interface DahuaRecord {
  readonly recNo: number;
  readonly createdS: number;
  readonly readableMs: number;
  readonly person: string;
  readonly card: string;
  readonly name: string;
  readonly method: number;
  readonly status: 0 | 1;
  readonly errorCode: number;
  readonly type: 'Entry' | 'Exit';
}

export interface DahuaSnapshot {
  readonly generation: number;
  readonly next: number;
  readonly records: readonly DahuaRecord[];
}

export const dahuaFaults = [
  'stall',
  'trickle',
  'cutBody',
  'lfOnly',
  'wrongBoundary',
  'streamDrop',
  'staleNonce',
  'lockAccount',
  'serialRollback',
  'serialGap',
  'flood',
  'doorHeldOpen',
  'forced',
  'tamper',
  'fire',
  'reboot',
  'wrongPassword',
  'lostEvent',
] as const;
type FaultType = (typeof dahuaFaults)[number];

const methods: Readonly<Record<PassAttempt['method'], number>> = { card: 1, face: 15, qr: 43 };
const snapshotRecords = 400;

export async function openDahuaTerminal(
  options: DahuaTerminalOptions,
  parts: Omit<ClusterParts, 'restored'>,
): Promise<DahuaTerminal> {
  const terminal = new DahuaTerminal(options, parts);
  await terminal.listen();
  return terminal;
}

export class DahuaTerminal implements DormGate {
  readonly device = 'gate';
  readonly deviceId: string;
  readonly door: DigestDoor;
  streams = 0;
  #generation = 1;
  #next = 1;
  #records: DahuaRecord[] = [];
  readonly #options: DahuaTerminalOptions;
  readonly #parts: Omit<ClusterParts, 'restored'>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #active = new Set<FaultType>();
  readonly #live = new Set<ServerResponse>();
  #cancelBeat: () => void = () => {};
  #port = 0;

  constructor(options: DahuaTerminalOptions, parts: Omit<ClusterParts, 'restored'>) {
    this.#options = options;
    this.#parts = parts;
    this.deviceId = options.deviceId;
    const { user, password, lockMs = 1_800_000 } = options;
    this.door = new DigestDoor({ realm: 'Login to 4B0A', user, password, triesMax: 5, lockMs }, parts.clock);
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

  get newest(): number {
    return this.#next - 1;
  }

  snapshot(): DahuaSnapshot {
    return { generation: this.#generation, next: this.#next, records: this.#records.slice(-snapshotRecords) };
  }

  restore({ generation, next, records }: DahuaSnapshot): void {
    this.#generation = generation;
    this.#next = next;
    // `readableMs` counts from the start of the process: what was written before it is long readable
    this.#records = records.map((record) => ({ ...record, readableMs: 0 }));
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

  pass(attempt: PassAttempt): void {
    const record = this.#write(attempt, Math.floor(this.#parts.clock.now() / 1_000), this.#options.recordDelayMs ?? 0);
    if (!this.#active.has('lostEvent')) this.#tell('AccessControl', 'Pulse', dataOf(record));
    if (record.status === 0) return;
    this.#tell('DoorStatus', 'Pulse', { Status: 'Open', UTC: record.createdS });
    this.#tell('DoorStatus', 'Pulse', { Status: 'Close', UTC: record.createdS });
  }

  strike({ type: name, deviceId, records }: ClusterFault): string | undefined {
    const type = dahuaFaults.find((fault) => fault === name);
    if (type === undefined) return `no fault ${name}`;
    if (deviceId !== undefined && deviceId !== this.deviceId) return `no device ${deviceId}`;
    this.#strike(type, records);
    return undefined;
  }

  heal(type: string): void {
    this.#active.delete(type as FaultType);
    if (type === 'lockAccount') this.door.unlock();
    if (type === 'wrongPassword') this.door.password = this.#options.password;
    if (type === 'doorHeldOpen') this.#tell('DoorNotClosed', 'Stop', {});
    if (type === 'tamper') this.#tell('ChassisIntruded', 'Stop', {});
    if (type === 'fire') this.#tell('AlarmLocal', 'Stop', {});
  }

  #strike(type: FaultType, records: number | undefined): void {
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
        this.#records = [];
        this.#next = 1;
        return;
      case 'serialGap':
        this.#next += records ?? 3;
        return;
      case 'flood':
        return this.#flood(records ?? 10_000);
      case 'doorHeldOpen':
        return this.#tell('DoorNotClosed', 'Start', {});
      case 'forced':
        return this.#tell('BreakIn', 'Pulse', {});
      case 'tamper':
        return this.#tell('ChassisIntruded', 'Start', {});
      case 'fire':
        return this.#tell('AlarmLocal', 'Start', {});
      case 'reboot':
        this.door.forgetNonces();
        for (const socket of this.#sockets) socket.destroy();
        return;
      default:
        this.#active.add(type);
        if (type === 'lfOnly' || type === 'wrongBoundary') this.#dropStreams();
    }
  }

  #write(attempt: PassAttempt, createdS: number, delayMs: number): DahuaRecord {
    const granted = attempt.outcome === 'granted';
    const record: DahuaRecord = {
      recNo: this.#next,
      createdS,
      readableMs: this.#parts.clock.mono() + delayMs,
      person: attempt.outcome === 'stranger' ? '' : attempt.personNo,
      card: attempt.card ?? '',
      name: attempt.outcome === 'stranger' ? '' : attempt.name,
      method: methods[attempt.method],
      status: granted ? 1 : 0,
      errorCode: granted ? 0 : 16,
      type: attempt.direction === 'in' ? 'Entry' : 'Exit',
    };
    // The truth knows it before anybody can read it.
    this.#parts.truth.pass({
      deviceId: this.deviceId,
      generation: this.#generation,
      eventNo: record.recNo,
      result: granted ? 'granted' : 'denied',
      method: attempt.method === 'qr' ? 'unknown' : attempt.method,
      at: createdS * 1_000,
    });
    this.#next++;
    this.#records.push(record);
    if (this.#records.length > (this.#options.capacity ?? 100_000)) this.#records.shift();
    return record;
  }

  #flood(count: number): void {
    this.#dropStreams();
    const endS = Math.floor(this.#parts.clock.now() / 1_000);
    const person = { name: 'CANARY-NAME', card: undefined, direction: 'in', method: 'face', outcome: 'granted' } as const;
    for (let i = 0; i < count; i++)
      this.#write(
        { ...person, personNo: `2023${String(i % 1_000).padStart(6, '0')}` },
        endS - Math.floor(((count - i) * 28_800) / count),
        0,
      );
  }

  #dropStreams(): void {
    for (const response of this.#live) response.destroy();
    this.#live.clear();
  }

  #beat(): void {
    this.#cancelBeat = this.#parts.clock.after(this.#options.heartbeatMs ?? 5_000, () => {
      if (!this.#active.has('stall')) for (const response of this.#live) response.write(this.#part('Heartbeat'));
      this.#beat();
    });
  }

  #tell(code: string, action: string, data: Readonly<Record<string, unknown>>): void {
    if (this.#active.has('stall')) return;
    const text = `Code=${code};action=${action};index=0;data=${JSON.stringify(data, null, 3)}\n`;
    for (const response of this.#live) response.write(this.#part(text));
  }

  #part(text: string): string {
    const end = this.#active.has('lfOnly') ? '\n' : '\r\n';
    return ['--myboundary', 'Content-Type: text/plain', `Content-Length: ${Buffer.byteLength(text)}`, '', text, ''].join(end);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => {});
    if (!this.door.admits(request, response)) return;
    const url = new URL(request.url ?? '/', 'http://terminal');
    const action = url.searchParams.get('action');
    switch (`${url.pathname.split('/').at(-1)}/${action}`) {
      case 'eventManager.cgi/attach':
        if (this.#options.without !== 'stream') return this.#stream(response);
        break;
      case 'recordFinder.cgi/find':
        if (this.#options.without !== 'log') return this.#send(response, this.#found(url.searchParams));
        break;
      case 'global.cgi/getCurrentTime':
        return this.#send(
          response,
          `result=${new Date(this.#parts.clock.now() + 28_800_000).toISOString().slice(0, 19).replace('T', ' ')}\r\n`,
        );
      case 'magicBox.cgi/getSystemInfo':
        return this.#send(response, `deviceType=DHI-ASI7214Y\r\nserialNumber=${this.#options.serial ?? '6K0A1B2PAZ00001'}\r\n`);
      case 'magicBox.cgi/getSoftwareVersion':
        return this.#send(response, 'version=1.000.0000000.7.R,build:2026-01-01\r\n');
    }
    response.writeHead(404, { 'content-length': 0 });
    response.end();
  }

  #found(query: URLSearchParams): string {
    const from = Number(query.get('StartTime'));
    const to = Number(query.get('EndTime'));
    const count = Number(query.get('count') ?? '100');
    const readable = this.#records.filter(
      ({ createdS, readableMs }) => createdS >= from && createdS <= to && readableMs <= this.#parts.clock.mono(),
    );
    const page = readable.sort((a, b) => a.createdS - b.createdS || a.recNo - b.recNo).slice(0, count);
    const lines = page.flatMap((record, index) =>
      Object.entries(dataOf(record))
        .map(([key, value]) => `records[${index}].${key}=${value}`)
        .concat(`records[${index}].RecNo=${record.recNo}`),
    );
    return `${[`found=${page.length}`, ...lines].join('\r\n')}\r\n`;
  }

  #stream(response: ServerResponse): void {
    this.streams++;
    const said = this.#active.has('wrongBoundary') ? 'other' : 'myboundary';
    response.writeHead(200, { 'content-type': `multipart/x-mixed-replace; boundary=${said}` });
    response.flushHeaders();
    this.#live.add(response);
    response.once('close', () => this.#live.delete(response));
  }

  #send(response: ServerResponse, text: string): void {
    const has = (fault: FaultType): boolean => this.#active.has(fault);
    const faults = { stall: has('stall'), cutBody: has('cutBody'), trickle: has('trickle') };
    sendReply(response, 'text/plain', text, faults, this.#parts.clock);
  }
}

/** The fields that a live event and a record share; the name stands in both. */
const dataOf = (record: DahuaRecord): Record<string, unknown> => ({
  AttendanceState: 0,
  CardName: record.name === '' ? '' : `${record.name};}"`,
  CardNo: record.card,
  CreateTime: record.createdS,
  Door: 0,
  ErrorCode: record.errorCode,
  Method: record.method,
  ReaderID: '1',
  Status: record.status,
  Type: record.type,
  UserID: record.person,
});
