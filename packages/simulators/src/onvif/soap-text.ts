/** Envelopes as a door device writes them; requests are read with as little as a small device has. */
import { epochMs, shanghaiFromEpoch, shanghaiOffsetMs } from '@cardwatch/kernel';

const names = [
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope"',
  'xmlns:wsa="http://www.w3.org/2005/08/addressing"',
  'xmlns:tt="http://www.onvif.org/ver10/schema"',
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"',
  'xmlns:tev="http://www.onvif.org/ver10/events/wsdl"',
  'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"',
  'xmlns:tns1="http://www.onvif.org/ver10/topics"',
  'xmlns:tdc="http://www.onvif.org/ver10/doorcontrol/wsdl"',
  'xmlns:tac="http://www.onvif.org/ver10/accesscontrol/wsdl"',
  'xmlns:ter="http://www.onvif.org/ver10/error"',
  'xmlns:sim="urn:simulated:door"',
].join(' ');

export const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope ${names}><s:Header/><s:Body>${body}</s:Body></s:Envelope>\n`;

export const fault = (subcode: string, detail = ''): string =>
  envelope(
    `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code>` +
      `<s:Reason><s:Text xml:lang="en">refused</s:Text></s:Reason>${detail === '' ? '' : `<s:Detail>${detail}</s:Detail>`}</s:Fault>`,
  );

const pad = (value: number): string => String(value).padStart(2, '0');

export function iso(at: number): string {
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(epochMs(at - shanghaiOffsetMs));
  return `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}Z`;
}

function civil(tag: string, at: number): string {
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(epochMs(at));
  const time = `<tt:Time><tt:Hour>${hour}</tt:Hour><tt:Minute>${minute}</tt:Minute><tt:Second>${second}</tt:Second></tt:Time>`;
  return `<tt:${tag}>${time}<tt:Date><tt:Year>${year}</tt:Year><tt:Month>${month}</tt:Month><tt:Day>${day}</tt:Day></tt:Date></tt:${tag}>`;
}

export const clockBody = (at: number): string =>
  `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>` +
  `<tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>${civil('UTCDateTime', at - shanghaiOffsetMs)}${civil('LocalDateTime', at)}` +
  `</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;

/** One service after the other, at the address that the factory gave the device. */
export function servicesBody(factoryHost: string): string {
  const service = (name: string, path: string): string =>
    `<tds:Service><tds:Namespace>http://www.onvif.org/ver10/${name}/wsdl</tds:Namespace>` +
    `<tds:XAddr>http://${factoryHost}/onvif/${path}</tds:XAddr><tds:Version><tt:Major>21</tt:Major><tt:Minor>12</tt:Minor></tds:Version></tds:Service>`;
  const all = [
    service('device', 'device_service'),
    service('events', 'event_service'),
    service('accesscontrol', 'access_service'),
    service('doorcontrol', 'door_service'),
  ];
  return `<tds:GetServicesResponse>${all.join('')}</tds:GetServicesResponse>`;
}

export interface SimulatedMessage {
  readonly topic: string;
  readonly at: number;
  readonly operation?: 'Initialized' | 'Changed';
  readonly source: readonly (readonly [string, string])[];
  readonly data: readonly (readonly [string, string])[];
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const items = (list: SimulatedMessage['data']): string =>
  list.map(([name, value]) => `<tt:SimpleItem Name="${name}" Value="${escape(value)}"/>`).join('');

/** Topic text stands between line breaks, as some devices write it. */
export const messageXml = ({ topic, at, operation, source, data }: SimulatedMessage): string =>
  `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">\n  tns1:${topic}\n</wsnt:Topic>` +
  `<wsnt:Message><tt:Message UtcTime="${iso(at)}"${operation === undefined ? '' : ` PropertyOperation="${operation}"`}>` +
  `<tt:Source>${items(source)}</tt:Source><tt:Data>${items(data)}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;

export interface SimulatedRequest {
  /** Local name of the first element of the body. */
  readonly name: string;
  readonly text: string;
}

export function requestOf(text: string): SimulatedRequest | undefined {
  const name = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(text)?.[1];
  return name === undefined ? undefined : { name, text };
}

/** Text of the first element of that local name. */
export const fieldOf = ({ text }: SimulatedRequest, name: string): string | undefined =>
  new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(text)?.[1];

export const secondsOf = (duration: string | undefined, otherwise: number): number => {
  const match = /^PT(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration ?? '');
  return match === null ? otherwise : Number(match[1] ?? 0) * 60 + Number(match[2] ?? 0);
};
