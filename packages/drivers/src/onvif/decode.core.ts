import {
  type DecodeInput,
  type Decoded,
  type DecodedKeys,
  type DecodedObservation,
  type Decoder,
  decodeLimits,
} from '../decode.ts';
import { rejectedAs } from '../gate/decoded.core.ts';
import { concat, httpMessageOf } from '../web/message.core.ts';
import { htmlReason, isHtml } from '../web/text-kind.core.ts';
import { decodeText } from '../web/xml-bytes.core.ts';
import { type XmlNode, childrenOf, describeXmlFailure, nodeAt, parseXml, textAt } from '../web/xml.core.ts';
import { deviceTime, isoUtc } from './clock.core.ts';
import { type ElementDecoded, decodeDoorState, decodePull } from './decode-event.core.ts';
import { pickXaddr, probeMatches } from './discovery.core.ts';
import { deviceInformation, grantedOf, leaseMs, listOf, servicesOf } from './messages.core.ts';
import { OnvifProfile } from './model.ts';
import { bodyOf, saysNotAuthorized } from './soap.core.ts';

/** Characters of one document. */
const charactersMax = 512 * 1024;

/** Replies of ONVIF devices, by what stands in them: device, events, doors, faults, discovery. All chunks together are one document, or one HTTP message with it. */
export const decodeOnvif: Decoder = ({ chunks, profile }: DecodeInput): Decoded => {
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  if (total > decodeLimits.inputBytes) return rejectedAs(`${total} bytes, at most ${decodeLimits.inputBytes}: too large`);
  const bytes = concat(chunks);
  const message = httpMessageOf(bytes);
  if (message === undefined) return decodeDocument(bytes, profile);
  if ('reason' in message) return rejectedAs(message.reason, message.atByte);
  if (message.encoding !== undefined) return rejectedAs('a compressed body, not read here', message.bodyAt);
  if (message.body.length === 0 && message.status === 401)
    return { frames: [{ status: 401, fault: 'NotAuthorized' }], observations: [], rejected: [] };
  const decoded = decodeDocument(message.body, profile);
  return { ...decoded, rejected: decoded.rejected.map(({ atByte, reason }) => ({ atByte: atByte + message.bodyAt, reason })) };
};

function decodeDocument(bytes: Uint8Array, profile: DecodeInput['profile']): Decoded {
  if (bytes.length > charactersMax * 3)
    return rejectedAs(`${bytes.length} bytes of XML, at most ${charactersMax * 3}: too large`);
  const text = decodeText(bytes);
  if (text === undefined) return rejectedAs('bytes in no known encoding: neither UTF-8 nor GB18030');
  if (text.text.trim() === '') return rejectedAs('nothing there');
  if (isHtml(text.text)) return rejectedAs(htmlReason);
  const parsed = parseXml(text.text);
  if (!parsed.ok) return rejectedAs(describeXmlFailure(parsed.error), 'at' in parsed.error ? parsed.error.at : 0);
  const body = bodyOf(parsed.value);
  if (!body.ok) {
    if (typeof body.error === 'string') return rejectedAs(body.error);
    return { frames: [faultFrame(body.error)], observations: [], rejected: [] };
  }
  return decodeBody(body.value, { profile, charset: text.charset });
}

/** One try with a fresh clock offset, then no more: further ones lock the account. */
const faultFrame = (fault: Parameters<typeof saysNotAuthorized>[0]): DecodedKeys => ({
  fault: fault.code,
  faultNames: fault.names,
  ...(saysNotAuthorized(fault) ? { auth: 'refused' } : {}),
});

function decodeBody(
  body: XmlNode,
  { profile, charset }: { readonly profile: DecodeInput['profile']; readonly charset: string },
): Decoded {
  const known = OnvifProfile.safeParse(profile);
  const codes = known.success ? known.data.codes : { name: 'none', version: 1, reasons: {} };
  const read = body.children.slice(0, 100).map((element) => decodeElement(element, body, codes));
  if (read.length === 0) return rejectedAs('an envelope whose body is empty');
  const wrong = read.find((each) => typeof each === 'string');
  if (wrong !== undefined) return rejectedAs(wrong);
  const all = read.filter((each) => typeof each !== 'string');
  const said = charset === 'utf-8' ? {} : { charset };
  return {
    frames: all.map(({ frame }) => ({ ...frame, ...said })),
    observations: all.flatMap(({ observations = [] }) => observations),
    rejected: [],
  };
}

