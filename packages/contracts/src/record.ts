import { z } from 'zod';
import { DeviceId, Fen, Hash128, Sealed, WireTime } from './ids.ts';

export const RecordKind = z.enum([
  'consume',
  'recharge',
  'transferIn',
  'transferOut',
  'subsidy',
  'refund',
  'reversal',
  'correction',
  'waterHold',
  'waterContinue',
  'waterRelease',
  'fee',
  'grey',
]);
export type RecordKind = z.infer<typeof RecordKind>;

export const RecordMode = z.enum(['cardOffline', 'cardOnline', 'accountOnline', 'accountDeferred']);
export type RecordMode = z.infer<typeof RecordMode>;

export const ClockQuality = z.enum(['ok', 'drifted', 'invalid', 'derived']);
export type ClockQuality = z.infer<typeof ClockQuality>;

export const CollectMode = z.enum(['realtime', 'poll', 'recollect', 'relay', 'import', 'manual']);
export type CollectMode = z.infer<typeof CollectMode>;

export const Quantity = z.strictObject({ value: z.number().min(0).max(1e9), unit: z.enum(['L', 'kWh']) });
export type Quantity = z.infer<typeof Quantity>;

/**
 * TransactionRecord 交易流水, stream `money`. The business key is (deviceId, generation, recordNo); same key and same contentHash is a
 * duplicate, same key and another hash is a conflict. `amountFen` is never negative: the direction comes from `kind`.
 */
export const TransactionRecord = z.strictObject({
  type: z.literal('transaction'),
  deviceId: DeviceId,
  /** Life of the terminal's own counter: +1 when it wraps, is re-initialised or replaced. From 1. */
  generation: z.int().min(1).max(0xffffffff),
  /** The terminal's own record number. */
  recordNo: z.int().min(0).max(0xffffffff),
  /** HMAC-SHA-256 of the raw bytes under the site key, first 128 bits. */
  contentHash: Hash128,
  kind: RecordKind,
  amountFen: z.int().min(0).max(1_000_000_000),
  surchargeFen: z.int().min(0).max(1_000_000_000).optional(),
  balanceBeforeFen: Fen.optional(),
  balanceAfterFen: Fen.optional(),
  /** HMAC-SHA-256(site key, card number), first 128 bits. */
  cardRef: Hash128,
  cardTail: z.string().regex(/^\d{1,4}$/),
  /** 1 main, 2 subsidy, 3 water. */
  purseNo: z.int().min(0).max(255),
  cardCounter: z.int().min(0).max(0xffffffff).optional(),
  cardSealed: Sealed.optional(),
  rawSealed: Sealed,
  mode: RecordMode,
  quantity: Quantity.optional(),
  durationS: z.int().min(0).max(1_000_000).optional(),
  sessionRef: z.string().max(64).optional(),
  terminalNo: z.string().max(32).optional(),
  samNo: z.string().max(32).optional(),
  samCounter: z.int().min(0).max(0xffffffff).optional(),
  batchNo: z.int().min(0).max(0xffffffff).optional(),
  operatorNo: z.string().max(32).optional(),
  merchantNo: z.string().max(32).optional(),
  reversalOf: z.string().max(64).optional(),
  /** Device clock; derived from `recordedAt` when the device clock was unusable. */
  observedAt: WireTime,
  /** The clock as the device wrote it. */
  observedText: z.string().max(32),
  clockQuality: ClockQuality,
  /** Device clock minus agent clock at collection. */
  driftMs: z.int().optional(),
  recordedAt: WireTime,
  collectMode: CollectMode,
  /** `<protocol>/<vendor>/<model>@<version>` of the profile that decoded it. */
  profile: z.string().max(128),
  checks: z.strictObject({
    record: z.enum(['ok', 'bad']),
    tac: z.enum(['ok', 'bad', 'unverified']),
    balance: z.enum(['ok', 'bad', 'absent']),
  }),
});
export type TransactionRecord = z.infer<typeof TransactionRecord>;

/** A terminal record that could not be decoded: it becomes a dead letter, acknowledged and counted as unresolved, never dropped. */
export const UndecodedRecord = z.strictObject({
  type: z.literal('undecoded'),
  deviceId: DeviceId,
  generation: z.int().min(1).max(0xffffffff),
  recordNo: z.int().min(0).max(0xffffffff).optional(),
  contentHash: Hash128,
  rawSealed: Sealed,
  reason: z.string().max(200),
  recordedAt: WireTime,
  collectMode: CollectMode,
  profile: z.string().max(128),
});
export type UndecodedRecord = z.infer<typeof UndecodedRecord>;

/** Everything that may stand on a line of the `money` stream. */
export const MoneyLine = z.discriminatedUnion('type', [TransactionRecord, UndecodedRecord]);
export type MoneyLine = z.infer<typeof MoneyLine>;

const givesBack: ReadonlySet<RecordKind> = new Set(['recharge', 'transferIn', 'subsidy', 'refund', 'reversal', 'waterRelease']);

/** +1 when the kind adds to the purse, -1 when it takes from it, 0 when it does neither by itself (grey, correction). */
export function purseDirection(kind: RecordKind): 1 | -1 | 0 {
  if (kind === 'grey' || kind === 'correction') return 0;
  return givesBack.has(kind) ? 1 : -1;
}

/** What the record adds to turnover 营业额: consumption and holds count, releases, refunds and reversals are taken off, top-ups do not count. */
export function turnoverFen(kind: RecordKind, amountFen: number): number {
  switch (kind) {
    case 'consume':
    case 'waterHold':
    case 'waterContinue':
    case 'fee':
      return amountFen;
    case 'waterRelease':
    case 'refund':
    case 'reversal':
      return -amountFen;
    default:
      return 0;
  }
}
