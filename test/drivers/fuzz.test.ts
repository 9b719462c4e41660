/** Random and mutated bytes through the parsers: nothing throws, and nothing is accepted whose checksum, unit or function is another. */
import { type Random, SeededRandom, chance, intBetween, pick, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { mbapFrame, mbapMatcher } from '../../packages/drivers/src/modbus/mbap.core.ts';
import { type ModbusRequest, parseReply } from '../../packages/drivers/src/modbus/pdu.core.ts';
import { replyBytesMax, rtuMatcher } from '../../packages/drivers/src/modbus/rtu.core.ts';

const rounds = 100_000;

/** Bit by bit, not by the table under test. */
function crc(bytes: Uint8Array): number {
  let value = 0xffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >> 1) ^ 0xa001 : value >> 1;
  }
  return value;
}

function withCrc(body: Uint8Array): Uint8Array {
  const value = crc(body);
  return Uint8Array.of(...body, value & 0xff, value >> 8);
}

const randomBytes = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => intBetween(random, 0, 255));

function randomRequest(random: Random): ModbusRequest {
  const address = intBetween(random, 0, 0xffff);
  switch (intBetween(random, 0, 5)) {
    case 0:
      return { fc: 3, address, quantity: intBetween(random, 1, 8) };
    case 1:
      return { fc: 4, address, quantity: intBetween(random, 1, 125) };
    case 2:
      return { fc: 6, address, value: intBetween(random, 0, 0xffff) };
    case 3:
      return { fc: 16, address, values: [1, 2] };
    case 4:
      return { fc: 20, groups: [{ file: 1, record: 0, registers: intBetween(random, 1, 20) }] };
    default:
      return { fc: 24, address };
  }
}

/** A sound reply of the right shape, sometimes an exception. */
function replyPdu(random: Random, request: ModbusRequest): Uint8Array {
  if (chance(random, 0.1)) return Uint8Array.of(request.fc | 0x80, intBetween(random, 1, 11));
  switch (request.fc) {
    case 3:
    case 4:
      return Uint8Array.of(request.fc, 2 * request.quantity, ...randomBytes(random, 2 * request.quantity));
    case 6:
      return Uint8Array.of(6, request.address >> 8, request.address & 0xff, request.value >> 8, request.value & 0xff);
    case 16:
      return Uint8Array.of(16, request.address >> 8, request.address & 0xff, 0, request.values.length);
    case 20: {
      const bytes = 2 * (request.groups[0]?.registers ?? 0);
      return Uint8Array.of(20, bytes + 2, bytes + 1, 6, ...randomBytes(random, bytes));
    }
    case 24: {
      const count = intBetween(random, 0, 33);
      return Uint8Array.of(24, 0, 2 + 2 * count, 0, count, ...randomBytes(random, 2 * count));
    }
  }
}

function mutate(random: Random, bytes: Uint8Array): Uint8Array {
  const at = intBetween(random, 0, Math.max(0, bytes.length - 1));
  switch (intBetween(random, 0, 6)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << intBetween(random, 0, 7)) : byte));
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Uint8Array.of(...randomBytes(random, intBetween(random, 1, 12)), ...bytes);
    case 3:
      return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1));
    case 4:
      return Uint8Array.of(...bytes, ...bytes);
    case 5:
      return randomBytes(random, intBetween(random, 0, 300));
    default:
      return bytes;
  }
}

describe('parsers under random bytes', () => {
  test(`${rounds} RTU streams`, () => {
    const random = new SeededRandom(20_261_123);
    const met = { reply: 0, wait: 0, broken: 0 };
    let wrong = 0;
    for (let round = 0; round < rounds; round++) {
      const request = randomRequest(random);
      const unit = intBetween(random, 1, 247);
      const from = pick(random, [unit, unit, unit, intBetween(random, 1, 247)]);
      const stream = mutate(random, withCrc(Uint8Array.of(from, ...replyPdu(random, request))));
      const match = rtuMatcher(unit, request)(stream, { last: chance(random, 0.5), echoing: chance(random, 0.1) });
      met[match.kind]++;
      if (match.used > stream.length) wrong++;
      if (match.kind !== 'reply') continue;
      const frame = stream.subarray(match.used - match.value.length - 3, match.used);
      const sound = toHex(withCrc(frame.subarray(0, -2))) === toHex(frame);
      const ours = frame[0] === unit && ((frame[1] ?? 0) & 0x7f) === request.fc && frame.length <= replyBytesMax(request);
      if (!sound || !ours) wrong++;
      parseReply(request, match.value);
    }
    expect(wrong).toBe(0);
    expect(met.reply).toBeGreaterThan(rounds / 5);
    expect(met.reply + met.wait).toBe(rounds);
  });

  test(`${rounds} MBAP streams and PDUs`, () => {
    const random = new SeededRandom(20_261_124);
    const met = { reply: 0, wait: 0, broken: 0 };
    const parsed = { ok: 0, refused: 0, malformed: 0, other: 0 };
    let wrong = 0;
    for (let round = 0; round < rounds; round++) {
      const request = randomRequest(random);
      const wanted = { transaction: intBetween(random, 0, 0xffff), unit: intBetween(random, 1, 247) };
      const stale = chance(random, 0.2) ? { ...wanted, transaction: (wanted.transaction + 0xffff) & 0xffff } : wanted;
      const pdu = chance(random, 0.3) ? mutate(random, replyPdu(random, request)).slice(0, 253) : replyPdu(random, request);
      const stream = mutate(random, mbapFrame(stale, pdu));
      const match = mbapMatcher(wanted)(stream, { last: false, echoing: false });
      met[match.kind]++;
      if (match.used > stream.length) wrong++;
      if (match.kind !== 'reply') continue;
      const head = match.used - match.value.length - 7;
      const [high, low, , , , , unit] = stream.subarray(head);
      if ((high ?? 0) * 256 + (low ?? 0) !== wanted.transaction || unit !== wanted.unit) wrong++;
      const reply = parseReply(request, match.value);
      if (reply.ok) {
        parsed.ok++;
        if (match.value[0] !== request.fc || reply.value.fc !== request.fc) wrong++;
      } else if (reply.error.kind === 'refused' || reply.error.kind === 'malformed') parsed[reply.error.kind]++;
      else parsed.other++;
    }
    expect(wrong).toBe(0);
    expect(parsed.other).toBe(0);
    for (const count of [met.reply, met.wait, met.broken, parsed.ok, parsed.refused, parsed.malformed])
      expect(count).toBeGreaterThan(500);
  });
});
