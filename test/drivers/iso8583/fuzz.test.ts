/** Changed and random bytes: no decoder throws or dawdles, and nothing that was changed on its way becomes money. */
import { type Decoded, decoders } from '@cardwatch/drivers';
import { SeededRandom, chance, epochMs, fromHex, intBetween, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Desk } from '../../../packages/drivers/src/iso8583/desk.ts';
import { baseCoding } from '../../../packages/drivers/src/iso8583/elements.core.ts';
import { openEnvelope } from '../../../packages/drivers/src/iso8583/frame.core.ts';
import { serve } from '../../../packages/drivers/src/iso8583/front-end.ts';
import { macOf } from '../../../packages/drivers/src/iso8583/mac.core.ts';
import { encodeBody, parseBody } from '../../../packages/drivers/src/iso8583/message.core.ts';
import type { Iso8583Profile } from '../../../packages/drivers/src/iso8583/model.ts';
import { desCipher } from '../../../packages/drivers/src/shell/des.ts';
import { tacDecoder } from '../../../packages/drivers/src/pboc/tac.core.ts';
import { fuzzDecoder, slowMs } from '../../fuzz/fuzz.ts';
import { realClock } from '../real-clock.ts';
import { Ledger, profileOf } from './bench.ts';

describe('decoders', () => {
  const names = [...decoders.keys()].filter((name) => /^(iso8583|pboc)-/.test(name));
  test('are four', () => expect(names.length).toBe(4));

  test.each(names)('%s: 20,000 inputs', async (name) => {
    const report = await fuzzDecoder(name, 20_000);
    expect(report).toMatchObject({ inputs: 20_000, crashes: [], invented: 0 });
    expect(report.seeds).toBeGreaterThan(1);
    expect(report.slowestMs).toBeLessThan(slowMs);
  });

  test('a TAC is believed for no record but its own: 20,000 changes', () => {
    const sound = fromHex('000004E206010000000017000013A52026112312150345CABABC') ?? new Uint8Array();
    const decode = tacDecoder(fromHex('00112233445566778899AABBCCDDEEFF') ?? new Uint8Array(), desCipher);
    const random = new SeededRandom(20);
    const found: Decoded[] = [];
    for (let round = 0; round < 20_000; round++) {
      const bytes = sound.slice();
      const at = intBetween(random, 0, bytes.length - 1);
      bytes[at] = (bytes[at] ?? 0) ^ intBetween(random, 1, 255);
      found.push(decode({ chunks: [bytes] }));
    }
    expect(found.filter(({ frames }) => frames.length > 0).length).toBe(0);
  });

  test('eight megabytes of keep-alives end at the limit', async () => {
    const decode = await decoders.get('iso8583-unionpay-tcp')?.();
    const beganMs = realClock.mono();
    const found = decode?.({ chunks: [new Uint8Array(8 * 1_024 * 1_024)] });
    expect(found?.rejected.length).toBe(1_000);
    expect(realClock.mono() - beganMs).toBeLessThan(1_000);
  });
});

test('front end: of 20,000 changed sales none is taken, and each change is survived', async () => {
  const profile = (await profileOf('iso8583/unionpay/terminal')) as Iso8583Profile;
  const key = fromHex('31323334353637383837363534333231') ?? new Uint8Array();
  const mac = { key, algorithm: 'unionpayEcb', cipher: desCipher } as const;
  const random = new SeededRandom(8583);
  const desk = new Desk({
    profile,
    terminal: 'CT000017',
    merchant: undefined,
    coding: baseCoding,
    mac,
    clock: realClock,
    random,
    now: () => epochMs(1_795_406_400_000),
    log: silentLogger,
    trace: () => {},
  });
  const ledger = new Ledger(profile);
  desk.start(ledger, () => undefined);
  const sale = new Map([
    [2, '6225000000000014'],
    [3, '000000'],
    [4, '000000001250'],
    [11, '000318'],
    [12, '115900'],
    [13, '1123'],
    [25, '00'],
    [41, 'CT000017'],
    [42, '104310082200001'],
    [60, '22000045000'],
    [64, '0'.repeat(16)],
  ]);
  const draft = encodeBody('0200', sale, baseCoding);
  const value = fromHex(macOf(draft.subarray(0, -8), key, 'unionpayEcb', desCipher)) ?? new Uint8Array();
  const head = fromHex('6000030000602200000000') ?? new Uint8Array();
  const sound = Uint8Array.of(...head, ...draft.subarray(0, -8), ...value);
  let served = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = sound.slice();
    // A MAC of XOR folding does not see two equal changes eight bytes apart: one change at a time.
    const at = intBetween(random, head.length, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ intBetween(random, 1, 255);
    const given = chance(random, 0.1) ? bytes.subarray(0, intBetween(random, 0, bytes.length)) : bytes;
    const envelope = openEnvelope(given);
    const message = envelope.ok ? parseBody(envelope.value.body, baseCoding) : envelope;
    if (!envelope.ok || !message.ok) continue;
    served++;
    await serve(desk, { envelope: envelope.value, message: message.value });
  }
  expect(served).toBeGreaterThan(1_000);
  expect(ledger.entries.size).toBe(0);
  expect(ledger.undecoded).toEqual([]);
});
