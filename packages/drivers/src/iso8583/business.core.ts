/** What a message is about: by MTI with 60.1 and 60.3 as terminals say it, by MTI with DE 3 and DE 70 in the network form. */
import type { Message } from './message.core.ts';
import { readDe60 } from './parts.core.ts';

export const businesses = [
  'signOn',
  'signOff',
  'echo',
  'state',
  'parameters',
  'sale',
  'advice',
  'reversal',
  'settlement',
  'batchUpload',
  'batchEnd',
] as const;
export type Business = (typeof businesses)[number];

export const isMoney = (business: Business): business is 'sale' | 'advice' | 'reversal' =>
  business === 'sale' || business === 'advice' || business === 'reversal';

/** MTI of a request without the mark of a repetition: 0221 and 0220 are one. */
export const plainMti = (mti: string): string => `${mti.slice(0, 3)}${Number(mti[3]) & ~1}`;

export const isRepeat = (mti: string): boolean => (Number(mti[3]) & 1) === 1;

/** 0200 -> 0210, 0221 -> 0230, 0420 -> 0430. */
export const replyMti = (mti: string): string => `${mti.slice(0, 2)}${Number(mti[2]) + 1}0`;

/** Undefined: a message that a terminal does not send to a host, or one that is not known. */
export function businessOf({ mti, fields }: Pick<Message, 'mti' | 'fields'>): Business | undefined {
  const code = networkCode(fields);
  switch (plainMti(mti)) {
    case '0200':
      return 'sale';
    case '0220':
      return 'advice';
    case '0400':
    case '0420':
      return 'reversal';
    case '0500':
      return 'settlement';
    case '0320':
      return code === '202' || code === '207' ? 'batchEnd' : 'batchUpload';
    case '0800':
    case '0820':
      return networkBusiness(code);
    default:
      return undefined;
  }
}

const networkCode = (fields: Message['fields']): string | undefined => fields.get(70) ?? readDe60(fields.get(60))?.f3;

function networkBusiness(code: string | undefined): Business | undefined {
  if (code === '001' || code === '003' || code === '004') return 'signOn';
  if (code === '002') return 'signOff';
  if (code === '301') return 'echo';
  if (code === '362') return 'state';
  return code !== undefined && /^3[678]\d$/.test(code) ? 'parameters' : undefined;
}

/**
 * Mark of a money message for the profile's `records.kinds`: MTI without its first digit and 60.1 (`20022` sale, `22036` offline sale, `40022`
 * reversal of a sale), or the first two digits of DE 3 in the network form.
 */
export function markOf(message: Pick<Message, 'mti' | 'fields'>, from: 'de60' | 'processingCode'): number {
  const type = from === 'de60' ? readDe60(message.fields.get(60))?.f1 : message.fields.get(3)?.slice(0, 2);
  return Number(plainMti(message.mti)) * 100 + Number(type ?? '99');
}

/** Mark of a reversal whose original was never approved as far as was seen: nothing moved. */
export const withoutOriginal = (mark: number): number => mark + 1_000;

/** Mark of a record that is known from the summary in a batch upload alone. */
export const summaryMark = 32_000;

/** Elements without which a request is answered with 30, by business; a profile may say otherwise. */
export const mandatory: Readonly<Record<Business, readonly number[]>> = {
  signOn: [41],
  signOff: [41],
  echo: [41],
  state: [41],
  parameters: [41],
  sale: [3, 4, 11, 41],
  advice: [3, 4, 11, 41],
  reversal: [3, 4, 11, 41],
  settlement: [11, 41, 48],
  batchUpload: [11, 41, 48],
  batchEnd: [11, 41, 48],
};
