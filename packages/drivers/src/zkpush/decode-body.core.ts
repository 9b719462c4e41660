/** Lines of a body as one frame of records, and what they mean. */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { type Decoded, type DecodedKeys, type DecodedObservation, type Rejection, decodeLimits } from '../decode.ts';
import { gapsIn, observationOf, rejectedAs } from '../gate/decoded.core.ts';
import { type ToldLine, bodyOf, eventOf, keyOf } from './body.core.ts';
import { foreignCommand, parseCommandResult } from './command-result.core.ts';
import { linesOf, zkLimits } from './lines.core.ts';
import type { ZkProfile } from './model.ts';
import { parseOptions } from './options.core.ts';

export type Decoding = { -readonly [K in keyof Decoded]: Decoded[K] };
type Told = ToldLine['told'];

/** What the messages of one input share: records that come again are counted, not told twice. */
export interface DecodeSession {
  readonly profile: ZkProfile | undefined;
  readonly seen: Set<string>;
}

/** Of the request that carried the body. */
export interface Carrier {
  readonly table?: string;
  readonly tableName?: string;
  readonly count?: string;
  readonly keys: DecodedKeys;
}

export const tooManyLines = `more than ${zkLimits.lines} lines: too large`;
const noCodes = { name: 'none', version: 1, methods: {}, directions: {}, events: {} };

export function decodeLines(bytes: Uint8Array, session: DecodeSession, carrier?: Carrier): Decoding {
  const lines = bodyOf(bytes, { doors: session.profile?.doors ?? 1 });
  if (lines === undefined) return rejectedAs(tooManyLines);
  const rejected: Rejection[] = lines.flatMap(({ atByte, told }) =>
    told.kind === 'bad' ? [{ atByte, reason: told.reason }] : [],
  );
  const good = lines.filter(({ told }) => told.kind !== 'bad');
  const reply = replyTo(lines, bytes, carrier);
  // What cannot be read is answered for all the same, or it comes again for ever; but only when it is clear that a terminal asks.
  if (good.length === 0) return { frames: [], observations: [], rejected, ...(carrier === undefined ? {} : { reply }) };
  const fresh = good.filter(({ told }) => isNew(told, session));
  const numbered = good.filter(({ told }) => keyOf(told) !== undefined).length;
  const personal = good.filter(({ told }) => told.kind === 'private').length;
  const records = good.flatMap(({ told }) => recordOf(told, session) ?? []);
  const frame = {
    ...carrier?.keys,
    records: records.slice(0, decodeLimits.frames),
    lines: lines.length,
    newRecords: fresh.filter(({ told }) => keyOf(told) !== undefined).length,
    duplicates: numbered - fresh.filter(({ told }) => keyOf(told) !== undefined).length,
    ...(personal === 0 ? {} : { discarded: personal }),
    ack: reply,
  };
  return { frames: [frame], observations: observationsOf(fresh, session), rejected, reply };
}

function isNew(told: Told, { seen }: DecodeSession): boolean {
  const key = keyOf(told);
  if (key === undefined) return true;
  const known = seen.has(key);
  seen.add(key);
  return !known;
}

/** Its own acknowledgement for tables, or the terminal sends them for ever: `<table>=<count>`. */
function replyTo(lines: readonly ToldLine[], bytes: Uint8Array, carrier: Carrier | undefined): string {
  const named = carrier?.tableName ?? (carrier === undefined ? tableOf(lines, bytes) : undefined);
  if (named !== undefined) return `${named}=${carrier?.count ?? lines.length}`;
  const access = lines.some(({ told }) => told.kind === 'rt' || told.kind === 'state') || (carrier?.table ?? '').startsWith('rt');
  return access ? 'OK' : `OK: ${lines.length}`;
}

/** A body without its request: lines of `tabledata` begin with the name of their table in small letters. */
function tableOf(lines: readonly ToldLine[], bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 32));
  return lines[0]?.told.kind === 'private' ? /^([a-z][a-z0-9]{2,15})[ \t]/.exec(start)?.[1] : undefined;
}

const contactWords = ['unknown', 'closed', 'open', 'unknown'] as const;

