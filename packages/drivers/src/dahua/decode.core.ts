import { epochMs } from '@cardwatch/kernel';
import {
  type DecodeInput,
  type Decoded,
  type DecodedKeys,
  type DecodedObservation,
  type Decoder,
  type Rejection,
  decodeLimits,
} from '../decode.ts';
import { observationOf, plainPerson, rejectedAs } from '../gate/decoded.core.ts';
import { type HttpMessage, concat, httpMessageOf } from '../web/message.core.ts';
import { MultipartParser } from '../web/multipart.core.ts';
import { htmlReason, isHtml } from '../web/text-kind.core.ts';
import { decodeText } from '../web/xml-bytes.core.ts';
import type { DahuaProfile } from './model.ts';
import { type DahuaBy, type DahuaPass, passOf } from './pass.core.ts';
import { stateEventOf } from './stream-event.core.ts';
import { type StreamEvent, recordPageOf, streamEventsOf } from './text.core.ts';

/** Body of a `Content-Encoding`; undefined: not to be had. */
export type Inflate = (bytes: Uint8Array, encoding: string, bytesMax: number) => Uint8Array | undefined;

const limits = { textBytes: 2 * 1024 * 1024, streamBytes: 8 * 1024 * 1024, settings: 200 } as const;
const none = { codeTable: { name: 'none', version: 1, codes: {} }, methods: {}, errors: {}, createTime: 'utc' } as const;
const noText = 'bytes in no known encoding: neither UTF-8 nor GB18030';

interface Reading {
  readonly by: DahuaBy;
  readonly inflate: Inflate;
}

/** A reply of recordFinder or of a setting, an event of the stream, a piece of the stream itself, or a saved HTTP message with one. */
export const dahuaDecoder =
  (inflate: Inflate): Decoder =>
  (input) => {
    const profile = input.profile?.protocol === 'dahua' ? (input.profile as DahuaProfile) : none;
    const reading = { by: { profile, direction: 'unknown', readers: {} }, inflate } as const;
    const total = input.chunks.reduce((sum, { length }) => sum + length, 0);
    if (total > limits.streamBytes) return rejectedAs(`${total} bytes, at most ${limits.streamBytes}: too large`);
    const bytes = concat(input.chunks);
    const message = httpMessageOf(bytes);
    if (message === undefined) return decodeBody(bytes, input.contentType, reading);
    return 'reason' in message ? rejectedAs(message.reason, message.atByte) : decodeMessage(message, input, reading);
  };

function decodeMessage(message: HttpMessage, { contentType }: DecodeInput, reading: Reading): Decoded {
  const { headers, bodyAt, encoding, status } = message;
  const body = encoding === undefined ? message.body : reading.inflate(message.body, encoding, limits.textBytes);
  if (body === undefined)
    return rejectedAs(`a compressed body (${(encoding ?? '').slice(0, 20)}) that is truncated, damaged or too large`, bodyAt);
  if (body.length === 0 && status !== 200)
    return { frames: [status === undefined ? { method: message.method } : { status }], observations: [], rejected: [] };
  const decoded = decodeBody(body, headers.get('content-type')?.[0] ?? contentType, reading);
  const frames = decoded.frames.map((frame) => (encoding === undefined ? frame : { ...frame, encoding }));
  // places of an unpacked body are none of the input: all of it stands where the packed one begins
  const placeOf = (atByte: number): number => bodyAt + (encoding === undefined ? atByte : 0);
  return { ...decoded, frames, rejected: decoded.rejected.map(({ atByte, reason }) => ({ atByte: placeOf(atByte), reason })) };
}

function decodeBody(bytes: Uint8Array, contentType: string | undefined, { by }: Reading): Decoded {
  const multipart = /^\s*multipart\//i.test(contentType ?? '');
  const start = String.fromCharCode(...bytes.subarray(0, 512)).trimStart();
  if (multipart || /^--[^\r\n]/.test(start))
    return decodeStream(bytes, multipart ? (contentType ?? '') : 'multipart/x-mixed-replace; boundary=myboundary', by);
  if (bytes.length > limits.textBytes) return rejectedAs(`${bytes.length} bytes, at most ${limits.textBytes}: too large`);
  const text = decodeText(bytes)?.text;
  if (text === undefined) return rejectedAs(noText);
  if (text.trim() === '') return rejectedAs('nothing there');
  if (isHtml(text)) return rejectedAs(htmlReason);
  if (/^\s*(Code=|Heartbeat)/.test(text)) return decodeEvents(streamEventsOf(text), by);
  return /^\s*(found=|totalCount=|records\[)/.test(text) ? decodePage(text, by) : decodeSettings(text);
}

/** `key=value` lines, or the `Error` that the CGI answers with. */
function decodeSettings(text: string): Decoded {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines[0] === 'OK' && lines.length === 1) return { frames: [{ ok: true }], observations: [], rejected: [] };
  if (/^Error\b/i.test(lines[0] ?? '')) return rejectedAs('the device answered Error: it refused the request');
  if (lines.length > limits.settings) return rejectedAs(`more than ${limits.settings} lines of settings`);
  const pairs = lines.map((line) => /^([A-Za-z][A-Za-z0-9_.[\]]{0,63})=(.{0,200})$/.exec(line));
  if (pairs.includes(null)) return rejectedAs('neither found= of recordFinder, nor Code= of the stream, nor key=value lines');
  const settings = Object.fromEntries(
    pairs.flatMap((pair) => (pair === null || isPrivate(pair[1] ?? '') ? [] : [[pair[1] ?? '', pair[2] ?? '']])),
  );
  return { frames: [{ settings }], observations: [], rejected: [] };
}

