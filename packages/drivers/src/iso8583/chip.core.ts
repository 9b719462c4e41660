/** Chip data of DE 55: BER-TLV as EMV writes it. */

/** Track 2 equivalent data, the same of contactless cards, discretionary data of tracks 1 and 2, PAN, holder's name. */
const secretTags: ReadonlySet<string> = new Set(['57', '9F6B', '56', '9F1F', '9F20', '5A', '5F20']);

/** Whether a tag stands in it that nobody may see; what is no TLV is taken for one that does when it could hold a track. */
export function hasTrack(hex: string): boolean {
  let at = 0;
  const byte = (from: number): number => Number.parseInt(hex.slice(from, from + 2), 16);
  while (at < hex.length) {
    const tagAt = at;
    const isLong = (byte(at) & 0x1f) === 0x1f;
    at += 2;
    while (isLong && at < hex.length && (byte(at) & 0x80) !== 0) at += 2;
    if (isLong) at += 2;
    const tag = hex.slice(tagAt, at);
    if (secretTags.has(tag)) return true;
    let length = byte(at);
    at += 2;
    if (length > 0x80 && length <= 0x82) {
      const digits = 2 * (length - 0x80);
      length = Number.parseInt(hex.slice(at, at + digits), 16);
      at += digits;
    }
    if (!Number.isInteger(length) || at + 2 * length > hex.length) return /57|9F6B|5A/.test(hex);
    // A constructed one: its content is walked as well.
    if ((byte(tagAt) & 0x20) === 0) at += 2 * length;
  }
  return false;
}
