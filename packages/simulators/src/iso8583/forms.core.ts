/** The messages of a POS in its two forms: UnionPay's terminal form, and the network form with DE 7, 70, 90 and a second bitmap. */
import type { StoredRecord } from './store.core.ts';
import type { Fields } from './wire.core.ts';

export type Form = 'terminal' | 'network';

export interface Identity {
  readonly form: Form;
  readonly terminal: string;
  readonly merchant: string;
}

export interface Draft {
  readonly mti: string;
  readonly fields: Fields;
  readonly withMac: boolean;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** 60.1 of a sale handed in at once, 22; of one that was stored, 36. */
const typeOf = (record: StoredRecord): string =>
  record.what === 'sale' || (record.what === 'reversal' && record.original?.mti === '0200') ? '22' : '36';

/** `now`: MMDDhhmmss of sending. A repetition is told by the last digit of the MTI alone. */
export function recordDraft(record: StoredRecord, who: Identity, now: string): Draft {
  const base = record.what === 'sale' ? '0200' : record.what === 'advice' ? '0220' : '0400';
  const mti = record.sent > 0 ? `${base.slice(0, 3)}1` : base;
  const common = {
    2: record.card,
    3: '000000',
    4: pad(record.amountFen, 12),
    11: pad(record.trace, 6),
    12: record.time,
    13: record.date,
    22: '071',
    25: '00',
    ...(record.what === 'reversal' ? { 39: '98' } : {}),
    41: who.terminal,
    42: who.merchant,
    49: '156',
  };
  const purse =
    pad(record.cardCounter, 8) + pad(record.balanceBeforeFen, 12) + pad(record.balanceBeforeFen - record.amountFen, 12);
  if (who.form === 'terminal')
    return { mti, fields: { ...common, 60: `${typeOf(record)}${pad(record.batch, 6)}000`, 62: purse }, withMac: true };
  const original = record.original;
  return {
    mti,
    fields: {
      ...common,
      7: now,
      ...(original === undefined
        ? {}
        : { 90: `${original.mti}${pad(record.trace, 6)}${original.date}${original.time}${'0'.repeat(22)}` }),
    },
    withMac: true,
  };
}

export type NetworkCode = '001' | '002' | '301' | '362';

export interface NetworkPart {
  readonly code: NetworkCode;
  readonly trace: number;
  readonly batch: number;
  /** Of a state upload, hex. */
  readonly state?: string;
}

export function networkDraft({ code, trace, batch, state }: NetworkPart, who: Identity, now: string): Draft {
  const mti = code === '001' ? '0800' : '0820';
  const own = { 41: who.terminal, 42: who.merchant };
  if (who.form === 'network') return { mti: '0800', fields: { 7: now, 11: pad(trace, 6), ...own, 70: code }, withMac: false };
  const numbered = code === '301' || code === '362' ? {} : { 11: pad(trace, 6) };
  const fields = { ...numbered, ...own, 60: `00${pad(batch, 6)}${code}`, ...(state === undefined ? {} : { 62: state }) };
  return { mti, fields, withMac: false };
}

export interface Totals {
  readonly debitFen: number;
  readonly debitCount: number;
}

export function settleDraft(totals: Totals, trace: number, batch: number, who: Identity): Draft {
  const block = `${pad(totals.debitFen, 12)}${pad(totals.debitCount, 3)}${'0'.repeat(16)}`;
  const fields = {
    11: pad(trace, 6),
    41: who.terminal,
    42: who.merchant,
    48: block + '0'.repeat(31),
    49: '156',
    60: `00${pad(batch, 6)}201`,
  };
  return { mti: '0500', fields, withMac: false };
}

export interface Item {
  readonly trace: number;
  readonly card: string;
  readonly amountFen: number;
}

/** Most items of one batch upload: DE 48 holds 322 digits. */
export const itemsPerUpload = 8;

/** `items` undefined: the end of the upload, with the number of records that were sent. */
export function uploadDraft(
  items: readonly Item[] | undefined,
  sent: number,
  trace: number,
  batch: number,
  who: Identity,
): Draft {
  const list = (items ?? []).map(
    ({ trace: own, card, amountFen }) => `00${pad(own, 6)}${card.padStart(20, '0')}${pad(amountFen, 12)}`,
  );
  const de48 = items === undefined ? pad(sent, 4) : pad(items.length, 2) + list.join('');
  const fields = {
    11: pad(trace, 6),
    41: who.terminal,
    42: who.merchant,
    48: de48,
    60: `00${pad(batch, 6)}${items === undefined ? '207' : '201'}`,
  };
  return { mti: '0320', fields, withMac: false };
}
