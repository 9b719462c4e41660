const pairs: readonly string[] = Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, '0'));

/** Packed BCD, most significant digit first, as a digit string. Undefined when a nibble is not a decimal digit. */
export function bcdDigits(bytes: Uint8Array): string | undefined {
  let digits = '';
  for (const byte of bytes) {
    const high = byte >> 4;
    const low = byte & 15;
    if (high > 9 || low > 9) return undefined;
    digits += pairs[10 * high + low] as string;
  }
  return digits;
}

/** Packed BCD of a digit string of even length, most significant digit first. */
export function bcdBytes(digits: string): Uint8Array {
  if (digits.length % 2 !== 0 || !/^\d*$/.test(digits))
    throw new RangeError(`not an even run of digits: ${digits.length} characters`);
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = ((digits.charCodeAt(2 * i) & 15) << 4) | (digits.charCodeAt(2 * i + 1) & 15);
  return bytes;
}
