import { readFileSync } from 'node:fs';
import { SeededRandom, intBetween } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type MultipartItem, MultipartParser, multipartLimits } from './multipart.core.ts';

const gate = (name: string): Uint8Array => readFileSync(new URL(`../../../../test/golden/vectors/gate/${name}`, import.meta.url));
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const type = 'multipart/mixed; boundary=MIME_boundary';

/** Items as short text: `part:json:<length>`, `discarded:jpeg:33`, `broken:<reason>`. */
function play(contentType: string, chunks: readonly Uint8Array[], ended = true): string[] {
  const parser = new MultipartParser(contentType);
  const items: MultipartItem[] = chunks.flatMap((chunk) => [...parser.feed(chunk)]);
  if (ended) items.push(...parser.end());
  return items.map((item) => {
    if (item.kind === 'broken') return `broken:${item.reason}`;
    const kind = item.contentType.split('/').at(-1) ?? '';
    return item.kind === 'part' ? `part:${kind}:${item.body.length}` : `discarded:${kind}:${item.bytes}`;
  });
}

const json = (token: string, body: string, lineEnd = '\r\n'): string =>
  [`--${token}`, 'Content-Type: application/json', `Content-Length: ${body.length}`, '', body, ''].join(lineEnd);

describe('vectors', () => {
  test.each([
    ['isapi-alertstream-boundary-inside-binary.bin', ['discarded:jpeg:33', 'part:json:787']],
    [
      'isapi-alertstream-huge-part-length.bin',
      ['part:json:787', 'broken:a part of 4294967295 bytes, at most 16777216 are taken: limit exceeded'],
    ],
    ['isapi-alertstream-truncated-json.bin', ['part:json:787', 'broken:truncated: the connection ended inside a part']],
  ])('%s, whole and byte by byte and in random pieces', (name, expected) => {
    const bytes = gate(name);
    expect(play(type, [bytes])).toEqual(expected);
    expect(
      play(
        type,
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(expected);
    const random = new SeededRandom(7);
    for (let round = 0; round < 50; round++) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = intBetween(random, 1, 200);
        pieces.push(bytes.subarray(at, at + length));
        at += length;
      }
      expect(play(type, pieces)).toEqual(expected);
    }
  });
});

describe('boundary forms', () => {
  test.each([
    ['plain', 'multipart/mixed; boundary=boundary', json('boundary', '{}')],
    ['quoted', 'multipart/mixed; boundary="boundary"; charset=utf-8', json('boundary', '{}')],
    ['in angle brackets', 'multipart/mixed; boundary=<boundary>', json('<boundary>', '{}')],
    ['with its dashes in the header', 'multipart/mixed; boundary=--myboundary', json('myboundary', '{}')],
    ['with its dashes in both', 'multipart/mixed; boundary=--myboundary', json('--myboundary', '{}')],
    ['another than announced', 'multipart/mixed; boundary=foo', `\r\n${json('MIME_boundary', '{}')}`],
    ['none announced', 'multipart/mixed', json('MIME_boundary', '{}')],
    ['bare LF', type, json('MIME_boundary', '{}', '\n')],
    ['after a preamble', type, `hello\r\n\r\n${json('MIME_boundary', '{}')}`],
  ])('%s', (_, contentType, text) => {
    expect(play(contentType, [bytesOf(text)], false)).toEqual(['part:json:2']);
  });

  test('lengths win, so a counted part is there before the next delimiter', () => {
    const text = json('MIME_boundary', '{"a":1}').trimEnd();
    expect(play(type, [bytesOf(text)], false)).toEqual(['part:json:7']);
  });

  test('a part without length ends at the delimiter, its line break is not its own', () => {
    const text =
      '--MIME_boundary\nContent-Type: application/json\n\n{}\n--MIME_boundary\nContent-Type: image/jpeg\n\nabc--MIME_boundary\n\r\n--MIME_boundary--\r\n';
    expect(play(type, [bytesOf(text)])).toEqual(['part:json:2', 'discarded:jpeg:19']);
  });

  test('delimiter lines inside a longer token, or in the middle of a line, are none', () => {
    const text =
      '--MIME_boundary\r\nContent-Type: text/plain\r\n\r\nx --MIME_boundary\r\n--MIME_boundaryX\r\n--MIME_boundary\r\n';
    expect(play(type, [bytesOf(text)], false)).toEqual(['part:plain:35']);
  });
});

