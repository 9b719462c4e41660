/** Answers of a front end: elements that are copied from the request, and those that the host adds. */
import type { EpochMs } from '@cardwatch/kernel';
import { type Business, replyMti } from './business.core.ts';
import type { Coding } from './elements.core.ts';
import { type BlockCipher, type MacAlgorithm, macElement, macOf } from './mac.core.ts';
import { type Message, encodeBody, joined } from './message.core.ts';
import { timeDigits } from './moment.core.ts';
import { withResult } from './parts.core.ts';

interface Form {
  readonly copied: readonly number[];
  readonly added: readonly number[];
}

const moneyCopied = [2, 3, 4, 7, 11, 12, 13, 25, 41, 42, 49, 60, 70];

/** Element sets after the bitmaps of a public POS host simulator (protocols-pos-meter.md 1.3); what a request lacks is left out. */
const forms: Readonly<Record<Business, Form>> = {
  signOn: { copied: [7, 11, 41, 42, 60, 70], added: [12, 13, 32, 37, 39] },
  signOff: { copied: [7, 11, 41, 42, 60, 70], added: [12, 13, 32, 37, 39] },
  echo: { copied: [7, 11, 41, 42, 60, 70], added: [12, 13, 39] },
  state: { copied: [7, 11, 41, 42, 60, 70], added: [12, 13, 39] },
  parameters: { copied: [7, 11, 41, 42, 60, 70], added: [12, 13, 37, 39] },
  sale: { copied: moneyCopied, added: [12, 13, 15, 32, 37, 39] },
  advice: { copied: moneyCopied, added: [12, 13, 32, 37, 39] },
  reversal: { copied: moneyCopied, added: [12, 13, 15, 32, 37, 39] },
  settlement: { copied: [7, 11, 41, 42, 48, 49, 60], added: [12, 13, 15, 37] },
  batchUpload: { copied: [7, 11, 41, 42, 48, 60], added: [12, 13, 37, 39] },
  batchEnd: { copied: [7, 11, 41, 42, 48, 60], added: [12, 13, 37, 39] },
};

export interface AnswerPlan {
  readonly business: Business;
  /** DE 39. */
  readonly code: string;
  readonly acquirer: string | undefined;
  /** Of a settlement. */
  readonly result?: '1' | '2' | '3';
  /** Batch number that replaces 60.2, 6 digits: a host hands it out at sign-on. */
  readonly batch?: string;
  /** Left out: the elements of time and the host's serial number are left out as well. */
  readonly now?: EpochMs;
}

export interface AnswerMac {
  readonly key: Uint8Array;
  readonly algorithm: Exclude<MacAlgorithm, 'none'>;
  readonly cipher: BlockCipher;
}

/** Body of the answer. With `mac` it carries one when the request did. */
export function answerBody(request: Message, plan: AnswerPlan, coding: Coding, mac: AnswerMac | undefined): Uint8Array {
  const { copied, added } = forms[plan.business];
  const fields = new Map<number, string>();
  for (const element of copied) {
    const value = request.fields.get(element);
    if (value !== undefined) fields.set(element, value);
  }
  for (const element of added) {
    const value = fields.get(element) ?? addedValue(element, request, plan);
    if (value !== undefined) fields.set(element, value);
  }
  const de60 = fields.get(60);
  if (plan.batch !== undefined && de60 !== undefined) fields.set(60, de60.slice(0, 2) + plan.batch + de60.slice(8));
  const totals = fields.get(48);
  if (plan.result !== undefined && totals !== undefined) fields.set(48, withResult(totals, plan.result));
  return withMac(replyMti(request.mti), fields, { request, coding, mac });
}

function addedValue(element: number, request: Message, plan: AnswerPlan): string | undefined {
  const time = plan.now === undefined ? undefined : timeDigits(plan.now);
  switch (element) {
    case 12:
      return time?.time;
    case 13:
    case 15:
      return time?.date;
    case 32:
      return plan.acquirer;
    case 37:
      return time === undefined ? undefined : time.time + (request.fields.get(11) ?? '000000');
    default:
      return plan.code;
  }
}

interface Sealing {
  readonly request: Message;
  readonly coding: Coding;
  readonly mac: AnswerMac | undefined;
}

function withMac(mti: string, fields: Map<number, string>, { request, coding, mac }: Sealing): Uint8Array {
  if (mac === undefined || !request.fields.has(macElement(request))) return encodeBody(mti, fields, coding);
  const element = [...fields.keys()].some((number) => number > 64) ? 128 : 64;
  const draft = encodeBody(mti, fields.set(element, '0'.repeat(16)), coding);
  const value = macOf(draft.subarray(0, -8), mac.key, mac.algorithm, mac.cipher);
  return joined([draft.subarray(0, -8), Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))]);
}
