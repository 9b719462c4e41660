/** A collector in memory for tests of the agent: grants epochs, books by business key, acknowledges what it has booked. */
import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import {
  type Ack,
  type AgentAddress,
  chainInput,
  downTopic,
  EventLine,
  HealthLine,
  Hello,
  isZstd,
  MoneyLine,
  parseTopic,
  splitBatch,
  type Stream,
  streams,
  type Welcome,
} from '@cardwatch/contracts';
import { addRange, assert, contiguousUpto, type RangeSet, toHex } from '@cardwatch/kernel';

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

interface Booked {
  readonly contentHash: string;
  readonly amountFen: number;
  readonly line: MoneyLine;
}

const encode = (message: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(message));

export class Ledger {
  readonly address: AgentAddress;
  credit = 4;
  epochNo = 0;
  epochUuid = '';
  /** Messages other than hello are swallowed. */
  mute = false;
  duplicates = 0;
  conflicts = 0;
  hellos: Hello[] = [];
  /** A process start has to answer this nonce first; each hello without it is asked twice. */
  nonce: string | undefined;
  batches: {
    readonly stream: Stream;
    readonly lane: string;
    readonly epoch: number;
    readonly first: number;
    readonly last: number;
    readonly lost: boolean;
  }[] = [];
  readonly rows = new Map<string, Booked>();
  readonly undecoded: MoneyLine[] = [];
  readonly events: EventLine[] = [];
  readonly health: HealthLine[] = [];
  readonly replies: unknown[] = [];
  readonly #accepted = new Map<string, RangeSet>();
  #clock: () => number;

  constructor(address: AgentAddress, clock: () => number) {
    this.address = address;
    this.#clock = clock;
  }

  /** What goes down in answer to what came up. */
  receive({ topic, payload }: Message): readonly Message[] {
    const parsed = parseTopic(topic);
    assert(parsed.ok && parsed.value.way === 'up', `topic ${topic}`);
    const { kind } = parsed.value;
    if (kind === 'hello') return this.#greeted(Hello.parse(JSON.parse(new TextDecoder().decode(payload))));
    if (kind === 'bye' || this.mute) return [];
    if (kind === 'reply') {
      this.replies.push(JSON.parse(new TextDecoder().decode(payload)));
      return [];
    }
    return [this.#down(this.#commit(payload))];
  }

  command(action: unknown, id: string, expiresAt: number): Message {
    return { topic: downTopic(this.address, 'command'), payload: encode({ v: 1, id, expiresAt, action }) };
  }

  down(message: unknown): Message {
    return { topic: downTopic(this.address, 'ack'), payload: encode(message) };
  }

  get amountFen(): number {
    return [...this.rows.values()].reduce((sum, { amountFen }) => sum + amountFen, 0);
  }

  numbersOf(deviceId: string, generation = 1): number[] {
    const prefix = `${deviceId}/${generation}/`;
    return [...this.rows.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => Number(key.slice(prefix.length)))
      .sort((a, b) => a - b);
  }

  #down(message: unknown): Message {
    return this.down(message);
  }

  /** A device list in parts is answered once, after the last. */
  #greeted(hello: Hello): readonly Message[] {
    this.hellos.push(hello);
    if (this.nonce !== undefined && hello.answers !== this.nonce) {
      const { instance } = hello;
      const asked = this.#down({ v: 1, type: 'challenge', instance, nonce: this.nonce, serverTime: this.#clock() });
      return [asked, asked];
    }
    return hello.part === hello.parts ? [this.#down(this.#welcome(hello))] : [];
  }

