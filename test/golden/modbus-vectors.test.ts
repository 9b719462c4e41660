/** Sample Modbus frames, sound and broken, from public threads and the standard: each goes through the codec, none is left out. */
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@cardwatch/kernel';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readMbap } from '../../packages/drivers/src/modbus/mbap.core.ts';
import { type ModbusRequest, encodeRequest, parseReply } from '../../packages/drivers/src/modbus/pdu.core.ts';
import { rtuFrame, rtuMatcher, rtuSound } from '../../packages/drivers/src/modbus/rtu.core.ts';

const Vector = z.object({
  id: z.string(),
  protocol: z.string(),
  hex: z.string(),
  decoded: z.record(z.string(), z.unknown()),
  why: z.string(),
});
const vectors = z.array(Vector).parse(JSON.parse(readFileSync(new URL('vectors/modbus.json', import.meta.url), 'utf8')));
const byId = new Map(vectors.map((vector) => [vector.id, vector]));
const visited = new Set<string>();

function bytes(id: string): Uint8Array {
  visited.add(id);
  return fromHex(byId.get(id)?.hex ?? 'no such vector') ?? new Uint8Array();
}

const now = { last: true, echoing: false };
const pduOf = (frame: Uint8Array): Uint8Array => frame.slice(1, -2);

describe('requests are built to the byte', () => {
  const rows: readonly (readonly [string, number, ModbusRequest])[] = [
    ['modbus-fc04-req-01', 30, { fc: 4, address: 221, quantity: 1 }],
    ['modbus-fc03-req-02', 1, { fc: 3, address: 1, quantity: 1 }],
    [
      'modbus-fc14-req',
      1,
      {
        fc: 20,
        groups: [
          { file: 4, record: 1, registers: 2 },
          { file: 3, record: 9, registers: 2 },
        ],
      },
    ],
    ['modbus-fc18-req', 1, { fc: 24, address: 1246 }],
  ];
  test.each(rows)('%s', (id, unit, request) => {
    expect(toHex(rtuFrame(unit, encodeRequest(request)))).toBe(toHex(bytes(id)));
  });
});

describe('replies', () => {
  test.each([
    ['modbus-fc18-resp', '01b81284'],
    ['modbus-fc18-resp-empty', ''],
  ])('%s', (id, registers) => {
    const match = rtuMatcher(1, { fc: 24, address: 1246 })(bytes(id), now);
    const parsed = match.kind === 'reply' ? parseReply({ fc: 24, address: 1246 }, match.value) : undefined;
    expect(parsed?.ok === true && 'bytes' in parsed.value && toHex(parsed.value.bytes)).toBe(registers);
  });

  test('modbus-tcp-exc-0b', () => {
    const read = readMbap(bytes('modbus-tcp-exc-0b'));
    expect(read).toMatchObject({ kind: 'frame', address: { transaction: 2, unit: 17 } });
    const reply = read.kind === 'frame' ? parseReply({ fc: 3, address: 0, quantity: 1 }, read.pdu) : undefined;
    expect(reply).toMatchObject({ ok: false, error: { kind: 'refused', deviceCode: 11 } });
  });
});

describe('what must not be taken for a reply', () => {
  test('modbus-bad-crc-typo', () => {
    const frame = bytes('modbus-bad-crc-typo');
    expect(rtuSound(frame)).toBe(false);
    frame[7] = 0xdc;
    expect(rtuSound(frame)).toBe(true);
  });

  test('modbus-bad-bytecount', () => {
    const frame = bytes('modbus-bad-bytecount');
    expect(rtuSound(frame)).toBe(true);
    expect(rtuMatcher(1, { fc: 3, address: 0, quantity: 3 })(frame, now).kind).toBe('wait');
    expect(parseReply({ fc: 3, address: 0, quantity: 3 }, pduOf(frame))).toMatchObject({
      ok: false,
      error: { kind: 'malformed' },
    });
  });

  test('modbus-bad-fifo-32', () => {
    const frame = bytes('modbus-bad-fifo-32');
    expect(rtuSound(frame)).toBe(true);
    expect(rtuMatcher(1, { fc: 24, address: 0 })(frame, now).kind).toBe('wait');
    expect(parseReply({ fc: 24, address: 0 }, pduOf(frame))).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  test('modbus-echo-request', () => {
    const match = rtuMatcher(1, { fc: 3, address: 94, quantity: 2 })(bytes('modbus-echo-request'), now);
    expect(match).toMatchObject({ kind: 'wait', used: 8, seen: { echoes: 1 } });
  });

  test('modbus-stream-late-reply: two replies alike, the frames are cut right; that only the second counts is the line test of this name', () => {
    const stream = bytes('modbus-stream-late-reply');
    const matcher = rtuMatcher(1, { fc: 3, address: 7, quantity: 1 });
    const first = matcher(stream, now);
    const second = matcher(stream.subarray(first.used), now);
    expect([first, second].map((match) => match.kind === 'reply' && match.value.at(-1))).toEqual([0x11, 0x22]);
  });

  test('modbus-tcp-bad-is-rtu', () => {
    expect(readMbap(bytes('modbus-tcp-bad-is-rtu'))).toMatchObject({ kind: 'notMbap' });
  });
});

afterAll(() => {
  expect(vectors.length).toBe(13);
  expect([...visited].sort()).toEqual([...byId.keys()].sort());
});