const isPrivate = (key: string): boolean => /password|passwd|(^|\.)(user|card)name$|photo|picture/i.test(key);

const observed = ({ event, door, discarded }: DahuaPass): DecodedObservation =>
  observationOf(event.event, { ...(door === undefined ? {} : { door }), discarded });

function decodePage(text: string, by: DahuaBy): Decoded {
  const page = recordPageOf(text);
  if (typeof page === 'string') return rejectedAs(page);
  const passes = page.records.map((fields) => passOf(fields, by, 'backfill', false));
  const records = passes.flatMap((pass) => {
    if (pass === undefined || pass.event.event.type !== 'pass') return [];
    const { event, errorCode } = pass;
    const { result, direction, method, personNo } = pass.event.event;
    const error = errorCode === undefined || errorCode === 0 ? {} : { errorCode };
    return [
      {
        recNo: event.eventNo,
        ...(plainPerson(personNo) === undefined ? {} : { person: personNo }),
        result,
        direction,
        method,
        ...error,
      },
    ];
  });
  const bad = passes.filter((pass) => pass === undefined).length;
  const discarded = passes.reduce((sum, pass) => sum + (pass?.discarded ?? 0), 0);
  return {
    frames: [
      { found: page.found, ...(page.totalCount === undefined ? {} : { totalCount: page.totalCount }), records, discarded },
    ],
    observations: passes.flatMap((pass) => (pass === undefined ? [] : [observed(pass)])),
    rejected: bad === 0 ? [] : [{ atByte: 0, reason: `${bad} records without CreateTime` }],
  };
}

function decodeEvents(events: readonly StreamEvent[], by: DahuaBy, atByte = 0): Decoded {
  const frames: DecodedKeys[] = [];
  const observations: DecodedObservation[] = [];
  const rejected: Rejection[] = [];
  for (const event of events) {
    if (event.kind === 'unreadable') rejected.push({ atByte, reason: event.reason });
    if (event.kind === 'heartbeat') frames.push({ heartbeat: true, kind: 'heartbeat' });
    if (event.kind !== 'event') continue;
    const decoded = decodeEvent(event, by);
    if (typeof decoded === 'string') {
      rejected.push({ atByte, reason: decoded });
      continue;
    }
    frames.push(decoded.frame);
    if (decoded.observation !== undefined) observations.push(decoded.observation);
  }
  return { frames, observations, rejected };
}

interface EventDecoded {
  readonly frame: DecodedKeys;
  readonly observation?: DecodedObservation;
}

function decodeEvent(event: StreamEvent & { kind: 'event' }, by: DahuaBy): EventDecoded | string {
  const { code, action, data } = event;
  if (code !== 'AccessControl') {
    const read = stateEventOf(event, by.profile, epochMs(0));
    const frame = { code, action, known: read !== undefined };
    return read === undefined ? { frame } : { frame, observation: observationOf(read.event, { code: `${code}/${action}` }) };
  }
  const pass = passOf(data, by, 'stream', true);
  if (pass === undefined || pass.event.event.type !== 'pass') return 'a pass without a time';
  const { result, reason, method, direction, personNo, observedText } = pass.event.event;
  const gatePass = {
    result,
    ...(reason === undefined ? {} : { reason }),
    method,
    direction,
    person: plainPerson(personNo) ?? null,
    live: true,
  };
  return {
    frame: { code, action, known: true, gatePass, deviceTime: observedText, discarded: pass.discarded },
    observation: observed(pass),
  };
}

function decodeStream(bytes: Uint8Array, contentType: string, by: DahuaBy): Decoded {
  const parser = new MultipartParser(contentType);
  const fed = parser.feed(bytes);
  const cut = parser.end();
  const items = [...fed, ...cut];
  const frames: DecodedKeys[] = [];
  const observations: (DecodedObservation | DecodedKeys)[] = [];
  const rejected: Rejection[] = [];
  for (const item of items.slice(0, decodeLimits.frames)) {
    if (item.kind === 'broken') rejected.push({ atByte: item.atByte, reason: item.reason });
    if (item.kind !== 'part') continue;
    const text = decodeText(item.body)?.text;
    const decoded = text === undefined ? rejectedAs(noText, item.atByte) : decodeEvents(streamEventsOf(text), by, item.atByte);
    frames.push(...decoded.frames);
    observations.push(...decoded.observations);
    rejected.push(...decoded.rejected);
  }
  const whole = items.filter(({ kind }) => kind !== 'broken');
  if (items.length === 0) rejected.push({ atByte: 0, reason: 'no part: no boundary line was found' });
  if (whole.length === 0) return { frames: [], observations: [], rejected: rejected.slice(0, decodeLimits.rejected) };
  const heartbeats = frames.filter(({ heartbeat }) => heartbeat === true).length;
  const sum = {
    parts: whole.length,
    events: frames.length - heartbeats,
    heartbeats,
    jpegBytes: whole.reduce((all, item) => all + (item.kind === 'discarded' ? item.bytes : 0), 0),
    incomplete: cut.length,
  };
  return {
    frames: [sum, ...frames].slice(0, decodeLimits.frames),
    observations,
    rejected: rejected.slice(0, decodeLimits.rejected),
  };
}
