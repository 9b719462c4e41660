import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@cardwatch/kernel';
import type { DormGate, PassAttempt, TruthSink } from '../cluster.ts';
import { Account } from './account.ts';
import { PullPoints } from './pull-points.ts';
import { type ReplyFault, reply, replyFaults } from './reply.ts';
import {
  type SimulatedMessage,
  type SimulatedRequest,
  clockBody,
  envelope,
  fault,
  fieldOf,
  messageXml,
  requestOf,
  secondsOf,
  servicesBody,
} from './soap-text.ts';

export interface DoorParts {
  readonly clock: Clock;
  readonly truth: TruthSink;
  readonly deviceId: string;
  readonly host: string;
}

type DoorAlarm = 'Normal' | 'DoorForcedOpen' | 'DoorOpenTooLong';

const requestBytesMax = 64 * 1024;
const doorToken = 'DOOR-1';
const points = { in: 'AP-IN', out: 'AP-OUT' } as const;
/** An address of before it was installed: nobody answers there. */
const factoryHost = '192.168.1.64';

/** One Profile C door: device, event, door and access point services on one port. */
export class OnvifDoor implements DormGate {
  readonly device = 'gate';
  readonly deviceId: string;
  readonly account = new Account();
  readonly faults = new Set<string>();
  readonly pullPoints: PullPoints;
  readonly #parts: DoorParts;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #skewMs = 0;
  #alarm: DoorAlarm = 'Normal';
  #tamper = false;
  #requests = 0;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.deviceId = parts.deviceId;
    this.pullPoints = new PullPoints(parts.clock, () => this.#now());
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get requests(): number {
    return this.#requests;
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.#parts.host, port }, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    this.pullPoints.clear();
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  pass({ personNo, name, card, direction, method, outcome }: PassAttempt): void {
    const { truth, deviceId } = this.#parts;
    const at = this.#now();
    const result = outcome === 'granted' ? 'granted' : 'denied';
    truth.pass({ deviceId, generation: 1, eventNo: undefined, result, method, at });
    const source = [['AccessPointToken', points[direction]]] as const;
    const person = [
      ['CredentialToken', personNo],
      ['CredentialHolderName', name],
    ] as const;
    if (outcome === 'granted') this.#publish({ topic: 'AccessControl/AccessGranted/Credential', at, source, data: person });
    else if (outcome === 'denied')
      this.#publish({
        topic: 'AccessControl/Denied/Credential',
        at,
        source,
        data: [...person, ['Reason', 'NotPermittedAtThisTime']],
      });
    else if (card !== undefined)
      this.#publish({ topic: 'AccessControl/Denied/CredentialNotFound/Card', at, source, data: [['Card', card]] });
    else this.#publish({ topic: 'AccessControl/Denied/Anonymous', at, source, data: [['Reason', 'Unauthorized']] });
  }

  alarm(state: DoorAlarm): void {
    this.#alarm = state;
    this.#publish(this.#state('DoorAlarm', state, 'Changed'));
    this.#publish(this.#state('DoorPhysicalState', state === 'Normal' ? 'Closed' : 'Open', 'Changed'));
  }

  tamper(on: boolean): void {
    this.#tamper = on;
    this.#publish(this.#state('DoorTamper', on ? 'TamperDetected' : 'NotInTamper', 'Changed'));
  }

  skew(deltaMs: number): void {
    this.#skewMs += deltaMs;
  }

  /** Subscriptions are gone, as after a power cut. */
  restart(): void {
    this.pullPoints.clear();
  }