  #welcome(hello: Hello): Welcome {
    const granted =
      hello.epoch === null ||
      hello.epoch.no !== this.epochNo ||
      hello.streams.money.last < contiguousUpto(this.#ranges(this.epochNo, 'money'), 1);
    if (granted) {
      this.epochNo++;
      this.epochUuid = `00000000-0000-4000-8000-${String(this.epochNo).padStart(12, '0')}`;
    }
    const progress = (stream: Stream): Welcome['streams'][Stream] => this.#progress(this.epochNo, stream);
    return {
      v: 1,
      type: 'welcome',
      instance: hello.instance,
      epoch: { no: this.epochNo, uuid: this.epochUuid, granted } as Welcome['epoch'],
      streams: { money: progress('money'), event: progress('event'), health: progress('health') },
      cursors: hello.devices.flatMap(({ deviceId }) => this.#cursor(deviceId)) as Welcome['cursors'],
      credit: this.credit,
      serverTime: this.#clock(),
    };
  }

  #cursor(deviceId: string): { deviceId: string; generation: number; lastRecordNo: number }[] {
    const keys = [...this.rows.keys()]
      .filter((key) => key.startsWith(`${deviceId}/`))
      .map((key) => key.split('/').slice(1).map(Number));
    const generation = Math.max(0, ...keys.map(([life]) => life ?? 0));
    if (generation === 0) return [];
    const lastRecordNo = Math.max(...keys.filter(([life]) => life === generation).map(([, no]) => no ?? 0));
    return [{ deviceId, generation, lastRecordNo }];
  }

  #ranges(epoch: number, stream: Stream): RangeSet {
    return this.#accepted.get(`${epoch}/${stream}`) ?? [];
  }

  #progress(epoch: number, stream: Stream): Welcome['streams'][Stream] {
    const ranges = this.#ranges(epoch, stream);
    const upto = contiguousUpto(ranges, 1);
    return {
      contiguousUpto: upto,
      sparse: ranges.filter(([first]) => first > upto).map(([a, b]): [number, number] => [a, b]),
    } as never;
  }

  #commit(payload: Uint8Array): Ack {
    const body = isZstd(payload) ? zstdDecompressSync(payload, { maxOutputLength: 512 * 1024 }) : payload;
    const split = splitBatch(body);
    assert(split.ok, `a batch is well formed: ${split.ok ? '' : JSON.stringify(split.error)}`);
    const { head, lines } = split.value;
    proveChain(head, lines);
    const { epoch, stream, firstSeq: first, lastSeq: last } = head;
    this.batches.push({ stream, lane: head.lane, epoch, first, last, lost: head.lost !== undefined });
    for (const line of lines) this.#book(stream, JSON.parse(new TextDecoder().decode(line)));
    this.#accepted.set(`${epoch}/${stream}`, addRange(this.#ranges(epoch, stream), first, last));
    return {
      v: 1,
      type: 'ack',
      epoch,
      stream,
      ...this.#progress(epoch, stream),
      reject: [],
      credit: this.credit,
      serverTime: this.#clock(),
    } as unknown as Ack;
  }

  #book(stream: Stream, json: unknown): void {
    if (stream === 'event') this.events.push(EventLine.parse(json));
    else if (stream === 'health') this.health.push(HealthLine.parse(json));
    else {
      const line = MoneyLine.parse(json);
      if (line.type === 'undecoded') this.undecoded.push(line);
      else
        this.#bookRecord(`${line.deviceId}/${line.generation}/${line.recordNo}`, {
          contentHash: line.contentHash,
          amountFen: line.amountFen,
          line,
        });
    }
  }

  #bookRecord(key: string, booked: Booked): void {
    const there = this.rows.get(key);
    if (there === undefined) this.rows.set(key, booked);
    else if (there.contentHash === booked.contentHash) this.duplicates++;
    else this.conflicts++;
  }
}

function proveChain(
  head: { readonly prevHash: string; readonly endHash: string; readonly firstSeq: number; readonly lost?: unknown },
  lines: readonly Uint8Array[],
): void {
  if (head.lost !== undefined) return;
  let hash: Uint8Array = Buffer.from(head.prevHash, 'hex');
  for (const [index, line] of lines.entries())
    hash = createHash('sha256')
      .update(chainInput(hash, head.firstSeq + index, line))
      .digest();
  assert(toHex(hash) === head.endHash, 'the chain of the batch proves its lines');
}

export const streamNames = streams;
