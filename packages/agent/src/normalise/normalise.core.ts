import {
  type CollectMode,
  type DeviceId,
  purseDirection,
  type RecordKind,
  TransactionRecord,
  turnoverFen,
  UndecodedRecord,
} from '@cardwatch/contracts';
import type { CommonProfile, RawFields, RawRecord, RawValue, RecordMeaning } from '@cardwatch/drivers';
import { type EpochMs, err, ok, type Result } from '@cardwatch/kernel';
import type { RecordCrypto } from '../ports.ts';
import { observe } from './moment.core.ts';

/** Longest raw record that still fits sealed into one journal line; what is longer is cut and kept as undecoded. */
export const rawBytesMax = 2_800;

export interface RecordContext {
  readonly deviceId: DeviceId;
  readonly generation: number;
  readonly profile: CommonProfile;
  readonly collectMode: CollectMode;
  /** Device clock minus agent clock when the record was collected; undefined when the device did not tell. */
  readonly driftMs: number | undefined;
  readonly crypto: RecordCrypto;
  /** Of this record, when it was computed before. */
  readonly contentHash?: string;
}

export interface NormalRecord {
  readonly line: TransactionRecord | UndecodedRecord;
  /** What it adds to the terminal's net total; undefined when it could not be decoded. */
  readonly netFen: number | undefined;
}

/** One raw record as a line of the money stream. What cannot be decoded with certainty stays undecoded, with its raw bytes sealed. */
export function normaliseRecord(raw: RawRecord, context: RecordContext, recordedAt: EpochMs): NormalRecord {
  const decoded = decode(raw, context, recordedAt);
  if (decoded.ok) return { line: decoded.value, netFen: turnoverFen(decoded.value.kind, decoded.value.amountFen) };
  return { line: undecoded(raw, decoded.error, context, recordedAt), netFen: undefined };
}

export const profileTag = (profile: CommonProfile): string => `${profile.profile}@${profile.version}`;

function undecoded(raw: RawRecord, reason: string, context: RecordContext, recordedAt: EpochMs): UndecodedRecord {
  const { deviceId, generation, crypto, collectMode, contentHash = crypto.contentHash(raw.raw) } = context;
  return UndecodedRecord.parse({
    type: 'undecoded',
    deviceId,
    generation,
    ...(raw.recordNo === undefined ? {} : { recordNo: raw.recordNo }),
    contentHash,
    rawSealed: crypto.seal(deviceId, raw.raw.subarray(0, rawBytesMax)),
    reason: reason.slice(0, 200),
    recordedAt,
    collectMode,
    profile: profileTag(context.profile),
  });
}

function decode(raw: RawRecord, context: RecordContext, recordedAt: EpochMs): Result<TransactionRecord, string> {
  const { profile } = context;
  const meaning = profile.records;
  if (raw.check === 'bad') return err(raw.problem ?? 'record check failed');
  if (raw.recordNo === undefined || raw.fields === undefined) return err(raw.problem ?? 'no record number or fields');
  if (raw.raw.length > rawBytesMax) return err(`raw record of ${raw.raw.length} bytes, limit ${rawBytesMax}`);
  if (meaning === undefined) return err('the profile has no record meaning');
  const kind = kindOf(raw.fields.kindMark, meaning);
  if (kind === undefined) return err(`unknown kind mark ${String(raw.fields.kindMark)}`);
  const card = typeof raw.fields.cardNo === 'bigint' ? String(raw.fields.cardNo) : raw.fields.cardNo;
  if (typeof card !== 'string' || !/^\d{1,32}$/.test(card)) return err('card number is not decimal');
  const line = TransactionRecord.safeParse(
    transaction(raw, raw.recordNo, raw.fields, { kind, card, meaning }, context, recordedAt),
  );
  if (line.success) return ok(line.data);
  const issue = line.error.issues[0];
  return err(`${issue?.path.join('.') ?? 'record'}: ${issue?.message ?? 'not valid'}`);
}

interface Known {
  readonly kind: RecordKind;
  readonly card: string;
  readonly meaning: RecordMeaning;
}

