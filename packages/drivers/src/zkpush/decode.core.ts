import type { DecodeInput, Decoded, Decoder, Rejection } from '../decode.ts';
import { decodeLimits } from '../decode.ts';
import { type ToldLine, bodyOf, eventOf, keyOf } from './body.core.ts';
import { parseCommandResult } from './command-result.core.ts';
import { linesOf } from './lines.core.ts';
import { ZkProfile } from './model.ts';
import { looksLikeOptions, parseOptions } from './options.core.ts';
import { zkRequest } from './request.core.ts';
import { epochMs } from '@cardwatch/kernel';

type Frame = Readonly<Record<string, unknown>>;
type Decoding = { -readonly [K in keyof Decoded]: Decoded[K] };

const nothing = (reason: string, atByte = 0): Decoding => ({ frames: [], observations: [], rejected: [{ atByte, reason }] });

/** Bodies and whole requests of ZKTeco push terminals. Each chunk is one message; records that come again are counted. */
export const decodeZk: Decoder = ({ chunks, profile }: DecodeInput): Decoded => {
  const parsed = ZkProfile.safeParse(profile);
  const session: DecodeSession = { profile: parsed.success ? parsed.data : undefined, seen: new Set(), fresh: 0, known: 0 };
  const parts = chunks.map((chunk) => decodeChunk(chunk, session));
  let offset = 0;
  const all: Decoding = { frames: [], observations: [], rejected: [] };
  for (const [index, part] of parts.entries()) {
    const from = offset;
    all.frames = [...all.frames, ...part.frames];
    all.rejected = [...all.rejected, ...part.rejected.map(({ atByte, reason }) => ({ atByte: atByte + from, reason }))];
    if (part.reply !== undefined) all.reply = part.reply;
    offset += chunks[index]?.length ?? 0;
  }
  if (all.frames.length === 0 && all.rejected.length === 0) all.rejected = [{ atByte: 0, reason: 'nothing in it' }];
  all.frames = all.frames.slice(0, decodeLimits.frames);
  all.rejected = all.rejected.slice(0, decodeLimits.rejected);
  if (session.fresh + session.known > 0) all.observations = [{ newRecords: session.fresh, duplicates: session.known }];
  return all;
};

interface DecodeSession {
  readonly profile: ZkProfile | undefined;
  readonly seen: Set<string>;
  fresh: number;
  known: number;
}

const head = /^(GET|POST|PUT) (\S{1,2048}) HTTP\/1\.[01]\r?\n/;

function decodeChunk(bytes: Uint8Array, session: DecodeSession): Decoding {
  if (bytes.length > decodeLimits.inputBytes) return nothing('too many bytes');
  const start = latin1(bytes.subarray(0, 4_096));
  if (head.test(start)) return decodeRequest(bytes, start, session);
  const first = linesOf(bytes)?.[0]?.text;
  if (first === undefined) return nothing('no text of a terminal');
  if (first.startsWith('GET OPTION FROM:')) return decodeHandshake(bytes);
  if (/^ID=\d+&/i.test(first)) return decodeCommandResults(bytes);
  if (looksLikeOptions(first) && first.includes(',')) return decodeOptions(first);
  return decodeBody(bytes, session);
}

function decodeRequest(bytes: Uint8Array, start: string, session: DecodeSession): Decoding {
  const [, method = '', url = ''] = head.exec(start) ?? [];
  const request = zkRequest(method, url);
  if ('kind' in request)
    return nothing(request.kind === 'noPath' ? 'not a path of a terminal' : 'serial number that no terminal has');
  const end = /\r?\n\r?\n/.exec(start);
  if (end === null) return nothing('the head does not end');
  const body = bytes.subarray(end.index + end[0].length);
  const length = /^content-length:\s*(\d{1,9})\s*$/im.exec(start.slice(0, end.index))?.[1];
  if (length !== undefined && Number(length) > body.length) return nothing('the body is cut', bytes.length);
  if (request.path === 'registry') return decodeRegistry(request.serial, body);
  if (body.length > 0) return decodeBody(body, session);
  return { frames: [{ sn: request.serial, path: request.path }], observations: [], rejected: [] };
}

