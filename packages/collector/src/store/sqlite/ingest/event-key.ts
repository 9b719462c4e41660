import { hash } from 'node:crypto';
import type { EventLine } from '@cardwatch/contracts';

/** What makes an event the same one again, whatever journal it comes by. All null: only its sequence number tells. */
export interface EventKey {
  readonly generation: number | null;
  readonly eventNo: number | null;
  readonly natural: string | null;
}

const none: EventKey = { generation: null, eventNo: null, natural: null };

/** The device's own number; else, of a pass of somebody known at a time that is known, all that the device told. */
export function eventKey(line: EventLine): EventKey {
  if (line.type === 'gap' || line.type === 'agentNotice') return none;
  if (line.eventNo !== undefined) return { generation: line.generation ?? 1, eventNo: line.eventNo, natural: null };
  if (line.type !== 'pass') return none;
  const named = line.personRef ?? line.cardRef;
  if (named === undefined || line.clockQuality !== 'ok') return { ...none, generation: line.generation };
  const { personRef = '', cardRef = '', observedAt, direction, method, result, code } = line;
  const text = [observedAt, personRef, cardRef, direction, method, result, code.scheme, code.raw].join('|');
  return { generation: line.generation, eventNo: null, natural: hash('sha256', text, 'hex').slice(0, 32) };
}

/** A live event and the same one read back later differ in some fields; in these they may not. */
const toleranceMs = 2_000;

/** Whether two lines under one key tell of the same event. */
export function sameEvent(a: EventLine, b: EventLine): boolean {
  if (a.type !== b.type || a.type === 'agentNotice' || b.type === 'agentNotice') return false;
  if (a.type !== 'pass' || b.type !== 'pass') return true;
  const timed = a.clockQuality === 'ok' && b.clockQuality === 'ok';
  const person = a.personRef === undefined || b.personRef === undefined || a.personRef === b.personRef;
  const card = a.cardRef === undefined || b.cardRef === undefined || a.cardRef === b.cardRef;
  const code = a.code.scheme === b.code.scheme && a.code.raw === b.code.raw;
  return person && card && code && (!timed || Math.abs(a.observedAt - b.observedAt) <= toleranceMs);
}
