import { describe, expect, test } from 'vitest';
import { PacketSizes } from './packet-size.core.ts';

const packet = (length: number): readonly number[] => {
  const digits: number[] = [];
  for (let left = length; ; left = Math.floor(left / 128)) {
    digits.push(left < 128 ? left : (left % 128) | 0x80);
    if (left < 128) break;
  }
  return [0x30, ...digits, ...Array.from({ length }, () => 0xff)];
};

const limit = 300;

describe('packets', () => {
  test.each<[string, readonly number[], string | undefined]>([
    ['none', [], undefined],
    ['an empty one', packet(0), undefined],
    ['some, the longest at the limit', [...packet(2), ...packet(limit), ...packet(127), ...packet(128)], undefined],
    ['one beyond', packet(limit + 1), 'packetTooLarge'],
    ['one beyond behind others', [...packet(5), ...packet(limit + 1)], 'packetTooLarge'],
    ['the longest that there is, its header alone', [0x30, 0xff, 0xff, 0xff, 0x7f], 'packetTooLarge'],
    ['a length that does not end', [0x30, 0x80, 0x80, 0x80, 0x80], 'packetLength'],
    ['a header that is cut off', [0x30, 0xac], undefined],
  ])('%s: at once and byte by byte', (_name, bytes, expected) => {
    const whole = new PacketSizes(limit);
    expect(whole.inspect(Uint8Array.from(bytes))).toBe(expected);
    expect(whole.inspect(Uint8Array.of())).toBe(expected);
    const single = new PacketSizes(limit);
    let last: string | undefined;
    for (const byte of bytes) last = single.inspect(Uint8Array.of(byte));
    expect(last).toBe(expected);
  });
});
