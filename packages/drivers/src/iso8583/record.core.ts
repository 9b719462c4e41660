/**
 * From a money message to a record. Number of a record: trace (DE 11) is 6 digits and wraps, so the batch counts above it, and a reversal carries the
 * trace of its original, so it takes the odd number beside it: recordNo = ((batch mod 2147) * 1,000,000 + trace) * 2 + (reversal ? 1 : 0), below 2^32.
 * The lives of 2147 batches are told apart by `storeLife` = 1 + batch div 2147. All of it is in the message: a repetition has the same key.
 */
import { type EpochMs, bcdBytes, crc32c, dayMs, epochFromShanghai, shanghaiOffsetMs } from '@cardwatch/kernel';
import type { RawFields, RawRecord, RawValue } from '../observation.ts';
import { markOf, plainMti, summaryMark } from './business.core.ts';
import { blankedElements } from './elements.core.ts';
import type { Message } from './message.core.ts';
import type { Dialect } from './model.ts';
import { terminalTime } from './moment.core.ts';
import { type BatchItem, readDe60 } from './parts.core.ts';

export const batchesPerLife = 2_147;
const tracesPerBatch = 1_000_000;

export interface RecordKey {
  readonly batch: number;
  readonly trace: number;
  readonly reversal: boolean;
}

export const recordNoOf = ({ batch, trace, reversal }: RecordKey): number =>
  ((batch % batchesPerLife) * tracesPerBatch + trace) * 2 + (reversal ? 1 : 0);

export const lifeOf = (batch: number): number => 1 + Math.floor(batch / batchesPerLife);

/** Place of a record's batch within its life, from its number. */
export const batchInLife = (recordNo: number): number => Math.floor(recordNo / 2 / tracesPerBatch);

/** Where custody of a terminal stood: the generation is the life of the numbers, or above it once they began anew out of turn. */
export interface Held {
  readonly generation: number;
  readonly lastRecordNo: number;
}

/** Nothing of this batch was kept before. */
export const isUntouched = (batch: number, held: Held | undefined): boolean =>
  held === undefined || lifeOf(batch) > held.generation || batch % batchesPerLife > batchInLife(held.lastRecordNo);

/**
 * The batch that a host hands out at sign-on to a terminal whose counters lie behind what was kept of it (another board, a trace that began anew):
 * its new records would look like old ones. undefined: its own batch is good.
 */
export function batchToHandOut(theirs: number, trace: number, held: Held | undefined): number | undefined {
  if (held === undefined || lifeOf(theirs) > held.generation) return undefined;
  const last = batchInLife(held.lastRecordNo);
  const lastTrace = Math.floor(held.lastRecordNo / 2) % tracesPerBatch;
  const own = theirs % batchesPerLife;
  const behind = own < last || (own === last && trace <= lastTrace);
  return behind && last + 1 < batchesPerLife ? theirs - own + last + 1 : undefined;
}

export interface MoneyRecord {
  readonly key: RecordKey;
  readonly recordNo: number;
  readonly storeLife: number;
  readonly mark: number;
  readonly amountFen: number;
  readonly cardNo: string | undefined;
  /** Of the kept bytes: two sightings with the same checksum are one record. */
  readonly checksum: number;
  readonly record: RawRecord;
}

/** What a terminal is known by in the YAML, where its message does not say it. */
export interface Known {
  readonly terminal: string;
  readonly merchant: string | undefined;
}

/** Batch number of any message: 60.2, or days since 2020-01-01 of DE 13 (DE 90 in a reversal) where the dialect has no batches. */
export function batchOf({ fields }: Pick<Message, 'fields'>, dialect: Pick<Dialect, 'batchFrom'>, receivedAt: EpochMs): number {
  if (dialect.batchFrom === 'de60') return Number(readDe60(fields.get(60))?.batch ?? '0');
  const original = fields.get(90)?.slice(10, 14);
  const date = original !== undefined && original !== '0000' ? original : fields.get(13);
  const at = terminalTime('000000', date, receivedAt)?.at ?? receivedAt;
  return Math.floor((at + shanghaiOffsetMs) / dayMs) - days2020;
}

