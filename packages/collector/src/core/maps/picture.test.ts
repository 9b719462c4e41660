import { err, ok } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { pictureOf } from './picture.core.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part])));
const u32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const u32le = (n: number): number[] => u32(n).toReversed();
const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);

const pngHead = [0x89, ...bytes('PNG\r\n\u001a\n')];
const chunk = (type: string, data: readonly number[]): number[] => [...u32(data.length), ...bytes(type), ...data, ...zeros(4)];
const png = (w: number, h: number, ...rest: readonly (readonly number[])[]): Uint8Array =>
  bytes(pngHead, chunk('IHDR', [...u32(w), ...u32(h), 8, 6, 0, 0, 0]), chunk('IDAT', [1, 2, 3]), chunk('IEND', []), ...rest);

const segment = (marker: number, data: readonly number[]): number[] => [0xff, marker, 0, data.length + 2, ...data];
const frame = (w: number, h: number): number[] => segment(0xc0, [8, h >> 8, h & 255, w >> 8, w & 255, 1, 1, 0x11, 0]);
const scan = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0xff, 0x00, 0xff, 0xd0, 0x34];
const jpeg = (...rest: readonly (readonly number[])[]): Uint8Array =>
  bytes([0xff, 0xd8], segment(0xe0, [1, 2]), frame(640, 480), scan, [0xff, 0xd9], ...rest);

const riff = (...chunks: readonly (readonly number[])[]): Uint8Array => {
  const body = [...bytes('WEBP'), ...chunks.flat()];
  return bytes('RIFF', u32le(body.length), body);
};
const part = (type: string, data: readonly number[]): number[] => [
  ...bytes(type),
  ...u32le(data.length),
  ...data,
  ...zeros(data.length % 2),
];
const vp8x = part('VP8X', [0, 0, 0, 0, 0x7f, 0x02, 0, 0xdf, 0x01, 0]);
const vp8 = part('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]);
const vp8l = part('VP8L', [0x2f, ...u32le(639 | (479 << 14))]);

describe('a picture is what its bytes say', () => {
  test.each([
    ['png', png(640, 480), 'image/png'],
    ['jpeg', jpeg(), 'image/jpeg'],
    ['webp, extended', riff(vp8x), 'image/webp'],
    ['webp, lossy', riff(vp8), 'image/webp'],
    ['webp, lossless', riff(vp8l), 'image/webp'],
  ])('%s', (_, file, type) => {
    expect(pictureOf(file)).toEqual(ok({ type, widthPx: 640, heightPx: 480 }));
  });

  test.each([
    ['nothing', new Uint8Array(), 'kind'],
    ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), 'kind'],
    ['a page', bytes('<!doctype html><script>1</script>'), 'kind'],
    ['GIF', bytes('GIF89a', zeros(20)), 'kind'],
    ['PDF', bytes('%PDF-1.7'), 'kind'],
    ['a RIFF that is sound', bytes('RIFF', u32le(4), 'WAVE'), 'kind'],
    ['a page behind a PNG', png(2, 2, [...bytes('<script>1</script>')]), 'trailing'],
    ['a ZIP behind a PNG', png(2, 2, [...bytes('PK\u0003\u0004')]), 'trailing'],
    ['a page behind a JPEG', jpeg([...bytes('<html>')]), 'trailing'],
    ['a page behind a WebP', bytes([...riff(vp8x)], '<html>'), 'trailing'],
    ['a PNG without its head chunk', bytes(pngHead, chunk('IDAT', [1]), chunk('IEND', [])), 'damaged'],
    ['a PNG that breaks off', png(2, 2).subarray(0, 40), 'damaged'],
    ['a PNG whose chunk is longer than the file', bytes(pngHead, u32(0xffff_fff0), 'IHDR'), 'damaged'],
    ['a JPEG without a frame', bytes([0xff, 0xd8], scan, [0xff, 0xd9]), 'damaged'],
    ['a JPEG without its end', jpeg().subarray(0, -2), 'damaged'],
    ['a JPEG that says nonsense', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 1]), 'damaged'],
    ['a WebP without a picture', riff(part('EXIF', [1])), 'damaged'],
    ['a WebP that breaks off', riff(vp8x).subarray(0, 20), 'damaged'],
    ['a PNG of no width', png(0, 5), 'damaged'],
    ['a PNG at the limit and one more', png(10_001, 5), 'side'],
  ])('%s is refused', (_, file, fault) => {
    expect(pictureOf(file)).toEqual(err(fault));
  });

  test('at the limit it is taken', () => {
    expect(pictureOf(png(10_000, 10_000)).ok).toBe(true);
  });

  test('any beginning of a picture is refused, never thrown over', () => {
    let seen = 0;
    for (const file of [png(640, 480), jpeg(), riff(vp8x), riff(vp8), riff(vp8l)])
      for (let n = 0; n < file.length; n++, seen++) expect(pictureOf(file.subarray(0, n)).ok).toBe(false);
    expect(seen).toBeGreaterThan(150);
  });
});
