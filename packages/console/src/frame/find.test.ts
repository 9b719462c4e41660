import { describe, expect, test } from 'vitest';
import { askedOf, type Findable, found, isWholeCard } from './find.core.ts';
import { spelled } from './spell.ts';

const item = (kind: Findable['kind'], id: string, name: string): Findable => ({ kind, id, name, note: '', ...spelled(name) });
const items = [
  item('place', 'a1', '三号食堂'),
  item('place', 'a2', '重庆路浴室'),
  item('device', 'S1-ST03-POS-017', '三号食堂 17 号窗口'),
  item('device', 'yb-bath-01', '临港东区浴室 1 号水控'),
];
const ids = (text: string): readonly string[] => found(items, askedOf(text)).map(({ id }) => id);

test.each([
  ['SHST', ['a1', 'S1-ST03-POS-017']],
  ['cql', ['a2']],
  ['yushi', ['a2', 'yb-bath-01']],
  ['东区浴室1', ['yb-bath-01']],
  ['st03', ['S1-ST03-POS-017']],
  ['浴室', ['a2', 'yb-bath-01']],
  ['zzz', []],
  ['  ', []],
])('%j finds %j', (text, expected) => {
  expect(ids(text)).toEqual(expected);
});

describe('numbers', () => {
  test.each([
    ['0042', { tail: '0042', recordNo: 42 }],
    ['123456', { tail: undefined, recordNo: 123_456 }],
    ['9999999999', { tail: undefined, recordNo: undefined }],
    ['3f0c1a52-1b7e-4b3e-9d1a-0c5b7f2f9a10', { alarmId: '3f0c1a52-1b7e-4b3e-9d1a-0c5b7f2f9a10' }],
    ['pos-1', { tail: undefined, recordNo: undefined, alarmId: undefined }],
  ])('%s', (text, expected) => {
    expect(askedOf(text)).toMatchObject(expected);
  });

  test('a whole card number is told from a record number', () => {
    expect(['0000202611230042', '6222 0200 1122 3344', '1234567890', '流水 12345678901'].map(isWholeCard)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
