/** Realistic batches, made before the clock runs: full records with sealed fields, chained and compressed as an agent does. */
import { hash, randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { type BatchHead, encodeBatch, MoneyLine } from '@cardwatch/contracts';
import { assert } from '@cardwatch/kernel';

export interface BatchPlan {
  readonly agent: string;
  readonly instance: string;
  readonly epoch: number;
  readonly devices: number;
  readonly records: number;
  readonly recordsPerBatch: number;
  readonly startAt: number;
  readonly cards: readonly string[];
}

type LinePlan = Pick<BatchPlan, 'agent' | 'devices' | 'startAt' | 'cards'>;

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

/** One shower record, about 800 bytes: the fields that the ring-shower profile fills, card number and raw bytes sealed. */
function record(plan: LinePlan, at: number): object {
  const device = at % plan.devices;
  const recordNo = Math.floor(at / plan.devices) + 1;
  const amountFen = 20 + ((at * 7) % 180);
  const observedAt = plan.startAt + recordNo * 9_000 + device * 211;
  const card = (at * 7_919) % plan.cards.length;
  return {
    type: 'transaction',
    deviceId: `${plan.agent}-shower-${String(device + 1).padStart(2, '0')}`,
    generation: 1,
    recordNo,
    contentHash: hexOf(`${plan.agent} ${at}`),
    kind: 'consume',
    amountFen,
    balanceBeforeFen: 5_000,
    balanceAfterFen: 5_000 - amountFen,
    cardRef: plan.cards[card],
    cardTail: String(1_000 + (card % 9_000)),
    purseNo: 1,
    cardCounter: recordNo % 65_536,
    cardSealed: `k1.${opaque(51)}`,
    rawSealed: `k1.${opaque(80)}`,
    mode: 'cardOffline',
    quantity: { value: (amountFen * 3) / 10, unit: 'L' },
    durationS: 60 + (at % 400),
    terminalNo: '00001234',
    observedAt,
    observedText: '2026-11-23 08:00:00',
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

/** One after the other, chained; nothing of what was made is kept. */
export class BatchMaker {
  readonly #plan: Omit<BatchPlan, 'records' | 'recordsPerBatch'>;
  #previous: Buffer = Buffer.alloc(32);
  #last = 0;
  lineBytes = 0;

  constructor(plan: Omit<BatchPlan, 'records' | 'recordsPerBatch'>) {
    this.#plan = plan;
  }

  /** The next `records`; as zstd unless it is a single one. */
  next(records: number): MadeBatch {
    const { agent, epoch, instance } = this.#plan;
    const [first, last, prevHash] = [this.#last + 1, this.#last + records, this.#previous.toString('hex')];
    const lines: Uint8Array[] = [];
    for (let seq = first; seq <= last; seq++) {
      const line = benchLine(this.#plan, seq - 1);
      this.#previous = nextHash(this.#previous, seq, line);
      this.lineBytes += line.length;
      lines.push(line);
    }
    this.#last = last;
    const head = { v: 1, agent, epoch, stream: 'money', firstSeq: first, lastSeq: last, instance };
    const body = encodeBatch({ ...head, prevHash, endHash: this.#previous.toString('hex'), lane: 'live' } as BatchHead, lines);
    return { lastSeq: last, records, payload: records === 1 ? body : zstdCompressSync(body) };
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
