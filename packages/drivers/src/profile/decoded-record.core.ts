/** A record out of a device's store, as `decode` shows it: by what the profile says of its marks and money. */
import { type DecodedReading, type DecodedTransaction, maskedCard } from '../decode.ts';
import type { RawRecord, RawValue } from '../observation.ts';
import type { PointMeaning, RecordMeaning } from '../profile.ts';

/** Without `meaning` a mark means nothing. A record that could not be read is shown with what is wrong with it. */
export function transactionOf(record: RawRecord, meaning: RecordMeaning | undefined): DecodedTransaction {
  const { recordNo, check, fields, problem } = record;
  const fen = (value: RawValue): number | undefined => times(value, meaning?.fenPerUnit ?? 1);
  const kind = fields === undefined ? undefined : kindOf(fields.kindMark, meaning);
  const isUnknown = fields !== undefined && kind === undefined;
  return present({
    kind: 'transaction',
    transaction: kind ?? 'unknown',
    result: fields === undefined ? 'unknown' : 'recorded',
    deviceSeq: recordNo,
    observedText: text(fields?.observedText),
    mark: text(fields?.kindMark),
    amountFen: fen(fields?.amount),
    surchargeFen: fen(fields?.surcharge),
    balanceBeforeFen: fen(fields?.balanceBefore),
    balanceAfterFen: fen(fields?.balanceAfter),
    cardTail: maskedCard(text(fields?.cardNo)),
    cardCounter: whole(fields?.cardCounter),
    purseNo: whole(fields?.purseNo) ?? (fields === undefined ? undefined : meaning?.purseNo),
    terminalNo: text(fields?.terminalNo),
    merchantNo: text(fields?.merchantNo),
    operatorNo: text(fields?.operatorNo),
    batchNo: text(fields?.batchNo),
    samNo: text(fields?.samNo),
    samCounter: whole(fields?.samCounter),
    sessionRef: text(fields?.sessionRef),
    quantity: scaled(fields?.quantity, meaning),
    durationS: whole(fields?.durationS),
    check: check === 'absent' ? 'none' : check,
    problem: problem ?? (isUnknown ? `mark ${text(fields.kindMark) ?? 'none'} is not in the profile` : undefined),
  });
}

function kindOf(mark: RawValue, meaning: RecordMeaning | undefined): DecodedTransaction['transaction'] | undefined {
  if (mark === undefined || typeof mark === 'boolean' || meaning === undefined) return undefined;
  return Object.entries(meaning.kinds).find(([key]) => key === String(mark) || Number(key) === Number(mark))?.[1];
}

const whole = (raw: RawValue): number | undefined => {
  const value = typeof raw === 'number' || typeof raw === 'bigint' ? Number(raw) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
};

const times = (raw: RawValue, factor: number): number | undefined => {
  const value = whole(raw);
  return value === undefined ? undefined : value * factor;
};

const text = (raw: RawValue): string | undefined => (raw === undefined || raw === '' ? undefined : String(raw));

const scaled = (raw: RawValue, meaning: RecordMeaning | undefined): number | undefined => {
  const value = whole(raw);
  return value === undefined || meaning?.quantity === undefined
    ? undefined
    : Number((value * meaning.quantity.scale).toPrecision(12));
};

/** Keys that say something. `T` is given with its optional keys possibly undefined and loses just those. */
function present(given: { readonly [K in keyof DecodedTransaction]: DecodedTransaction[K] | undefined }): DecodedTransaction {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as DecodedTransaction;
}

/** A raw value by the meaning of its point: bit, words, scale. */
export const readingOf = (point: PointMeaning, raw: RawValue): DecodedReading => ({
  point: point.name,
  value: meant(point, raw),
  ...(point.unit === '' ? {} : { unit: point.unit }),
});

function meant({ bit, words, scale, offset }: PointMeaning, raw: RawValue): DecodedReading['value'] {
  if (raw === undefined) return null;
  if (typeof raw === 'string' || typeof raw === 'boolean') return raw;
  const value = Number(raw);
  if (bit !== undefined) return ((value >>> bit) & 1) === 1;
  return words?.[String(raw)] ?? Number((value * scale + offset).toPrecision(12));
}
