import { DeviceId, type EventLine } from '@cardwatch/contracts';
import type { RawEvent, RawPass } from '@cardwatch/drivers';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { RecordCrypto } from '../ports.ts';
import { type EventContext, eventNoOf, fingerprintOf, momentOf, normaliseEvent } from './event.core.ts';

const now = epochMs(1_795_400_000_000);
const hashed: string[] = [];
const crypto: RecordCrypto = {
  contentHash: () => '0'.repeat(32),
  cardRef: (digits) => {
    hashed.push(digits);
    return (hashed.length % 10).toString().repeat(32);
  },
  seal: () => 'k1.x',
};
const context: EventContext = {
  deviceId: DeviceId.parse('g1'),
  generation: 3,
  numbered: true,
  driftMs: 0,
  driftMsMax: 60_000,
  crypto,
};
const raw = (more: Partial<RawPass> = {}): RawPass => ({
  type: 'pass',
  eventNo: 7,
  personNo: '20231001',
  cardNo: '0012345678',
  direction: 'in',
  method: 'face',
  result: 'granted',
  code: { scheme: 'hik', raw: '5/75' },
  codeTable: 'hik@1',
  observedText: '2026-11-23T12:00:00+08:00',
  observedAt: epochMs(now - 1_000),
  live: true,
  source: 'stream',
  ...more,
});

describe('a pass', () => {
  test('has pseudonyms for person and card and nothing plain', () => {
    hashed.length = 0;
    const line = normaliseEvent(raw(), context, now);
    expect(line).toMatchObject({ type: 'pass', deviceId: 'g1', generation: 3, eventNo: 7, clockQuality: 'ok', recordedAt: now });
    expect(hashed).toEqual(['person/20231001', '0012345678']);
    expect(JSON.stringify(line)).not.toMatch(/20231001|0012345678/);
  });

  test.each([
    ['', undefined],
    ['0', undefined],
    ['0000', undefined],
    [undefined, undefined],
    ['7', expect.stringMatching(/^\d{32}$/)],
  ])('person number %j', (personNo, expected) => {
    const { personNo: _none, ...bare } = raw();
    const line = normaliseEvent(personNo === undefined ? bare : { ...bare, personNo }, context, now);
    expect(line.type === 'pass' ? line.personRef : line).toEqual(expected);
  });

  test('without a number that counts has none', () => {
    expect(normaliseEvent(raw(), { ...context, numbered: false }, now)).not.toHaveProperty('eventNo');
    expect([-1, 1.5, 2 ** 32, Number.NaN].map((eventNo) => eventNoOf(raw({ eventNo })))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('that the contract cannot hold becomes an alarm, with its number', () => {
    const line = normaliseEvent(raw({ result: 'maybe' as RawPass['result'] }), context, now);
    expect(line).toMatchObject({ type: 'deviceAlarm', alarm: 'eventUnreadable', eventNo: 7, active: true });
  });

  test('is cut to what the contract holds', () => {
    const long = 'x'.repeat(500);
    const line = normaliseEvent(raw({ reason: long, code: { scheme: long, raw: long }, codeTable: long }), context, now);
    expect(line).toMatchObject({ type: 'pass', reason: 'x'.repeat(64), code: { scheme: 'x'.repeat(32), raw: 'x'.repeat(64) } });
  });
});

const hour = 3_600_000;

describe('business time', () => {
  test.each([
    // device time, text, drift, live -> time, quality
    [-1_000, 'T1', 0, true, -1_000, 'ok'],
    [-8 * hour, 'T1', 0, false, -8 * hour, 'ok'],
    [-1_000, 'T1', undefined, true, -1_000, 'ok'],
    [59_000, 'T1', 60_000, true, 59_000, 'ok'],
    [60_000, 'T1', 60_001, true, 0, 'drifted'],
    [-8 * hour + 120_000, 'T1', 120_000, false, -8 * hour, 'drifted'],
    [-8 * hour - 120_000, 'T1', -120_000, false, -8 * hour, 'drifted'],
    [undefined, '2026-02-30 10:00:00', 0, true, 0, 'invalid'],
    [undefined, '', 0, true, 0, 'derived'],
    [undefined, '0000-00-00', 0, true, 0, 'derived'],
    [-401 * 24 * hour, 'T1', 0, true, 0, 'invalid'],
    [25 * hour, 'T1', 0, true, 0, 'invalid'],
  ] as const)('device %s (%j), drift %s, live %s: %i %s', (device, observedText, driftMs, live, expected, quality) => {
    const event = { observedText, observedAt: device === undefined ? undefined : epochMs(now + device) };
    const moment = momentOf(event, live, { driftMs, driftMsMax: 60_000 }, now);
    expect([moment.observedAt - now, moment.clockQuality]).toEqual([expected, quality]);
  });
});

describe('other events', () => {
  const at = { observedText: 'T', observedAt: epochMs(now - 5_000) };
  test.each<[RawEvent, Partial<EventLine>]>([
    [
      { type: 'door', point: 'contact', state: 'open', eventNo: 9, ...at },
      { type: 'door', point: 'contact', state: 'open', generation: 3, eventNo: 9, observedAt: now - 5_000 },
    ],
    [
      { type: 'deviceAlarm', alarm: 'forced', active: true, ...at },
      { type: 'deviceAlarm', alarm: 'forced', active: true },
    ],
    [
      { type: 'deviceAudit', action: 'remoteOpen', actor: 'admin', ...at },
      { type: 'deviceAudit', action: 'remoteOpen', actor: 'admin' },
    ],
  ])('%j', (event, expected) => {
    expect(normaliseEvent(event, context, now)).toMatchObject(expected);
    expect(normaliseEvent({ ...event, observedText: '', observedAt: undefined }, context, now)).toMatchObject({
      observedAt: now,
    });
  });

  test('are known again by number and time, by all they say, or not at all', () => {
    const none = { observedText: '', observedAt: undefined };
    const { eventNo: _no, ...bare } = raw();
    const unnumbered = { ...bare, eventNo: undefined };
    expect(fingerprintOf(raw())).toBe(fingerprintOf(raw({ live: false, source: 'backfill', cardNo: '1' })));
    expect(fingerprintOf(raw())).not.toBe(fingerprintOf(raw({ observedAt: now })));
    expect(fingerprintOf(unnumbered)).not.toBe(fingerprintOf({ ...unnumbered, personNo: '2' }));
    expect(fingerprintOf({ ...unnumbered, ...none })).toBeUndefined();
    expect(fingerprintOf({ type: 'door', point: 'lock', state: 'open', ...none })).toBeUndefined();
  });
});
