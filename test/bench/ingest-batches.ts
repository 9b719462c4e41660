/**
 * Realistic batches: full records with sealed fields, chained and compressed as an agent does. Each card belongs to one agent, pays at one terminal after
 * the other with `cards * everyMs` between, and is charged after thirty-one times; its counters and balances agree, so that the watch finds nothing.
 */
import { hash, randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { type BatchHead, encodeBatch, MoneyLine, type Stream } from '@cardwatch/contracts';
import { assert } from '@cardwatch/kernel';

export interface BatchPlan {
  readonly agent: string;
  readonly instance: string;
  readonly epoch: number;
  readonly devices: number;
  readonly records: number;
  readonly recordsPerBatch: number;
  /** Of the first record. */
  readonly startAt: number;
  /** Between two records of the agent. */
  readonly everyMs: number;
  /** Cards that pay at this agent's terminals and nowhere else. */
  readonly cards: number;
}

type LinePlan = Pick<BatchPlan, 'agent' | 'devices' | 'startAt' | 'everyMs' | 'cards'>;

/** Of an agent with 32 terminals: a sale each nine seconds, a card again after two hours and a third. */
export const usualPace = { everyMs: 281, cards: 30_000 } as const;

export interface MadeBatch {
  readonly lastSeq: number;
  readonly records: number;
  readonly payload: Uint8Array;
}

const encoder = new TextEncoder();
/** Random bytes once drawn, walked through: sealed fields must not compress, and drawing them one by one would take minutes. */
const pool = randomBytes(1 << 20).toString('base64url');
let poolAt = 0;

function opaque(length: number): string {
  if (poolAt + length > pool.length) poolAt = (poolAt * 7 + 13) % 4_096;
  poolAt += length;
  return pool.slice(poolAt - length, poolAt);
}

const hexOf = (seed: string): string => hash('md5', seed, 'hex');

/** What a card pays in turn before it is charged, fen, and what it has paid before each. */
const prices = Array.from({ length: 31 }, (_, turn) => 20 + ((turn * 67) % 180));
const paidBefore = prices.map((_, turn) => prices.slice(0, turn).reduce((sum, fen) => sum + fen, 0));
const paidFen = prices.reduce((sum, fen) => sum + fen, 0);
const [turns, chargedFen, stepToNextCard] = [prices.length + 1, 5_000, 7_919];

/** Whose use it is and what it does to the purse. Cards begin at different turns; purchases and top-ups have a counter each, as on the card. */
function useOf({ cards }: LinePlan, at: number): { readonly card: number; readonly purse: object } {
  const card = (at * stepToNextCard) % cards;
  const use = Math.floor(at / cards) + (card % turns);
  const [round, turn] = [Math.floor(use / turns), use % turns];
  const paid = prices[turn];
  const before = chargedFen - (paidBefore[turn] ?? paidFen);
  const balance = { balanceBeforeFen: before, balanceAfterFen: paid === undefined ? chargedFen : before - paid };
  if (paid === undefined) return { card, purse: { kind: 'recharge', amountFen: paidFen, ...balance, cardCounter: round + 1 } };
  const showered = { quantity: { value: (paid * 3) / 10, unit: 'L' }, durationS: 60 + (at % 400) };
  return {
    card,
    purse: { kind: 'consume', amountFen: paid, ...balance, cardCounter: round * prices.length + turn + 1, ...showered },
  };
}

const shanghaiMs = 8 * 3_600_000;
const clockText = (at: number): string => new Date(at + shanghaiMs).toISOString().slice(0, 19).replace('T', ' ');
export const benchDevice = (agent: string, no: number): string => `${agent}-shower-${String(no + 1).padStart(2, '0')}`;

/** One shower record, about 800 bytes: the fields that the ring-shower profile fills, card number and raw bytes sealed. */
function record(plan: LinePlan, at: number): object {
  const { card, purse } = useOf(plan, at);
  const observedAt = Math.floor(plan.startAt + at * plan.everyMs);
  return {
    type: 'transaction',
    deviceId: benchDevice(plan.agent, at % plan.devices),
    generation: 1,
    recordNo: Math.floor(at / plan.devices) + 1,
    contentHash: hexOf(`${plan.agent} ${at}`),
    ...purse,
    cardRef: hexOf(`${plan.agent} card ${card}`),
    cardTail: String(1_000 + (card % 9_000)),
    purseNo: 1,
    cardSealed: `k1.${opaque(51)}`,
    rawSealed: `k1.${opaque(80)}`,
    mode: 'cardOffline',
    terminalNo: '00001234',
    observedAt,
    observedText: clockText(observedAt),
    clockQuality: 'ok',
    driftMs: 120,
    recordedAt: observedAt + 500,
    collectMode: 'poll',
    profile: 'modbus/cardwatch/ring-shower@1',
    checks: { record: 'ok', tac: 'unverified', balance: 'ok' },
  };
}

export const benchLine = (plan: LinePlan, at: number): Uint8Array => encoder.encode(JSON.stringify(record(plan, at)));

/** Chain hash over one line, contracts/batch.ts. */
function nextHash(previous: Buffer, seq: number, line: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(40 + line.length);
  previous.copy(input, 0);
  input.writeBigUInt64LE(BigInt(seq), 32);
  input.set(line, 40);
  return hash('sha256', input, 'buffer');
}

type Sender = Pick<BatchPlan, 'agent' | 'epoch' | 'instance'>;

/** Batches of one stream, each chained to the one before. */
export class BatchChain {
  readonly #head: Sender & { readonly stream: Stream };
  #previous: Buffer = Buffer.alloc(32);
  #last = 0;

  constructor({ agent, epoch, instance }: Sender, stream: Stream) {
    this.#head = { agent, epoch, instance, stream };
  }

  /** As zstd unless it is a single line. */
  next(lines: readonly Uint8Array[]): MadeBatch {
    const [firstSeq, prevHash] = [this.#last + 1, this.#previous.toString('hex')];
    for (const line of lines) this.#previous = nextHash(this.#previous, ++this.#last, line);
    const endHash = this.#previous.toString('hex');
    const head = { v: 1, ...this.#head, firstSeq, lastSeq: this.#last, prevHash, endHash, lane: 'live' };
    const body = encodeBatch(head as BatchHead, lines);
    return { lastSeq: this.#last, records: lines.length, payload: lines.length === 1 ? body : zstdCompressSync(body) };
  }
}

/** One after the other, chained; nothing of what was made is kept. */
export class BatchMaker {
  readonly #plan: Omit<BatchPlan, 'records' | 'recordsPerBatch'>;
  readonly #chain: BatchChain;
  #made = 0;
  lineBytes = 0;

  constructor(plan: Omit<BatchPlan, 'records' | 'recordsPerBatch'>) {
    this.#plan = plan;
    this.#chain = new BatchChain(plan, 'money');
  }

  next(records: number): MadeBatch {
    const lines = Array.from({ length: records }, () => benchLine(this.#plan, this.#made++));
    this.lineBytes += lines.reduce((sum, { length }) => sum + length, 0);
    return this.#chain.next(lines);
  }
}

export function makeBatches(plan: BatchPlan): {
  readonly batches: readonly MadeBatch[];
  readonly lineBytes: number;
  readonly wireBytes: number;
} {
  assert(MoneyLine.safeParse(record(plan, 0)).success, 'the bench sends records that the contract knows');
  const maker = new BatchMaker(plan);
  const batches: MadeBatch[] = [];
  for (let made = 0; made < plan.records; made += plan.recordsPerBatch)
    batches.push(maker.next(Math.min(plan.recordsPerBatch, plan.records - made)));
  const wireBytes = batches.reduce((sum, { payload }) => sum + payload.length, 0);
  return { batches, lineBytes: maker.lineBytes, wireBytes };
}
