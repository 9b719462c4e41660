/** Frames of the reference terminals, sound and broken, through the driver's own codec; and its decoder under random bytes. */
import { readFileSync } from 'node:fs';
import { type CommonProfile, type Decoder, decoders, describeProfileFailure, loadProfile } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, fromHex, intBetween, pick } from '@cardwatch/kernel';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const Vector = z.strictObject({
  id: z.string(),
  protocol: z.literal('framed'),
  profile: z.enum(['framed/cardwatch/index-pos', 'framed/cardwatch/page-pos']),
  direction: z.enum(['host->terminal', 'terminal->host']),
  hex: z.string(),
  decoded: z.record(z.string(), z.unknown()),
  valid: z.boolean(),
  why: z.string(),
  source: z.string(),
});
type Vector = z.infer<typeof Vector>;

const vectors = z.array(Vector).parse(JSON.parse(readFileSync(new URL('vectors/framed.json', import.meta.url), 'utf8')));
const bytesOf = ({ hex }: Vector): Uint8Array => fromHex(hex) ?? new Uint8Array();
const profiles = new Map<string, CommonProfile>();
let decode: Decoder = () => ({ frames: [], observations: [], rejected: [] });
let visited = 0;

beforeAll(async () => {
  const load = decoders.get('framed');
  if (load === undefined) throw new Error('framed has a decoder');
  decode = await load();
  for (const name of new Set(vectors.map(({ profile }) => profile))) {
    const loaded = await loadProfile(profileRoot, name);
    if (!loaded.ok) throw new Error(describeProfileFailure(loaded.error));
    profiles.set(name, loaded.value);
  }
});

const decoded = (name: string, chunks: readonly Uint8Array[]) => {
  const profile = profiles.get(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return decode({ chunks, profile });
};

describe('frames', () => {
  test.each(vectors.filter(({ valid }) => valid))('$id: $why', (vector) => {
    const { frames, observations, rejected } = decoded(vector.profile, [bytesOf(vector)]);
    expect(rejected).toEqual([]);
    expect(frames).toEqual([vector.decoded['frame']]);
    expect(observations).toEqual(vector.decoded['observations'] ?? []);
    expect(frames[0]?.['direction']).toBe(vector.direction === 'host->terminal' ? 'request' : 'reply');
    visited++;
  });

  test.each(vectors.filter(({ valid }) => !valid))('$id is rejected: $why', (vector) => {
    const { frames, observations, rejected } = decoded(vector.profile, [bytesOf(vector)]);
    expect([frames, observations]).toEqual([[], []]);
    expect(rejected[0]?.reason).toBe(vector.decoded['reason']);
    visited++;
  });

  test('every vector was visited', () => {
    expect([vectors.length, vectors.filter(({ valid }) => valid).length]).toEqual([30, 16]);
    expect(visited).toBe(30);
  });

  test('a stream of all of them, cut anywhere and with noise between, gives each once', () => {
    for (const name of profiles.keys()) {
      const sound = vectors.filter(({ valid, profile }) => valid && profile === name);
      const stream = Uint8Array.from(sound.flatMap((vector) => [0xff, 0x01, ...bytesOf(vector)]));
      const bytewise = Array.from(stream, (byte) => Uint8Array.of(byte));
      const whole = decoded(name, [stream]);
      expect(whole.frames).toEqual(sound.map(({ decoded: { frame } }) => frame));
      expect(decoded(name, bytewise)).toEqual(whole);
    }
  });

  test('without a profile it says what is missing', () => {
    expect(decode({ chunks: [Uint8Array.of(1)] })).toMatchObject({ frames: [], rejected: [{ atByte: 0 }] });
  });

  test('a card number is not shown whole', () => {
    const shown = JSON.stringify(vectors.map((vector) => decoded(vector.profile, [bytesOf(vector)])));
    expect(shown).toContain('************0014');
    expect(shown).not.toContain('6225000000000014');
  });
});

const fuzzInputs = 20_000;

test(`${fuzzInputs} mutated and random inputs: nothing thrown, nothing slow, nothing lost without a word, nothing invented`, () => {
  const random = new SeededRandom(20_261_123);
  const known = new Set(vectors.filter(({ valid }) => valid).map(({ decoded: { frame } }) => JSON.stringify(frame)));
  const counts = { frames: 0, rejected: 0, silent: 0, invented: 0, slow: 0 };
  for (let round = 0; round < fuzzInputs; round++) {
    const vector = pick(random, vectors);
    const noise = round % 4 === 0;
    const input = noise
      ? Uint8Array.from({ length: intBetween(random, 1, 200) }, () => intBetween(random, 0, 255))
      : mutated(random, bytesOf(vector), bytesOf(pick(random, vectors)));
    const { frames, rejected } = decoded(vector.profile, [input]);
    if (isSlow(vector, input) && isSlow(vector, input)) counts.slow++;
    counts.frames += frames.length;
    counts.rejected += rejected.length;
    if (frames.length + rejected.length === 0) counts.silent++;
    // Random bytes pass a CRC of 16 bits behind the right flags about never, an XOR of 8 bits behind a start and a length hardly more often.
    if (noise) counts.invented += frames.filter((frame) => !known.has(JSON.stringify(frame))).length;
  }
  expect(counts).toMatchObject({ silent: 0, invented: 0, slow: 0 });
  expect(counts.frames).toBeGreaterThan(1_000);
  expect(counts.rejected).toBeGreaterThan(10_000);
});

/** Asked twice, because the machine may have looked elsewhere. */
function isSlow({ profile }: Vector, input: Uint8Array): boolean {
  const startedMs = performance.now();
  decoded(profile, [input]);
  return performance.now() - startedMs > 50;
}

function mutated(random: SeededRandom, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const at = intBetween(random, 0, Math.max(0, bytes.length - 1));
  switch (intBetween(random, 0, 5)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << intBetween(random, 0, 7)) : byte));
    case 1:
      return bytes.length < 2 ? bytes : bytes.subarray(0, Math.max(1, at));
    case 2:
      return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1), 0x7e);
    case 3:
      return Uint8Array.of(...bytes, ...other);
    case 4:
      return Uint8Array.of(...other.subarray(0, other.length >> 1), ...bytes);
    default:
      return Uint8Array.of(...bytes.subarray(0, at), intBetween(random, 0, 255), ...bytes.subarray(at));
  }
}