const days2020 = Math.floor(
  ((epochFromShanghai({ year: 2020, month: 1, day: 1, hour: 0, minute: 0, second: 0 }) ?? 0) + shanghaiOffsetMs) / dayMs,
);

/** The record of a sale, advice or reversal whose mandatory elements are there. */
export function moneyRecord(message: Message, dialect: Dialect, known: Known, receivedAt: EpochMs): MoneyRecord {
  const { fields, mti } = message;
  const key = {
    batch: batchOf(message, dialect, receivedAt),
    trace: Number(fields.get(11) ?? '0'),
    reversal: plainMti(mti).startsWith('04'),
  };
  const amountFen = Number(fields.get(4) ?? '0');
  const mark = markOf(message, dialect.markFrom);
  const cardNo = fields.get(2) ?? fields.get(35)?.split('D')[0];
  const raw = keptBytes(message);
  return withRecord({ key, mark, amountFen, cardNo }, raw, {
    ...purseOf(message, dialect),
    terminalNo: (fields.get(41) ?? known.terminal).trim(),
    ...present('merchantNo', (fields.get(42) ?? known.merchant)?.trim()),
    observedText: terminalTime(fields.get(12), fields.get(13), receivedAt)?.text ?? '',
  });
}

/** A record that is known from the list in a batch upload alone: no time, no purse. */
export function summaryRecord(item: BatchItem, batch: number, known: Known): MoneyRecord {
  const key = { batch, trace: Number(item.trace), reversal: false };
  const raw = bcdBytes(
    `${item.cardType}${item.trace}${item.pan.padStart(20, '0')}${String(item.amountFen).padStart(12, '0')}${String(batch).padStart(6, '0')}`,
  );
  const what = { key, mark: summaryMark, amountFen: item.amountFen, cardNo: item.pan };
  return withRecord(what, raw, {
    terminalNo: known.terminal.trim(),
    ...present('merchantNo', known.merchant?.trim()),
    observedText: '',
  });
}

type What = Pick<MoneyRecord, 'key' | 'mark' | 'amountFen' | 'cardNo'>;

function withRecord(what: What, raw: Uint8Array, more: RawFields): MoneyRecord {
  const { key, mark, amountFen, cardNo } = what;
  const recordNo = recordNoOf(key);
  const fields: RawFields = {
    recordNo,
    kindMark: mark,
    amount: amountFen,
    cardNo,
    batchNo: key.batch,
    // Ties a reversal to its original.
    sessionRef: `${key.batch}-${String(key.trace).padStart(6, '0')}`,
    ...more,
  };
  return {
    ...what,
    recordNo,
    storeLife: lifeOf(key.batch),
    checksum: crc32c(raw),
    record: { recordNo, raw, fields, check: 'ok' },
  };
}

/** The same record under another mark, or with a card number that its message left out. */
export function remarked(money: MoneyRecord, mark: number, cardNo: string | undefined): MoneyRecord {
  const { record } = money;
  return { ...money, mark, cardNo, record: { ...record, fields: { ...record.fields, kindMark: mark, cardNo } } };
}

/** The body without the mark of a repetition, tracks, PIN block, chip data, MAC and the time of transmission: what is hashed and sealed. */
export function keptBytes({ body, spans, mti }: Message): Uint8Array {
  const kept = body.slice();
  kept.set(bcdBytes(plainMti(mti)), 0);
  for (const element of blankedElements) {
    const span = spans.get(element);
    if (span !== undefined) kept.fill(0, span[0], span[1]);
  }
  return kept;
}

function purseOf({ fields }: Message, { purse }: Dialect): RawFields {
  const value = purse === undefined ? undefined : fields.get(purse.element);
  if (purse === undefined || value === undefined) return {};
  const found: Record<string, RawValue> = {};
  for (const { field, at, digits } of purse.parts) {
    const text = value.slice(at, at + digits);
    if (text.length === digits && /^\d+$/.test(text))
      found[field] = field.endsWith('No') && field !== 'purseNo' ? text : Number(text);
  }
  return found;
}

const present = (name: string, value: string | undefined): RawFields =>
  value === undefined || value === '' ? {} : { [name]: value };
