/** All ISAPI, alert stream and Dahua vectors through the drivers' own codecs, with the code tables of the profiles. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type CommonProfile, type Decoded, decoders, loadProfile } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fuzzDecoder, slowMs } from '../fuzz/fuzz.ts';

const Vector = z.object({
  id: z.string(),
  protocol: z.string(),
  file: z.string(),
  malformed: z.boolean(),
  bytes: z.int(),
  sha256: z.string(),
  expected: z.record(z.string(), z.unknown()),
});
const folder = new URL('vectors/gate/', import.meta.url);
const all = z.object({ vectors: z.array(Vector) }).parse(JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'))).vectors;
const profileOf: Readonly<Record<string, string>> = {
  isapi: 'isapi/hikvision/ds-k1t',
  'isapi-alertstream': 'isapi/hikvision/ds-k1t',
  'dahua-cgi': 'dahua/dahua/asi',
};
const ours = all.filter(({ protocol }) => Object.hasOwn(profileOf, protocol));

/** Sentences for people, not values. */
const prose = new Set([
  'rule',
  'trap',
  'check',
  'rebootDetection',
  'alerting',
  'then',
  'action',
  'mustNotAllocate',
  'pageRule',
  'totalCount',
]);

const profiles = new Map<string, CommonProfile>();
let visited = 0;

async function decodeVector({ protocol, file }: z.infer<typeof Vector>): Promise<Decoded> {
  const decode = await decoders.get(protocol)?.();
  const profile = profiles.get(profileOf[protocol] ?? '');
  if (decode === undefined || profile === undefined) throw new Error(`no decoder or profile for ${protocol}`);
  visited++;
  return decode({ chunks: [readFileSync(new URL(file, folder))], profile });
}

const valuesOf = (expected: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(expected).filter(([key]) => !prose.has(key)));

beforeAll(async () => {
  for (const name of new Set(Object.values(profileOf))) {
    const loaded = await loadProfile(profileRoot, name);
    if (!loaded.ok) throw new Error(loaded.error.kind);
    profiles.set(name, loaded.value);
  }
});

afterAll(() => expect(visited).toBe(16));

describe('vectors', () => {
  test('of all gates and the network stand there byte for byte: a formatter would change what they prove', () => {
    const changed = all.filter(({ file, bytes, sha256 }) => {
      const content = readFileSync(new URL(file, folder));
      return content.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256;
    });
    expect(changed.map(({ file }) => file)).toEqual([]);
    expect(all).toHaveLength(43);
  });

  test('are as many as there were', () => {
    const counts = Object.keys(profileOf).map((name) => ours.filter(({ protocol }) => protocol === name).length);
    expect(counts).toEqual([12, 3, 1]);
  });

  test.each(ours.filter(({ protocol }) => protocol !== 'isapi-alertstream'))('$id $file', async (vector) => {
    const decoded = await decodeVector(vector);
    expect(decoded.rejected).toEqual([]);
    expect(decoded.frames).toHaveLength(1);
    expect(decoded.frames[0]).toMatchObject(valuesOf(vector.expected));
  });

  test.each(ours.filter(({ protocol }) => protocol === 'isapi-alertstream'))('$id $file', async (vector) => {
    const { frames, observations, rejected } = await decodeVector(vector);
    expect(frames[0]).toMatchObject(valuesOf(vector.expected));
    expect(frames).toHaveLength(2);
    expect(observations).toMatchObject([{ kind: 'pass', result: 'granted' }]);
    // The delimiter inside a counted picture is no fault of the stream.
    expect(rejected.length).toBe(vector.file.includes('boundary-inside') ? 0 : 1);
    expect(rejected.every(({ reason }) => reason.length > 0)).toBe(true);
  });

  test('no name, no picture, no address of a picture comes out of any of them', async () => {
    for (const vector of ours) {
      const text = JSON.stringify(await decodeVector(vector));
      expect(text).not.toMatch(/测试|LOCALS|WEB0000|7栋/);
      visited--;
    }
  });
});

describe('vectors of our own', () => {
  const more = new URL('vectors/gate-more/', import.meta.url);
  const Own = Vector.extend({ what: z.string(), contentType: z.string().optional() });
  const own = z
    .object({ vectors: z.array(Own) })
    .parse(JSON.parse(readFileSync(new URL('index.json', more), 'utf8')))
    .vectors.filter(({ id }) => id.startsWith('gate-more-'));

  test('are seven', () => expect(own).toHaveLength(7));

  test.each(own)('$id $what', async ({ protocol, file, expected, malformed, contentType }) => {
    const decode = await decoders.get(protocol)?.();
    const profile = profiles.get(profileOf[protocol] ?? 'isapi/hikvision/ds-k1t');
    if (decode === undefined || profile === undefined) throw new Error(`no decoder or profile for ${protocol}`);
    const input = { chunks: [readFileSync(new URL(file, more))], profile, ...(contentType === undefined ? {} : { contentType }) };
    const { frames, observations, rejected } = decode(input);
    const kinds = observations.map((observation) => ('kind' in observation ? observation.kind : 'none'));
    if (protocol === 'dahua-cgi') expect({ frames: frames.length, kinds }).toEqual(expected);
    else expect(frames[0]).toMatchObject(expected);
    expect(rejected.length > 0).toBe(malformed);
    expect(JSON.stringify({ frames, observations })).not.toContain('测');
  });
});

test('observations are in the words of the house, told apart by kind', async () => {
  const kinds = await Promise.all(
    [
      'isapi-event-face-fail.json',
      'isapi-event-tamper.json',
      'isapi-event-remote-open.json',
      'isapi-acsevent-page1-more.json',
    ].map(async (file) => {
      const decode = await decoders.get('isapi')?.();
      const profile = profiles.get('isapi/hikvision/ds-k1t');
      const input = { chunks: [readFileSync(new URL(file, folder))], ...(profile === undefined ? {} : { profile }) };
      return (decode?.(input).observations ?? []).map((observation) => ('kind' in observation ? observation.kind : 'none'));
    }),
  );
  expect(kinds).toEqual([['pass'], ['health'], ['audit'], ['pass', 'door', 'door']]);
});

describe('fuzz', () => {
  test.each(['isapi', 'isapi-alertstream', 'isapi-push', 'dahua-cgi'])('%s: 20,000 inputs', async (name) => {
    const report = await fuzzDecoder(name, 20_000);
    expect(report.crashes).toEqual([]);
    expect(report.slowestMs).toBeLessThan(slowMs);
    expect(report.garbage).toBeGreaterThan(500);
    expect(report.invented).toBe(0);
  });
});
