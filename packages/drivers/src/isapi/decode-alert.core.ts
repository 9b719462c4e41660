/** Alerts of a terminal as frames and observations: one alone, or all that a multipart body holds. */
import {
  type DecodeInput,
  type Decoded,
  type DecodedKeys,
  type DecodedObservation,
  type Rejection,
  decodeLimits,
} from '../decode.ts';
import { gapsIn, observationOf, plainPerson, rejectedAs, timeQualityOf } from '../gate/decoded.core.ts';
import type { GateEvent } from '../gate/intake.ts';
import { type MultipartItem, MultipartParser } from '../web/multipart.core.ts';
import type { CommonProfile } from '../profile.ts';
import type { AcsEvent, Alert } from './acs-event.core.ts';
import { alertOfBytes } from './alert-stream.core.ts';
import { type ReadBy, type Source, gateEventOf } from './gate-event.core.ts';
import type { IsapiProfile } from './model.ts';

const noTable = { name: 'none', version: 1, codes: {} };

/** Without a profile no code is known, so no pass is granted. */
export function readBy(profile: CommonProfile | undefined): ReadBy {
  const known = profile?.protocol === 'isapi' ? (profile as IsapiProfile).codeTable : undefined;
  return { table: known ?? noTable, direction: 'unknown', readers: {} };
}

interface AlertDecoded extends Decoded {
  readonly event?: AcsEvent;
}

export function decodeAlert(alert: Alert, { profile }: DecodeInput, source: Source): AlertDecoded {
  switch (alert.kind) {
    case 'heartbeat':
      return { frames: [{ heartbeat: true, kind: 'heartbeat' }], observations: [], rejected: [] };
    case 'other':
      return { frames: [{ eventType: alert.eventType }], observations: [], rejected: [] };
    case 'unreadable':
      return rejectedAs(alert.reason);
    case 'access': {
      const { event } = alert;
      const read = gateEventOf(event, readBy(profile), source);
      return { frames: [frameOf(event, read)], observations: [observed(event, read)], rejected: [], event };
    }
  }
}

export const observed = (event: AcsEvent, { event: read }: GateEvent): DecodedObservation =>
  observationOf(read, {
    code: `${event.major}/${event.minor}`,
    ...(event.doorNo === undefined ? {} : { door: String(event.doorNo) }),
    discarded: event.discarded,
  });

function frameOf(event: AcsEvent, { event: read }: GateEvent): DecodedKeys {
  const timeQuality = timeQualityOf(event.at);
  const head = {
    code: `${event.major}/${event.minor}`,
    deviceTime: event.text,
    timeQuality,
    businessTime: timeQuality === 'ok' ? 'device time' : 'edge receive time',
    ...(timeQuality === 'ok' ? {} : { health: 'clock-invalid' }),
    ...(event.serialNo === undefined ? {} : { serialNo: event.serialNo }),
    ...(event.previousSerialNo === undefined ? {} : { frontSerialNo: event.previousSerialNo }),
    discarded: event.discarded,
  };
  switch (read.type) {
    case 'pass': {
      const { result, reason, method, live } = read;
      return {
        ...head,
        gatePass: {
          result,
          ...(reason === undefined ? {} : { reason }),
          method,
          person: plainPerson(event.personNo) ?? null,
          live,
        },
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

export interface Multipart {
  readonly chunks: readonly Uint8Array[];
  readonly contentType: string;
  readonly source: Source;
}

/** A summary frame and one of each alert. A stream of which not one part is whole has none. */
export function decodeMultipart({ chunks, contentType, source }: Multipart, input: DecodeInput): Decoded {
  const parser = new MultipartParser(contentType);
  const fed = chunks.flatMap((chunk) => [...parser.feed(chunk)]);
  const cut = parser.end();
  const items = [...fed, ...cut];
  const rejected: Rejection[] = [];
  const frames: DecodedKeys[] = [];
  const observations: (DecodedObservation | DecodedKeys)[] = [];
  const events: AcsEvent[] = [];
  for (const item of items.slice(0, decodeLimits.frames - 1)) {
    const decoded = decodeItem(item, input, source);
    frames.push(...decoded.frames);
    observations.push(...decoded.observations);
    rejected.push(...decoded.rejected);
    if (decoded.event !== undefined) events.push(decoded.event);
  }
  const whole = items.filter(({ kind }) => kind !== 'broken');
  if (items.length === 0) rejected.push({ atByte: 0, reason: 'no part: no boundary line was found' });
  if (whole.length === 0) return { frames: [], observations: [], rejected: rejected.slice(0, decodeLimits.rejected) };
  const pictures = whole.flatMap((item) => (item.kind === 'discarded' ? [item.bytes] : []));
  const sum = {
    parts: whole.length,
    events: events.length,
    heartbeats: frames.filter(({ heartbeat }) => heartbeat === true).length,
    jpegBytes: pictures.reduce((all, bytes) => all + bytes, 0),
    incomplete: cut.length,
    discarded: pictures.length + events.reduce((all, { discarded }) => all + discarded, 0),
  };
  return {
    frames: [sum, ...frames],
    observations: [...observations, ...gapsOf(events)],
    rejected: rejected.slice(0, decodeLimits.rejected),
  };
}

function decodeItem(item: MultipartItem, input: DecodeInput, source: Source): AlertDecoded {
  if (item.kind === 'broken') return rejectedAs(item.reason, item.atByte);
  if (item.kind === 'discarded') return { frames: [], observations: [], rejected: [] };
  const decoded = decodeAlert(alertOfBytes(item.body), input, source);
  return { ...decoded, rejected: decoded.rejected.map(({ reason }) => ({ atByte: item.atByte, reason })) };
}

export const gapsOf = (events: readonly AcsEvent[]): readonly DecodedObservation[] =>
  gapsIn(events.map(({ serialNo, at, previousSerialNo }) => ({ serial: serialNo, at, previous: previousSerialNo })));
