import { epochMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { epochFromIso, isoShanghai } from './iso-time.core.ts';

test.each<[string, string | undefined]>([
  ['2026-11-23T07:01:05+08:00', '2026-11-22T23:01:05.000Z'],
  ['2026-11-23T07:01:05', '2026-11-22T23:01:05.000Z'],
  ['2026-11-23 07:01:05', '2026-11-22T23:01:05.000Z'],
  ['2026-11-22T23:01:05Z', '2026-11-22T23:01:05.000Z'],
  ['2026-11-22T23:01:05.123456Z', '2026-11-22T23:01:05.000Z'],
  ['2026-11-22T18:01:05-0500', '2026-11-22T23:01:05.000Z'],
  ['1970-01-01T08:00:11+08:00', '1970-01-01T00:00:11.000Z'],
  ['1970-01-01T07:59:59+08:00', undefined],
  ['2026-02-30T00:00:00Z', undefined],
  ['2026-11-23T25:00:00Z', undefined],
  ['2026-11-23', undefined],
  ['', undefined],
  ['0000-00-00T00:00:00+08:00', undefined],
])('%s', (text, expected) => {
  const at = epochFromIso(text);
  expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected);
});

test('there and back', () => {
  for (const at of [0, 1_795_406_400_000, 4_000_000_000_000]) expect(epochFromIso(isoShanghai(epochMs(at)))).toBe(at);
});
