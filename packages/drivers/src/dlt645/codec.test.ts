import { fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Dlt645Connection } from './connection.ts';
import { contentOf, encodeRequest, replyMatcher, valueOf } from './exchange.core.ts';
import { controls, diOf, dlt645Limits, errorText, readFrame, wireAddress, wireDi, writeFrame } from './frame.core.ts';

const address = wireAddress('000000000161');
const request = { address, control: controls.read, di: 0x00_01_00_00, sequence: undefined };
const now = { last: true, echoing: false };

describe('frames', () => {
  test('the request of the standard example, to the byte', () => {
    expect(toHex(encodeRequest(request, 4))).toBe('fefefefe68610100000000681104333334331416');
  });

  test('at the limit of L and one beyond', () => {
    const frame = { address, control: 0x91, data: new Uint8Array(dlt645Limits.dataBytesMax) };
    expect(readFrame(writeFrame(frame, 0)).kind).toBe('frame');
    expect(readFrame(writeFrame({ ...frame, data: new Uint8Array(dlt645Limits.dataBytesMax + 1) }, 0)).kind).toBe('no');
  });

  test('an identifier goes low byte first and back', () => {
    expect(toHex(wireDi(0x02_01_01_00))).toBe('00010102');
    expect(diOf(wireDi(0xff_01_01_00))).toBe(0xff_01_01_00);
  });
});

describe('which reply answers', () => {
  const reply = (over: object = {}): Uint8Array =>
    writeFrame({ address, control: 0x91, data: Uint8Array.of(0, 0, 1, 0, 1, 2, 3, 4), ...over }, 4);
  const rows: readonly (readonly [string, Uint8Array, string])[] = [
    ['the one', reply(), 'reply'],
    ['one that goes on', reply({ control: 0xb1 }), 'reply'],
    ['another identifier', reply({ data: Uint8Array.of(0, 1, 1, 2, 1, 2) }), 'lateFrames'],
    ['another function', reply({ control: 0x92 }), 'lateFrames'],
    ['another meter', reply({ address: wireAddress('000000000162') }), 'wrongSlave'],
    ['our own request', encodeRequest(request, 0), 'echoes'],
    ['abnormal', reply({ control: 0xd1, data: Uint8Array.of(2) }), 'reply'],
  ];
  test.each(rows)('%s', (_, frame, expected) => {
    const match = replyMatcher(request)(frame, now);
    const seen = Object.entries(match.seen).filter(([, count]) => count > 0);
    expect(match.kind === 'reply' ? 'reply' : seen.map(([name]) => name).join()).toBe(expected);
  });

  test('a follow-up is told by its number, and the number is no data', () => {
    const following = { ...request, control: controls.readFollowing, sequence: 2 };
    const frame = (sequence: number): Uint8Array => reply({ control: 0x92, data: Uint8Array.of(0, 0, 1, 0, 7, 8, sequence) });
    expect(replyMatcher(following)(frame(1), now).seen.lateFrames).toBe(1);
    const match = replyMatcher(following)(frame(2), now);
    const content = match.kind === 'reply' ? contentOf(following, match.value) : undefined;
    expect(content).toEqual({ ok: true, value: Uint8Array.of(7, 8) });
  });

  test.each([
    [2, { kind: 'refused', deviceCode: 2, detail: 'no such data' }],
    [4, { kind: 'unauthorised', detail: 'password wrong or not allowed' }],
    [0, { kind: 'refused', deviceCode: 0, detail: 'no reason given' }],
  ])('error byte %i', (code, error) => {
    expect(contentOf(request, { address, control: 0xd1, data: Uint8Array.of(code) })).toEqual({ ok: false, error });
    expect(errorText(3)).toBe('other error, no such data');
  });
});

describe('values', () => {
  test.each([
    ['00001000', 0, 4, false, 100_000],
    ['26010000', 0, 4, false, 126],
    ['430013', 0, 3, true, 130_043],
    ['430093', 0, 3, true, -130_043],
    ['ffffffff', 0, 4, false, undefined],
    ['0000260100', 2, 2, false, 126],
  ])('%s', (hex, at, bytes, signed, value) => {
    expect(valueOf(fromHex(hex) ?? new Uint8Array(), { at, bytes, signed })).toEqual({ ok: true, value });
  });

  test.each([
    ['0a01', 0, 2],
    ['0101', 1, 2],
  ])('%s at %i is an error', (hex, at, bytes) => {
    expect(valueOf(fromHex(hex) ?? new Uint8Array(), { at, bytes, signed: false }).ok).toBe(false);
  });
});

test('the broadcast address is no meter', () => {
  const link = { kind: 'serial', path: '/dev/x' };
  expect(Dlt645Connection.safeParse({ ...link, address: '999999999999' }).success).toBe(false);
  expect(Dlt645Connection.safeParse({ ...link, address: '000000000161' }).success).toBe(true);
});
