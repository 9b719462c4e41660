import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { attendanceOptions, stampOf, timeAnswer, zkSeconds } from './answer.core.ts';
import { parseAttLine } from './attlog.core.ts';
import { bodyOf } from './body.core.ts';
import { foreignCommand, parseCommandResult } from './command-result.core.ts';
import { ZkConnection } from './connection.ts';
import { linesOf, shapeOf, zkLimits } from './lines.core.ts';
import { ZkProfile } from './model.ts';
import { infoOf, parseOptions } from './options.core.ts';
import { zkRequest } from './request.core.ts';
import { parseRtLine, parseRtState } from './rtlog.core.ts';
import { zkTime } from './time.core.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const errorOf = (result: { readonly ok: boolean; readonly error?: string }): string | undefined =>
  result.ok ? undefined : result.error;

describe('lines', () => {
  test('ends and padding go, empty lines too; offsets stay', () => {
    expect(linesOf(bytes('a\r\n\r\n\nb\0\0\n c'))).toEqual([
      { atByte: 0, text: 'a' },
      { atByte: 6, text: 'b' },
      { atByte: 10, text: ' c' },
    ]);
  });

  test.each([
    ['too long', bytes('x'.repeat(zkLimits.lineBytes + 1)), undefined],
    ['as long as may be', bytes('x'.repeat(zkLimits.lineBytes)), zkLimits.lineBytes],
    ['a NUL inside', bytes('a\0b'), undefined],
    ['in no character set', Uint8Array.of(0x61, 0xff, 0x62), undefined],
    ['in GBK', Uint8Array.of(0xc3, 0xc5), 1],
  ])('%s', (_name, body, length) => {
    expect(linesOf(body)?.map(({ text }) => text?.length)).toEqual([length]);
  });

  test('as many as may be, and one more', () => {
    expect(linesOf(bytes('a\n'.repeat(zkLimits.lines)))).toHaveLength(zkLimits.lines);
    expect(linesOf(bytes('a\n'.repeat(zkLimits.lines + 1)))).toBeUndefined();
  });

  test('a shape says nothing of what stood there', () => {
    expect(shapeOf('张三 Zhang\t4711')).toBe('aa aaaaa\t9999');
  });
});

describe('attendance lines', () => {
  test.each([
    ['1\t2026-11-23 07:01:05\t0\t15', undefined],
    ['1\t2026-11-23 07:01:05\t0\t15\t\t\t\t\t\t', undefined],
    ['1\t2026-11-23 07:01:05\t0', 'short columns: attendance line of 3, at least 4'],
    ['\t2026-11-23 07:01:05\t0\t15', 'attendance line without a person number'],
    ['张三\t2026-11-23 07:01:05\t0\t15', 'attendance line without a person number'],
    ['1\tyesterday\t0\t15', 'attendance line without a time'],
    ['1\t2026-11-23 07:01:05\tin\t15', 'attendance line whose status or verify is no number'],
    ['1\t2026-11-23 07:01:05\t-1\t15', 'attendance line whose status or verify is no number'],
  ])('%j', (line, error) => {
    expect(errorOf(parseAttLine(line))).toBe(error);
  });
});

describe('event and state lines', () => {
  test('a name in the place of a number is not taken for one', () => {
    const parsed = parseRtLine('time=2026-11-23 07:01:05\tpin=Zhang San\tcardno=é\tevent=0');
    expect(parsed.ok && [parsed.value.pin, parsed.value.cardno, parsed.value.index]).toEqual(['0', '0', undefined]);
  });

  test.each([
    ['pin=1\tevent=0', 'event line without a time'],
    ['time=2026-11-23 07:01:05\tpin=1', 'event line without an event code'],
    ['time=2026-11-23 07:01:05\tevent=0x17', 'event line without an event code'],
  ])('%j', (line, error) => {
    expect(errorOf(parseRtLine(line))).toBe(error);
  });

  test('an index beyond 32 bits is none', () => {
    const index = (text: string): number | undefined => {
      const parsed = parseRtLine(`time=2026-11-23 07:01:05\tevent=0\tindex=${text}`);
      return parsed.ok ? parsed.value.index : undefined;
    };
    expect([index('4294967295'), index('4294967296'), index('-1')]).toEqual([4_294_967_295, undefined, undefined]);
  });

  test('two doors in one mask', () => {
    const state = parseRtState('time=2026-11-23 07:01:05\tsensor=06\trelay=02\talarm=0', 2);
    expect(state.ok && Object.fromEntries(state.value.readings.map(({ point, raw }) => [point, raw]))).toEqual({
      contact1: 2,
      contact2: 1,
      relay1: 0,
      relay2: 1,
      alarm: false,
    });
  });

  test('lines are told apart by what they are', () => {
    const body =
      'OPLOG 4\t0\t2026-11-23 07:00:00\nUSER PIN=1\tName=x\ntime=2026-11-23 07:01:05\tsensor=01\nevent=1\n1\t2026-11-23 07:01:05\t0\t1\n';
    expect(bodyOf(bytes(body), { doors: 1 })?.map(({ told }) => told.kind)).toEqual([
      'operation',
      'private',
      'state',
      'bad',
      'att',
    ]);
  });
});

