/** Documents of a terminal that are no alerts: what it is, how it is, what its log holds, why it refused. */
import { type DecodeInput, type Decoded, type DecodedKeys, type DecodedObservation, decodeLimits } from '../decode.ts';
import { rejectedAs } from '../gate/decoded.core.ts';
import { type Fields, booleanAt, count32At, fieldsAt, textAt as fieldText } from '../gate/fields.core.ts';
import { type XmlNode, descendantsOf, textAt } from '../web/xml.core.ts';
import { type AcsEvent, acsPageOf } from './acs-event.core.ts';
import { gapsOf, observed, readBy } from './decode-alert.core.ts';
import { gateEventOf } from './gate-event.core.ts';
import { deviceInfoOf, httpHostsOf, lockedForMs, systemStatusOf, systemTimeOf, workStatusOf } from './health.core.ts';

const frameAlone = (frame: DecodedKeys, observations: readonly DecodedObservation[] = []): Decoded => ({
  frames: [frame],
  observations,
  rejected: [],
});

/** A page of AcsEvent. Order is not reliable: observations stand by serial number. */
export function decodePage(fields: Fields, { profile }: DecodeInput): Decoded {
  const page = acsPageOf(fields);
  if (typeof page === 'string') return rejectedAs(page);
  const serials = page.events.flatMap(({ serialNo }) => serialNo ?? []);
  const sorted = [...page.events].sort((a, b) => (a.serialNo ?? 0) - (b.serialNo ?? 0));
  const frame = {
    records: page.events.length,
    status: page.status,
    ...(page.totalMatches === undefined ? {} : { totalMatches: page.totalMatches }),
    next: page.status === 'more' ? { searchResultPosition: page.count, sameSearchID: true } : null,
    error: null,
    ...(serials.length === 0 ? {} : { watermark: serials.reduce((a, b) => Math.max(a, b)), ordered: isOrdered(serials) }),
    ...(page.count > page.events.length + page.unreadable.length ? { missing: page.count - page.events.length } : {}),
    discarded: page.events.reduce((sum, { discarded }) => sum + discarded, 0),
  };
  const by = readBy(profile);
  const found = (event: AcsEvent): DecodedObservation => observed(event, gateEventOf(event, by, 'backfill'));
  return {
    frames: [frame],
    observations: [...sorted.map(found), ...gapsOf(sorted)],
    rejected: page.unreadable.slice(0, decodeLimits.rejected).map((reason) => ({ atByte: 0, reason })),
  };
}

const isOrdered = (serials: readonly number[]): boolean =>
  serials.every((serial, at) => at === 0 || serial > (serials[at - 1] ?? 0));

/** A JSON object that is neither an alert nor a page; undefined when it is none that is known. */
export function decodeJsonDocument(fields: Fields): Decoded | undefined {
  const work = workStatusOf(fields);
  if (work !== undefined) return decodeWork(work);
  const total = fieldsAt(fields, 'AcsEventTotalNum');
  if (total !== undefined) return frameAlone({ totalNum: count32At(total, 'totalNum') ?? null });
  const asked = fieldsAt(fields, 'AcsEventCond');
  if (asked !== undefined)
    return frameAlone({
      request: 'AcsEvent',
      searchResultPosition: count32At(asked, 'searchResultPosition') ?? null,
      maxResults: count32At(asked, 'maxResults') ?? null,
      pictures: booleanAt(asked, 'picEnable') ?? null,
    });
  const check = fieldsAt(fields, 'userCheck') ?? fieldsAt(fields, 'UserCheck');
  if (check !== undefined) return decodeCheck((name) => fieldText(check, name));
  const status = fieldsAt(fields, 'ResponseStatus') ?? fields;
  if (count32At(status, 'statusCode') !== undefined) return decodeStatus((name) => fieldText(status, name));
  const [name = ''] = Object.keys(fields);
  return /^(Acs|AccessControl|Door|CardReader|Event|Http)[A-Za-z]{0,40}(Cap|Cfg|List|Status)?$/.test(name) &&
    fieldsAt(fields, name)
    ? frameAlone({ document: name })
    : undefined;
}

