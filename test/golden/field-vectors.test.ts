/**
 * Frames as they may come from the field, sound and broken, beyond the samples: made apart from the drivers. Each is decoded whole and cut at every
 * byte; streams say which frames come out and where what is none begins.
 */
import { readFileSync } from 'node:fs';
import { type CommonProfile, type Decoder, decoders, describeProfileFailure, loadProfile } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { fromHex } from '@cardwatch/kernel';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const Keys = z.record(z.string(), z.unknown());
const Vector = z.strictObject({
  id: z.string(),
  protocol: z.string(),
  direction: z.string(),
  hex: z.string(),
  /** Keys of the one frame, or `frames`: those of each. */
  decoded: Keys,
  valid: z.boolean(),
  why: z.string(),
  source: z.string(),
  profile: z.string().optional(),
  observations: z.array(Keys).optional(),
  /** Of a stream: where each piece that is no frame begins. */
  rejectedAt: z.array(z.int()).optional(),
  /** Of a broken one: words that the first reason has, and where it points. */
  says: z.string().optional(),
  atByte: z.int().optional(),
});
type Vector = z.infer<typeof Vector>;

const vectors = z.array(Vector).parse(JSON.parse(readFileSync(new URL('vectors/field.json', import.meta.url), 'utf8')));
const protocols = [...new Set(vectors.map(({ protocol }) => protocol))];
const decode = new Map<string, Decoder>();
const profiles = new Map<string, CommonProfile>();
const visited = new Map<string, number>();

beforeAll(async () => {
  for (const protocol of protocols) {
    const load = decoders.get(protocol);
    if (load === undefined) throw new Error(`no decoder ${protocol}`);
    decode.set(protocol, await load());
  }
  for (const name of new Set(vectors.flatMap(({ profile }) => profile ?? []))) {
    const loaded = await loadProfile(profileRoot, name);
    if (!loaded.ok) throw new Error(describeProfileFailure(loaded.error));
    profiles.set(name, loaded.value);
  }
});

const bytesOf = ({ hex }: Vector): Uint8Array => fromHex(hex) ?? new Uint8Array();

function decoded(vector: Vector, chunks: readonly Uint8Array[]) {
  const profile = profiles.get(vector.profile ?? '');
  const found = decode.get(vector.protocol)?.({ chunks, ...(profile === undefined ? {} : { profile }) });
  if (found === undefined) throw new Error(`no decoder ${vector.protocol}`);
  visited.set(vector.id, (visited.get(vector.id) ?? 0) + 1);
  return found;
}

describe.each(protocols)('%s', (protocol) => {
  const own = vectors.filter((vector) => vector.protocol === protocol);

  test.each(own.filter(({ valid }) => valid))('$id: $why', (vector) => {
    const wanted = Array.isArray(vector.decoded['frames']) ? vector.decoded['frames'] : [vector.decoded];
    const { frames, observations, rejected } = decoded(vector, [bytesOf(vector)]);
    expect(frames).toMatchObject(wanted);
    expect(frames).toHaveLength(wanted.length);
    expect(rejected.map(({ atByte }) => atByte)).toEqual(vector.rejectedAt ?? []);
    if (vector.observations !== undefined) expect(observations).toEqual(vector.observations);
  });

  test.each(own.filter(({ valid }) => !valid))('$id is rejected: $why', (vector) => {
    const { frames, observations, rejected } = decoded(vector, [bytesOf(vector)]);
    expect([frames, observations]).toEqual([[], []]);
    expect(rejected[0]?.reason).toContain(vector.says);
    if (vector.atByte !== undefined) expect(rejected[0]?.atByte).toBe(vector.atByte);
  });

  test('cut in two at every byte, and into single bytes, each gives the same', () => {
    let cuts = 0;
    for (const vector of own) {
      const bytes = bytesOf(vector);
      const whole = decoded(vector, [bytes]);
      expect(
        decoded(
          vector,
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
        ),
      ).toEqual(whole);
      for (let at = 1; at < bytes.length; at++) {
        expect(decoded(vector, [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
        cuts++;
      }
    }
    expect(cuts).toBe(own.reduce((sum, vector) => sum + Math.max(0, bytesOf(vector).length - 1), 0));
  });
});

test('every observation says what it is', () => {
  const kinds = new Set<unknown>();
  for (const vector of vectors)
    for (const observation of decoded(vector, [bytesOf(vector)]).observations) kinds.add(Reflect.get(observation, 'kind'));
  expect(kinds).toEqual(new Set(['audit', 'health', 'transaction']));
});

test('no card number, no PIN block in any observation, none but in DE 2 and the list of a batch in any frame', () => {
  const shown = JSON.stringify(vectors.map((vector) => decoded(vector, [bytesOf(vector)]).observations));
  expect(shown).toContain('************0014');
  expect(shown).not.toMatch(/6225\d{9}/);
  expect(JSON.stringify(vectors.map((vector) => decoded(vector, [bytesOf(vector)]).frames))).not.toContain('A1B2C3D4E5F60718');
});

test('every vector was visited', () => {
  const counts = Object.fromEntries(
    protocols.map((protocol) => {
      const own = vectors.filter((vector) => vector.protocol === protocol);
      return [protocol, [own.filter(({ valid }) => valid).length, own.filter(({ valid }) => !valid).length]];
    }),
  );
  expect(counts).toEqual(expectedCounts);
  expect(visited.size).toBe(vectors.length);
});

/** Sound and broken. */
const expectedCounts: Readonly<Record<string, readonly [number, number]>> = {
  'modbus-rtu': [68, 17],
  'modbus-tcp': [63, 8],
  'cjt188-2004': [88, 19],
  'dlt645-2007': [39, 11],
  'pboc-ep-record': [4, 11],
  'iso8583-unionpay-tcp': [52, 19],
  'iso8583-unionpay-nolength': [16, 3],
  'iso8583-unionpay-body': [26, 12],
};
