import { type Result, err, ok, unreachable } from '@cardwatch/kernel';
import type { RawEvent, RawReading } from '../contract.ts';
import { type PassContext, directionOf, isLive } from './attlog.core.ts';
import { integerOf, pairsOf } from './lines.core.ts';
import { looksLikeTime, zkTime } from './time.core.ts';

/** One line of table rtlog: tab-separated `key=value`. Mask, temperature and whatever else it tells is left where it stands. */
export interface RtRecord {
  readonly time: string;
  readonly pin: string;
  readonly cardno: string;
  readonly door: number | undefined;
  readonly event: number;
  readonly inout: number | undefined;
  readonly verify: number | undefined;
  /** The terminal's own number of the event. */
  readonly index: number | undefined;
}

const indexMax = 0xffffffff;

export function parseRtLine(line: string): Result<RtRecord, string> {
  const pairs = pairsOf(line, '\t');
  const time = pairs.get('time') ?? '';
  const event = integerOf(pairs.get('event'));
  if (!looksLikeTime(time)) return err('event line without a time');
  if (event === undefined) return err('event line without an event code');
  const index = integerOf(pairs.get('index'));
  return ok({
    time,
    event,
    pin: plainNumber(pairs.get('pin')),
    cardno: plainNumber(pairs.get('cardno')),
    door: integerOf(pairs.get('eventaddr')),
    inout: integerOf(pairs.get('inoutstatus')),
    verify: integerOf(pairs.get('verifytype')),
    index: index !== undefined && index <= indexMax ? index : undefined,
  });
}

/** A person or card number and nothing else: what looks otherwise could be a name. */
const plainNumber = (text: string | undefined): string => (text !== undefined && /^[A-Za-z0-9]{1,24}$/.test(text) ? text : '0');

export const rtKey = ({ index, time, pin, cardno, event, door }: RtRecord): string =>
  `r|${index ?? ''}|${time}|${pin}|${cardno}|${event}|${door ?? ''}`;

/** What the model's table says of the code. An unlisted code is a pass whose result is unknown. */
export function rtEvent(record: RtRecord, context: PassContext): RawEvent {
  const { codes, timeZoneHours } = context.profile;
  const meaning = codes.events[String(record.event)] ?? { as: 'pass', result: 'unknown' };
  const told = {
    ...(record.index === undefined ? {} : { eventNo: record.index }),
    observedText: record.time,
    observedAt: zkTime(record.time, timeZoneHours),
  };
  switch (meaning.as) {
    case 'door':
      return { type: 'door', point: meaning.point, state: meaning.state, ...told };
    case 'alarm':
      return { type: 'deviceAlarm', alarm: meaning.alarm, active: meaning.active, ...doorDetail(record), ...told };
    case 'audit':
      return { type: 'deviceAudit', action: meaning.action, ...doorDetail(record), ...told };
    case 'pass':
      return {
        type: 'pass',
        ...(record.pin === '0' ? {} : { personNo: record.pin }),
        ...(record.cardno === '0' ? {} : { cardNo: record.cardno }),
        ...directionOf(codes.directions[String(record.inout ?? '')], context.direction),
        method: codes.methods[String(record.verify ?? '')] ?? 'unknown',
        result: meaning.result,
        ...(meaning.reason === undefined ? {} : { reason: meaning.reason }),
        code: { scheme: 'zk-acc', raw: String(record.event) },
        codeTable: `${codes.name}@${codes.version}`,
        live: isLive(told.observedAt, context.now),
        source: 'push',
        ...told,
        eventNo: record.index,
      };
    default:
      return unreachable(meaning);
  }
}

const doorDetail = ({ door }: RtRecord): { readonly detail?: string } => (door === undefined ? {} : { detail: `door ${door}` });

/** Table rtstate: hex masks, two bits a door for the contact (1 closed, 2 open), one bit a door for the relay. */
export interface RtState {
  readonly time: string;
  readonly readings: readonly RawReading[];
}

export function parseRtState(line: string, doors: number): Result<RtState, string> {
  const pairs = pairsOf(line, '\t');
  const time = pairs.get('time') ?? '';
  const [sensor, relay] = [hexOf(pairs.get('sensor')), hexOf(pairs.get('relay'))];
  const alarm = pairs.get('alarm');
  if (!looksLikeTime(time) || sensor === undefined) return err('state line without time or sensor');
  const readings: RawReading[] = [];
  for (let door = 0; door < doors; door++) {
    readings.push({ point: `contact${door + 1}`, raw: (sensor >>> (2 * door)) & 3 });
    if (relay !== undefined) readings.push({ point: `relay${door + 1}`, raw: (relay >>> door) & 1 });
  }
  if (alarm !== undefined && /^[0-9a-fA-F]{1,32}$/.test(alarm)) readings.push({ point: 'alarm', raw: /[1-9a-fA-F]/.test(alarm) });
  return ok({ time, readings });
}

const hexOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9a-fA-F]{1,8}$/.test(text) ? Number.parseInt(text, 16) : undefined;
