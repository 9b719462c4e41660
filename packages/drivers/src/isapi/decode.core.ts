import type { CommonProfile } from '../profile.ts';
import { type DecodeInput, type Decoded, type Decoder, type Rejection, decodeLimits } from '../decode.ts';
import { decodedOf } from '../gate/decoded-event.core.ts';
import { fieldsOfJson } from '../gate/fields.core.ts';
import type { GateEvent } from '../gate/intake.ts';
import { type MultipartItem, MultipartParser } from '../web/multipart.core.ts';
import { decodeText } from '../web/xml-bytes.core.ts';
import { type XmlNode, describeXmlFailure, parseXml } from '../web/xml.core.ts';
import { type AcsEvent, type Alert, acsPageOf, alertOf } from './acs-event.core.ts';
import { alertOfBytes } from './alert-stream.core.ts';
import { type ReadBy, type Source, gateEventOf } from './gate-event.core.ts';
import { deviceInfoOf, httpHostsOf, systemStatusOf, systemTimeOf, workStatusOf } from './health.core.ts';
import type { IsapiProfile } from './model.ts';

type Frame = Readonly<Record<string, unknown>>;

const limits = { bodyBytes: 2 * 1024 * 1024 } as const;

/** A body of a reply or a post: XML or JSON. Without a profile no code is known, so no pass is granted. */
export const decodeIsapi: Decoder = (input) => {
  const bytes = joined(input);
  if (bytes === undefined) return rejected(0, `more than ${limits.bodyBytes} bytes`);
  const text = decodeText(bytes)?.text.trim();
  if (text === undefined) return rejected(0, 'neither UTF-8 nor GB18030');
  if (text === '') return rejected(0, 'nothing there');
  if (text.startsWith('<')) return decodeXml(text, bytes, input);
  const fields = fieldsOfJson(text);
  if (fields === undefined) return rejected(0, 'no JSON object');
  const work = workStatusOf(fields);
  if (work !== undefined) return { frames: [{ workStatus: work }], observations: [], rejected: [] };
  if (Object.hasOwn(fields, 'AcsEvent')) return decodePage(acsPageOf(fields), input);
  return decodeAlert(alertOf(fields), input, 'push');
};

/** A live stream, or a piece of one; `contentType` names the boundary, and another one on the wire is adopted. */
export const decodeAlertStream: Decoder = (input) => {
  const parser = new MultipartParser(input.contentType ?? 'multipart/mixed; boundary=MIME_boundary');
  const fed = input.chunks.flatMap((chunk) => [...parser.feed(chunk.subarray(0, decodeLimits.inputBytes))]);
  const cut = parser.end();
  return decodeParts([...fed, ...cut], { cut: cut.length, input, source: 'stream' });
};

/** One post of a terminal (httpHosts): an alert, or a form of one with pictures. */
export const decodePush: Decoder = (input) => {
  if (!/^multipart\//i.test(input.contentType ?? '')) {
    const bytes = joined(input);
    return bytes === undefined
      ? rejected(0, `more than ${limits.bodyBytes} bytes`)
      : decodeAlert(alertOfBytes(bytes), input, 'push');
  }
  const parser = new MultipartParser(input.contentType ?? '');
  const fed = input.chunks.flatMap((chunk) => [...parser.feed(chunk.subarray(0, decodeLimits.inputBytes))]);
  const cut = parser.end();
  return decodeParts([...fed, ...cut], { cut: cut.length, input, source: 'push' });
};

interface Parts {
  readonly cut: number;
  readonly input: DecodeInput;
  readonly source: Source;
}

function decodeParts(items: readonly MultipartItem[], { cut, input, source }: Parts): Decoded {
  const frames: Frame[] = [];
  const observations: Decoded['observations'][number][] = [];
  const rejections: Rejection[] = [];
  let whole = 0;
  let jpegBytes = 0;
  let events = 0;
  for (const item of items.slice(0, decodeLimits.frames)) {
    if (item.kind === 'broken') rejections.push({ atByte: item.atByte, reason: item.reason });
    else whole++;
    if (item.kind === 'discarded') jpegBytes += item.bytes;
    if (item.kind !== 'part') continue;
    const decoded = decodeAlert(alertOfBytes(item.body), input, source);
    frames.push(...decoded.frames);
    observations.push(...decoded.observations);
    rejections.push(...decoded.rejected);
    events += decoded.observations.length;
  }
  if (whole === 0 && rejections.length === 0) rejections.push({ atByte: 0, reason: 'no part' });
  const sum = { parts: whole, events, jpegBytes, incomplete: cut };
  return {
    frames,
    observations: whole === 0 ? [] : [sum, ...observations],
    rejected: rejections.slice(0, decodeLimits.rejected),
  };
}

