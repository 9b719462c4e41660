/** Sample payloads of ZKTeco push terminals, sound and broken: each goes through the decoder, none is left out. */
import { readFileSync } from 'node:fs';
import { type CommonProfile, type Decoded, type Decoder, decoders, loadProfile } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, intBetween, pick } from '@cardwatch/kernel';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { attendanceOptions } from '../../packages/drivers/src/zkpush/answer.core.ts';
import { ZkProfile } from '../../packages/drivers/src/zkpush/model.ts';

const folder = new URL('vectors/gate/', import.meta.url);
const Vector = z.object({
  id: z.string(),
  protocol: z.string(),
  file: z.string(),
  malformed: z.boolean(),
  expected: z.record(z.string(), z.unknown()),
});
const index = z.object({ vectors: z.array(Vector) }).parse(JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')));
const vectors = index.vectors.filter(({ protocol }) => protocol === 'zk-push');
const bytesOf = (file: string): Uint8Array => Uint8Array.from(readFileSync(new URL(file, folder)));
const visited = new Set<string>();

let decode: Decoder = () => ({ frames: [], observations: [], rejected: [] });
let access: CommonProfile | undefined;

beforeAll(async () => {
  decode = (await decoders.get('zk-push')?.()) ?? decode;
  const loaded = await loadProfile(profileRoot, 'zkpush/cardwatch/access-gate');
  access = loaded.ok ? loaded.value : undefined;
});

function played(
  id: string,
  ...before: readonly string[]
): { readonly expected: Record<string, unknown>; readonly decoded: Decoded } {
  const vector = vectors.find((each) => each.id === id);
  if (vector === undefined) throw new Error(`no vector ${id}`);
  visited.add(id);
  const chunks = [...before, vector.file].map(bytesOf);
  return { expected: vector.expected, decoded: decode({ chunks, ...(access === undefined ? {} : { profile: access }) }) };
}

test.each(['zk-003', 'zk-010'])('%s: records and acknowledgement', (id) => {
  const { expected: said, decoded } = played(id);
  const { trap: _, ...expected } = said;
  expect(decoded.frames).toMatchObject([expected]);
  expect([decoded.observations.length, decoded.rejected, decoded.reply]).toEqual([3, [], expected['ack']]);
});

test('requests one behind the other are read one by one, however they are cut', () => {
  const bytes = readFileSync(new URL('../fuzz/corpus/zk-push/a-request-behind-a-request.bin', import.meta.url));
  const whole = decode({ chunks: [bytes] });
  expect(whole.frames.map(({ path }) => path)).toEqual(['ping', 'cdata', 'cdata']);
  expect([whole.observations.length, whole.rejected]).toEqual([2, []]);
  for (let cut = 1; cut < bytes.length; cut++)
    expect([cut, decode({ chunks: [bytes.subarray(0, cut), bytes.subarray(cut)] })]).toEqual([cut, whole]);
});

test('zk-006: a batch that comes again', () => {
  const { expected, decoded } = played('zk-006', 'zk-attlog.txt');
  const { newRecords, duplicates, ack } = expected as { newRecords: number; duplicates: number; ack: string };
  expect(decoded.frames.slice(1)).toMatchObject([{ newRecords, duplicates, ack }]);
  expect(decoded.observations).toHaveLength(3 + newRecords);
  expect(decoded.reply).toBe(ack);
});

test('zk-002: our own answer, to the byte', () => {
  const { expected, decoded } = played('zk-002');
  expect(decoded.frames).toMatchObject([{ sn: 'CKJG260100001', lines: expected['lines'] }]);
  const text = attendanceOptions({
    serial: 'CKJG260100001',
    stamp: '1763866800',
    profile: {
      timeZoneHours: 8,
      options: {
        delayS: 10,
        errorDelayS: 30,
        transTimes: '00:00;14:05',
        transIntervalMin: 1,
        serverVersion: '2.4.1',
        pushVersion: '2.4.1',
      },
    },
  });
  expect(text).toBe(readFileSync(new URL('zk-handshake-response.txt', folder), 'latin1'));
  expect(text).not.toMatch(/AttPhoto|BioPhoto|FACE/);
});

test('zk-014: registration', () => {
  const { expected, decoded } = played('zk-014');
  const { sn, machineType, lockCount, reply } = expected;
  expect(decoded.frames).toMatchObject([{ sn, machineType, lockCount }]);
  expect(decoded.reply).toBe(reply);
});

test('zk-015: options with commas in their values', () => {
  const { expected, decoded } = played('zk-015');
  expect(decoded.frames).toEqual([{ options: expected['options'] }]);
});

test('zk-017: several results in one body', () => {
  const { expected, decoded } = played('zk-017');
  expect(decoded.frames).toEqual([{ results: expected['results'] }]);
});

test('zk-019: a serial number that is a path makes no device', () => {
  const { decoded } = played('zk-019');
  expect(decoded.frames).toEqual([]);
  expect(decoded.rejected).toHaveLength(1);
});

test('every vector was visited', () => {
  expect([vectors.length, vectors.filter(({ malformed }) => malformed).length]).toEqual([8, 1]);
  expect([...visited].sort()).toEqual(vectors.map(({ id }) => id).sort());
});

describe('fuzz', () => {
  test('20,000 mutated and random inputs: nothing thrown, nothing without a word, no unknown code granted', () => {
    const random = new SeededRandom(20_261_123);
    const seeds = vectors.map(({ file }) => bytesOf(file));
    const granted = new Set(
      Object.entries(ZkProfile.parse(access).codes.events).flatMap(([code, meaning]) =>
        meaning.as === 'pass' && meaning.result === 'granted' ? [Number(code)] : [],
      ),
    );
    const wrong: unknown[] = [];
    for (let round = 0; round < 20_000; round++) {
      const input = round % 4 === 0 ? noise(random) : mutated(pick(random, seeds), random);
      const { frames, rejected } = decode({ chunks: [input], ...(access === undefined ? {} : { profile: access }) });
      if (frames.length === 0 && rejected.length === 0) wrong.push(input);
      for (const record of frames.flatMap(({ records }) =>
        Array.isArray(records) ? (records as Record<string, unknown>[]) : [],
      ))
        if (record['result'] === 'granted' && !granted.has(record['event'] as number)) wrong.push(record);
      if (round % 4 === 0 && frames.length > 0) wrong.push(input);
    }
    expect(wrong).toEqual([]);
  });
});

const noise = (random: SeededRandom): Uint8Array =>
  Uint8Array.from({ length: intBetween(random, 0, 80) }, () => intBetween(random, 0, 255));

function mutated(seed: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = seed.slice();
  for (let i = intBetween(random, 1, 4); i > 0; i--) bytes[intBetween(random, 0, bytes.length - 1)] = intBetween(random, 0, 255);
  return bytes.subarray(intBetween(random, 0, 2), bytes.length - intBetween(random, 0, 2));
}
