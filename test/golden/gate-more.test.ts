/** Payloads of gates and the network that are not among the samples: the failure catalogue and the traps, each through the decoder, none left out. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type CommonProfile, type Decoded, type Decoder, decodeLimits, decoders, loadProfile } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const folder = new URL('vectors/gate-more/', import.meta.url);
const Keys = z.record(z.string(), z.unknown());
const Vector = z.strictObject({
  id: z.string(),
  protocol: z.string(),
  file: z.string(),
  what: z.string(),
  malformed: z.boolean(),
  bytes: z.int(),
  sha256: z.string(),
  contentType: z.string().optional(),
  profile: z.literal('none').optional(),
  /** Lists are compared in length and order, objects by the keys that stand there; reasons are patterns. */
  expected: z.strictObject({
    frames: z.array(Keys).optional(),
    observations: z.array(Keys).optional(),
    rejected: z.array(z.string()).optional(),
    reply: z.string().optional(),
    replyMatch: z.string().optional(),
  }),
  source: z.string(),
});
type Vector = z.infer<typeof Vector>;
const document = z
  .object({ count: z.int(), vectors: z.array(Keys) })
  .parse(JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')));
const vectors = document.vectors.filter(({ id }) => !String(id).startsWith('gate-more-')).map((each) => Vector.parse(each));

const profileOf: Readonly<Record<string, string>> = {
  isapi: 'isapi/hikvision/ds-k1t',
  'isapi-alertstream': 'isapi/hikvision/ds-k1t',
  'isapi-push': 'isapi/hikvision/ds-k1t',
  'dahua-cgi': 'dahua/dahua/asi',
  onvif: 'onvif/cardwatch/profile-c-door',
  'zk-push': 'zkpush/cardwatch/access-gate',
};
const profiles = new Map<string, CommonProfile>();
const loaded = new Map<string, Decoder>();
const kinds: ReadonlySet<unknown> = new Set(['transaction', 'pass', 'door', 'health', 'gap', 'audit']);

beforeAll(async () => {
  for (const name of new Set(Object.values(profileOf))) {
    const profile = await loadProfile(profileRoot, name);
    if (!profile.ok) throw new Error(name);
    profiles.set(name, profile.value);
  }
  for (const [name, load] of decoders) loaded.set(name, await load());
});

const bytesOf = ({ file }: Pick<Vector, 'file'>): Uint8Array => Uint8Array.from(readFileSync(new URL(file, folder)));

function decoded({ protocol, contentType, profile: asked }: Vector, chunks: readonly Uint8Array[]): Decoded {
  const decode = loaded.get(protocol);
  if (decode === undefined) throw new Error(`no decoder ${protocol}`);
  const profile = asked === 'none' ? undefined : profiles.get(profileOf[protocol] ?? '');
  return decode({ chunks, ...(profile === undefined ? {} : { profile }), ...(contentType === undefined ? {} : { contentType }) });
}

test('as many as there were, byte for byte', () => {
  const counts: Record<string, number> = {};
  for (const { protocol } of vectors) counts[protocol] = (counts[protocol] ?? 0) + 1;
  expect(counts).toEqual({
    onvif: 56,
    isapi: 90,
    'isapi-alertstream': 29,
    'isapi-push': 9,
    'zk-push': 38,
    'dahua-cgi': 28,
    'snmp-walk': 16,
    ping: 11,
  });
  expect([document.count, vectors.filter(({ malformed }) => malformed).length]).toEqual([document.vectors.length, 80]);
  const changed = vectors.filter((vector) => {
    const content = bytesOf(vector);
    return content.length !== vector.bytes || createHash('sha256').update(content).digest('hex') !== vector.sha256;
  });
  expect(changed.map(({ file }) => file)).toEqual([]);
});

test.each(vectors)('$id $what', (vector) => {
  const { frames, observations, rejected, reply } = decoded(vector, [bytesOf(vector)]);
  const { expected, malformed } = vector;
  if (expected.frames !== undefined) expect(frames).toMatchObject(expected.frames);
  if (expected.observations !== undefined) expect(observations).toMatchObject(expected.observations);
  const patterns = expected.rejected ?? [];
  expect(rejected.map(({ reason }) => reason)).toEqual(patterns.map((pattern): unknown => expect.stringMatching(pattern)));
  expect(rejected.length > 0).toBe(malformed);
  expect(frames.length > 0).toBe(!malformed || expected.frames !== undefined);
  if (frames.length === 0) expect(observations).toEqual([]);
  if (expected.reply !== undefined) expect(reply).toBe(expected.reply);
  if (expected.replyMatch !== undefined) expect(reply).toMatch(new RegExp(expected.replyMatch));
});

test('every observation is one of ours, and nothing of a person but numbers comes out', () => {
  let observed = 0;
  for (const vector of vectors) {
    const result = decoded(vector, [bytesOf(vector)]);
    for (const observation of result.observations) {
      expect([vector.id, kinds.has('kind' in observation ? observation['kind'] : undefined)]).toEqual([vector.id, true]);
      observed++;
    }
    const text = JSON.stringify(result);
    expect([vector.id, /测试|张三|李四|东门|WEB0000|36\.[45]|3A5F0011|0012345678|secret/.exec(text)?.[0]]).toEqual([
      vector.id,
      undefined,
    ]);
  }
  expect(observed).toBeGreaterThan(150);
});

describe('in pieces', () => {
  const split = vectors.filter(({ protocol, bytes }) => protocol !== 'zk-push' && bytes <= 4_096);

  test('an alert stream cut at every byte, and into single bytes, is the same', () => {
    const streams = vectors.filter(({ protocol }) => protocol === 'isapi-alertstream');
    let cuts = 0;
    for (const vector of streams) {
      const bytes = bytesOf(vector);
      const whole = decoded(vector, [bytes]);
      for (let at = 1; at < bytes.length; at++, cuts++)
        expect(decoded(vector, [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
      expect(
        decoded(
          vector,
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
        ),
      ).toEqual(whole);
    }
    expect(streams).toHaveLength(29);
    expect(cuts).toBeGreaterThan(20_000);
  }, 120_000);

  test('all others in single bytes are the same', () => {
    for (const vector of split) {
      const bytes = bytesOf(vector);
      expect([
        vector.id,
        decoded(
          vector,
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
        ),
      ]).toEqual([vector.id, decoded(vector, [bytes])]);
    }
    expect(split.length).toBeGreaterThan(200);
  });
});

describe('large and hostile', () => {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const full = decodeLimits.inputBytes;
  const hostile: readonly (readonly [string, Uint8Array])[] = [
    ['8 MB of <', text('<'.repeat(full))],
    ['8 MB of nested elements', text('<a>'.repeat(Math.floor(full / 3)))],
    ['8 MB of {', text('{'.repeat(full))],
    ['8 MB of [', text('['.repeat(full))],
    ['8 MB of {"a":', text('{"a":'.repeat(Math.floor(full / 5)))],
    ['8 MB of dashes', text('-'.repeat(full))],
    ['8 MB of boundary lines', text('--MIME_boundary\r\n'.repeat(Math.floor(full / 17)))],
    ['8 MB of lines', text('\n'.repeat(full))],
    ['8 MB of tabs', text('\t'.repeat(full))],
    ['8 MB of spaces', text(' '.repeat(full))],
    ['8 MB of zeros', new Uint8Array(full)],
    ['8 MB of 0xff', new Uint8Array(full).fill(0xff)],
    ['8 MB of digits', text('1'.repeat(full))],
    ['8 MB of a=b,', text('a=b,'.repeat(full / 4))],
    ['8 MB of Heartbeat', text('Heartbeat\n'.repeat(Math.floor(full / 10)))],
    ['8 MB of .1', text('.1'.repeat(full / 2))],
    ['5,000 levels of XML', text('<a>'.repeat(5_000) + '</a>'.repeat(5_000))],
  ];
  test.each(Object.keys({ ...profileOf, 'snmp-walk': 0, ping: 0 }))(
    '%s answers each of them, and none costs more than its length',
    (protocol) => {
      for (const [what, bytes] of hostile) {
        const { frames, rejected } = loaded.get(protocol)?.({ chunks: [bytes] }) ?? { frames: [], rejected: [] };
        expect([what, frames.length + rejected.length > 0]).toEqual([what, true]);
      }
    },
    60_000,
  );
});
