/** What a message means in the words of the house: money is a transaction, keys and settings are audit, the rest is health. */
import type { RecordKind } from '@cardwatch/contracts';
import {
  type DecodedAudit,
  type DecodedHealth,
  type DecodedObservation,
  type DecodedTransaction,
  maskedCard,
} from '../decode.ts';
import type { RecordMeaning } from '../profile.ts';
import { type Business, businessOf, isMoney, markOf } from './business.core.ts';
import type { Message } from './message.core.ts';
import type { Dialect } from './model.ts';
import { type SettleBlock, readBatchItems, readDe60, readSettlement } from './parts.core.ts';

/** Of a profile; without one the marks of UnionPay terminals hold. */
export interface Meaning {
  readonly markFrom: Dialect['markFrom'];
  readonly kinds: RecordMeaning['kinds'];
}

const plainKinds: Readonly<Record<string, RecordKind>> = {
  '20022': 'consume',
  '20023': 'reversal',
  '22025': 'refund',
  '22030': 'consume',
  '22032': 'correction',
  '22036': 'consume',
};
/** By DE 3, where there is no DE 60. */
const plainKindsByCode: Readonly<Record<string, RecordKind>> = {
  '20000': 'consume',
  '20020': 'reversal',
  '22000': 'consume',
  '22020': 'refund',
};

/** 0210 is read as the answer to 0200, and so on. */
const isReply = ({ mti }: Message): boolean => Number(mti[2]) % 2 === 1;
const asRequest = (message: Message): Message =>
  isReply(message) ? { ...message, mti: `${message.mti.slice(0, 2)}${Number(message.mti[2]) - 1}0` } : message;

export function observationsOf(given: Message, meaning: Meaning | undefined): readonly DecodedObservation[] {
  const message = asRequest(given);
  const business = businessOf(message);
  if (business === undefined) return [];
  const answered = isReply(given);
  if (isMoney(business)) return [moneyOf(message, business, answered, meaning)];
  if (business === 'settlement') return [settlementOf(message)];
  const items = business === 'batchUpload' && !answered ? batchOf(message, meaning) : [];
  return [...items, ...(items.length === 0 ? [exchangeOf(message, business, answered)] : [])];
}

