import { epochMs } from '@cardwatch/kernel';
import { type DecodeInput, type Decoded, type Decoder, type Rejection, decodeLimits } from '../decode.ts';
import { decodedOf } from '../gate/decoded-event.core.ts';
import { MultipartParser } from '../web/multipart.core.ts';
import { decodeText } from '../web/xml-bytes.core.ts';
import type { DahuaProfile } from './model.ts';
import { type DahuaBy, passOf } from './pass.core.ts';
import { stateEventOf } from './stream-event.core.ts';
import { type StreamEvent, recordPageOf, streamEventsOf } from './text.core.ts';

type Frame = Readonly<Record<string, unknown>>;

const limits = { textBytes: 2 * 1024 * 1024 } as const;
const none = { codeTable: { name: 'none', version: 1, codes: {} }, methods: {}, errors: {}, createTime: 'utc' } as const;

/** A reply of recordFinder, an event of the stream, or a piece of the stream itself. */
export const decodeDahua: Decoder = (input) => {
  const profile = input.profile?.protocol === 'dahua' ? (input.profile as DahuaProfile) : none;
  const by: DahuaBy = { profile, direction: 'unknown', readers: {} };
  const bytes = joined(input);
  if (bytes === undefined) return rejected(`more than ${limits.textBytes} bytes`);
  const text = decodeText(bytes)?.text;
  const isStream = /^multipart\//i.test(input.contentType ?? '') || (text ?? '').trimStart().startsWith('--');
  if (isStream) return decodeStream(bytes, input.contentType ?? 'multipart/x-mixed-replace; boundary=myboundary', by);
  if (text === undefined) return rejected('neither UTF-8 nor GB18030');
  return /^\s*(Code=|Heartbeat)/.test(text) ? decodeEvents(streamEventsOf(text), by) : decodePage(text, by);
};

function decodePage(text: string, by: DahuaBy): Decoded {
  const page = recordPageOf(text);
  if (typeof page === 'string') return rejected(page);
  const passes = page.records.map((fields) => passOf(fields, by, 'backfill', false));
  const records = passes.flatMap((pass) => {
    if (pass === undefined || pass.event.event.type !== 'pass') return [];
    const { event, errorCode } = pass;
    const { result, direction, method, personNo } = pass.event.event;
    const error = errorCode === undefined || errorCode === 0 ? {} : { errorCode };
    return [
      { recNo: event.eventNo, ...(personNo === undefined ? {} : { person: personNo }), result, direction, method, ...error },
    ];
  });
  const bad = passes.filter((pass) => pass === undefined).length;
  return {
    frames: [{ found: page.found, ...(page.totalCount === undefined ? {} : { totalCount: page.totalCount }), records }],
    observations: passes.flatMap((pass) => (pass === undefined ? [] : [decodedOf(pass.event.event)])),
    rejected: bad === 0 ? [] : [{ atByte: 0, reason: `${bad} records without CreateTime` }],
  };
}

function decodeEvents(events: readonly StreamEvent[], by: DahuaBy): Decoded {
  const frames: Frame[] = [];
  const observations: Decoded['observations'][number][] = [];
  const rejections: Rejection[] = [];
  for (const event of events) {
    if (event.kind === 'unreadable') rejections.push({ atByte: 0, reason: event.reason });
    if (event.kind === 'heartbeat') frames.push({ heartbeat: true });
    if (event.kind !== 'event') continue;
    const { code, action, data } = event;
    const read = code === 'AccessControl' ? passOf(data, by, 'stream', true)?.event : stateEventOf(event, by.profile, epochMs(0));
    frames.push({ code, action, known: read !== undefined });
    if (read !== undefined) observations.push(decodedOf(read.event));
  }
  return { frames, observations, rejected: rejections };
}

function decodeStream(bytes: Uint8Array, contentType: string, by: DahuaBy): Decoded {
  const parser = new MultipartParser(contentType);
  const frames: Frame[] = [];
  const observations: Decoded['observations'][number][] = [];
  const rejections: Rejection[] = [];
  for (const item of [...parser.feed(bytes), ...parser.end()].slice(0, decodeLimits.frames)) {
    if (item.kind === 'broken') rejections.push({ atByte: item.atByte, reason: item.reason });
    if (item.kind === 'discarded') observations.push({ discardedBytes: item.bytes });
    if (item.kind !== 'part') continue;
    const text = decodeText(item.body)?.text;
    const decoded = text === undefined ? rejected('neither UTF-8 nor GB18030') : decodeEvents(streamEventsOf(text), by);
    frames.push(...decoded.frames);
    observations.push(...decoded.observations);
    rejections.push(...decoded.rejected);
  }
  if (frames.length === 0 && observations.length === 0 && rejections.length === 0)
    rejections.push({ atByte: 0, reason: 'no part' });
  return { frames: frames.slice(0, decodeLimits.frames), observations, rejected: rejections.slice(0, decodeLimits.rejected) };
}

const rejected = (reason: string): Decoded => ({ frames: [], observations: [], rejected: [{ atByte: 0, reason }] });

function joined({ chunks }: DecodeInput): Uint8Array | undefined {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > limits.textBytes) return undefined;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
