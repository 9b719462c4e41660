import { decodeText } from '../web/xml-bytes.core.ts';

export const zkLimits = {
  /** Lines of one body; what stands behind them makes the whole body refused, so that none is acknowledged unread. */
  lines: 16_384,
  lineBytes: 4_096,
  /** Events that are handed over in one observation. */
  eventsPerTake: 256,
  /** Records of one terminal that are remembered, to know them again when they are sent twice. */
  remembered: 32_768,
  options: 256,
  valueCharacters: 256,
} as const;

/** `text` is undefined when the bytes are in no character set that terminals use, hold a NUL, or are too many. */
export interface Line {
  readonly atByte: number;
  readonly text: string | undefined;
  /** Why there is no text. */
  readonly problem?: string;
}

/** Lines of a body without their ends; empty ones are left out. undefined: too many. */
export function linesOf(body: Uint8Array): readonly Line[] | undefined {
  const lines: Line[] = [];
  let from = 0;
  while (from < body.length) {
    const next = body.indexOf(0x0a, from);
    const end = next < 0 ? body.length : next;
    const bytes = trimmed(body.subarray(from, end));
    if (bytes.length > 0) lines.push({ atByte: from, ...textOf(bytes) });
    if (lines.length > zkLimits.lines) return undefined;
    from = end + 1;
  }
  return lines;
}

/** Without carriage returns and padding NULs at the end. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0)) end--;
  return bytes.subarray(0, end);
}

function textOf(bytes: Uint8Array): Omit<Line, 'atByte'> {
  if (bytes.length > zkLimits.lineBytes) return { text: undefined, problem: `a line of more than ${zkLimits.lineBytes} bytes` };
  if (bytes.includes(0)) return { text: undefined, problem: 'a NUL byte in a line' };
  const text = decodeText(bytes)?.text;
  return text === undefined ? { text, problem: 'a line in no known encoding' } : { text };
}

/** `key=value` parts, keys in lower case. */
export function pairsOf(line: string, separator: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const part of line.split(separator)) {
    const at = part.indexOf('=');
    if (at > 0) pairs.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  return pairs;
}

/** A non-negative integer in decimal digits; undefined for all else, no guess. */
export const integerOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

/** What a line looked like, with nothing of what it said: digits become 9, letters become a. */
export const shapeOf = (text: string): string => text.replace(/\p{L}/gu, 'a').replace(/\p{N}/gu, '9').slice(0, 80);
