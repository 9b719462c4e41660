/**
 * A multipart body that never ends, taken apart as it comes (RFC 2046 section 5.1, as devices bend it). Content-Length wins over delimiters: a counted
 * part is complete with its last byte and may hold anything. Lines end in CRLF or LF. Pictures are counted and thrown away byte by byte.
 * It says the same however the bytes are cut: each step decides by the first bytes that are enough to decide it, never by how many more have come.
 */

export const multipartLimits = {
  headerBytes: 8 * 1024,
  textBytes: 256 * 1024,
  /** Longer declared lengths are not believed. */
  skippedBytes: 16 * 1024 * 1024,
  preambleBytes: 64 * 1024,
  /** A delimiter other than the announced one is adopted when it stands within these first bytes. */
  adoptBytes: 512,
  /** Blanks behind a delimiter. */
  paddingBytes: 64,
} as const;

export type PartHeaders = ReadonlyMap<string, string>;

export type MultipartItem =
  /** `atByte`: where its body begins, over the whole stream. */
  | {
      readonly kind: 'part';
      readonly headers: PartHeaders;
      readonly contentType: string;
      readonly body: Uint8Array;
      readonly atByte: number;
    }
  /** A part that is no text: its bytes were never kept. */
  | { readonly kind: 'discarded'; readonly headers: PartHeaders; readonly contentType: string; readonly bytes: number }
  | { readonly kind: 'broken'; readonly reason: string; readonly atByte: number };

type State = 'preamble' | 'seek' | 'headers' | 'keep' | 'skip' | 'scan' | 'scanSkip' | 'over';

/** One body. After `broken` it looks for the next delimiter and goes on; after `over` nothing more comes. */
export class MultipartParser {
  readonly #queue = new ByteQueue();
  #state: State = 'preamble';
  #delimiter: Uint8Array;
  #adopted = false;
  #headers: PartHeaders = new Map();
  #contentType = '';
  #left = 0;
  #skipped = 0;
  /** Bytes of the queue that were searched already. */
  #seen = 0;
  /** A line begins with the first byte of the queue. */
  #atLine = true;
  #items: MultipartItem[] = [];

