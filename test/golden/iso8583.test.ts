/** Every sample of POS messages, purse log and TAC goes through the decoders: sound ones give what stands beside them, broken ones give nothing. */
import { readFileSync } from 'node:fs';
import { type Decoder, decoders } from '@cardwatch/drivers';
import { fromHex, toHex } from '@cardwatch/kernel';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { baseCoding } from '../../packages/drivers/src/iso8583/elements.core.ts';
import { openEnvelope } from '../../packages/drivers/src/iso8583/frame.core.ts';
import { checkMac } from '../../packages/drivers/src/iso8583/mac.core.ts';
import { parseBody } from '../../packages/drivers/src/iso8583/message.core.ts';
import { tacDecoder } from '../../packages/drivers/src/pboc/tac.core.ts';
import { desCipher } from '../../packages/drivers/src/shell/des.ts';

const Vector = z.object({
  id: z.string(),
  protocol: z.string(),
  hex: z.string(),
  decoded: z.record(z.string(), z.unknown()),
  valid: z.boolean(),
  why: z.string(),
  reply: z.string().optional(),
});
const own = /^(iso8583|pboc)-/;
const read = (file: string): readonly z.infer<typeof Vector>[] =>
  z.array(Vector).parse(JSON.parse(readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8')));
const vectors = [...read('pos-meter.json').filter(({ protocol }) => own.test(protocol)), ...read('iso8583.json')];

const bytesOf = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
const testDtk = bytesOf('00112233445566778899AABBCCDDEEFF');

async function decoderOf(protocol: string): Promise<Decoder> {
  if (protocol === 'pboc-tac') return tacDecoder(testDtk, desCipher);
  const made = decoders.get(protocol);
  if (made === undefined) throw new Error(`no decoder ${protocol}`);
  return made();
}

const visited = new Set<string>();

describe('sound', () => {
  test.each(vectors.filter(({ valid }) => valid))('$id: $why', async ({ id, protocol, hex, decoded, reply }) => {
    visited.add(id);
    const { macOk, macKeyForTest, dtkForTest, ...wanted } = decoded;
    const found = (await decoderOf(protocol))({ chunks: [bytesOf(hex)] });
    expect(found.rejected).toEqual([]);
    if ('frames' in wanted)
      expect({ frames: found.frames.length, first: found.frames[0]?.['mti'], second: found.frames[1]?.['mti'] }).toEqual(wanted);
    else expect(found.frames).toMatchObject([wanted]);
    if (macOk === true) expect(macOf(hex, String(macKeyForTest))).toBe('ok');
    if (dtkForTest !== undefined) expect(String(dtkForTest)).toBe(toHex(testDtk).toUpperCase());
    if (reply !== undefined) expect(found.reply).toBe(reply);
  });

  test.each(vectors.filter(({ valid }) => valid))('$id in pieces of every size gives the same', async ({ protocol, hex }) => {
    const bytes = bytesOf(hex);
    const decoder = await decoderOf(protocol);
    const whole = decoder({ chunks: [bytes] });
    for (const size of [1, 2, 3, 7, 64]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.slice(size * index, size * (index + 1)),
      );
      expect(decoder({ chunks })).toEqual(whole);
    }
  });
});

describe('broken', () => {
  test.each(vectors.filter(({ valid }) => !valid))('$id: $why', async ({ id, protocol, hex }) => {
    visited.add(id);
    const found = (await decoderOf(protocol))({ chunks: [bytesOf(hex)] });
    expect(found.frames).toEqual([]);
    expect(found.rejected.length).toBeGreaterThan(0);
    expect(found.rejected[0]?.reason.length).toBeGreaterThan(3);
  });
});

test('a MAC of which one bit is another is wrong', () => {
  const given = vectors.filter(({ decoded }) => decoded['macOk'] === true);
  expect(given.length).toBe(2);
  for (const { hex, decoded } of given) {
    const damaged = bytesOf(hex);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    expect(macOf(toHex(damaged), String(decoded['macKeyForTest']))).toBe('bad');
    expect(macOf(hex, '3232323232323234')).toBe('bad');
  }
});

test('tracks, PIN blocks and chip data that hold a track are not shown', async () => {
  const found = (await decoderOf('iso8583-unionpay-body'))({ chunks: [bytesOf(secretBody)] });
  expect(found.frames.length).toBe(1);
  const text = JSON.stringify(found);
  for (const secret of ['6225000000000014D2612', 'A1B2C3D4E5F60718', '5713622500']) expect(text).not.toContain(secret);
});

/** DE 3, 11, 35, 52, 55. */
const secretBody =
  '02002020000020001200' +
  '000000' +
  '000001' +
  '22' +
  '6225000000000014D26122' +
  'A1B2C3D4E5F60718' +
  '0008' +
  '5713622500000000';

function macOf(hex: string, keyHex: string): string {
  const opened = openEnvelope(bytesOf(hex).subarray(2));
  const parsed = opened.ok ? parseBody(opened.value.body, baseCoding) : opened;
  return parsed.ok ? checkMac(parsed.value, bytesOf(keyHex), 'unionpayEcb', desCipher) : parsed.error.reason;
}

afterAll(() => {
  expect(vectors.length).toBe(26 + read('iso8583.json').length);
  expect([...visited].sort()).toEqual(vectors.map(({ id }) => id).sort());
});
