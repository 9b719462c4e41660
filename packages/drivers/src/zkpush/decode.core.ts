import { type DecodeInput, type Decoded, type Decoder, decodeLimits } from '../decode.ts';
import { rejectedAs } from '../gate/decoded.core.ts';
import { concat } from '../web/message.core.ts';
import { htmlReason, isHtml } from '../web/text-kind.core.ts';
import { accessOptions, attendanceOptions } from './answer.core.ts';
import { serialNumber } from './connection.ts';
import {
  type Carrier,
  type DecodeSession,
  type Decoding,
  decodeCommandResults,
  decodeLines,
  decodeOptions,
} from './decode-body.core.ts';
import { linesOf } from './lines.core.ts';
import { ZkProfile } from './model.ts';
import { looksLikeOptions, parseOptions } from './options.core.ts';
import { type ZkRequest, zkRequest } from './request.core.ts';

const head = /^(GET|POST|PUT) (\S{1,2048}) HTTP\/1\.[01]\r?\n/;
const headBytes = 4_096;

/**
 * Bodies and whole requests of ZKTeco push terminals, one frame of each. A chunk is a message of its own when it is whole: a request as long as it says,
 * or lines to the end of one; else the next chunk belongs to it. What stands behind a request in its chunk is the next message. Records that come again
 * are counted.
 */
export const decodeZk: Decoder = ({ chunks, profile }: DecodeInput): Decoded => {
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  if (total > decodeLimits.inputBytes) return rejectedAs(`${total} bytes, at most ${decodeLimits.inputBytes}: too large`);
  const parsed = ZkProfile.safeParse(profile);
  const session: DecodeSession = { profile: parsed.success ? parsed.data : undefined, seen: new Set() };
  const all: {
    frames: Decoded['frames'][number][];
    observations: Decoded['observations'][number][];
    rejected: Decoded['rejected'][number][];
    reply?: string;
  } = {
    frames: [],
    observations: [],
    rejected: [],
  };
  for (const { from, bytes } of messagesOf(chunks)) {
    const part = decodeMessage(bytes, session);
    for (const frame of part.frames) all.frames.push(frame);
    for (const observation of part.observations) all.observations.push(observation);
    for (const { atByte, reason } of part.rejected) all.rejected.push({ atByte: atByte + from, reason });
    if (part.reply !== undefined) all.reply = part.reply;
  }
  if (all.frames.length === 0 && all.rejected.length === 0) all.rejected.push({ atByte: 0, reason: 'nothing in it' });
  return { ...all, frames: all.frames.slice(0, decodeLimits.frames), rejected: all.rejected.slice(0, decodeLimits.rejected) };
};

function messagesOf(chunks: readonly Uint8Array[]): readonly { readonly from: number; readonly bytes: Uint8Array }[] {
  const messages: { readonly from: number; readonly bytes: Uint8Array }[] = [];
  let from = 0;
  let open: Uint8Array = new Uint8Array();
  for (const [index, chunk] of chunks.entries()) {
    open = open.length === 0 ? chunk : concat([open, chunk]);
    const last = index === chunks.length - 1;
    while (open.length > 0) {
      const end = messageEnd(open) ?? (last ? open.length : 0);
      if (end === 0) break;
      messages.push({ from, bytes: open.subarray(0, end) });
      from += end;
      open = open.subarray(end);
    }
  }
  return messages;
}

/** Behind the first whole message; undefined: more of it is to come. A post that does not say how long it is, and lines, go as far as what is there. */
function messageEnd(bytes: Uint8Array): number | undefined {
  if (!/^(GET|POST|PUT) /.test(latin1(bytes.subarray(0, 5)))) return bytes.at(-1) === 0x0a ? bytes.length : undefined;
  const start = latin1(bytes.subarray(0, headBytes));
  const end = /\r?\n\r?\n/.exec(start);
  if (end === null) return undefined;
  const length = lengthSaid(start.slice(0, end.index));
  if (length === 0 && !start.startsWith('GET ')) return bytes.length;
  const behind = end.index + end[0].length + length;
  return behind <= bytes.length ? behind : undefined;
}