describe('the same however it is cut', () => {
  const limit = multipartLimits.headerBytes;
  test.each([
    ['two delimiters that were not announced', 'multipart/mixed; boundary=foo', `${json('one', '{}')}${json('foo', '{"a":1}')}`],
    ['the announced one behind one that could be adopted', type, `--x\r\n${json('MIME_boundary', '{}')}`],
    ['adopted, and announced later', type, `${json('other', '{}')}${json('MIME_boundary', '{}')}${json('other', '{}')}`],
    [
      'a delimiter in the middle of a line, between counted parts',
      type,
      `${json('MIME_boundary', '{}')}x--MIME_boundary\r\nzz\r\n`,
    ],
    ['blanks behind a delimiter', type, `${json('MIME_boundary', '{}')}--MIME_boundary${' '.repeat(60)}\r\nA: b\r\n\r\n{}\r\n`],
    ['too many of them', type, `${json('MIME_boundary', '{}')}--MIME_boundary${' '.repeat(80)}\r\nA: b\r\n\r\n{}\r\n`],
    [
      'bytes behind the last delimiter',
      type,
      `${json('MIME_boundary', '{}')}--MIME_boundary--x\r\n${json('MIME_boundary', '{}')}`,
    ],
    [
      'a picture without a length',
      type,
      '--MIME_boundary\nContent-Type: image/png\n\na\rb\n\r\r\n--MIME_boundary\t\r\n\r\n--MIME_boundary--',
    ],
    [
      'a header that ends at its limit',
      type,
      ['', 'x', 'xx', 'xxxx'].map((more) => `--MIME_boundary\r\nA: ${'x'.repeat(limit - 8)}${more}\r\n\r\n{}\r\n`).join(''),
    ],
  ])('%s', (_, contentType, text) => {
    const bytes = bytesOf(text);
    const expected = play(contentType, [bytes]);
    expect(expected.length).toBeGreaterThan(0);
    for (const length of [1, 2, 3, 7, 64, 1_000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (__, at) =>
        bytes.subarray(at * length, (at + 1) * length),
      );
      expect([length, ...play(contentType, pieces)]).toEqual([length, ...expected]);
    }
    const step = Math.ceil(bytes.length / 500);
    for (let cut = 1; cut < bytes.length; cut += step ** 2)
      expect([cut, ...play(contentType, [bytes.subarray(0, cut), bytes.subarray(cut)])]).toEqual([cut, ...expected]);
  });
});

describe('limits', () => {
  const head = '--MIME_boundary\r\nContent-Type: application/json\r\n';
  test.each([
    ['counted text at the limit', multipartLimits.textBytes, `part:json:${multipartLimits.textBytes}`],
    [
      'one beyond',
      multipartLimits.textBytes + 1,
      `broken:a part of ${multipartLimits.textBytes + 1} bytes, at most ${multipartLimits.textBytes} are taken: limit exceeded`,
    ],
  ])('%s', (_, length, expected) => {
    const text = `${head}Content-Length: ${length}\r\n\r\n${'x'.repeat(length)}\r\n${json('MIME_boundary', '{}')}`;
    expect(play(type, [bytesOf(text)], false)).toEqual([expected, 'part:json:2']);
  });

  test('uncounted text beyond the limit is broken off, and the next part is read', () => {
    const text = `${head}\r\n${'x'.repeat(multipartLimits.textBytes + 100)}`;
    expect(play(type, [bytesOf(text), bytesOf(`\r\n${json('MIME_boundary', '{}')}`)], false)).toEqual([
      `broken:a part of more than ${multipartLimits.textBytes} bytes: limit exceeded`,
      'part:json:2',
    ]);
  });

  test('a header and a preamble that never end', () => {
    const reasons = play(type, [bytesOf(`--MIME_boundary\r\nA: ${'x'.repeat(multipartLimits.headerBytes)}`)], false);
    expect(reasons).toEqual([`broken:a part's header of more than ${multipartLimits.headerBytes} bytes`]);
    expect(play(type, [new Uint8Array(multipartLimits.preambleBytes)], false)).toEqual([]);
    expect(play(type, [new Uint8Array(multipartLimits.preambleBytes + 1)], false)).toHaveLength(1);
  });

  test('a picture of 12 MB goes by without being kept', () => {
    const parser = new MultipartParser(type);
    parser.feed(bytesOf('--MIME_boundary\r\nContent-Type: image/jpeg\r\nContent-Length: 12582912\r\n\r\n'));
    const before = process.memoryUsage().arrayBuffers;
    const chunk = new Uint8Array(64 * 1024);
    for (let sent = 0; sent < 191; sent++) parser.feed(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
    expect(parser.feed(chunk)).toMatchObject([{ kind: 'discarded', bytes: 12_582_912 }]);
  });
});
