import { epochFromIso } from '../gate/iso-time.core.ts';
import { type XmlNode, childrenOf, descendantsOf, nodeAt, textAt } from '../web/xml.core.ts';
import { type ServiceName, referenceHeaders, serviceOf } from './soap.core.ts';

export const onvifLimits = { messages: 100, doors: 32, pages: 8, pageItems: 16, items: 32, tokenCharacters: 64 } as const;

/** A subscription that the device grants. The lease is by the device's own clock: its two times are compared with one another only. */
export interface Granted {
  readonly address: string;
  readonly reference: string;
  readonly leaseMs: number;
}

/** TerminationTime minus CurrentTime of one reply; undefined where one is missing. Not above zero: it has run out already. */
export function leaseMs(response: XmlNode): number | undefined {
  const [termination, current] = ['TerminationTime', 'CurrentTime'].map((name) => epochFromIso(textAt(response, name) ?? ''));
  return termination === undefined || current === undefined ? undefined : termination - current;
}

export function grantedOf(response: XmlNode): Granted | undefined {
  const reference = nodeAt(response, 'SubscriptionReference');
  const address = textAt(reference, 'Address');
  const lease = leaseMs(response);
  if (address === undefined || address.length > 1_024 || lease === undefined) return undefined;
  return { address, reference: referenceHeaders(nodeAt(reference, 'ReferenceParameters')), leaseMs: lease };
}

/** A message of a pull point, taken apart and not yet judged. */
export interface Notification {
  /** Without prefixes: `AccessControl/Denied/Credential`. */
  readonly topic: string;
  readonly utcText: string;
  readonly operation: string | undefined;
  readonly source: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
}

export function notificationsOf(response: XmlNode): readonly Notification[] {
  return childrenOf(response, 'NotificationMessage').slice(0, onvifLimits.messages).map(notificationOf);
}

function notificationOf(node: XmlNode): Notification {
  const message = nodeAt(node, 'Message', 'Message');
  const topic = (textAt(node, 'Topic') ?? '').split('/').map((part) => part.slice(part.indexOf(':') + 1).trim());
  return {
    topic: topic.join('/').slice(0, 160),
    utcText: (message?.attributes.get('UtcTime') ?? '').slice(0, 40),
    operation: message?.attributes.get('PropertyOperation'),
    source: itemsOf(nodeAt(message, 'Source')),
    data: itemsOf(nodeAt(message, 'Data')),
  };
}

const itemsOf = (node: XmlNode | undefined): ReadonlyMap<string, string> =>
  new Map(
    descendantsOf(node, 'SimpleItem')
      .slice(0, onvifLimits.items)
      .map(({ attributes }) => [(attributes.get('Name') ?? '').slice(0, 64), (attributes.get('Value') ?? '').slice(0, 128)]),
  );

/** What of a device's services is reached where. */
export function servicesOf(response: XmlNode): ReadonlyMap<ServiceName, string> {
  const found = new Map<ServiceName, string>();
  for (const service of childrenOf(response, 'Service')) {
    const name = serviceOf(textAt(service, 'Namespace') ?? '');
    const address = textAt(service, 'XAddr');
    if (name !== undefined && address !== undefined && !found.has(name)) found.set(name, address);
  }
  return found;
}

/** Where the device was reached is where it is: behind address translation, or with its factory settings, it tells another host. */
export function rewritten(address: string, origin: string): string | undefined {
  const path = /^https?:\/\/[^/?#\s]+([^\s#]*)$/.exec(address)?.[1];
  if (path === undefined) return undefined;
  return path === '' ? `${origin}/` : `${origin}${path.startsWith('/') ? '' : '/'}${path}`;
}

export interface Listed {
  readonly token: string;
  /** Of an access point: the door that it leads through. */
  readonly entity: string | undefined;
}

/** One page of doors or access points, and where the next one starts. */
export function listOf(
  response: XmlNode,
  item: 'DoorInfo' | 'AccessPointInfo',
): { readonly items: readonly Listed[]; readonly next: string | undefined } {
  const items = childrenOf(response, item).flatMap((node): Listed[] => {
    const token = node.attributes.get('token') ?? '';
    return token === '' || token.length > onvifLimits.tokenCharacters ? [] : [{ token, entity: textAt(node, 'Entity') }];
  });
  return { items, next: textAt(response, 'NextStartReference')?.slice(0, 128) };
}

/** Parts of a door's state, by the reading's name. */
const doorParts = {
  DoorPhysicalState: 'contact',
  LockPhysicalState: 'lock',
  DoubleLockPhysicalState: 'doubleLock',
  Alarm: 'doorAlarm',
  Tamper: 'doorTamper',
  Fault: 'doorFault',
  DoorMode: 'doorMode',
} as const;

/** GetDoorStateResponse. A part that the device leaves out has no reading. Tamper and Fault hold their word one level deeper. */
export function doorReadings(response: XmlNode): readonly { readonly point: string; readonly raw: string }[] {
  const state = nodeAt(response, 'DoorState');
  return Object.entries(doorParts).flatMap(([name, point]) => {
    const raw = textAt(state, name, 'State') ?? textAt(state, name);
    return raw === undefined || !/^[A-Za-z]{1,32}$/.test(raw) ? [] : [{ point, raw }];
  });
}

export interface DeviceInformation {
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  readonly firmware: string | undefined;
  readonly serial: string | undefined;
}

export function deviceInformation(response: XmlNode): DeviceInformation {
  const text = (name: string): string | undefined => textAt(response, name)?.slice(0, 64);
  return {
    manufacturer: text('Manufacturer'),
    model: text('Model'),
    firmware: text('FirmwareVersion'),
    serial: text('SerialNumber'),
  };
}
