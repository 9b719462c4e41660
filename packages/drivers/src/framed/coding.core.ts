/** How what stands between start and end of a frame is written on the wire. Pure. */
import { fromHex } from '@cardwatch/kernel';
import type { Coding } from './frame-model.ts';

/** Character code of an upper-case hex digit. */
const hexDigit = (nibble: number): number => (nibble < 10 ? 0x30 : 0x37) + nibble;

export function written(coding: Coding, inner: Uint8Array): Uint8Array {
  switch (coding.kind) {
    case 'plain':
    case 'delimited':
      return inner;
    case 'hexText':
      return Uint8Array.from([...inner].flatMap((byte) => [hexDigit(byte >> 4), hexDigit(byte & 15)]));
    case 'stuffing':
      return Uint8Array.from(
        [...inner].flatMap((byte) => {
          const code = coding.codes.find((entry) => entry.byte === byte)?.code;
          return code === undefined ? [byte] : [coding.mark, code];
        }),
      );
  }
}

/** What was written; undefined when it cannot have been written so. */
export function unwritten(coding: Coding, inner: Uint8Array): Uint8Array | undefined {
  if (coding.kind === 'hexText') return fromHexText(inner);
  return coding.kind === 'stuffing' ? unstuffed(coding, inner) : inner;
}

function fromHexText(inner: Uint8Array): Uint8Array | undefined {
  const text = String.fromCharCode(...inner);
  return /^[0-9a-fA-F]*$/.test(text) ? fromHex(text) : undefined;
}

function unstuffed(coding: Extract<Coding, { kind: 'stuffing' }>, inner: Uint8Array): Uint8Array | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < inner.length; at++) {
    const byte = inner[at] ?? 0;
    if (byte === coding.mark) {
      const next = inner[++at];
      const plain = coding.codes.find(({ code }) => code === next);
      if (plain === undefined) return undefined;
      bytes.push(plain.byte);
    } else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Of an unfinished frame what can be read for certain: whole pairs of hex digits, no mark without its code. */
export function certainPart(coding: Coding, inner: Uint8Array): Uint8Array {
  if (coding.kind === 'hexText') return inner.subarray(0, inner.length & ~1);
  return coding.kind === 'stuffing' && inner.at(-1) === coding.mark ? inner.subarray(0, -1) : inner;
}