const lengthSaid = (text: string): number => Number(/^content-length:\s*(\d{1,9})\s*$/im.exec(text)?.[1] ?? 0);

function decodeMessage(bytes: Uint8Array, session: DecodeSession): Decoding {
  const start = latin1(bytes.subarray(0, headBytes));
  if (head.test(start)) return decodeRequest(bytes, start, session);
  if (isHtml(start)) return rejectedAs(htmlReason);
  const first = linesOf(bytes)?.[0];
  if (first === undefined) return rejectedAs('no text of a terminal');
  if (first.text?.startsWith('GET OPTION FROM:') === true) return decodeHandshake(bytes);
  if (/^RegistryCode=/i.test(first.text ?? '')) return decodeAnswer(first.text ?? '');
  if (/^ID=\d+&/i.test(first.text ?? '')) return decodeCommandResults(bytes);
  if (/^C:\d{1,9}:/.test(first.text ?? '')) return decodeCommands(bytes);
  if (first.text !== undefined && looksLikeOptions(first.text) && first.text.includes(',')) return decodeOptions(first.text);
  return decodeLines(bytes, session);
}

function decodeRequest(bytes: Uint8Array, start: string, session: DecodeSession): Decoding {
  const [, method = '', url = ''] = head.exec(start) ?? [];
  const request = zkRequest(method, url);
  if ('kind' in request)
    return rejectedAs(
      request.kind === 'noPath'
        ? 'not a path of a terminal'
        : 'unknown serial number: one that no terminal has; it makes no device',
    );
  const end = /\r?\n\r?\n/.exec(start);
  if (end === null) return rejectedAs('the head of the request is truncated');
  const bodyAt = end.index + end[0].length;
  const body = bytes.subarray(bodyAt);
  const length = lengthSaid(start.slice(0, end.index));
  if (length > body.length) return rejectedAs(`the body is truncated: ${body.length} of ${length} bytes`, bytes.length);
  const decoded = decodePath(request, length > 0 ? body.subarray(0, length) : body, session);
  return { ...decoded, rejected: decoded.rejected.map(({ atByte, reason }) => ({ atByte: atByte + bodyAt, reason })) };
}

const ourCode = '<our code>';

function decodePath(request: ZkRequest, body: Uint8Array, session: DecodeSession): Decoding {
  const { serial: sn, path, query } = request;
  const keys = { sn, path };
  const answered = (reply: string): Decoding => ({ frames: [keys], observations: [], rejected: [], reply });
  switch (path) {
    case 'cdata':
      return request.post ? decodeData(request, body, session) : decodeHello(request, session);
    case 'registry':
      return decodeRegistry(sn, body);
    case 'push':
      return answered(accessOptions({ registryCode: ourCode, profile: settingsOf(session) }));
    case 'devicecmd': {
      const decoded = decodeCommandResults(body);
      return { ...decoded, frames: decoded.frames.map((frame) => ({ ...keys, ...frame })) };
    }
    case 'rtdata':
      return answered(`DateTime=<seconds since 2000>,ServerTZ=+0${settingsOf(session).timeZoneHours}00`);
    case 'getrequest': {
      const info = query.get('info');
      return { ...answered('OK'), frames: [{ ...keys, ...(info === undefined ? {} : { info: info.slice(0, 200) }) }] };
    }
    default:
      return answered('OK');
  }
}

/** Hello of a terminal: those of the access family register first. */
function decodeHello({ serial: sn, path, query }: ZkRequest, session: DecodeSession): Decoding {
  const access = query.get('devicetype') === 'acc';
  const frame = {
    sn,
    path,
    hello: true,
    family: access ? 'access' : 'attendance',
    ...given('pushVersion', query.get('pushver')),
    ...given('language', query.get('language')),
    ...given('options', query.get('options')),
  };
  const reply = access ? 'OK' : attendanceOptions({ serial: sn, stamp: undefined, profile: settingsOf(session) });
  return { frames: [frame], observations: [], rejected: [], reply };
}

const given = (key: string, value: string | undefined): Record<string, string> =>
  value === undefined || !/^[\w. ]{1,32}$/.test(value) ? {} : { [key]: value };

