import { DeviceId, MoneyLine } from '@cardwatch/contracts';
import { CommonProfile, type RawRecord } from '@cardwatch/drivers';
import { epochMs, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { RecordCrypto } from '../ports.ts';
import { observe, parseDeviceTime } from './moment.core.ts';
import { normaliseRecord, rawBytesMax, type RecordContext } from './normalise.core.ts';

const crypto: RecordCrypto = {
  contentHash: (raw) => toHex(raw.slice(0, 16)).padEnd(32, '0'),
  cardRef: (digits) => digits.padStart(32, '0').slice(-32),
  seal: (_, plain) => `k1.${Buffer.from(plain).toString('base64url').padEnd(38, '0')}`,
};

const profile = CommonProfile.parse({
  profile: 'modbus/test/one',
  version: 3,
  protocol: 'modbus',
  title: { zh: '测', en: 'test' },
  kind: 'shower',
  source: 'test',
  points: [],
  records: {
    kinds: { '0xF1': 'waterHold', '243': 'waterRelease', grey: 'grey' },
    mode: 'cardOffline',
    fenPerUnit: 1,
    quantity: { unit: 'L', scale: 0.1 },
    amountFenMax: 10_000,
    purseNo: 3,
  },
});

const recordedAt = epochMs(Date.UTC(2026, 10, 23, 4, 0, 0));
const context: RecordContext = {
  deviceId: DeviceId.parse('bath-1'),
  generation: 2,
  profile,
  collectMode: 'poll',
  driftMs: 1_500,
  crypto,
};
const raw = (change: Record<string, unknown> = {}, fields: Record<string, unknown> = {}): RawRecord =>
  ({
    recordNo: 7,
    raw: Uint8Array.of(1, 2, 3),
    check: 'ok',
    fields: {
      kindMark: 0xf1,
      amount: 60,
      balanceBefore: 500,
      balanceAfter: 440,
      cardNo: '0000621234567890',
      cardCounter: 9,
      sessionRef: 12,
      quantity: 137,
      durationS: 40,
      observedText: '2026-11-23 11:59:58',
      batchNo: 1,
      samCounter: 77,
      ...fields,
    },
    ...change,
  }) as RawRecord;

const lineOf = (record: RawRecord, change: Partial<RecordContext> = {}) =>
  MoneyLine.parse(normaliseRecord(record, { ...context, ...change }, recordedAt).line);

describe('records', () => {
  test('a good record says all that the terminal said', () => {
    const { line, netFen } = normaliseRecord(raw(), context, recordedAt);
    expect(netFen).toBe(60);
    expect(MoneyLine.parse(line)).toEqual({
      type: 'transaction',
      deviceId: 'bath-1',
      generation: 2,
      recordNo: 7,
      contentHash: '01020300000000000000000000000000',
      kind: 'waterHold',
      amountFen: 60,
      balanceBeforeFen: 500,
      balanceAfterFen: 440,
      cardRef: '00000000000000000000621234567890',
      cardTail: '7890',
      purseNo: 3,
      cardCounter: 9,
      cardSealed: expect.stringMatching(/^k1\.MDAwMDYyMTIzNDU2Nzg5MA/),
      rawSealed: expect.stringMatching(/^k1\.AQID/),
      mode: 'cardOffline',
      quantity: { value: 13.7, unit: 'L' },
      durationS: 40,
      sessionRef: '12',
      samCounter: 77,
      batchNo: 1,
      observedAt: recordedAt - 2_000,
      observedText: '2026-11-23 11:59:58',
      clockQuality: 'ok',
      driftMs: 1_500,
      recordedAt,
      collectMode: 'poll',
      profile: 'modbus/test/one@3',
      checks: { record: 'ok', tac: 'unverified', balance: 'ok' },
    });
  });

  const balances: [string, Record<string, unknown>, string][] = [
    ['hold takes', {}, 'ok'],
    ['hold that gave', { balanceAfter: 560 }, 'bad'],
    ['release gives', { kindMark: 243, balanceAfter: 560 }, 'ok'],
    ['release that took', { kindMark: 243 }, 'bad'],
    ['off by one fen', { balanceAfter: 441 }, 'bad'],
    ['no balance', { balanceAfter: undefined }, 'absent'],
    ['grey moves nothing by itself', { kindMark: 'grey' }, 'absent'],
    ['more than a purse may lose', { amount: 10_001, balanceBefore: 20_000, balanceAfter: 9_999 }, 'bad'],
    ['as much as it may', { amount: 10_000, balanceBefore: 20_000, balanceAfter: 10_000 }, 'ok'],
    ['below zero', { balanceBefore: 20, balanceAfter: -40 }, 'ok'],
    ['with surcharge', { surcharge: 5, balanceAfter: 435 }, 'ok'],
  ];
  test.each(balances)('balance: %s', (_, fields, expected) => {
    const line = lineOf(raw({}, fields));
    expect(line.type === 'transaction' ? line.checks.balance : line.reason).toBe(expected);
  });

  const undecoded: [string, RawRecord, RegExp][] = [
    ['record check failed', raw({ check: 'bad', fields: undefined, problem: 'CRC 1234, computed 4321' }), /^CRC 1234/],
    ['no number', raw({ recordNo: undefined }), /number/],
    ['no fields', raw({ fields: undefined }), /fields/],
    ['unknown mark', raw({}, { kindMark: 0xee }), /^unknown kind mark 238$/],
    ['no mark', raw({}, { kindMark: undefined }), /^unknown kind mark/],
    ['card that is no number', raw({}, { cardNo: undefined }), /card number/],
    ['card with a letter', raw({}, { cardNo: '12A4' }), /card number/],
    ['negative amount', raw({}, { amount: -1 }), /^amountFen/],
    ['no amount', raw({}, { amount: undefined }), /^amountFen/],
    ['absurd amount', raw({}, { amount: 4_294_967_295 }), /^amountFen/],
    ['raw too long', raw({ raw: new Uint8Array(rawBytesMax + 1) }), /limit 2800/],
  ];
  test.each(undecoded)('undecoded: %s', (_, record, reason) => {
    const { netFen } = normaliseRecord(record, context, recordedAt);
    const line = lineOf(record);
    expect(netFen).toBeUndefined();
    expect(line.type === 'undecoded' ? line.reason : 'decoded').toMatch(reason);
  });
  test('visits every case', () => expect([balances.length, undecoded.length]).toEqual([11, 11]));

  test('a profile without records decodes nothing', () => {
    const { records: _, ...plain } = profile;
    expect(lineOf(raw(), { profile: plain }).type).toBe('undecoded');
  });
});

describe('device time', () => {
  const at = (text: string) => parseDeviceTime(text);
  test.each([
    ['2026-11-23 11:59:58', Date.UTC(2026, 10, 23, 3, 59, 58)],
    ['20261123115958', Date.UTC(2026, 10, 23, 3, 59, 58)],
    ['261123115958', Date.UTC(2026, 10, 23, 3, 59, 58)],
    ['2026-02-30 00:00:00', undefined],
    ['2000-00-00 00:00:00', undefined],
    ['a1b2c3d4e5f6', undefined],
    ['', undefined],
  ])('%s', (text, expected) => expect(at(text)).toBe(expected));

  test.each([
    ['2026-11-23 11:59:58', 0, recordedAt - 2_000, 'ok'],
    ['2026-11-23 11:59:58', 60_000, recordedAt - 2_000, 'ok'],
    ['2026-11-23 11:59:58', -60_001, recordedAt - 2_000, 'drifted'],
    ['2000-00-00 00:00:00', undefined, recordedAt, 'derived'],
    ['000000000000', undefined, recordedAt, 'derived'],
    ['', undefined, recordedAt, 'derived'],
    ['2026-13-01 00:00:00', undefined, recordedAt, 'invalid'],
    ['2001-01-01 00:00:00', undefined, recordedAt, 'invalid'],
    ['2026-11-24 11:59:59', 86_000_000, recordedAt + 86_399_000, 'drifted'],
    ['2026-11-24 12:00:01', 86_000_000, recordedAt, 'invalid'],
  ])('%s with drift %s', (text, driftMs, observedAt, clockQuality) => {
    expect(observe(text, driftMs, 60_000, recordedAt)).toEqual({ observedAt, clockQuality });
  });
});
