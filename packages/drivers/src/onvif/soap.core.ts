import { type Result, err, ok } from '@cardwatch/kernel';
import { type XmlNode, childOf, escapeXml, nodeAt, textAt } from '../web/xml.core.ts';

/** Namespaces by the prefix that requests use. */
const namespaces = {
  s: 'http://www.w3.org/2003/05/soap-envelope',
  wsa: 'http://www.w3.org/2005/08/addressing',
  wsse: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  wsu: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  tdc: 'http://www.onvif.org/ver10/doorcontrol/wsdl',
  tac: 'http://www.onvif.org/ver10/accesscontrol/wsdl',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
} as const;

const declarations = Object.entries(namespaces)
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  .join('');

export type ServiceName = 'device' | 'events' | 'accesscontrol' | 'doorcontrol' | 'media';

const serviceUri = /^http:\/\/www\.onvif\.org\/ver\d\d\/(device|events|accesscontrol|doorcontrol|media)\/wsdl\/?$/;

/** By its namespace, whatever the version of the schema. */
export const serviceOf = (uri: string): ServiceName | undefined => serviceUri.exec(uri)?.[1] as ServiceName | undefined;

/** WS-UsernameToken Profile 1.0 with a digest: Base64(SHA-1(nonce + created + password)). */
export interface UsernameToken {
  readonly user: string;
  readonly digest: string;
  readonly nonce: string;
  readonly created: string;
}

export interface Envelope {
  readonly action: string;
  readonly body: string;
  readonly to?: string;
  readonly messageId?: string;
  /** As they came in the subscription's reference, already marked. */
  readonly reference?: string;
  readonly token?: UsernameToken;
}

const passwordType = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const nonceType = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

function security({ user, digest, nonce, created }: UsernameToken): string {
  const inner = [
    `<wsse:Username>${escapeXml(user)}</wsse:Username>`,
    `<wsse:Password Type="${passwordType}">${digest}</wsse:Password>`,
    `<wsse:Nonce EncodingType="${nonceType}">${nonce}</wsse:Nonce>`,
    `<wsu:Created>${created}</wsu:Created>`,
  ].join('');
  return `<wsse:Security s:mustUnderstand="1"><wsse:UsernameToken>${inner}</wsse:UsernameToken></wsse:Security>`;
}

/** SOAP 1.2, WS-Addressing where there is a `to`. */
export function envelope({ action, body, to, messageId, reference = '', token }: Envelope): string {
  const addressing =
    to === undefined
      ? ''
      : `<wsa:Action>${escapeXml(action)}</wsa:Action><wsa:To>${escapeXml(to)}</wsa:To><wsa:MessageID>${escapeXml(messageId ?? '')}</wsa:MessageID>${reference}`;
  const header = `<s:Header>${addressing}${token === undefined ? '' : security(token)}</s:Header>`;
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope${declarations}>${header}<s:Body>${body}</s:Body></s:Envelope>`;
}

/** A fault of the device. `code` is as it stands there, `names` are its parts without prefixes. */
export interface SoapFault {
  readonly code: string;
  readonly names: readonly string[];
}

/** What stands in the body, or the fault. A document that is no envelope is an error text. */
export function bodyOf(root: XmlNode): Result<XmlNode, SoapFault | string> {
  if (root.name !== 'Envelope') return err(`<${root.name.slice(0, 40)}> is no SOAP envelope`);
  const body = childOf(root, 'Body');
  if (body === undefined) return err('an envelope without a body');
  const fault = childOf(body, 'Fault');
  return fault === undefined ? ok(body) : err(faultOf(fault));
}

/** SOAP 1.2 section 5.4: the innermost subcode says most. SOAP 1.1 has `faultcode`. */
function faultOf(fault: XmlNode): SoapFault {
  const codes: string[] = [];
  let code = childOf(fault, 'Code');
  for (let depth = 0; code !== undefined && depth < 5; depth++) {
    codes.push(textAt(code, 'Value') ?? '');
    code = childOf(code, 'Subcode');
  }
  // Web service notification faults stand as an element of their own in the detail.
  const details = nodeAt(fault, 'Detail')?.children.map(({ name }) => name) ?? [];
  const eleven = textAt(fault, 'faultcode');
  const all = [...codes, ...(eleven === undefined ? [] : [eleven])].map((text) => text.slice(0, 60));
  return {
    code: all.at(-1) ?? 'unknown',
    names: [...all.map((text) => text.slice(text.indexOf(':') + 1)), ...details.slice(0, 5)],
  };
}

export const saysNotAuthorized = ({ names }: SoapFault): boolean =>
  names.some((name) => ['NotAuthorized', 'FailedAuthentication', 'InvalidSecurity', 'SenderNotAuthorized'].includes(name));

/** The subscription is gone: the device was restarted, or the lease ran out. */
export const saysUnknownResource = ({ names }: SoapFault): boolean =>
  names.some((name) => /^(ResourceUnknownFault|InvalidSubscription|ResourceUnknown|NoSuchSubscription)$/.test(name));

export const saysNotSupported = ({ names }: SoapFault): boolean =>
  names.some((name) => /^(ActionNotSupported|ActionNotSupportedFault|OptionalActionNotImplemented|NotImplemented)$/.test(name));

/** Reference parameters as the headers that they become (WS-Addressing SOAP binding, section 3.3). */
export function referenceHeaders(parameters: XmlNode | undefined): string {
  const all = (parameters?.children ?? []).slice(0, 8);
  const text = all.map((node, index) => rebuilt(node, index, true)).join('');
  return text.length > 4_096 ? '' : text;
}

function rebuilt(node: XmlNode, index: number, marked: boolean): string {
  const own = [...node.attributes].map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
  const mark = marked ? ' wsa:IsReferenceParameter="true"' : '';
  const name = `r${index}:${node.name}`;
  const inner = node.children.map((child) => rebuilt(child, index, false)).join('');
  return `<${name} xmlns:r${index}="${escapeXml(node.namespace)}"${own}${mark}>${escapeXml(node.text.trim())}${inner}</${name}>`;
}
