/** Plays all vectors of one protocol name in pos-meter.json through its decoder, and fuzzes the decoder with their mutations. */
import { readFileSync } from 'node:fs';
import { type Decoded, type Decoder, decoders } from '@cardwatch/drivers';
import { SeededRandom, fromHex, intBetween, pick } from '@cardwatch/kernel';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const Vector = z.object({
  id: z.string(),
  protocol: z.string(),
  hex: z.string(),
  decoded: z.record(z.string(), z.unknown()),
  valid: z.boolean(),
});
type Vector = z.infer<typeof Vector>;

export const vectorsOf = (protocol: string, file = 'pos-meter.json'): readonly Vector[] =>
  z
    .array(Vector)
    .parse(JSON.parse(readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8')))
    .filter((vector) => vector.protocol === protocol);

const bytesOf = (vector: Vector): Uint8Array => fromHex(vector.hex) ?? new Uint8Array();

/** What a vector promises, as one list of frames: streams say how many there are and what one or two of them hold. */
function expectedFrames({ decoded }: Vector): readonly Readonly<Record<string, unknown>>[] {
  if ('first' in decoded) return [{ registers: decoded['first'] }, { registers: decoded['second'] }];
  if (!('frame' in decoded)) return [decoded];
  const prefix = 'asciiPrefix' in decoded ? { asciiPrefix: decoded['asciiPrefix'] } : {};
  const also = 'also' in decoded ? [decoded['also'] as Readonly<Record<string, unknown>>] : [];
  return [{ ...prefix, ...(decoded['frame'] as Readonly<Record<string, unknown>>) }, ...also];
}

/** Inputs of one decoder in an ordinary test run. */
const fuzzInputs = 20_000;

/** `file`: vectors of our own beside those of pos-meter.json. */
export function goldenDecoder(wanted: {
  readonly protocol: string;
  readonly vectors: number;
  readonly valid: number;
  readonly file?: string;
}): void {
  const vectors = vectorsOf(wanted.protocol, wanted.file);
  let decode: Decoder = () => ({ frames: [], observations: [], rejected: [] });
  let visited = 0;

  beforeAll(async () => {
    const load = decoders.get(wanted.protocol);
    if (load === undefined) throw new Error(`no decoder ${wanted.protocol}`);
    decode = await load();
  });

  test.each(vectors.filter(({ valid }) => valid))('$id', (vector) => {
    const expected = expectedFrames(vector);
    const { frames } = decode({ chunks: [bytesOf(vector)] });
    expect(frames).toHaveLength(expected.length);
    for (const [index, frame] of expected.entries()) expect(frames[index]).toMatchObject(frame);
    visited++;
  });

  test.each(vectors.filter(({ valid }) => !valid))('$id is rejected', (vector) => {
    const { frames, rejected } = decode({ chunks: [bytesOf(vector)] });
    expect(frames).toEqual([]);
    expect(rejected.length).toBeGreaterThan(0);
    expect(rejected.every(({ reason }) => reason.length > 0)).toBe(true);
    visited++;
  });

  test('a valid vector cut into single bytes gives the same', () => {
    for (const vector of vectors.filter(({ valid }) => valid)) {
      const bytes = bytesOf(vector);
      const whole = decode({ chunks: [bytes] });
      expect(decode({ chunks: Array.from(bytes, (byte) => Uint8Array.of(byte)) })).toEqual(whole);
    }
  });

  test('every vector was visited', () => {
    expect(vectors).toHaveLength(wanted.vectors);
    expect(vectors.filter(({ valid }) => valid)).toHaveLength(wanted.valid);
    expect(visited).toBe(wanted.vectors);
  });

  test(`${fuzzInputs} mutated and random inputs: nothing thrown, nothing lost without a word`, () => {
    const random = new SeededRandom(20_261_123);
    const seeds = vectors.map(bytesOf);
    let silent = 0;
    for (let round = 0; round < fuzzInputs; round++) {
      const input = round % 4 === 0 ? noise(random) : mutated(pick(random, seeds), random);
      const { frames, rejected }: Decoded = decode({ chunks: [input] });
      if (input.length > 0 && frames.length === 0 && rejected.length === 0) silent++;
    }
    expect(silent).toBe(0);
  });
}

const noise = (random: SeededRandom): Uint8Array =>
  Uint8Array.from({ length: intBetween(random, 0, 80) }, () => intBetween(random, 0, 255));

function mutated(seed: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = seed.slice();
  for (let i = intBetween(random, 1, 4); i > 0; i--) bytes[intBetween(random, 0, bytes.length - 1)] = intBetween(random, 0, 255);
  return bytes.subarray(intBetween(random, 0, 2), bytes.length - intBetween(random, 0, 2));
}
