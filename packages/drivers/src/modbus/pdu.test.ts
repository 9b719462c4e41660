import { fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type ModbusRequest, encodeRequest, parseReply } from './pdu.core.ts';
import { libraryCall } from './library-call.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

/** Examples of MODBUS Application Protocol V1.1b3, the clause beside each. */
const examples: readonly (readonly [string, ModbusRequest, string, string, string])[] = [
  ['6.3', { fc: 3, address: 0x6b, quantity: 3 }, '03006b0003', '0306022b00000064', '022b00000064'],
  ['6.4', { fc: 4, address: 8, quantity: 1 }, '0400080001', '0402000a', '000a'],
  ['6.6', { fc: 6, address: 1, value: 3 }, '0600010003', '0600010003', ''],
  ['6.12', { fc: 16, address: 1, values: [0x0a, 0x102] }, '100001000204000a0102', '1000010002', ''],
  [
    '6.14',
    {
      fc: 20,
      groups: [
        { file: 4, record: 1, registers: 2 },
        { file: 3, record: 9, registers: 2 },
      ],
    },
    '140e0600040001000206000300090002',
    '140c05060dfe0020050633cd0040',
    '0dfe002033cd0040',
  ],
  ['6.18', { fc: 24, address: 0x4de }, '1804de', '180006000201b81284', '01b81284'],
];

const dataOf = (request: ModbusRequest, reply: string): string => {
  const parsed = parseReply(request, bytes(reply));
  if (!parsed.ok) return parsed.error.kind;
  if ('bytes' in parsed.value) return toHex(parsed.value.bytes);
  return 'groups' in parsed.value ? parsed.value.groups.map(toHex).join('') : '';
};

describe('PDU', () => {
  test.each(examples)('clause %s: request and reply', (_, request, sent, reply, data) => {
    expect(toHex(encodeRequest(request))).toBe(sent);
    expect(dataOf(request, reply)).toBe(data);
  });

  test.each(examples)('clause %s: an exception refuses with its code, any cut is malformed', (_, request, sent, reply) => {
    const fc = Number.parseInt(sent.slice(0, 2), 16);
    expect(parseReply(request, Uint8Array.of(fc | 0x80, 2))).toMatchObject({
      ok: false,
      error: { kind: 'refused', deviceCode: 2 },
    });
    for (let length = 0; length < reply.length / 2; length++)
      expect(parseReply(request, bytes(reply).subarray(0, length))).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  test('refuses to ask for more than the standard knows', () => {
    expect(() => encodeRequest({ fc: 3, address: 0, quantity: 126 })).toThrow();
    expect(encodeRequest({ fc: 3, address: 0, quantity: 125 }).length).toBe(5);
    expect(() => encodeRequest({ fc: 16, address: 0, values: Array.from({ length: 124 }, () => 0) })).toThrow();
    expect(() => encodeRequest({ fc: 20, groups: [{ file: 1, record: 0, registers: 122 }] })).toThrow();
    expect(encodeRequest({ fc: 20, groups: [{ file: 1, record: 0, registers: 121 }] }).length).toBe(9);
  });

  test('a FIFO of more than 31 registers is malformed', () => {
    const reply = Uint8Array.of(24, 0, 66, 0, 32, ...Array.from({ length: 64 }, () => 0));
    expect(parseReply({ fc: 24, address: 0 }, reply)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });
});

describe('modbus-serial and our codec', () => {
  const shared = examples.flatMap((example) => {
    const [, request] = example;
    return request.fc === 20 || request.fc === 24 ? [] : [[...example, request] as const];
  });

  test.each(shared)('clause %s: build the same request and read the same reply', (_, ours, sent, reply, _data, request) => {
    const call = libraryCall(17, request);
    expect(toHex(call.pdu)).toBe(sent);
    expect(call.judge(bytes(reply))).toEqual(parseReply(ours, bytes(reply)));
    const refused = libraryCall(17, request).judge(Uint8Array.of(request.fc | 0x80, 11));
    expect(refused).toMatchObject({ ok: false, error: { kind: 'refused', deviceCode: 11 } });
    expect(libraryCall(17, request).judge(bytes(reply).subarray(0, 3)).ok).toBe(false);
  });
});