const alone = (frame: DecodedKeys, observations: readonly DecodedObservation[] = []): ElementDecoded => ({
  frame: defined(frame),
  observations,
});

function decodeElement(element: XmlNode, body: XmlNode, codes: OnvifProfile['codes']): ElementDecoded | string {
  switch (element.name) {
    case 'ProbeMatches':
      return alone(discoveryFrame(body));
    case 'Hello':
    case 'Bye':
      return alone({ [element.name.toLowerCase()]: textAt(element, 'EndpointReference', 'Address')?.slice(0, 128) ?? null });
    case 'Probe':
      return alone({ probe: textAt(element, 'Types')?.slice(0, 128) ?? 'all' });
    case 'GetSystemDateAndTimeResponse':
      return clockOf(element);
    case 'GetServicesResponse': {
      const services = [...servicesOf(element).keys()];
      return alone({ services, ...(services.includes('media') ? {} : { noMediaService: true }) });
    }
    case 'GetDeviceInformationResponse': {
      const frame = defined({ ...deviceInformation(element), hardwareId: textAt(element, 'HardwareId')?.slice(0, 64) });
      return Object.keys(frame).length === 0 ? 'GetDeviceInformationResponse without a value' : alone(frame);
    }
    case 'CreatePullPointSubscriptionResponse': {
      const granted = grantedOf(element);
      if (granted === undefined) return 'CreatePullPointSubscriptionResponse without an address or a lease';
      return alone({
        address: granted.address,
        leaseMs: granted.leaseMs,
        ...(granted.leaseMs <= 0 ? { expired: true } : {}),
        reference: granted.reference === '' ? undefined : true,
      });
    }
    case 'RenewResponse': {
      const lease = leaseMs(element);
      return alone({ leaseMs: lease ?? null, ...(lease !== undefined && lease <= 0 ? { expired: true } : {}) });
    }
    case 'PullMessagesResponse':
    case 'Notify':
      return decodePull(element, codes);
    case 'GetDoorStateResponse':
      return decodeDoorState(element);
    case 'GetAccessPointStateResponse':
      return alone({ enabled: textAt(element, 'AccessPointState', 'Enabled') === 'true' });
    case 'GetDoorInfoListResponse':
    case 'GetAccessPointInfoListResponse':
      return alone(listFrame(element));
    default:
      return unknownOf(element);
  }
}

function listFrame(element: XmlNode): DecodedKeys {
  const [key, item] = element.name.startsWith('GetDoor')
    ? (['doors', 'DoorInfo'] as const)
    : (['accessPoints', 'AccessPointInfo'] as const);
  const { items, next } = listOf(element, item);
  return { [key]: items.map(({ token }) => token), next: next === undefined ? null : true };
}

/** An answer that is not taken apart here is still one. Anything else in a body is not. */
function unknownOf(element: XmlNode): ElementDecoded | string {
  const name = /^([A-Za-z]{1,64})Response$/.exec(element.name)?.[1];
  return name === undefined ? `an envelope without an answer: <${element.name.slice(0, 40)}>` : alone({ response: name });
}

function discoveryFrame(body: XmlNode): DecodedKeys {
  const matches = probeMatches(body);
  const first = matches[0];
  const picked = (xaddrs: readonly string[]): string | null => pickXaddr(xaddrs, undefined) ?? null;
  return {
    devices: matches.length,
    ...(first === undefined ? {} : { urn: first.urn, pickXaddr: picked(first.xaddrs) }),
    ...(matches.length < 2
      ? {}
      : { urns: [...new Set(matches.map(({ urn }) => urn))], xaddrs: matches.map(({ xaddrs }) => picked(xaddrs)) }),
  };
}

function clockOf(element: XmlNode): ElementDecoded | string {
  const time = deviceTime(element);
  if (time === undefined) return 'GetSystemDateAndTimeResponse without a time that exists';
  const local = childrenOf(nodeAt(element, 'SystemDateAndTime'), 'UTCDateTime').length === 0;
  return alone({ utc: isoUtc(time.at), tz: time.timeZone, dateTimeType: time.dateTimeType, ...(local ? { from: 'local' } : {}) });
}

const defined = (fields: DecodedKeys): DecodedKeys =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
