import { epochMs } from '@cardwatch/kernel';
import type { RawEvent, RawPass } from '../contract.ts';
import type { DecodeInput, Decoded, Decoder } from '../decode.ts';
import { parseXmlBytes } from '../web/xml-bytes.core.ts';
import { type XmlNode, descendantsOf, describeXmlFailure } from '../web/xml.core.ts';
import { deviceTime, isoUtc } from './clock.core.ts';
import { pickXaddr, probeMatches } from './discovery.core.ts';
import { deviceInformation, doorReadings, grantedOf, leaseMs, listOf, notificationsOf, servicesOf } from './messages.core.ts';
import { OnvifProfile } from './model.ts';
import { bodyOf } from './soap.core.ts';
import { meaningOf } from './topics.core.ts';

type Frame = Readonly<Record<string, unknown>>;

const rejected = (reason: string): Decoded => ({ frames: [], observations: [], rejected: [{ atByte: 0, reason }] });

/** Replies of ONVIF devices, by what stands in them: device, events, doors, faults, discovery. All chunks together are one document. */
export const decodeOnvif: Decoder = ({ chunks, profile }: DecodeInput): Decoded => {
  const parsed = parseXmlBytes(joined(chunks));
  if (!parsed.ok)
    return rejected(parsed.error.kind === 'charset' ? 'bytes in no known character set' : describeXmlFailure(parsed.error));
  const body = bodyOf(parsed.value.root);
  if (!body.ok) {
    if (typeof body.error === 'string') return rejected(body.error);
    return { frames: [{ fault: body.error.code }], observations: [], rejected: [] };
  }
  const known = OnvifProfile.safeParse(profile);
  const codes = known.success ? known.data.codes : { name: 'none', version: 1, reasons: {} };
  const frames = body.value.children
    .map((element) => frameOf(element, body.value, codes))
    .filter((frame): frame is Frame => frame !== undefined);
  if (frames.length === 0) return rejected('an envelope without an answer that is known here');
  const charset = parsed.value.charset === 'utf-8' ? {} : { charset: parsed.value.charset };
  return { frames: frames.map((frame) => ({ ...frame, ...charset })), observations: [], rejected: [] };
};

function frameOf(element: XmlNode, body: XmlNode, codes: OnvifProfile['codes']): Frame | undefined {
  switch (element.name) {
    case 'ProbeMatches':
      return discoveryFrame(body);
    case 'GetSystemDateAndTimeResponse':
      return clockFrame(element);
    case 'GetServicesResponse': {
      const services = [...servicesOf(element).keys()];
      return { services, ...(services.includes('media') ? {} : { noMediaService: true }) };
    }
    case 'GetDeviceInformationResponse':
      return defined({ ...deviceInformation(element) });
    case 'CreatePullPointSubscriptionResponse': {
      const granted = grantedOf(element);
      return granted === undefined ? undefined : { address: granted.address, leaseMs: granted.leaseMs };
    }
    case 'RenewResponse':
      return defined({ leaseMs: leaseMs(element) });
    case 'PullMessagesResponse':
      return pullFrame(element, codes);
    case 'GetDoorStateResponse':
      return Object.fromEntries(doorReadings(element).map(({ point, raw }) => [point, raw]));
    case 'GetDoorInfoListResponse':
      return { doors: listOf(element, 'DoorInfo').items.map(({ token }) => token) };
    case 'GetAccessPointInfoListResponse':
      return { accessPoints: listOf(element, 'AccessPointInfo').items.map(({ token }) => token) };
    default:
      return undefined;
  }
}

function discoveryFrame(body: XmlNode): Frame | undefined {
  const matches = probeMatches(body);
  const first = matches[0];
  if (first === undefined) return undefined;
  return defined({ devices: matches.length, urn: first.urn, pickXaddr: pickXaddr(first.xaddrs, undefined) });
}

function clockFrame(element: XmlNode): Frame | undefined {
  const time = deviceTime(element);
  return time === undefined ? undefined : defined({ utc: isoUtc(time.at), tz: time.timeZone, dateTimeType: time.dateTimeType });
}

function pullFrame(element: XmlNode, codes: OnvifProfile['codes']): Frame {
  const messages = notificationsOf(element);
  const context = { codes, directions: {}, now: epochMs(0), offsetMs: 0 };
  const events = messages.flatMap((message) => meaningOf(message, context).events);
  const passes = events.filter((event) => event.type === 'pass');
  return defined({
    messages: descendantsOf(element, 'NotificationMessage').length,
    error: null,
    leaseMs: leaseMs(element),
    results: passes.map(({ result }) => result),
    reasons: passes.map(saidReason),
    others: events.filter((event) => event.type !== 'pass').map(nameOf),
  });
}

/** The device's own word where it has one. */
const saidReason = ({ code, reason }: RawPass): string | null => /:(\w+)$/.exec(code.raw)?.[1] ?? reason ?? null;

const nameOf = (event: RawEvent): string => (event.type === 'deviceAlarm' ? `${event.alarm} ${event.active}` : event.type);

const defined = (fields: Frame): Frame => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
