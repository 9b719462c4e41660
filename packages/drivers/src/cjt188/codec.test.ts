import { bcdBytes, fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Cjt188Connection, wireAddress } from './connection.ts';
import { clockOf, identifierOf, litresOf, statusOf } from './data.core.ts';
import { type Dialect, encodeRequest, payloadOf, replyMatcher } from './exchange.core.ts';
import { cjt188Limits, readFrame, writeFrame } from './frame.core.ts';
import { Cjt188Profile } from './model.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const plain: Dialect = { preamble: 0, diOrder: 'lowFirst', serial: true };
const request = { type: 0x10, address: bytes('44332211003378'), control: 1, di: 0x901f, ser: 7, payload: new Uint8Array() };

describe('frames', () => {
  test('at the limit of L and one beyond', () => {
    const frame = { type: 0x10, address: request.address, control: 0x81, data: new Uint8Array(cjt188Limits.dataBytesMax) };
    expect(readFrame(writeFrame(frame, 0)).kind).toBe('frame');
    expect(readFrame(writeFrame({ ...frame, data: new Uint8Array(cjt188Limits.dataBytesMax + 1) }, 0)).kind).toBe('no');
  });

  test.each([
    [plain, '68104433221100337801031f90078716'],
    [{ ...plain, diOrder: 'highFirst' as const }, '6810443322110033780103901f078716'],
    [{ ...plain, serial: false, preamble: 2 }, 'fefe68104433221100337801021f907f16'],
  ])('request of dialect %j', (dialect, hex) => {
    expect(toHex(encodeRequest(request, dialect))).toBe(hex);
  });
});

describe('which reply answers', () => {
  const now = { last: true, echoing: false };
  const reply = (over: object = {}): Uint8Array =>
    writeFrame({ type: 0x10, address: request.address, control: 0x81, data: Uint8Array.of(0x1f, 0x90, 7, 1, 2), ...over }, 2);
  const rows: readonly (readonly [string, Uint8Array, string])[] = [
    ['the one', reply(), 'reply'],
    ['the other byte order of DI', reply({ data: Uint8Array.of(0x90, 0x1f, 7, 1) }), 'reply'],
    ['an earlier SER', reply({ data: Uint8Array.of(0x1f, 0x90, 6, 1) }), 'lateFrames'],
    ['another identifier', reply({ data: Uint8Array.of(0x20, 0xd1, 7, 1) }), 'lateFrames'],
    ['another function', reply({ control: 0x84 }), 'lateFrames'],
    ['another meter', reply({ address: bytes('45332211003378') }), 'wrongSlave'],
    ['another type', reply({ type: 0x11 }), 'wrongSlave'],
    ['our own request', encodeRequest(request, plain), 'echoes'],
    ['abnormal, L = 03', reply({ control: 0xc1, data: Uint8Array.of(7, 1, 0) }), 'reply'],
    ['abnormal, L = 03, an earlier SER', reply({ control: 0xc1, data: Uint8Array.of(6, 1, 0) }), 'lateFrames'],
    ['abnormal, L = 04', reply({ control: 0xc1, data: Uint8Array.of(0x90, 0x1f, 7, 2) }), 'reply'],
  ];
  test.each(rows)('%s', (_, frame, expected) => {
    const match = replyMatcher(request, plain)(frame, now);
    const seen = Object.entries(match.seen).filter(([name, count]) => name !== 'noiseBytes' && count > 0);
    expect(match.kind === 'reply' ? 'reply' : seen.map(([name]) => name).join()).toBe(expected);
    expect(match.used).toBe(frame.length);
  });

  test('a reply in single bytes is waited for, and preamble is no noise', () => {
    const frame = reply();
    const matcher = replyMatcher(request, plain);
    for (let length = 1; length < frame.length; length++)
      expect(matcher(frame.subarray(0, length), { last: false, echoing: false }).kind).toBe('wait');
    expect(matcher(frame, { last: false, echoing: false })).toMatchObject({ kind: 'reply', seen: { noiseBytes: 0 } });
  });

  test.each([
    [Uint8Array.of(7, 0x04, 0x01), 0x0104],
    [Uint8Array.of(0x90, 0x1f, 7, 2), 2],
  ])('what an abnormal reply says', (data, deviceCode) => {
    const payload = payloadOf({ type: 0x10, address: request.address, control: 0xc1, data }, 19);
    expect(payload).toMatchObject({ ok: false, error: { kind: 'refused', deviceCode } });
  });
});