function decodeAlert(alert: Alert, input: DecodeInput, source: Source): Decoded {
  switch (alert.kind) {
    case 'heartbeat':
      return { frames: [{ heartbeat: true }], observations: [], rejected: [] };
    case 'other':
      return { frames: [{ eventType: alert.eventType }], observations: [], rejected: [] };
    case 'unreadable':
      return rejected(0, alert.reason);
    case 'access': {
      const read = gateEventOf(alert.event, readBy(input.profile), source);
      return { frames: [frameOf(alert.event, read)], observations: [decodedOf(read.event)], rejected: [] };
    }
  }
}

function frameOf(event: AcsEvent, { event: read }: GateEvent): Frame {
  const code = `${event.major}/${event.minor}`;
  const clockSet = event.at !== undefined && event.at >= 1_577_808_000_000;
  const head = {
    code,
    deviceTime: event.text,
    timeQuality: clockSet ? 'ok' : 'invalid',
    businessTime: clockSet ? 'device time' : 'edge receive time',
    ...(clockSet ? {} : { health: 'clock-invalid' }),
    ...(event.serialNo === undefined ? {} : { serialNo: event.serialNo }),
    discarded: event.discarded,
  };
  switch (read.type) {
    case 'pass': {
      const { result, reason, method, live } = read;
      return {
        ...head,
        gatePass: { result, ...(reason === undefined ? {} : { reason }), method, person: event.personNo ?? null, live },
      };
    }
    case 'door':
      return { ...head, kind: 'door', point: read.point, state: read.state };
    case 'deviceAlarm':
      return { ...head, kind: 'health', meaning: `${read.alarm} ${read.active ? 'alarm' : 'restored'}` };
    case 'deviceAudit':
      return {
        ...head,
        kind: 'operation',
        meaning: read.action,
        ...(event.netUser === undefined ? {} : { actor: event.netUser }),
        ...(event.remoteHost === undefined ? {} : { remoteHost: event.remoteHost }),
      };
  }
}

function decodePage(page: ReturnType<typeof acsPageOf>, { profile }: DecodeInput): Decoded {
  if (typeof page === 'string') return rejected(0, page);
  const serials = page.events.flatMap(({ serialNo }) => serialNo ?? []);
  const frame = {
    records: page.events.length,
    next: page.status === 'more' ? { searchResultPosition: page.count, sameSearchID: true } : null,
    error: null,
    ...(serials.length === 0 ? {} : { watermark: serials.reduce((a, b) => Math.max(a, b)) }),
  };
  const by = readBy(profile);
  return {
    frames: [frame],
    observations: page.events.map((event) => decodedOf(gateEventOf(event, by, 'backfill').event)),
    rejected: page.unreadable.slice(0, decodeLimits.rejected).map((reason) => ({ atByte: 0, reason })),
  };
}

function decodeXml(text: string, bytes: Uint8Array, input: DecodeInput): Decoded {
  const parsed = parseXml(text);
  if (!parsed.ok) return rejected('at' in parsed.error ? parsed.error.at : 0, describeXmlFailure(parsed.error));
  const root = parsed.value;
  if (root.name === 'EventNotificationAlert') return decodeAlert(alertOfBytes(bytes), input, 'push');
  const frame = documentOf(root);
  return frame === undefined
    ? rejected(0, `no document that is known: ${root.name.slice(0, 40)}`)
    : { frames: [frame], observations: [], rejected: [] };
}

function documentOf(root: XmlNode): Frame | undefined {
  const info = deviceInfoOf(root);
  if (info !== undefined) return { ...info };
  const status = systemStatusOf(root);
  if (status !== undefined) return { ...status };
  const [host] = httpHostsOf(root) ?? [];
  if (host !== undefined) return { ...host };
  const time = systemTimeOf(root);
  return time === undefined ? undefined : { deviceTime: time };
}

const noTable = { name: 'none', version: 1, codes: {} };

function readBy(profile: CommonProfile | undefined): ReadBy {
  const known = profile?.protocol === 'isapi' ? (profile as IsapiProfile).codeTable : undefined;
  return { table: known ?? noTable, direction: 'unknown', readers: {} };
}

const rejected = (atByte: number, reason: string): Decoded => ({ frames: [], observations: [], rejected: [{ atByte, reason }] });

function joined({ chunks }: DecodeInput): Uint8Array | undefined {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > limits.bodyBytes) return undefined;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
