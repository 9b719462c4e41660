import { fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { FrameSpec, frameBytesMax } from './frame-model.ts';
import { type Frame, type FrameCodec, frameCodec } from './frame.core.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const codecOf = (spec: z.input<typeof FrameSpec>): FrameCodec => frameCodec(FrameSpec.parse(spec));
const frame: Frame = { address: 5, sequence: undefined, command: 0x31, body: bytes('07e8') };

/** Frames reckoned by hand: address 5, command 31, body 07E8. */
const makes: readonly (readonly [make: string, spec: z.input<typeof FrameSpec>, wire: string])[] = [
  [
    'length of all, sum, end byte',
    {
      start: '68',
      end: '16',
      head: [{ is: 'length', from: 0, to: 'end' }, { is: 'address' }, { is: 'command' }],
      check: { kind: 'sum8', from: 0 },
    },
    '68' + '08' + '05' + '31' + '07e8' + '95' + '16',
  ],
  [
    'length from itself to the checksum, in BCD',
    {
      start: 'FE FE',
      head: [{ is: 'address' }, { is: 'length', as: 'bcd', bytes: 2, from: 3, to: 'check' }, { is: 'command' }],
      check: { kind: 'xor8' },
    },
    'fefe' + '05' + '0006' + '31' + '07e8' + 'dd',
  ],
  [
    'length of the body alone, CRC with its low byte first',
    {
      start: '55',
      head: [{ is: 'address', as: 'u16', order: 'LE' }, { is: 'command' }, { is: 'length', from: 5, to: 'body' }],
      check: { kind: 'crc16Modbus', order: 'LE', from: 0 },
    },
    '55' + '0500' + '31' + '02' + '07e8' + 'b312',
  ],
  [
    'delimited, BCC behind the end and over it',
    {
      start: '02',
      end: '03',
      coding: { kind: 'delimited' },
      head: [{ is: 'address', as: 'decimal', bytes: 2 }, { is: 'command' }],
      check: { kind: 'xor8', place: 'afterEnd' },
    },
    '02' + '3035' + '31' + '07e8' + '03' + 'd8',
  ],
  [
    'delimited, sum in two hex digits before CR LF',
    {
      start: '40',
      end: '0D 0A',
      coding: { kind: 'delimited' },
      head: [{ is: 'address', as: 'decimal', bytes: 2 }, { is: 'command' }],
      check: { kind: 'sum8', as: 'hexDigits' },
    },
    '40' + '3035' + '31' + '07e8' + '3835' + '0d0a',
  ],
  [
    'hex text',
    {
      start: '3A',
      end: '0D 0A',
      coding: { kind: 'hexText' },
      head: [{ is: 'address' }, { is: 'command' }],
      check: { kind: 'lrc8' },
    },
    '3a' + '3035' + '3331' + '3037' + '4538' + '4442' + '0d0a',
  ],
  [
    'stuffing by doubling, DLE',
    {
      start: '02',
      end: '03',
      coding: {
        kind: 'stuffing',
        mark: 0x10,
        codes: [
          { byte: 0x10, code: 0x10 },
          { byte: 0x02, code: 0x12 },
          { byte: 0x03, code: 0x13 },
        ],
      },
      head: [{ is: 'address' }, { is: 'command' }],
      check: { kind: 'xor8' },
    },
    '02' + '05' + '31' + '07e8' + 'db' + '03',
  ],
];

describe.each(makes)('%s', (_, spec, wire) => {
  const codec = codecOf(spec);

  test('is built and found to the byte', () => {
    expect(toHex(codec.build(frame, 'request') ?? new Uint8Array())).toBe(wire);
    const found = codec.at(bytes(wire + 'ff00'), 'request');
    expect(found).toEqual({ kind: 'frame', length: wire.length / 2, frame });
  });

  test('is partial until its last byte, and not a frame with any bit of it changed', () => {
    const whole = bytes(wire);
    for (let length = 1; length < whole.length; length++)
      expect(codec.at(whole.subarray(0, length), 'request').kind).toBe('partial');
    let taken = 0;
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const changed = whole.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const found = codec.at(changed, 'request');
      if (found.kind === 'frame' && toHex(found.frame.body) !== toHex(frame.body)) taken++;
    }
    expect(taken).toBe(0);
  });

  test('bodies of all bytes that its coding can carry come back', () => {
    const carries = spec.coding?.kind === 'delimited' ? (byte: number) => byte > 0x20 : () => true;
    const body = Uint8Array.from({ length: 256 }, (_value, byte) => byte)
      .filter(carries)
      .subarray(0, 200);
    const limited = codecOf({
      ...spec,
      bytesMax: frameBytesMax,
      head: spec.head.map((item) => (item.is === 'length' ? { ...item, as: 'u16' as const, bytes: undefined } : item)),
    });
    const sent = limited.build({ ...frame, body }, 'request');
    expect(sent).toBeDefined();
    const found = limited.at(sent ?? new Uint8Array(), 'request');
    // A length item of two bytes moves what stands behind it; where it counts from is told by the profile and stays.
    expect(found.kind === 'frame' && toHex(found.frame.body)).toBe(toHex(body));
  });

  test('an address that does not fit its field is not sent', () => {
    expect(codec.build({ ...frame, address: 70_000 }, 'request')).toBeUndefined();
  });
});

test('the longest frame, and one byte more', () => {
  const codec = codecOf({
    start: '68',
    head: [{ is: 'command' }, { is: 'length', as: 'u16', from: 4, to: 'body' }],
    check: { kind: 'sum8' },
    bytesMax: 100,
  });
  const of = (size: number): Uint8Array =>
    codec.build({ ...frame, address: undefined, body: new Uint8Array(size) }, 'reply') ?? new Uint8Array();
  expect(codec.at(of(95), 'reply').kind).toBe('frame');
  expect(codec.at(of(96), 'reply').kind).toBe('none');
});
