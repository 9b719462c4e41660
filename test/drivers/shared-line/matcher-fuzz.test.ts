/** What comes in while a meter's reply is awaited, at random: nothing is thrown, nothing is used twice, and no frame but the right one is a reply. */
import { SeededRandom, chance, intBetween, pick } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import * as water from '../../../packages/drivers/src/cjt188/exchange.core.ts';
import { writeFrame as writeWater } from '../../../packages/drivers/src/cjt188/frame.core.ts';
import * as power from '../../../packages/drivers/src/dlt645/exchange.core.ts';
import { controls, wireAddress, writeFrame as writePower } from '../../../packages/drivers/src/dlt645/frame.core.ts';
import type { FrameMatcher } from '../../../packages/drivers/src/line/transaction.ts';

const inputs = 20_000;
const address = Uint8Array.of(0x44, 0x33, 0x22, 0x11, 0, 0x33, 0x78);
const dialect = { preamble: 0, diOrder: 'lowFirst', serial: true } as const;
const waterRequest = { type: 0x10, address, control: 1, di: 0x901f, ser: 7, payload: new Uint8Array() };
const waterFrame = (over: object): Uint8Array =>
  writeWater({ type: 0x10, address, control: 0x81, data: Uint8Array.of(0x1f, 0x90, 7, 1, 2, 3), ...over }, 2);
const powerAddress = wireAddress('000000000161');
const powerRequest = { address: powerAddress, control: controls.read, di: 0x00_01_00_00, sequence: undefined };
const powerFrame = (over: object): Uint8Array =>
  writePower({ address: powerAddress, control: 0x91, data: Uint8Array.of(0, 0, 1, 0, 1, 2, 3, 4), ...over }, 2);

interface Row {
  readonly matcher: FrameMatcher<unknown>;
  readonly right: Uint8Array;
  /** Sound frames that answer somebody else, or an earlier question. */
  readonly wrong: readonly Uint8Array[];
}

const rows: Readonly<Record<string, Row>> = {
  cjt188: {
    matcher: water.replyMatcher(waterRequest, dialect),
    right: waterFrame({}),
    wrong: [
      waterFrame({ address: address.with(0, 0x45) }),
      waterFrame({ type: 0x11 }),
      waterFrame({ data: Uint8Array.of(0x1f, 0x90, 6, 1, 2, 3) }),
      waterFrame({ control: 0x84 }),
      water.encodeRequest(waterRequest, dialect),
    ],
  },
  dlt645: {
    matcher: power.replyMatcher(powerRequest),
    right: powerFrame({}),
    wrong: [
      powerFrame({ address: wireAddress('000000000162') }),
      powerFrame({ data: Uint8Array.of(0, 1, 1, 2, 1, 2) }),
      powerFrame({ control: 0x92 }),
      power.encodeRequest(powerRequest, 4),
    ],
  },
};

const noise = (random: SeededRandom): Uint8Array =>
  Uint8Array.from({ length: intBetween(random, 0, 12) }, () => (chance(random, 0.2) ? 0x68 : intBetween(random, 0, 255)));

describe.each(Object.entries(rows))('%s', (_, { matcher, right, wrong }) => {
  test(`${inputs} streams`, () => {
    const random = new SeededRandom(188_645);
    let replies = 0;
    for (let round = 0; round < inputs; round++) {
      const withReply = chance(random, 0.5);
      const before = Array.from({ length: intBetween(random, 0, 3) }, () => [...noise(random), ...pick(random, wrong)]).flat();
      const stream = Uint8Array.from([...before, ...noise(random), ...(withReply ? right : []), ...noise(random)]);
      const match = matcher(stream, { last: true, echoing: chance(random, 0.5) });
      expect(match.used).toBeLessThanOrEqual(stream.length);
      if (match.kind === 'reply') replies++;
      if (match.kind === 'reply' && !withReply) throw new Error(`round ${round}: ${Buffer.from(stream).toString('hex')}`);
    }
    // Noise may begin what looks like a longer frame; with the time up it is given up and the reply behind it is found.
    expect(replies).toBeGreaterThan(inputs * 0.45);
  });
});