function decodeData({ serial: sn, path, query }: ZkRequest, body: Uint8Array, session: DecodeSession): Decoding {
  const table = (query.get('table') ?? '').toLowerCase();
  const keys = {
    sn,
    path,
    ...given('table', query.get('table')),
    ...given('tableName', query.get('tablename')),
    ...given('stamp', query.get('stamp')),
  };
  if (table === 'options') return decodeOptions(linesOf(body)?.[0]?.text ?? '', keys);
  const tableName = query.get('tablename');
  if (tableName !== undefined && !serialNumber.test(tableName)) return rejectedAs('a table whose name no terminal has');
  if (table === 'tabledata' || /^(attphoto|biodata|biophoto|userpic)$/.test(table)) {
    const lines = table === 'tabledata' ? (linesOf(body)?.length ?? 0) : 1;
    const reply = table === 'tabledata' ? `${tableName ?? 'tabledata'}=${countOf(query.get('count')) ?? lines}` : 'OK: 1';
    return { frames: [{ ...keys, discarded: lines, ack: reply }], observations: [], rejected: [], reply };
  }
  if (body.length === 0) return rejectedAs('a post without a body');
  const carrier: Carrier = { keys, table, ...(tableName === undefined ? {} : { tableName }) };
  return decodeLines(body, session, carrier);
}

const countOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? text : undefined;

function decodeRegistry(sn: string, body: Uint8Array): Decoding {
  const decoded = decodeOptions(linesOf(body)?.[0]?.text ?? '');
  if (decoded.frames.length === 0) return rejectedAs('a registration without options');
  const options = parseOptions(linesOf(body)?.[0]?.text ?? '');
  const lockCount = options.get('LockCount');
  const frame = {
    sn,
    ...(options.has('MachineType') ? { machineType: options.get('MachineType') } : {}),
    ...(lockCount !== undefined && /^\d{1,4}$/.test(lockCount) ? { lockCount: Number(lockCount) } : {}),
    ...decoded.frames[0],
  };
  return { frames: [frame], observations: [], rejected: [], reply: `RegistryCode=${ourCode}` };
}

/** Our own answer to a hello. */
function decodeHandshake(bytes: Uint8Array): Decoding {
  const lines = linesOf(bytes) ?? [];
  const pairs = lines.slice(1).map(({ text }) => /^([A-Za-z]{1,32})=(.{0,120})$/.exec(text ?? ''));
  const bad = pairs.findIndex((pair) => pair === null);
  if (bad >= 0) return rejectedAs('a handshake line without a value', lines[bad + 1]?.atByte ?? 0);
  const settings = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
  const sn = lines[0]?.text?.slice('GET OPTION FROM:'.length).trim() ?? '';
  if (!serialNumber.test(sn)) return rejectedAs('a handshake for a serial number that no terminal has');
  return { frames: [{ sn, lines: lines.length, settings }], observations: [], rejected: [] };
}

const decodeAnswer = (text: string): Decoding => ({
  frames: [{ registered: /^RegistryCode=\S{1,64}$/i.test(text) }],
  observations: [],
  rejected: [],
});

/** Commands of a server: this one never gives any. */
function decodeCommands(bytes: Uint8Array): Decoding {
  const lines = linesOf(bytes) ?? [];
  const commands = lines.flatMap(({ text }) => {
    const match = /^C:(\d{1,9}):([A-Za-z]{1,16})/.exec(text ?? '');
    return match === null ? [] : [{ id: Number(match[1]), cmd: match[2] }];
  });
  const shell = commands.some(({ cmd }) => /^shell$/i.test(cmd ?? ''));
  return {
    frames: [{ commands }],
    observations: shell ? [{ kind: 'health', about: 'alarm', alarm: 'foreignShell', active: true }] : [],
    rejected: [],
  };
}

const settingsOf = ({ profile }: DecodeSession): Pick<ZkProfile, 'options' | 'timeZoneHours'> =>
  profile ?? {
    timeZoneHours: 8,
    options: {
      delayS: 10,
      errorDelayS: 30,
      transTimes: '00:00;14:05',
      transIntervalMin: 1,
      serverVersion: '2.4.1',
      pushVersion: '2.4.1',
    },
  };

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
