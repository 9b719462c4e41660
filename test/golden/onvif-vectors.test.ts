/** Sample replies of ONVIF devices, sound and broken: each goes through the decoder, none is left out. */
import { readFileSync } from 'node:fs';
import { type Decoded, type Decoder, decoders } from '@cardwatch/drivers';
import { SeededRandom, epochMs, intBetween, pick } from '@cardwatch/kernel';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deviceTime } from '../../packages/drivers/src/onvif/clock.core.ts';
import { pickXaddr } from '../../packages/drivers/src/onvif/discovery.core.ts';
import { rewritten } from '../../packages/drivers/src/onvif/messages.core.ts';
import { bodyOf, saysNotAuthorized } from '../../packages/drivers/src/onvif/soap.core.ts';
import { parseXmlBytes } from '../../packages/drivers/src/web/xml-bytes.core.ts';
import { childOf } from '../../packages/drivers/src/web/xml.core.ts';

const folder = new URL('vectors/gate/', import.meta.url);
const Vector = z.object({
  id: z.string(),
  protocol: z.string(),
  file: z.string(),
  malformed: z.boolean(),
  expected: z.record(z.string(), z.unknown()),
});
const index = z.object({ vectors: z.array(Vector) }).parse(JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')));
const vectors = index.vectors.filter(({ protocol }) => protocol.startsWith('onvif-'));
const bytesOf = (file: string): Uint8Array => Uint8Array.from(readFileSync(new URL(file, folder)));
const visited = new Set<string>();

let decode: Decoder = () => ({ frames: [], observations: [], rejected: [] });
beforeAll(async () => {
  decode = (await decoders.get('onvif')?.()) ?? decode;
});

function played(id: string): {
  readonly expected: Record<string, unknown>;
  readonly decoded: Decoded;
  readonly bytes: Uint8Array;
} {
  const vector = vectors.find((each) => each.id === id);
  if (vector === undefined) throw new Error(`no vector ${id}`);
  visited.add(id);
  const bytes = bytesOf(vector.file);
  return { expected: vector.expected, decoded: decode({ chunks: [bytes] }), bytes };
}

/** Keys of `expected` that a frame has; the others are rules, proven below and in the tests of the driver. */
const rows: readonly (readonly [string, readonly string[]])[] = [
  ['onvif-001', ['devices', 'urn', 'pickXaddr']],
  ['onvif-003', ['utc', 'tz', 'dateTimeType']],
  ['onvif-006', ['services', 'noMediaService']],
  ['onvif-007', ['address', 'leaseMs']],
  ['onvif-010', ['messages', 'results', 'reasons']],
  ['onvif-012', ['messages', 'error', 'leaseMs']],
  ['onvif-013', ['leaseMs']],
  ['onvif-016', ['fault']],
];

test.each(rows)('%s', (id, keys) => {
  const { expected, decoded } = played(id);
  expect(decoded.rejected).toEqual([]);
  expect(decoded.frames).toHaveLength(1);
  for (const key of keys) expect([key, decoded.frames[0]?.[key]]).toEqual([key, expected[key]]);
});

test.each(['onvif-018', 'onvif-021', 'onvif-026'])('%s is rejected', (id) => {
  const { decoded } = played(id);
  expect(decoded.frames).toEqual([]);
  expect(decoded.rejected[0]?.reason.length).toBeGreaterThan(0);
});

test('onvif-023: GBK is read and said to be', () => {
  const { expected, decoded } = played('onvif-023');
  expect(decoded.frames).toEqual([{ ...(expected['decoded'] as object), charset: 'gb18030' }]);
});

describe('rules of the vectors', () => {
  const inside = (file: string, name: string) => {
    const parsed = parseXmlBytes(bytesOf(file));
    const body = parsed.ok ? bodyOf(parsed.value.root) : undefined;
    const element = body?.ok === true ? childOf(body.value, name) : undefined;
    if (element === undefined) throw new Error(name);
    return element;
  };

  test('drift of the clock, and local time with a POSIX zone where UTC is missing', () => {
    const response = inside('onvif-getsystemdateandtime.xml', 'GetSystemDateAndTimeResponse');
    const edge = epochMs(Date.UTC(2026, 10, 23, 2, 0, 0));
    expect((deviceTime(response)?.at ?? 0) - edge).toBe(5_000);
    const [node] = response.children;
    const local = {
      ...response,
      children: node === undefined ? [] : [{ ...node, children: node.children.filter(({ name }) => name !== 'UTCDateTime') }],
    };
    expect(deviceTime(local)?.at).toBe(edge + 5_000);
  });

  test('the host is the one we reached, path and query stay', () => {
    expect(rewritten('http://192.168.1.64/onvif/door_service', 'http://10.7.1.21:80')).toBe(
      'http://10.7.1.21:80/onvif/door_service',
    );
    expect(rewritten('http://192.168.1.64:8080/onvif/sub?Idx=6', 'https://10.7.1.21:443')).toBe(
      'https://10.7.1.21:443/onvif/sub?Idx=6',
    );
    expect(rewritten('http://192.168.1.64', 'http://a:80')).toBe('http://a:80/');
    for (const wrong of ['', 'file:///etc/passwd', 'http:///x', 'http://a/b c', '//a/b'])
      expect(rewritten(wrong, 'http://a:80')).toBeUndefined();
  });

  test('the address whose host sent the reply is preferred, link-local ones are dropped', () => {
    const all = ['http://169.254.10.1/onvif/device_service', 'http://10.7.1.22/a', 'http://10.7.1.21/onvif/device_service'];
    expect(pickXaddr(all, '10.7.1.21')).toBe(all[2]);
    expect(pickXaddr(all, undefined)).toBe(all[1]);
    expect(pickXaddr(all.slice(0, 1), undefined)).toBeUndefined();
  });

  test('the fault is one of login', () => {
    const parsed = parseXmlBytes(bytesOf('onvif-fault-notauthorized.xml'));
    const body = parsed.ok ? bodyOf(parsed.value.root) : undefined;
    expect(body?.ok === false && typeof body.error !== 'string' && saysNotAuthorized(body.error)).toBe(true);
  });
});

test('every vector was visited', () => {
  expect([vectors.length, vectors.filter(({ malformed }) => malformed).length]).toEqual([12, 4]);
  expect([...visited].sort()).toEqual(vectors.map(({ id }) => id).sort());
});

test('fuzz: 20,000 mutated and random inputs: nothing thrown, nothing without a word, nothing granted that was not', () => {
  const random = new SeededRandom(20_261_123);
  const seeds = vectors.map(({ file }) => bytesOf(file));
  const wrong: unknown[] = [];
  for (let round = 0; round < 20_000; round++) {
    const input = round % 4 === 0 ? noise(random) : mutated(pick(random, seeds), random);
    const { frames, rejected } = decode({ chunks: [input] });
    if (frames.length === 0 && rejected.length === 0) wrong.push(input);
    if (round % 4 === 0 && frames.length > 0) wrong.push(input);
    if (frames.some(({ results }) => Array.isArray(results) && results.includes('granted'))) wrong.push(frames);
  }
  expect(wrong).toEqual([]);
});

const noise = (random: SeededRandom): Uint8Array =>
  Uint8Array.from({ length: intBetween(random, 0, 80) }, () => intBetween(random, 0, 255));

function mutated(seed: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = seed.slice();
  for (let i = intBetween(random, 1, 4); i > 0; i--) bytes[intBetween(random, 0, bytes.length - 1)] = intBetween(random, 0, 255);
  return bytes.subarray(intBetween(random, 0, 2), bytes.length - intBetween(random, 0, 2));
}