describe('contents', () => {
  test.each([
    ['785634122c', 12_345_678_0],
    ['7000000029', 70],
    ['ffffffff2c', undefined],
    ['ffffffff99', undefined],
  ])('%s in litres', (hex, litres) => {
    expect(litresOf(bytes(hex))).toEqual({ ok: true, value: litres });
  });

  test.each([
    ['785634122d', 'unknown unit 2D'],
    ['7856341205', 'unit kWh is no volume'],
    ['7a5634122c', '7A563412 is not BCD'],
  ])('%s is an error', (hex, error) => {
    expect(litresOf(bytes(hex))).toEqual({ ok: false, error });
  });

  test.each([
    [0x90, 0x1f, 0x901f, 'high-first'],
    [0x1f, 0x90, 0x901f, 'low-first'],
    [0x17, 0xa0, 0xa017, 'low-first'],
    [0x12, 0x34, 0x1234, 'unknown'],
  ])('identifier %i %i', (first, second, di, order) => {
    expect(identifierOf(first, second)).toEqual({ di, order });
  });

  test.each([
    ['standard', 0x00, 'open', false],
    ['standard', 0x01, 'closed', false],
    ['standard', 0x02, 'unknown', false],
    ['standard', 0x03, 'abnormal', false],
    ['standard', 0x05, 'closed', true],
    ['mirrored', 0x80, 'closed', false],
    ['mirrored', 0xc0, 'abnormal', false],
    ['mirrored', 0x20, 'open', true],
  ] as const)('status %s %i', (order, byte, valve, batteryLow) => {
    expect(statusOf(Uint8Array.of(byte, 0), order)).toMatchObject({ valve, batteryLow });
  });

  test.each([
    ['00000000000000', 'lowFirst', undefined],
    ['31012211051520', 'lowFirst', '2015-05-11 22:01:31'],
    ['20150511220131', 'highFirst', '2015-05-11 22:01:31'],
    ['3101221105152a', 'lowFirst', '3101221105152a'],
  ] as const)('clock %s %s', (hex, order, text) => {
    const clock = clockOf(bytes(hex), order);
    expect(clock.kind === 'clock' ? clock.text : undefined).toBe(text);
  });
});

describe('what a configuration may not say', () => {
  const link = { kind: 'serial', path: '/dev/x' };
  test.each(['AAAAAAAAAAAAAA', '783300112233AA', '7833001122334', '78330011223344556'])('address %s', (address) => {
    expect(Cjt188Connection.safeParse({ ...link, address }).success).toBe(false);
  });

  test('nibbles A to F that are no wildcard byte are kept', () => {
    const parsed = Cjt188Connection.parse({ ...link, address: '7833001122ffab' });
    expect(parsed.address).toBe('7833001122FFAB');
    expect(toHex(wireAddress(parsed.address, 'highFirst'))).toBe('abff2211003378');
    expect(bcdBytes('12')).toEqual(Uint8Array.of(0x12));
  });

  test('a motor outside of 5 to 30 s', () => {
    const profile = {
      profile: 'cjt188/a/b',
      version: 1,
      protocol: 'cjt188',
      title: { zh: 'a', en: 'a' },
      kind: 'meter',
      source: 's',
      type: '10',
    };
    const tasks = { live: { periodMs: 60_000 } };
    const points = [{ name: 'volume', label: { zh: 'a', en: 'a' }, read: { from: 'volume' } }];
    const accepted = (motorMs: number): boolean =>
      Cjt188Profile.safeParse({ ...profile, tasks, points, valve: { motorMs } }).success;
    expect([4_999, 5_000, 30_000, 30_001].map(accepted)).toEqual([false, true, true, false]);
  });
});