function decodeRegistry(sn: string, body: Uint8Array): Decoding {
  const options = parseOptions(linesOf(body)?.[0]?.text ?? '');
  if (options.size === 0) return nothing('a registration without options');
  const lockCount = options.get('LockCount');
  const frame: Frame = {
    sn,
    ...(options.has('MachineType') ? { machineType: options.get('MachineType') } : {}),
    ...(lockCount !== undefined && /^\d{1,4}$/.test(lockCount) ? { lockCount: Number(lockCount) } : {}),
    options: Object.fromEntries(options),
  };
  return { frames: [frame], observations: [], rejected: [], reply: 'RegistryCode=<our code>' };
}

function decodeHandshake(bytes: Uint8Array): Decoding {
  const lines = linesOf(bytes) ?? [];
  const pairs = lines.slice(1).map(({ text }) => /^([A-Za-z]{1,32})=(.{0,120})$/.exec(text ?? ''));
  const bad = pairs.findIndex((pair) => pair === null);
  if (bad >= 0) return nothing('a handshake line without a value', lines[bad + 1]?.atByte ?? 0);
  const settings = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
  const sn = lines[0]?.text?.slice('GET OPTION FROM:'.length).trim() ?? '';
  return { frames: [{ sn, lines: lines.length, settings }], observations: [], rejected: [] };
}

function decodeCommandResults(bytes: Uint8Array): Decoding {
  const frames: Frame[] = [];
  const rejected: Rejection[] = [];
  for (const { atByte, text } of linesOf(bytes) ?? []) {
    const result = parseCommandResult(text ?? '');
    if (result.ok) frames.push({ ...result.value });
    else rejected.push({ atByte, reason: result.error });
  }
  return { frames, observations: [], rejected, reply: 'OK' };
}

function decodeOptions(text: string): Decoding {
  const options = parseOptions(text);
  if (options.size === 0) return nothing('no options');
  return { frames: [{ options: Object.fromEntries(options) }], observations: [], rejected: [], reply: 'OK' };
}

function decodeBody(bytes: Uint8Array, session: DecodeSession): Decoding {
  const lines = bodyOf(bytes, { doors: session.profile?.doors ?? 1 });
  if (lines === undefined) return nothing('too many lines');
  const frames: Frame[] = [];
  const rejected: Rejection[] = [];
  for (const { atByte, told } of lines) {
    if (told.kind === 'bad') rejected.push({ atByte, reason: told.reason });
    else frames.push(frameOf(told, session));
  }
  if (frames.length === 0) return { frames, observations: [], rejected };
  const access = lines.some(({ told }) => told.kind === 'rt' || told.kind === 'state');
  return { frames, observations: [], rejected, reply: access ? 'OK' : `OK: ${lines.length}` };
}

function frameOf(told: ToldLine['told'], session: DecodeSession): Frame {
  const key = keyOf(told);
  if (key !== undefined && session.seen.has(key)) session.known++;
  else if (key !== undefined) session.fresh++;
  if (key !== undefined) session.seen.add(key);
  switch (told.kind) {
    case 'att':
      return { ...told.record };
    case 'rt':
      return rtFrame(told, session);
    case 'state':
      return { time: told.time, ...Object.fromEntries(told.readings.map(({ point, raw }) => [point, raw])) };
    case 'operation':
      return { operation: told.code, time: told.time };
    default:
      return { discarded: true };
  }
}

const noCodes = { name: 'none', version: 1, methods: {}, directions: {}, events: {} };

function rtFrame(told: Extract<ToldLine['told'], { kind: 'rt' }>, { profile }: DecodeSession): Frame {
  const { record } = told;
  const context = { profile: profile ?? { codes: noCodes, timeZoneHours: 8 }, direction: undefined, now: epochMs(0) };
  const event = eventOf(told, context);
  return {
    pin: record.pin,
    event: record.event,
    ...(event?.type === 'pass' ? { result: event.result } : {}),
    ...(event?.type === 'pass' && event.reason !== undefined ? { reason: event.reason } : {}),
    ...(event?.type === 'door' && event.point === 'exitButton' ? { kind: 'exit-button' } : {}),
    ...(event?.type === 'door' && event.point !== 'exitButton' ? { kind: 'door-io' } : {}),
    ...(event?.type === 'deviceAlarm' ? { kind: 'alarm' } : {}),
    ...(event?.type === 'deviceAudit' ? { kind: 'operation' } : {}),
    ...(record.inout === undefined ? {} : { inout: record.inout }),
    ...(record.verify === undefined ? {} : { verify: record.verify }),
    ...(record.door === undefined ? {} : { door: record.door }),
    ...(record.index === undefined ? {} : { deviceSeq: record.index }),
    time: record.time,
  };
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
