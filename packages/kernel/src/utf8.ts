/** Lengths in bytes of UTF-8, as robots and gateways count them; a cut never splits a character. */

/** Bytes of the text in UTF-8; a lone surrogate counts as the three bytes of its replacement. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += widthOf(character);
  return bytes;
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

const ellipsis = '…';

/** The text within `maxBytes`, with an ellipsis where something was cut off. Looks at no more of the text than it keeps. */
export function cutUtf8(text: string, maxBytes: number): string {
  const room = maxBytes - widthOf(ellipsis);
  let bytes = 0;
  let units = 0;
  let kept = 0;
  for (const character of text) {
    bytes += widthOf(character);
    if (bytes > maxBytes) return room < 0 ? '' : text.slice(0, kept) + ellipsis;
    units += character.length;
    if (bytes <= room) kept = units;
  }
  return text;
}

/** Whole lines as long as they fit; a first line that is too long is cut. `more` says how many are missing and has its room kept. */
export function linesWithin(lines: readonly string[], maxBytes: number, more: (missing: number) => string): string {
  const whole = lines.join('\n');
  if (lines.length < 2 || (whole.length <= maxBytes && utf8Length(whole) <= maxBytes)) return cutUtf8(whole, maxBytes);
  const tail = utf8Length(more(lines.length)) + 1;
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const width = utf8Length(line) + 1;
    if (bytes + width + tail > maxBytes) break;
    kept.push(line);
    bytes += width;
  }
  if (kept.length === 0) return cutUtf8(lines[0] ?? '', maxBytes);
  return kept.length === lines.length ? kept.join('\n') : [...kept, more(lines.length - kept.length)].join('\n');
}
