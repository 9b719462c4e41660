/** What a relay keeps: sales that the host approved, advices, reversals; beside the bytes, which have long gone on. */
import type { RawReading } from '../observation.ts';
import { type Business, isMoney } from './business.core.ts';
import type { Desk } from './desk.ts';
import type { Message } from './message.core.ts';
import { type Told, clockFacts, stateFacts, sumsOf } from './observed.core.ts';
import { readSettlement } from './parts.core.ts';
import { batchOf } from './record.core.ts';

const approved = /^(00|11|A[2-6])$/;

/** Codes by which a message is booked at the host: an advice that is repeated hears 94. */
const booked = (business: Business, code: string): boolean => approved.test(code) || (business === 'advice' && code === '94');

/** A message that moves no money: a sign of life. */
export function keepSign(desk: Desk, business: Business, message: Message): void {
  const facts = { ...clockFacts(message, business, desk.parts.now()), ...stateFacts(message, desk.parts.profile.dialect) };
  desk.queue.add(() => ({ facts, readings: desk.readings(), relayed: true }), false);
}

/** A request and the host's reply to it. */
export function keepPair(desk: Desk, business: Business, request: Message, reply: Message): void {
  const code = reply.fields.get(39) ?? '';
  if (isMoney(business) && booked(business, code)) desk.queue.add(() => moneyOf(desk, business, request), true);
  else if (business === 'settlement') desk.queue.add(() => totalsOf(desk, request, reply), false);
  else keepSign(desk, business, request);
}

// Made when its turn comes: whether a reversal has an original depends on what was kept before it.
function moneyOf(desk: Desk, business: Business, request: Message): Told {
  const given = desk.moneyOf(request);
  const book = desk.bookOf(given.key.batch);
  const facts = clockFacts(request, business, desk.parts.now());
  if (given.record.recordNo !== undefined && book.holds(given)) return { facts, relayed: true };
  if (business !== 'reversal') desk.noteMode(business === 'advice');
  // A sale that the host never approved as far as was seen, then taken back: nothing moved.
  const grey = given.key.reversal ? !desk.knowsOriginal(given) : book.has(given.recordNo + 1);
  return { money: [grey ? desk.asGrey(given) : given], facts, readings: desk.readings(), relayed: true };
}

function totalsOf(desk: Desk, request: Message, reply: Message): Told {
  const totals = readSettlement(request.fields.get(48));
  const result = readSettlement(reply.fields.get(48))?.domestic.result;
  const words: Readonly<Record<string, string>> = { '1': 'agree', '2': 'differ', '3': 'error' };
  const readings: readonly RawReading[] = [{ point: 'settlement', raw: words[result ?? ''] ?? 'unknown' }];
  if (totals === undefined) return { readings, relayed: true };
  const { alarms, facts } = desk.compare(batchOf(request, desk.parts.profile.dialect, desk.parts.now()), sumsOf(totals));
  return { events: alarms, facts, readings: [...desk.readings(), ...readings], relayed: true };
}