function transaction(
  raw: RawRecord,
  recordNo: number,
  fields: RawFields,
  { kind, card, meaning }: Known,
  context: RecordContext,
  recordedAt: EpochMs,
): Record<string, unknown> {
  const { deviceId, crypto, profile, driftMs, contentHash = crypto.contentHash(raw.raw) } = context;
  const observedText = String(fields.observedText ?? '').slice(0, 32);
  const fen = (value: RawValue): number | undefined => times(value, meaning.fenPerUnit);
  const amounts = {
    amountFen: fen(fields.amount),
    surchargeFen: fen(fields.surcharge),
    balanceBeforeFen: fen(fields.balanceBefore),
    balanceAfterFen: fen(fields.balanceAfter),
  };
  return present({
    type: 'transaction',
    deviceId,
    generation: context.generation,
    recordNo,
    contentHash,
    kind,
    ...amounts,
    cardRef: crypto.cardRef(card),
    cardTail: card.slice(-4),
    purseNo: whole(fields.purseNo) ?? meaning.purseNo ?? 1,
    cardCounter: whole(fields.cardCounter),
    cardSealed: crypto.seal(deviceId, ascii(card)),
    rawSealed: crypto.seal(deviceId, raw.raw),
    mode: meaning.mode,
    quantity: quantityOf(fields.quantity, meaning),
    durationS: whole(fields.durationS),
    sessionRef: text(fields.sessionRef),
    terminalNo: text(fields.terminalNo),
    samNo: text(fields.samNo),
    samCounter: whole(fields.samCounter),
    batchNo: whole(fields.batchNo),
    operatorNo: text(fields.operatorNo),
    merchantNo: text(fields.merchantNo),
    ...observe(observedText, driftMs, profile.health.driftMsMax, recordedAt),
    observedText,
    driftMs,
    recordedAt,
    collectMode: context.collectMode,
    profile: profileTag(profile),
    checks: { record: 'ok', tac: 'unverified', balance: balanceCheck(kind, amounts, meaning) },
  });
}

interface Amounts {
  readonly amountFen: number | undefined;
  readonly surchargeFen: number | undefined;
  readonly balanceBeforeFen: number | undefined;
  readonly balanceAfterFen: number | undefined;
}

function balanceCheck(kind: RecordKind, amounts: Amounts, meaning: RecordMeaning): 'ok' | 'bad' | 'absent' {
  const { amountFen = 0, surchargeFen = 0, balanceBeforeFen: before, balanceAfterFen: after } = amounts;
  if (amountFen > meaning.amountFenMax) return 'bad';
  const direction = purseDirection(kind);
  if (before === undefined || after === undefined || direction === 0) return 'absent';
  const moved = (after - before) * direction;
  return moved === amountFen || moved === amountFen + surchargeFen ? 'ok' : 'bad';
}

/** Kind of a mark by the profile; undefined for a mark that it does not list. */
export function kindOf(mark: RawValue, meaning: RecordMeaning): RecordKind | undefined {
  if (mark === undefined || typeof mark === 'boolean') return undefined;
  const [word, number] = [String(mark), Number(mark)];
  for (const key of Object.keys(meaning.kinds)) if (key === word || Number(key) === number) return meaning.kinds[key];
  return undefined;
}

function quantityOf(raw: RawValue, meaning: RecordMeaning): { readonly value: number; readonly unit: string } | undefined {
  const value = number(raw);
  if (value === undefined || meaning.quantity === undefined) return undefined;
  return { value: tidy(value * meaning.quantity.scale), unit: meaning.quantity.unit };
}

/** Binary fractions out of sight: twelve significant digits. */
export const tidy = (value: number): number => Number(value.toPrecision(12));

/** A finite number of a raw value; undefined for none, text, NaN. */
export function number(raw: RawValue): number | undefined {
  if (typeof raw !== 'number' && typeof raw !== 'bigint') return undefined;
  const value = Number(raw);
  return Number.isFinite(value) ? value : undefined;
}

const whole = (raw: RawValue): number | undefined => {
  const value = number(raw);
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
};

const times = (raw: RawValue, factor: number): number | undefined => {
  const value = whole(raw);
  return value === undefined ? undefined : value * factor;
};

const text = (raw: RawValue): string | undefined => (raw === undefined || raw === '' ? undefined : String(raw));

function present(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(record)) if (record[key] !== undefined) kept[key] = record[key];
  return kept;
}

function ascii(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = digits.charCodeAt(at);
  return bytes;
}
