import type { DeviceFacts, RawEvent, RawReading } from '../contract.ts';
import { type AttRecord, type PassContext, attKey, attPass, parseAttLine } from './attlog.core.ts';
import { type Line, linesOf, shapeOf } from './lines.core.ts';
import { digest53 } from '../web/remembered.core.ts';
import type { ZkProfile } from './model.ts';
import { type RtRecord, parseRtLine, parseRtState, rtEvent, rtKey } from './rtlog.core.ts';
import { looksLikeTime, zkTime } from './time.core.ts';

/** One line of a body, by what it is and not by what the table is called: firmware disagrees about the names. */
export type Told =
  | { readonly kind: 'att'; readonly record: AttRecord }
  | { readonly kind: 'rt'; readonly record: RtRecord }
  | { readonly kind: 'state'; readonly time: string; readonly readings: readonly RawReading[] }
  | { readonly kind: 'operation'; readonly code: string; readonly time: string }
  /** Users, templates, pictures: not ours. */
  | { readonly kind: 'private' }
  | { readonly kind: 'bad'; readonly reason: string; readonly shape: string; readonly digest: number };

export interface ToldLine {
  readonly atByte: number;
  readonly told: Told;
}

const privateLine = /^(USER|FP|FACE|USERPIC|BIODATA|BIOPHOTO|ATTPHOTO|user|biodata|biophoto|userpic|templatev10|facev7)[ \t]/;

/** undefined: more lines than one body may have. */
export function bodyOf(body: Uint8Array, profile: Pick<ZkProfile, 'doors'>): readonly ToldLine[] | undefined {
  return linesOf(body)?.map((line) => ({ atByte: line.atByte, told: toldOf(line, profile) }));
}

function toldOf({ text, problem = 'a line without text' }: Line, { doors }: Pick<ZkProfile, 'doors'>): Told {
  if (text === undefined) return { kind: 'bad', reason: problem, shape: '', digest: 0 };
  if (privateLine.test(text)) return { kind: 'private' };
  if (text.startsWith('OPLOG')) return operationOf(text);
  const parsed = parsedLine(text, doors);
  return parsed.ok ? parsed.value : { kind: 'bad', reason: parsed.error, shape: shapeOf(text), digest: digest53(text) };
}

type Parsed = { readonly ok: true; readonly value: Told } | { readonly ok: false; readonly error: string };

function parsedLine(text: string, doors: number): Parsed {
  if (/(^|\t)sensor=/i.test(text)) {
    const state = parseRtState(text, doors);
    return state.ok ? { ok: true, value: { kind: 'state', ...state.value } } : state;
  }
  if (/^[A-Za-z]+=/.test(text)) {
    const record = parseRtLine(text);
    return record.ok ? { ok: true, value: { kind: 'rt', record: record.value } } : record;
  }
  const record = parseAttLine(text);
  return record.ok ? { ok: true, value: { kind: 'att', record: record.value } } : record;
}

function operationOf(text: string): Told {
  const columns = text.slice('OPLOG'.length).trim().split('\t');
  const code = columns[0]?.trim() ?? '';
  const time = columns.find(looksLikeTime) ?? '';
  return /^\d{1,4}$/.test(code) && time !== ''
    ? { kind: 'operation', code, time }
    : { kind: 'bad', reason: 'operation line without a code or a time', shape: shapeOf(text), digest: digest53(text) };
}

/** undefined: it has no identity of its own and is not deduped. */
export function keyOf(told: Told): string | undefined {
  switch (told.kind) {
    case 'att':
      return attKey(told.record);
    case 'rt':
      return rtKey(told.record);
    case 'operation':
      return `o|${told.code}|${told.time}`;
    case 'bad':
      return told.digest === 0 ? undefined : `b|${told.digest}`;
    default:
      return undefined;
  }
}

/** The event of a line; undefined: it makes none. A line that cannot be read becomes an audit: it is answered for, and it is not forgotten. */
export function eventOf(told: Told, context: PassContext): RawEvent | undefined {
  switch (told.kind) {
    case 'att':
      return attPass(told.record, context);
    case 'rt':
      return rtEvent(told.record, context);
    case 'operation':
      return {
        type: 'deviceAudit',
        action: `operation${told.code}`,
        observedText: told.time,
        observedAt: zkTime(told.time, context.profile.timeZoneHours),
      };
    case 'bad':
      return {
        type: 'deviceAudit',
        action: 'undecodedLine',
        detail: `${told.reason}: ${told.shape}`.slice(0, 200),
        observedText: '',
        observedAt: undefined,
      };
    default:
      return undefined;
  }
}

/** The terminal's clock, from a line that it wrote just now. */
export function stateFacts(
  told: Told,
  zoneHours: number,
  readAt: NonNullable<DeviceFacts['deviceClock']>['readAt'],
): DeviceFacts {
  if (told.kind !== 'state') return {};
  return { deviceClock: { text: told.time, at: zkTime(told.time, zoneHours), readAt } };
}