function common({ fields }: Message): { readonly deviceSeq?: number; readonly observedText?: string } {
  const trace = fields.get(11);
  const [date = '', time = ''] = [fields.get(13), fields.get(12)];
  const text = `${date.slice(0, 2)}-${date.slice(2)} ${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
  return {
    ...(trace === undefined ? {} : { deviceSeq: Number(trace) }),
    ...(date.length === 4 && time.length === 6 ? { observedText: text } : {}),
  };
}

const trimmed = (key: string, value: string | undefined): Readonly<Record<string, string>> =>
  value === undefined || value.trim() === '' ? {} : { [key]: value.trim() };

function moneyOf(message: Message, business: Business, answered: boolean, meaning: Meaning | undefined): DecodedObservation {
  const { fields } = message;
  const code = fields.get(39);
  if (fields.get(3)?.startsWith('31') === true)
    return {
      ...common(message),
      kind: 'audit',
      action: 'balanceQuery',
      ...trimmed('device', fields.get(41)),
      result: said(answered, code),
    };
  const mark = markedBy(message, meaning);
  const amount = fields.get(4);
  const card = maskedCard(fields.get(2));
  return {
    kind: 'transaction',
    transaction: kindOf(mark, business, meaning),
    result: resultOf(message, business, answered),
    ...common(message),
    mark: String(mark),
    ...(code === undefined ? {} : { code }),
    ...(amount === undefined ? {} : { amountFen: Number(amount) }),
    ...(card === undefined ? {} : { cardTail: card }),
    ...trimmed('terminalNo', fields.get(41)),
    ...trimmed('merchantNo', fields.get(42)),
    ...trimmed('batchNo', readDe60(fields.get(60))?.batch),
    ...trimmed('hostRef', fields.get(37)),
  };
}

const markedBy = (message: Message, meaning: Meaning | undefined): number =>
  markOf(message, meaning?.markFrom ?? (message.fields.has(60) ? 'de60' : 'processingCode'));

function kindOf(mark: number, business: Business, meaning: Meaning | undefined): DecodedTransaction['transaction'] {
  if (meaning !== undefined) return meaning.kinds[String(mark)] ?? 'unknown';
  if (business === 'reversal') return 'reversal';
  return plainKinds[String(mark)] ?? plainKindsByCode[String(mark)] ?? 'unknown';
}

/** Sales, voids and refunds are asked for; what an advice tells has happened already. 94 on an advice acknowledges it. */
function resultOf({ fields }: Message, business: Business, answered: boolean): DecodedTransaction['result'] {
  const code = fields.get(39);
  if (!answered) return business === 'advice' && readDe60(fields.get(60))?.f1 !== '25' ? 'recorded' : 'requested';
  if (code === undefined) return 'unknown';
  return /^(00|11|A[2-6])$/.test(code) || (business === 'advice' && code === '94') ? 'approved' : 'declined';
}

/** Of everything but money: what DE 39 says, in one word. */
const said = (answered: boolean, code: string | undefined): string =>
  !answered ? 'requested' : code === undefined ? 'answered' : code === '00' ? 'approved' : 'declined';

const verdicts: ReadonlyMap<string, string> = new Map([
  ['0', 'asked'],
  ['1', 'agree'],
  ['2', 'differ'],
  ['3', 'error'],
]);

function settlementOf(message: Message): DecodedHealth {
  const { fields } = message;
  const settle = readSettlement(fields.get(48));
  const head = { kind: 'health', about: 'settlement', ...common(message), ...trimmed('device', fields.get(41)) } as const;
  if (settle === undefined) return { ...head, problem: 'DE 48 is no settlement' };
  const { domestic, foreign } = settle;
  const worst = [domestic.result, foreign.result].sort().at(-1) ?? '';
  return {
    ...head,
    result: verdicts.get(worst) ?? 'unknown',
    code: worst,
    readings: [...blockReadings('', domestic), ...(isEmpty(foreign) ? [] : blockReadings('foreign', foreign))],
  };
}

const isEmpty = ({ debitCount, creditCount }: SettleBlock): boolean => Number(debitCount) + Number(creditCount) === 0;

const blockReadings = (prefix: string, block: SettleBlock): NonNullable<DecodedHealth['readings']> => {
  const named = (name: string): string => (prefix === '' ? name : `${prefix}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`);
  return [
    { point: named('debitFen'), value: Number(block.debitFen), unit: 'fen' },
    { point: named('debitCount'), value: Number(block.debitCount) },
    { point: named('creditFen'), value: Number(block.creditFen), unit: 'fen' },
    { point: named('creditCount'), value: Number(block.creditCount) },
  ];
};

/** Each record of a batch upload; it is known from that list alone, so its kind is what the profile says of such, else a sale. */
function batchOf({ fields }: Message, meaning: Meaning | undefined): readonly DecodedTransaction[] {
  return (readBatchItems(fields.get(48)) ?? []).map(({ trace, pan, amountFen }) => {
    const card = maskedCard(pan);
    return {
      kind: 'transaction',
      transaction: meaning === undefined ? 'consume' : (meaning.kinds['32000'] ?? 'unknown'),
      result: 'recorded',
      deviceSeq: Number(trace),
      mark: '32000',
      amountFen,
      ...(card === undefined ? {} : { cardTail: card }),
      ...trimmed('terminalNo', fields.get(41)),
      ...trimmed('merchantNo', fields.get(42)),
      ...trimmed('batchNo', readDe60(fields.get(60))?.batch),
    };
  });
}

const audited: ReadonlySet<Business> = new Set(['signOn', 'signOff', 'parameters']);

function exchangeOf(message: Message, business: Business, answered: boolean): DecodedAudit | DecodedHealth {
  const { fields } = message;
  const code = fields.get(39);
  const more = {
    ...common(message),
    ...trimmed('device', fields.get(41)),
    result: said(answered, code),
    ...(code === undefined ? {} : { code }),
  };
  return audited.has(business) ? { kind: 'audit', action: business, ...more } : { kind: 'health', about: business, ...more };
}