  /** `contentType` of the HTTP message. Its boundary is taken verbatim, without double quotes. */
  constructor(contentType: string) {
    const token = /boundary=("([^"]*)"|[^;,\s]+)/i.exec(contentType);
    this.#delimiter = bytesOf(`--${token?.[2] ?? token?.[1] ?? ''}`);
  }

  /** True when the last delimiter `--token--` was seen. */
  get over(): boolean {
    return this.#state === 'over';
  }

  feed(bytes: Uint8Array): readonly MultipartItem[] {
    this.#queue.append(this.#skipAhead(bytes));
    while (this.#step());
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** The connection ended. A part that was begun is `broken`. */
  end(): readonly MultipartItem[] {
    const { offset, length } = this.#queue;
    const cut = this.#state !== 'over' && this.#state !== 'seek' && (this.#state !== 'preamble' || length > 0);
    this.#state = 'over';
    return cut ? [{ kind: 'broken', reason: 'truncated: the connection ended inside a part', atByte: offset + length }] : [];
  }

  /** Bytes of a picture are not even copied into the queue. */
  #skipAhead(bytes: Uint8Array): Uint8Array {
    if (this.#state !== 'skip' || this.#queue.length > 0) return bytes;
    const here = Math.min(this.#left, bytes.length);
    this.#left -= here;
    this.#skipped += here;
    this.#queue.offset += here;
    return bytes.subarray(here);
  }

  #step(): boolean {
    switch (this.#state) {
      case 'preamble':
        return this.#preamble();
      case 'seek':
        return this.#seek();
      case 'headers':
        return this.#head();
      case 'keep':
        return this.#keep();
      case 'skip':
        return this.#skip();
      case 'scan':
      case 'scanSkip':
        return this.#scan();
      case 'over':
        this.#queue.drop(this.#queue.length);
        return false;
    }
  }

  #preamble(): boolean {
    const bytes = this.#queue.view();
    const found = this.#find(bytes.subarray(0, multipartLimits.preambleBytes + 1), this.#seen);
    const other = this.#adopted ? undefined : otherDelimiter(bytes.subarray(0, multipartLimits.adoptBytes));
    if (other !== undefined && (found === undefined || other.end < found.end)) {
      this.#delimiter = other.delimiter;
      this.#adopted = true;
      return this.#turn('preamble');
    }
    if (found !== undefined) return this.#enter(found);
    this.#seen = undecidedFrom(bytes, this.#delimiter);
    if (bytes.length <= multipartLimits.preambleBytes) return false;
    this.#break(`no delimiter in ${multipartLimits.preambleBytes} bytes`);
    return this.#turn('seek');
  }

  #seek(): boolean {
    const found = this.#find(this.#queue.view());
    if (found !== undefined) return this.#enter(found);
    this.#dropDecided();
    return false;
  }

  /** A delimiter cannot stand in a header: the part before it had no body. Without this bound, a body of delimiters alone would be searched to its end for each. */
  #head(): boolean {
    const bytes = this.#queue.view().subarray(0, multipartLimits.headerBytes);
    const next = this.#find(bytes);
    const end = headEnd(bytes.subarray(0, next?.start), this.#seen);
    if (next !== undefined && end === undefined) {
      this.#break("a part's header without an end");
      return this.#enter(next);
    }
    if (end === undefined) {
      this.#seen = Math.max(0, bytes.length - 2);
      if (this.#queue.length <= multipartLimits.headerBytes) return false;
      this.#break(`a part's header of more than ${multipartLimits.headerBytes} bytes`);
      return this.#turn('seek');
    }
    this.#headers = headersOf(latin1(bytes.subarray(0, end)));
    this.#contentType = this.#headers.get('content-type') ?? '';
    this.#queue.drop(end);
    this.#atLine = true;
    return this.#begin();
  }

  /** Decides what becomes of the part whose header was read. */
  #begin(): boolean {
    const said = this.#headers.get('content-length');
    const text = isText(this.#contentType);
    this.#skipped = 0;
    if (said === undefined) return this.#turn(text ? 'scan' : 'scanSkip');
    if (!/^\d{1,15}$/.test(said)) return this.#refuse('a Content-Length that is no number');
    this.#left = Number(said);
    const max = text ? multipartLimits.textBytes : multipartLimits.skippedBytes;
    if (this.#left > max) return this.#refuse(`a part of ${said} bytes, at most ${max} are taken: limit exceeded`);
    return this.#turn(text ? 'keep' : 'skip');
  }

  #refuse(reason: string): boolean {
    this.#break(reason);
    return this.#turn('seek');
  }

  #keep(): boolean {
    if (this.#queue.length < this.#left) return false;
    this.#part(this.#queue.view().slice(0, this.#left));
    this.#queue.drop(this.#left);
    return this.#counted();
  }

  #skip(): boolean {
    const here = Math.min(this.#left, this.#queue.length);
    this.#queue.drop(here);
    this.#left -= here;
    this.#skipped += here;
    if (this.#left > 0) return false;
    this.#discarded();
    return this.#counted();
  }

  /** Some devices leave the line break out behind a counted part. */
  #counted(): boolean {
    this.#atLine = true;
    return this.#turn('seek');
  }

  #scan(): boolean {
    const keeping = this.#state === 'scan';
    const all = this.#queue.view();
    const bytes = keeping ? all.subarray(0, multipartLimits.textBytes + 1) : all;
    const found = this.#find(bytes, this.#seen);
    if (found === undefined) return this.#scanOn(bytes, keeping);
    const end = lineBreakBefore(bytes, found.start);
    if (keeping) this.#part(bytes.slice(0, end));
    else {
      this.#skipped += end;
      this.#discarded();
    }
    return this.#enter(found);
  }

  #scanOn(bytes: Uint8Array, keeping: boolean): boolean {
    if (!keeping) {
      this.#skipped += this.#dropDecided();
      return false;
    }
    this.#seen = undecidedFrom(bytes, this.#delimiter);
    if (bytes.length <= multipartLimits.textBytes) return false;
    return this.#refuse(`a part of more than ${multipartLimits.textBytes} bytes: limit exceeded`);
  }

  #part(body: Uint8Array): void {
    this.#items.push({ kind: 'part', headers: this.#headers, contentType: this.#contentType, body, atByte: this.#queue.offset });
  }

  #discarded(): void {
    this.#items.push({ kind: 'discarded', headers: this.#headers, contentType: this.#contentType, bytes: this.#skipped });
  }

  #find(bytes: Uint8Array, from = 0): Delimiter | undefined {
    return delimiterIn(bytes, this.#delimiter, { from, atLine: this.#atLine });
  }

  #enter({ end, last }: Delimiter): boolean {
    this.#queue.drop(end);
    this.#atLine = true;
    return this.#turn(last ? 'over' : 'headers');
  }

  #turn(state: State): boolean {
    this.#state = state;
    this.#seen = 0;
    return true;
  }

  #break(reason: string): void {
    this.#items.push({ kind: 'broken', reason, atByte: this.#queue.offset });
  }

  /** All that can be no part of a delimiter, whatever comes behind it. */
  #dropDecided(): number {
    const bytes = this.#queue.view();
    const count = undecidedFrom(bytes, this.#delimiter);
    if (count > 0) this.#atLine = bytes[count - 1] === LF;
    this.#queue.drop(count);
    return count;
  }
}

