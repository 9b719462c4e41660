/** Front end 前置: answers one terminal, and only after what it handed in is on disk. */
import { unreachable } from '@cardwatch/kernel';
import type { RawReading } from '../observation.ts';
import { type AnswerPlan, answerBody } from './answer.core.ts';
import { type Business, businessOf, isMoney, isRepeat, mandatory } from './business.core.ts';
import type { Desk } from './desk.ts';
import { type Envelope, type Processing, replyFrame } from './frame.core.ts';
import type { Message } from './message.core.ts';
import { type Told, clockFacts, stateFacts, sumsOf } from './observed.core.ts';
import { readBatchItems, readDe60, readSettlement } from './parts.core.ts';
import { type MoneyRecord, batchOf, batchToHandOut, summaryRecord } from './record.core.ts';

export interface Request {
  readonly envelope: Envelope;
  readonly message: Message;
}

type Outcome = Partial<Pick<AnswerPlan, 'result' | 'batch'>> & { readonly code: string; readonly processing?: Processing };
/** undefined: no answer at all. */
type Verdict = Outcome | undefined;

/** Bytes to send; undefined: none. */
export async function serve(desk: Desk, { envelope, message }: Request): Promise<Uint8Array | undefined> {
  const business = businessOf(message);
  if (business === undefined) {
    desk.failed({ kind: 'malformed', detail: `message ${message.mti} is not for a host`, frameHex: '' });
    return undefined;
  }
  const refusal = refuse(desk, business, message);
  const outcome = refusal === undefined ? await perform(desk, business, message) : { code: refusal };
  if (outcome === undefined) return undefined;
  const { profile, coding, mac, now } = desk.parts;
  const { code, processing = 'none', ...rest } = outcome;
  const plan = { business, code, acquirer: profile.dialect.acquirer, now: now(), ...rest };
  return replyFrame(envelope, answerBody(message, plan, coding, mac), processing);
}

/** DE 39 of what is refused without looking further. */
function refuse(desk: Desk, business: Business, message: Message): string | undefined {
  const { profile, merchant } = desk.parts;
  const needed = profile.dialect.mandatory[business] ?? mandatory[business];
  const lacking = needed.filter((element) => !message.fields.has(element));
  if (lacking.length > 0) {
    desk.failed({ kind: 'malformed', detail: `${business} without DE ${lacking.join(', ')}`, frameHex: '' });
    return '30';
  }
  const verdict = desk.verdict(message);
  if (verdict === 'bad' || (verdict === 'absent' && isMoney(business) && profile.dialect.mac.required)) {
    desk.macFailures++;
    desk.failed({ kind: 'unauthorised', detail: `MAC of a ${business} is ${verdict}` });
    return 'A0';
  }
  const named = message.fields.get(42);
  if (merchant === undefined || named === undefined || named === merchant) return undefined;
  desk.failed({ kind: 'refused', deviceCode: 3, detail: 'a message of another merchant' });
  return '03';
}

function perform(desk: Desk, business: Business, message: Message): Promise<Verdict> {
  switch (business) {
    case 'sale':
    case 'advice':
    case 'reversal':
      return money(desk, business, message);
    case 'settlement':
      return settle(desk, message);
    case 'batchUpload':
    case 'batchEnd':
      return batch(desk, business, message);
    case 'signOn':
      return signOn(desk, message);
    case 'state':
      return alive(desk, business, message, { facts: stateFacts(message, desk.parts.profile.dialect) });
    case 'signOff':
    case 'echo':
    case 'parameters':
      return alive(desk, business, message, {});
    default:
      return unreachable(business);
  }
}

async function money(desk: Desk, business: 'sale' | 'advice' | 'reversal', message: Message): Promise<Verdict> {
  const { dialect } = desk.parts.profile;
  const given = desk.moneyOf(message);
  const book = desk.bookOf(given.key.batch);
  if (given.record.recordNo !== undefined && book.holds(given)) {
    await desk.take({ facts: clockFacts(message, business, desk.parts.now()) });
    return { code: dialect.repeatAnswer };
  }
  const lone = given.key.reversal && !desk.knowsOriginal(given);
  const grey = dialect.loneReversal === 'grey' && (lone || (!given.key.reversal && book.has(given.recordNo + 1)));
  if (business !== 'reversal') desk.noteMode(business === 'advice');
  const kept = await keep(desk, message, business, { money: [grey ? desk.asGrey(given) : given] });
  return kept ? { code: grey && lone ? '25' : '00' } : notTaken(desk);
}

async function settle(desk: Desk, message: Message): Promise<Verdict> {
  const totals = readSettlement(message.fields.get(48));
  if (totals === undefined) return { code: '30', result: '3' };
  const number = batchOf(message, desk.parts.profile.dialect, desk.parts.now());
  const { agree, alarms, facts } = desk.compare(number, sumsOf(totals));
  // Not seen from its beginning: the batch upload that a 2 brings makes it known, a 1 would be a guess.
  const word = agree === undefined ? 'unknown' : agree ? 'agree' : 'differ';
  const readings: RawReading[] = [{ point: 'settlement', raw: word }];
  const kept = await keep(desk, message, 'settlement', { events: alarms, facts, readings });
  return kept ? { code: '00', result: agree === true ? '1' : '2' } : notTaken(desk);
}

async function batch(desk: Desk, business: 'batchUpload' | 'batchEnd', message: Message): Promise<Verdict> {
  if (business === 'batchEnd') return alive(desk, business, message, {});
  const items = readBatchItems(message.fields.get(48));
  if (items === undefined) return { code: '30' };
  const { profile, terminal, merchant, now } = desk.parts;
  const number = batchOf(message, profile.dialect, now());
  const book = desk.bookOf(number);
  const summaries = book.complete ? items.map((item) => summaryRecord(item, number, { terminal, merchant })) : [];
  const missing: readonly MoneyRecord[] = summaries.filter(({ recordNo }) => !book.has(recordNo));
  const kept = await keep(desk, message, business, { money: missing });
  return kept ? { code: '00' } : notTaken(desk);
}

async function signOn(desk: Desk, message: Message): Promise<Verdict> {
  const { fields } = message;
  const theirs = readDe60(fields.get(60))?.batch;
  const next = theirs === undefined ? undefined : batchToHandOut(Number(theirs), Number(fields.get(11) ?? '0'), desk.held());
  const outcome = await alive(desk, 'signOn', message, {});
  return outcome === undefined || next === undefined ? outcome : { ...outcome, batch: String(next).padStart(6, '0') };
}

async function alive(desk: Desk, business: Business, message: Message, told: Told): Promise<Verdict> {
  return (await keep(desk, message, business, told)) ? { code: '00' } : notTaken(desk);
}

async function keep(desk: Desk, message: Message, business: Business, told: Told): Promise<boolean> {
  const facts = { ...clockFacts(message, business, desk.parts.now()), ...told.facts };
  const taken = await desk.take({ ...told, facts, readings: [...desk.readings(), ...(told.readings ?? [])] });
  if (!taken.ok)
    desk.parts.log.log('warn', 'notTaken', { terminal: desk.parts.terminal, business, repeat: isRepeat(message.mti) });
  return taken.ok;
}

const notTaken = (desk: Desk): Verdict => (desk.parts.profile.dialect.notTakenAnswer === '96' ? { code: '96' } : undefined);