/** An XML document by its root; undefined when it is none of a terminal. */
export function decodeXmlDocument(root: XmlNode): Decoded | undefined {
  const info = deviceInfoOf(root);
  if (info !== undefined) return frameAlone({ ...info });
  const status = systemStatusOf(root);
  if (status !== undefined) return decodeStatusDocument(status);
  const hosts = httpHostsOf(root);
  const [host] = hosts ?? [];
  if (hosts !== undefined && host !== undefined) return frameAlone({ ...host, ...(hosts.length > 1 ? { hosts } : {}) });
  if (/^userCheck$/i.test(root.name)) return decodeCheck((name) => descendantsOf(root, name)[0]?.text.trim(), lockedForMs(root));
  if (root.name === 'ResponseStatus') return decodeStatus((name) => textAt(root, name));
  const time = systemTimeOf(root);
  if (time !== undefined)
    return frameAlone({
      deviceTime: time,
      timeZone: textAt(root, 'timeZone') ?? null,
      timeMode: textAt(root, 'timeMode') ?? null,
    });
  return /isapi\.org|hikvision\.com|psialliance/.test(root.namespace) && root.children.length > 0
    ? frameAlone({ document: root.name.slice(0, 64) })
    : undefined;
}

function decodeStatusDocument(status: NonNullable<ReturnType<typeof systemStatusOf>>): Decoded {
  const frame = Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
  if (Object.keys(frame).length === 0) return rejectedAs('a DeviceStatus without a value');
  const readings = Object.entries(frame).map(([point, value]) => ({ point, value: value as number | string }));
  return frameAlone(frame, [{ kind: 'health', about: 'state', readings }]);
}

/** Lists may be longer or shorter than there are doors; a value that is no number and no short word is left out. */
function decodeWork(work: Fields): Decoded {
  const kept = Object.entries(work)
    .slice(0, 64)
    .flatMap(([name, value]): [string, unknown][] => (/^[A-Za-z]{1,48}$/.test(name) && isPlain(value) ? [[name, value]] : []));
  if (kept.length === 0) return rejectedAs('an AcsWorkStatus without a value');
  const readings = kept.flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((item, at) => ({ point: `${name}${at + 1}`, value: item as number | string }))
      : [{ point: name, value: value as number | string }],
  );
  return frameAlone({ workStatus: Object.fromEntries(kept) }, [{ kind: 'health', about: 'state', readings }]);
}

const isWord = (value: unknown): boolean =>
  Number.isFinite(value) || (typeof value === 'string' && /^[A-Za-z0-9_.-]{0,32}$/.test(value));
const isPlain = (value: unknown): boolean => isWord(value) || (Array.isArray(value) && value.length <= 64 && value.every(isWord));

/** Whether the login holds, or how long the account is locked. Further tries make it longer. */
function decodeCheck(text: (name: string) => string | undefined, lockedMs?: number): Decoded {
  const locked = lockedMs === undefined ? text('lockStatus') === 'lock' : lockedMs > 0;
  const frame = {
    statusValue: countOf(text('statusValue')) ?? null,
    statusString: wordOf(text('statusString')) ?? null,
    lockStatus: wordOf(text('lockStatus')) ?? (locked ? 'lock' : 'unlock'),
    unlockTimeS: countOf(text('unlockTime')) ?? null,
    retryLoginTime: countOf(text('retryLoginTime')) ?? null,
    locked,
  };
  return frameAlone(frame, locked ? [{ kind: 'health', about: 'alarm', alarm: 'accountLocked', active: true }] : []);
}

function decodeStatus(text: (name: string) => string | undefined): Decoded {
  return frameAlone({
    statusCode: countOf(text('statusCode')) ?? null,
    statusString: wordOf(text('statusString')) ?? null,
    subStatusCode: wordOf(text('subStatusCode')) ?? null,
  });
}

const countOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
const wordOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[A-Za-z0-9 _.-]{1,64}$/.test(text) ? text : undefined;