/** Bytes in order, appended at one end and dropped at the other, without moving all of them each time. */
class ByteQueue {
  /** Bytes dropped so far: the place of the first one over the whole stream. */
  offset = 0;
  #bytes = new Uint8Array(4_096);
  #from = 0;
  #to = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  append(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#bytes.length) this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** Valid until the next call. */
  view(): Uint8Array {
    return this.#bytes.subarray(this.#from, this.#to);
  }

  drop(count: number): void {
    this.#from += count;
    this.offset += count;
    if (this.#from !== this.#to) return;
    this.#from = this.#to = 0;
    if (this.#bytes.length > multipartLimits.preambleBytes) this.#bytes = new Uint8Array(4_096);
  }

  #makeRoom(more: number): void {
    const needed = this.length + more;
    const next = needed * 2 > this.#bytes.length ? new Uint8Array(needed * 2) : this.#bytes;
    next.set(this.view(), 0);
    this.#to = this.length;
    this.#from = 0;
    this.#bytes = next;
  }
}

interface Delimiter {
  readonly start: number;
  readonly end: number;
  readonly last: boolean;
}

const CR = 13;
const LF = 10;
const DASH = 45;

/** The first whole delimiter line at the start of a line. A line whose end is not there yet is none yet; the last delimiter needs none. */
function delimiterIn(
  bytes: Uint8Array,
  delimiter: Uint8Array,
  { from, atLine }: { readonly from: number; readonly atLine: boolean },
): Delimiter | undefined {
  if (delimiter.length <= 2) return undefined;
  for (let at = startsAt(bytes, delimiter, from); at >= 0; at = startsAt(bytes, delimiter, at + 1)) {
    if (at > 0 ? bytes[at - 1] !== LF : !atLine) continue;
    const behind = at + delimiter.length;
    if (bytes[behind] === DASH && bytes[behind + 1] === DASH) return { start: at, end: behind + 2, last: true };
    const end = paddingEnd(bytes, behind);
    if (bytes[end] === LF) return { start: at, end: end + 1, last: false };
  }
  return undefined;
}

function paddingEnd(bytes: Uint8Array, from: number): number {
  const most = from + multipartLimits.paddingBytes;
  let end = from;
  while (end < most && (bytes[end] === 32 || bytes[end] === 9 || bytes[end] === CR)) end++;
  return end;
}

/** Where the line break begins behind which the bytes end in what may yet become a delimiter line; their end when they do not. A search goes on there. */
function undecidedFrom(bytes: Uint8Array, delimiter: Uint8Array): number {
  const end = bytes.length;
  const longest = delimiter.length + multipartLimits.paddingBytes;
  const window = bytes.subarray(Math.max(0, end - longest - 1));
  const line = end - window.length + window.lastIndexOf(LF) + 1;
  if (end - line <= longest && isOpenLine(bytes.subarray(line), delimiter)) return lineBreakBefore(bytes, line);
  return bytes[end - 1] === CR ? end - 1 : end;
}

function isOpenLine(line: Uint8Array, delimiter: Uint8Array): boolean {
  if (!line.subarray(0, delimiter.length).every((byte, at) => byte === delimiter[at])) return false;
  const behind = line.length - delimiter.length;
  return behind <= 0 || (behind === 1 && line.at(-1) === DASH) || paddingEnd(line, delimiter.length) === line.length;
}

function startsAt(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(DASH, from); at >= 0; at = bytes.indexOf(DASH, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}

/** A line `--token` that a header line follows, although another token was announced. */
function otherDelimiter(bytes: Uint8Array): { readonly delimiter: Uint8Array; readonly end: number } | undefined {
  const match = /(?:^|\n)(--[^\r\n]{1,100}?)[ \t]*\r?\n[A-Za-z][A-Za-z0-9-]*:[^\n]*\n/.exec(latin1(bytes));
  return match?.[1] === undefined ? undefined : { delimiter: bytesOf(match[1]), end: match.index + match[0].length };
}

/** Behind the empty line that ends a part's header; undefined while it is not there. */
function headEnd(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    const before = bytes[at - 1] === CR ? at - 2 : at - 1;
    if (before < 0 || bytes[before] === LF) return at + 1;
  }
  return undefined;
}

function lineBreakBefore(bytes: Uint8Array, start: number): number {
  if (start === 0 || bytes[start - 1] !== LF) return start;
  return bytes[start - 2] === CR ? start - 2 : start - 1;
}

function headersOf(text: string): PartHeaders {
  const headers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

/** What is not said to be text is a picture. A part without a type is text: some devices leave it out for events. */
const isText = (contentType: string): boolean =>
  contentType === '' || /^(text\/|application\/(json|xml|soap\+xml)\b)/i.test(contentType);

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