function recordOf(told: Told, session: DecodeSession): DecodedKeys | undefined {
  switch (told.kind) {
    case 'att':
      return { ...told.record };
    case 'rt':
      return rtRecord(told, session);
    case 'state': {
      const contact = told.readings.find(({ point }) => point === 'contact1')?.raw;
      return {
        time: told.time,
        ...(typeof contact === 'number' ? { sensor: contactWords[contact] ?? 'unknown' } : {}),
        ...Object.fromEntries(told.readings.map(({ point, raw }) => [point, raw])),
      };
    }
    case 'operation':
      return { operation: told.code, time: told.time };
    default:
      return undefined;
  }
}

const contextOf = ({ profile }: DecodeSession) => ({
  profile: profile ?? { codes: noCodes, timeZoneHours: 8 },
  direction: undefined,
  now: epochMs(0),
});

function rtRecord(told: Extract<Told, { kind: 'rt' }>, session: DecodeSession): DecodedKeys {
  const { record } = told;
  const event = eventOf(told, contextOf(session));
  const kinds = { door: 'door-io', deviceAlarm: 'alarm', deviceAudit: 'operation' } as const;
  const kind = event === undefined || event.type === 'pass' ? undefined : kinds[event.type];
  return {
    pin: record.pin,
    event: record.event,
    ...(event?.type === 'pass' ? { result: event.result } : {}),
    ...(event?.type === 'pass' && event.reason !== undefined ? { reason: event.reason } : {}),
    ...(kind === undefined ? {} : { kind: event?.type === 'door' && event.point === 'exitButton' ? 'exit-button' : kind }),
    ...(record.inout === undefined ? {} : { inout: record.inout }),
    ...(record.verify === undefined ? {} : { verify: record.verify }),
    ...(record.door === undefined ? {} : { door: record.door }),
    ...(record.index === undefined ? {} : { deviceSeq: record.index }),
    time: record.time,
  };
}

function observationsOf(lines: readonly ToldLine[], session: DecodeSession): readonly DecodedObservation[] {
  const context = contextOf(session);
  const counted: { readonly serial: number | undefined; readonly at: EpochMs | undefined }[] = [];
  const observed = lines.flatMap(({ told }): readonly DecodedObservation[] => {
    if (told.kind === 'state') return [stateOf(told)];
    const event = eventOf(told, context);
    if (event === undefined) return [];
    if (told.kind === 'rt') counted.push({ serial: told.record.index, at: event.observedAt });
    const aside = told.kind === 'rt' ? { code: String(told.record.event), ...doorOf(told.record.door) } : {};
    return [observationOf(event, aside)];
  });
  return [...observed, ...gapsIn(counted)];
}

const doorOf = (door: number | undefined): { readonly door?: string } => (door === undefined ? {} : { door: String(door) });

const stateOf = (told: Extract<Told, { kind: 'state' }>): DecodedObservation => ({
  kind: 'health',
  about: 'state',
  observedText: told.time,
  readings: told.readings.map(({ point, raw }) => ({
    point,
    value: typeof raw === 'number' || typeof raw === 'boolean' ? raw : null,
  })),
});

/** Results of commands. Nobody here sends one: each is somebody else's, and one of a shell is a break-in. */
export function decodeCommandResults(bytes: Uint8Array): Decoding {
  const results: DecodedKeys[] = [];
  const observations: DecodedObservation[] = [];
  const rejected: Rejection[] = [];
  const lines = linesOf(bytes);
  if (lines === undefined) return rejectedAs(tooManyLines);
  for (const { atByte, text } of lines) {
    const result = parseCommandResult(text ?? '');
    if (!result.ok) {
      rejected.push({ atByte, reason: result.error });
      continue;
    }
    results.push({ ...result.value });
    observations.push(observationOf(foreignCommand(result.value, '')));
  }
  return results.length === 0
    ? { frames: [], observations: [], rejected: rejected.length === 0 ? [{ atByte: 0, reason: 'nothing in it' }] : rejected }
    : { frames: [{ results }], observations, rejected, reply: 'OK' };
}

/** What a terminal says of itself: passwords and keys do not go on. */
export function decodeOptions(text: string, keys: DecodedKeys = {}): Decoding {
  const options = [...parseOptions(text)].filter(([name]) => !/passw|comkey|authkey/i.test(name));
  if (options.length === 0) return rejectedAs('a list of options without one');
  return { frames: [{ ...keys, options: Object.fromEntries(options) }], observations: [], rejected: [], reply: 'OK' };
}
