/** The two texts of the CGI: `key=value` lines of a reply, and events of the stream with JSON that may run over lines. */
import { type Fields, fieldsOfJson } from '../gate/fields.core.ts';

export const textLimits = { lines: 200_000, records: 1_000, events: 256 } as const;

export interface RecordPage {
  readonly found: number;
  readonly totalCount: number | undefined;
  /** By index, in the order of the reply. */
  readonly records: readonly Fields[];
}

/** A reply of recordFinder. The error is text for people: a cut reply holds fewer records than it found. */
export function recordPageOf(text: string): RecordPage | string {
  const lines = text.split(/\r?\n/);
  if (lines.length > textLimits.lines) return `more than ${textLimits.lines} lines`;
  let found: number | undefined;
  let totalCount: number | undefined;
  const records = new Map<number, Map<string, string>>();
  for (const line of lines) {
    const match = /^(?:records\[(\d{1,6})\]\.)?([A-Za-z][A-Za-z0-9_.[\]]{0,63})=(.*)$/.exec(line.trim());
    if (match === null) {
      if (line.trim() === '') continue;
      return 'a line that is no key=value';
    }
    const [, index, key = '', value = ''] = match;
    if (index === undefined) {
      if (key === 'found') found = countOf(value);
      if (key === 'totalCount') totalCount = countOf(value);
      continue;
    }
    const record = records.get(Number(index)) ?? new Map<string, string>();
    record.set(key, value);
    records.set(Number(index), record);
    if (records.size > textLimits.records) return `more than ${textLimits.records} records`;
  }
  if (found === undefined) return 'no found=';
  if (records.size !== found) return `${records.size} records where ${found} were found`;
  return { found, totalCount, records: [...records.values()].map((record) => Object.fromEntries(record)) };
}

const countOf = (text: string): number | undefined => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined);

/** The value of one key of a `key=value` reply. */
export const valueOf = (text: string, key: string): string | undefined =>
  text
    .split(/\r?\n/, 1_000)
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1)
    .trim();

export type StreamEvent =
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'event'; readonly code: string; readonly action: string; readonly data: Fields }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Body of one part of the stream: `Heartbeat`, or events `Code=…;action=…;index=…;data={…}`. */
export function streamEventsOf(text: string): readonly StreamEvent[] {
  const found: StreamEvent[] = [];
  const head = /\s*(?:(Heartbeat)\b|Code=([A-Za-z0-9_]{1,48});\s*action=([A-Za-z]{1,24})(?:;\s*index=-?\d{1,9})?(;\s*data=)?)/y;
  let at = 0;
  while (at < text.length && found.length < textLimits.events) {
    if (text.slice(at).trim() === '') break;
    head.lastIndex = at;
    const match = head.exec(text);
    if (match === null) return [...found, { kind: 'unreadable', reason: 'neither Heartbeat nor Code=' }];
    at = head.lastIndex;
    const [, heartbeat, code = '', action = '', data] = match;
    if (heartbeat !== undefined) {
      found.push({ kind: 'heartbeat' });
      continue;
    }
    const end = data === undefined ? at : objectEnd(text, at);
    if (end === undefined) return [...found, { kind: 'unreadable', reason: 'the data of an event is cut' }];
    const fields = data === undefined ? {} : fieldsOfJson(text.slice(at, end));
    found.push(
      fields === undefined
        ? { kind: 'unreadable', reason: 'the data of an event is no JSON object' }
        : { kind: 'event', code, action, data: fields },
    );
    at = end;
  }
  return found.length === 0 ? [{ kind: 'unreadable', reason: 'an empty part' }] : found;
}

/** Behind the object that begins here. Strings may hold braces, semicolons and escaped quotes. */
function objectEnd(text: string, from: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{') depth++;
    else if (sign === '}' && --depth <= 0) return depth < 0 ? undefined : at + 1;
    else if (depth === 0 && sign !== ' ' && sign !== '\n' && sign !== '\r' && sign !== '\t') return undefined;
  }
  return undefined;
}
