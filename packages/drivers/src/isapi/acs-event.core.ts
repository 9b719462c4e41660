/** Events of an access terminal as they come live (EventNotificationAlert), pushed, and out of its log (AcsEvent): one shape for all. */
import type { EpochMs } from '@cardwatch/kernel';
import { type Fields, booleanAt, count32At, fieldsAt, isFields, listAt, textAt } from '../gate/fields.core.ts';
import { epochFromIso } from '../gate/iso-time.core.ts';
import type { XmlNode } from '../web/xml.core.ts';

export const acsLimits = { itemsPerPage: 1_000 } as const;

/** Nothing of a person but numbers. */
export interface AcsEvent {
  readonly major: number;
  readonly minor: number;
  readonly serialNo: number | undefined;
  readonly previousSerialNo: number | undefined;
  readonly text: string;
  readonly at: EpochMs | undefined;
  readonly personNo: string | undefined;
  readonly cardNo: string | undefined;
  readonly readerNo: number | undefined;
  readonly doorNo: number | undefined;
  /** false: told again from the terminal's store. */
  readonly current: boolean | undefined;
  readonly netUser: string | undefined;
  readonly remoteHost: string | undefined;
  /** Names, pictures, temperatures that were thrown away here. */
  readonly discarded: number;
}

export type Alert =
  | { readonly kind: 'access'; readonly event: AcsEvent }
  | { readonly kind: 'heartbeat' }
  /** An alert that is none of an access terminal: a sign of life, told by its type. */
  | { readonly kind: 'other'; readonly eventType: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

const private_ = [
  'name',
  'deviceName',
  'pictureURL',
  'picture',
  'visibleLightURL',
  'thermalURL',
  'FaceRect',
  'currTemperature',
  'temperature',
  'isAbnomalTemperature',
  'unit',
  'QRCodeInfo',
  'thermometryUnit',
] as const;

/** An alert envelope: JSON as it was parsed, or XML through `fieldsOfXml`. */
export function alertOf(envelope: Fields): Alert {
  const fields = fieldsAt(envelope, 'EventNotificationAlert') ?? envelope;
  const eventType = textAt(fields, 'eventType') ?? '';
  if (/^heartbeat$/i.test(eventType)) return { kind: 'heartbeat' };
  // The idle sign of cameras and of older terminals.
  if (eventType === 'videoloss' && textAt(fields, 'eventState') === 'inactive') return { kind: 'heartbeat' };
  const inner = fieldsAt(fields, 'AccessControllerEvent');
  if (inner === undefined)
    return eventType === '' ? { kind: 'unreadable', reason: 'no eventType' } : { kind: 'other', eventType };
  const event = acsEventOf(inner, {
    major: count32At(inner, 'majorEventType') ?? count32At(inner, 'major'),
    minor: count32At(inner, 'subEventType') ?? count32At(inner, 'minor'),
    text: textAt(fields, 'dateTime') ?? textAt(inner, 'time'),
    replayed: booleanAt(fields, 'isDataRetransmission') ?? booleanAt(inner, 'isDataRetransmission'),
  });
  return typeof event === 'string' ? { kind: 'unreadable', reason: event } : { kind: 'access', event };
}

export interface AcsPage {
  readonly searchId: string | undefined;
  readonly status: 'more' | 'ok' | 'noMatch';
  readonly totalMatches: number | undefined;
  /** What the reply says it holds: the next page begins this much further. */
  readonly count: number;
  readonly events: readonly AcsEvent[];
  /** Items that are no event. */
  readonly unreadable: readonly string[];
}

/** A page of the log. The error is text for people. */
export function acsPageOf(reply: Fields): AcsPage | string {
  const page = fieldsAt(reply, 'AcsEvent');
  if (page === undefined) return 'no AcsEvent';
  const status = statusOf(textAt(page, 'responseStatusStrg'));
  if (status === undefined) return 'no responseStatusStrg';
  const list = listAt(page, 'InfoList') ?? [];
  if (list.length > acsLimits.itemsPerPage) return `a page of ${list.length} events, at most ${acsLimits.itemsPerPage} are taken`;
  const read = list.map((item) => (isFields(item) ? logItemOf(item) : 'an item that is no object'));
  return {
    searchId: textAt(page, 'searchID'),
    status,
    totalMatches: count32At(page, 'totalMatches'),
    count: Math.max(count32At(page, 'numOfMatches') ?? 0, list.length),
    events: read.filter((item) => typeof item !== 'string'),
    unreadable: read.filter((item) => typeof item === 'string'),
  };
}

const logItemOf = (item: Fields): AcsEvent | string =>
  acsEventOf(item, {
    major: count32At(item, 'major'),
    minor: count32At(item, 'minor'),
    text: textAt(item, 'time'),
    replayed: true,
  });

function statusOf(text: string | undefined): AcsPage['status'] | undefined {
  switch (text?.toUpperCase()) {
    case 'MORE':
      return 'more';
    case 'OK':
      return 'ok';
    case 'NO MATCH':
      return 'noMatch';
    default:
      return undefined;
  }
}

interface Head {
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly text: string | undefined;
  readonly replayed: boolean | undefined;
}

function acsEventOf(fields: Fields, { major, minor, text, replayed }: Head): AcsEvent | string {
  if (major === undefined || minor === undefined) return 'no major and minor code';
  if (text === undefined) return 'no time';
  return {
    major,
    minor,
    serialNo: count32At(fields, 'serialNo'),
    previousSerialNo: count32At(fields, 'frontSerialNo'),
    text,
    at: epochFromIso(text),
    personNo: textAt(fields, 'employeeNoString') ?? positive(fields, 'employeeNo'),
    cardNo: positive(fields, 'cardNo'),
    readerNo: count32At(fields, 'cardReaderNo'),
    doorNo: count32At(fields, 'doorNo'),
    current: replayed === true ? false : booleanAt(fields, 'currentEvent'),
    netUser: textAt(fields, 'netUser', 32),
    remoteHost: textAt(fields, 'remoteHostAddr', 45),
    discarded: private_.filter((name) => isTold(fields, name)).length,
  };
}

/** An empty card or a zero is no card. */
function positive(fields: Fields, name: string): string | undefined {
  const text = textAt(fields, name);
  return text === undefined || /^0*$/.test(text) ? undefined : text;
}

const isTold = (fields: Fields, name: string): boolean =>
  Object.hasOwn(fields, name) && fields[name] !== '' && fields[name] !== undefined;

/** Children by local name: text for leaves, objects for others; the first of several. */
export function fieldsOfXml(node: XmlNode): Fields {
  const fields = new Map<string, unknown>();
  for (const child of node.children)
    if (!fields.has(child.name)) fields.set(child.name, child.children.length === 0 ? child.text.trim() : fieldsOfXml(child));
  return Object.fromEntries(fields);
}