  #publish(message: SimulatedMessage): void {
    this.pullPoints.publish(message);
  }

  #now(): number {
    return this.#parts.clock.now() + this.#skewMs;
  }

  #state(part: string, state: string, operation: 'Initialized' | 'Changed'): SimulatedMessage {
    const source = [['DoorToken', doorToken]] as const;
    return { topic: `Door/State/${part}`, at: this.#now(), operation, source, data: [['State', state]] };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#requests++;
    const text = await textOf(request);
    if (text === undefined) return;
    const fault = replyFaults.find((each) => this.faults.has(each));
    const { status, body, headers } = await this.#answer(text, request);
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
    reply(response, { status, body, fault: fault as ReplyFault | undefined }, this.#parts.clock);
  }

  async #answer(text: string, { headers, method = '', url = '' }: IncomingMessage): Promise<Answer> {
    const request = requestOf(text);
    if (request === undefined) return { status: 400, body: fault('ter:WellFormed') };
    if (request.name === 'GetSystemDateAndTime') return { status: 200, body: envelope(clockBody(this.#now())) };
    if (this.faults.has('httpDigest')) {
      if (!this.account.admitsHttp(headers.authorization, method, url))
        return { status: 401, body: '', headers: { 'www-authenticate': this.account.challenge } };
    } else if (!this.account.admits(request, this.#now())) return { status: 400, body: fault('ter:NotAuthorized') };
    const body = await this.#body(request);
    return body === undefined ? { status: 400, body: fault('ter:ActionNotSupported') } : body;
  }

  async #body(request: SimulatedRequest): Promise<Answer | undefined> {
    const good = (body: string): Answer => ({ status: 200, body: envelope(body) });
    switch (request.name) {
      case 'GetServices':
        return good(servicesBody(factoryHost));
      case 'GetDeviceInformation':
        return good(
          `<tds:GetDeviceInformationResponse><tds:Manufacturer>示例厂</tds:Manufacturer><tds:Model>FACE-GATE-1</tds:Model>` +
            `<tds:FirmwareVersion>1.4.2</tds:FirmwareVersion><tds:SerialNumber>SN-${this.deviceId}</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>`,
        );
      case 'GetDoorInfoList':
        return good(this.#doors(request));
      case 'GetAccessPointInfoList':
        return good(this.#accessPoints());
      case 'GetDoorState':
        return good(this.#doorState());
      default:
        return this.#events(request, good);
    }
  }

  /** Two pages, the second one empty: paging has to be followed to its end. */
  #doors(request: SimulatedRequest): string {
    const second = fieldOf(request, 'StartReference') !== undefined;
    const item = `<tdc:DoorInfo token="${doorToken}"><tdc:Name>Dorm 7 east</tdc:Name></tdc:DoorInfo>`;
    const inside = second ? '' : `<tdc:NextStartReference>2</tdc:NextStartReference>${item}`;
    return `<tdc:GetDoorInfoListResponse>${inside}</tdc:GetDoorInfoListResponse>`;
  }

  #accessPoints(): string {
    const all = Object.values(points).map(
      (token) =>
        `<tac:AccessPointInfo token="${token}"><tac:Name>${token}</tac:Name><tac:Entity>${doorToken}</tac:Entity></tac:AccessPointInfo>`,
    );
    return `<tac:GetAccessPointInfoListResponse>${all.join('')}</tac:GetAccessPointInfoListResponse>`;
  }

  #doorState(): string {
    const open = this.#alarm === 'Normal' ? 'Closed' : 'Open';
    return (
      `<tdc:GetDoorStateResponse><tdc:DoorState><tdc:DoorPhysicalState>${open}</tdc:DoorPhysicalState><tdc:LockPhysicalState>Locked</tdc:LockPhysicalState>` +
      `<tdc:Alarm>${this.#alarm}</tdc:Alarm><tdc:Tamper><tdc:State>${this.#tamper ? 'TamperDetected' : 'NotInTamper'}</tdc:State></tdc:Tamper>` +
      `<tdc:Fault><tdc:State>NotInFault</tdc:State></tdc:Fault><tdc:DoorMode>Locked</tdc:DoorMode></tdc:DoorState></tdc:GetDoorStateResponse>`
    );
  }

  async #events(request: SimulatedRequest, good: (body: string) => Answer): Promise<Answer | undefined> {
    if (request.name === 'CreatePullPointSubscription') {
      const { id, times } = this.pullPoints.create(this.#leaseMs(fieldOf(request, 'InitialTerminationTime')), [
        this.#state('DoorAlarm', this.#alarm, 'Initialized'),
        this.#state('DoorMode', 'Locked', 'Initialized'),
      ]);
      return good(
        `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>http://${factoryHost}/onvif/subscription?Idx=6</wsa:Address>` +
          `<wsa:ReferenceParameters><sim:SubscriptionId>${id}</sim:SubscriptionId></wsa:ReferenceParameters></tev:SubscriptionReference>` +
          `<wsnt:CurrentTime>${times.current}</wsnt:CurrentTime><wsnt:TerminationTime>${times.termination}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>`,
      );
    }
    const id = /<(?:\w+:)?SubscriptionId\b[^>]*IsReferenceParameter="true"[^>]*>([^<]*)</.exec(request.text)?.[1];
    const addressed = fieldOf(request, 'To') !== undefined && fieldOf(request, 'Action') !== undefined;
    if (id === undefined || !addressed) return { status: 400, body: fault('wsa:InvalidAddressingHeader') };
    return this.#subscription(request, id, good);
  }

  #leaseMs(asked: string | undefined): number {
    return this.faults.has('shortLease') ? 4_000 : secondsOf(asked, 60) * 1_000;
  }

  async #subscription(request: SimulatedRequest, id: string, good: (body: string) => Answer): Promise<Answer | undefined> {
    const unknown: Answer = { status: 500, body: fault('ter:InvalidArgs', '<wsnt:ResourceUnknownFault/>') };
    switch (request.name) {
      case 'PullMessages': {
        const waitMs = secondsOf(fieldOf(request, 'Timeout'), 20) * 1_000;
        const pulled = await this.pullPoints.pull(id, waitMs, Number(fieldOf(request, 'MessageLimit') ?? 10));
        if (pulled === undefined) return unknown;
        const { times, messages } = pulled;
        return good(
          `<tev:PullMessagesResponse><tev:CurrentTime>${times.current}</tev:CurrentTime><tev:TerminationTime>${times.termination}</tev:TerminationTime>` +
            `${messages.map(messageXml).join('')}</tev:PullMessagesResponse>`,
        );
      }
      case 'Renew': {
        if (this.faults.has('noRenew')) return undefined;
        const times = this.pullPoints.renew(id, this.#leaseMs(fieldOf(request, 'TerminationTime')));
        if (times === undefined) return unknown;
        return good(
          `<wsnt:RenewResponse><wsnt:TerminationTime>${times.termination}</wsnt:TerminationTime><wsnt:CurrentTime>${times.current}</wsnt:CurrentTime></wsnt:RenewResponse>`,
        );
      }
      case 'Unsubscribe':
        this.pullPoints.remove(id);
        return good('<wsnt:UnsubscribeResponse/>');
      default:
        return undefined;
    }
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function textOf(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length > requestBytesMax) request.destroy();
      else parts.push(bytes);
    });
    request.once('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.once('close', () => resolve(undefined));
    request.on('error', () => resolve(undefined));
  });
}