describe('options, commands, requests', () => {
  test('a comma ends a value only where a key follows; __proto__ is no key', () => {
    const options = parseOptions('A=1,~OEMVendor=B, C, LTD.,__proto__=x,D=');
    expect([...options]).toEqual([
      ['A', '1'],
      ['~OEMVendor', 'B, C, LTD.,__proto__=x'],
      ['D', ''],
    ]);
  });

  test('counts of INFO', () => {
    expect(infoOf('Ver 8.0.4.4,3,0,17,10.0.0.1').readings).toEqual([
      { point: 'users', raw: 3 },
      { point: 'records', raw: 17 },
    ]);
    expect(infoOf('')).toEqual({ facts: {}, readings: [] });
  });

  test('results of commands', () => {
    expect(parseCommandResult('ID=2&Return=-1004&CMD=DATA')).toMatchObject({
      ok: true,
      value: { id: 2, ret: -1004, cmd: 'DATA' },
    });
    expect(errorOf(parseCommandResult('ID=x&Return=0'))).toBe('command result without an ID');
    expect(foreignCommand({ id: 1, ret: 0, cmd: 'SHELL rm' }, '')).toMatchObject({ type: 'deviceAlarm', alarm: 'foreignShell' });
  });

  test.each([
    ['GET', '/iclock/cdata?SN=ABCD', { path: 'cdata', serial: 'ABCD', post: false }],
    ['POST', '/iclock/iclock/cdata.aspx?sn=ABCD&Stamp=1', { path: 'cdata', serial: 'ABCD', post: true }],
    ['POST', '/iclock/cdata?SN=AB', { kind: 'badSerial' }],
    ['POST', '/iclock/cdata?SN=ABCD%2F..', { kind: 'badSerial' }],
    ['POST', '/iclock/cdata?SN=ABCD%00', { kind: 'badSerial' }],
    ['DELETE', '/iclock/cdata?SN=ABCD', { kind: 'noPath' }],
    ['GET', '/iclock/shell?SN=ABCD', { kind: 'noPath' }],
    ['GET', '/cdata?SN=ABCD', { kind: 'noPath' }],
  ])('%s %s', (method, url, expected) => {
    expect(zkRequest(method, url)).toMatchObject(expected);
  });

  test('serial numbers of the configuration are held to the same signs', () => {
    const connection = (serial: string): boolean =>
      ZkConnection.safeParse({ kind: 'zkpush', listen: { host: '127.0.0.1', port: 1 }, serial }).success;
    expect(['ABCD', 'a/b/c', '../../x', 'ABC', 'A'.repeat(33)].map(connection)).toEqual([true, false, false, false, false]);
  });
});

describe('times and answers', () => {
  test('device time is in the zone of the profile', () => {
    expect((zkTime('2026-11-23 07:00:00', 8) ?? 0) - (zkTime('2026-11-23 07:00:00', 9) ?? 0)).toBe(3_600_000);
    expect(zkTime('2026-02-30 07:00:00', 8)).toBeUndefined();
  });

  test('the terminals count seconds with months of 31 days', () => {
    const at = epochMs(Date.UTC(2026, 10, 23, 2, 0, 5));
    expect(zkSeconds(at, 8)).toBe(((26 * 12 + 10) * 31 + 22) * 86_400 + 10 * 3_600 + 5);
    expect(timeAnswer(at, -5)).toMatch(/^DateTime=\d+,ServerTZ=-0500$/);
  });

  test('a stamp that is no number is not given back', () => {
    expect(['12', '9999', '', 'None', '1\r\nX: y', undefined].map((text) => stampOf(text))).toEqual([
      '12',
      '9999',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('nobody is asked for pictures or templates', () => {
    const profile = { timeZoneHours: 8, options: ZkProfile.shape.options.parse(undefined) };
    expect(attendanceOptions({ serial: 'ABCD', stamp: undefined, profile })).not.toMatch(/photo=|BioPhoto|FACE|FingerTmp/i);
  });
});
