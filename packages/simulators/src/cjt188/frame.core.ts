/**
 * CJ/T 188-2004 as a meter reads it. 68 T A0..A6 C L DATA CS 16, CS the sum of all bytes before it; FE bytes may stand in front. Written from the standard's
 * frame drawing, apart from any reader of ours.
 */
export interface MeterRequest {
  readonly type: number;
  readonly address: Uint8Array;
  readonly control: number;
  readonly data: Uint8Array;
}

const sumOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => (sum + byte) % 256, 0);

/** First sound frame in what was heard; undefined when there is none. */
export function heardFrame(heard: Uint8Array): MeterRequest | undefined {
  for (let start = heard.indexOf(0x68); start >= 0; start = heard.indexOf(0x68, start + 1)) {
    const length = heard[start + 10];
    if (length === undefined) return undefined;
    const end = start + 13 + length;
    if (end > heard.length || heard[end - 1] !== 0x16) continue;
    const body = heard.subarray(start, end - 2);
    if (sumOf([...body]) !== heard[end - 2]) continue;
    return { type: body[1] ?? 0, address: body.slice(2, 9), control: body[9] ?? 0, data: body.slice(11) };
  }
  return undefined;
}

/** A frame as a meter sends it, with `wake` bytes FE in front. */
export function spoken({ type, address, control, data }: MeterRequest, wake: number): Uint8Array {
  const body = [0x68, type, ...address, control, data.length, ...data];
  return Uint8Array.from([...Array<number>(wake).fill(0xfe), ...body, sumOf(body), 0x16]);
}

/** `digits` decimal digits of a whole number, packed, the lowest pair first. */
export function packedLowFirst(value: number, bytes: number): number[] {
  const digits = String(Math.trunc(value))
    .padStart(2 * bytes, '0')
    .slice(-2 * bytes);
  const pairs = digits.match(/../g) ?? [];
  return pairs.map((pair) => Number.parseInt(pair, 16)).reverse();
}
