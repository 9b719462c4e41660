import { describe, expect, test } from 'vitest';
import { readCsv } from './csv.core.ts';
import { readRegister, registerHead, registerLimits, registerRows } from './register.core.ts';

const head = registerHead.join(',');

describe('CSV', () => {
  test.each<[string, string[][] | undefined]>([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\uFEFFa,b\r\n1,\r\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['a,"x,""y""\nz"', [['a', 'x,"y"\nz']]],
    ['a\n\n,\nb', [['a'], ['b']]],
    ["'=1+1,'x", [['=1+1', "'x"]]],
    ['1,', [['1', '']]],
    ['', []],
    ['a,"open', undefined],
    ['a"b,c', undefined],
    ['"a"b', undefined],
  ])('%j', (text, rows) => {
    expect(readCsv(text)).toEqual(rows);
  });
});

describe('the register', () => {
  test('comes back as it went out', () => {
    const csv = `${head}\npos-1,sw-1|sw-2 ups-1,3,m-7,一食堂 牛肉面,2026-09-01\npos-2,,,,,\n`;
    const { register, faults } = readRegister(readCsv(csv) ?? []);
    expect(faults).toEqual([]);
    expect(register.nodes[0]?.upstream).toEqual([
      { name: '1', parents: ['sw-1', 'sw-2'] },
      { name: '2', parents: ['ups-1'] },
    ]);
    expect(register.bindings[0]?.validFrom).toBe(Date.UTC(2026, 7, 31, 16));
    expect(`${[[...registerHead], ...registerRows(register)].map((row) => row.join(',')).join('\n')}\n`).toBe(csv);
  });

  test.each([
    ['columns', 'pos-1,,'],
    ['deviceId', 'POS 1,,,,,'],
    ['upstream', 'pos-1,SW_1,,,,'],
    ['upstream', 'pos-1,pos-1,,,,'],
    ['merchantId', 'pos-1,,,,牛肉面,'],
    ['validFrom', 'pos-1,,,m-1,牛肉面,2026-02-30'],
    ['validFrom', 'pos-1,,,m-1,牛肉面,'],
    ['merchantName', 'pos-1,,,m-1,,2026-02-01'],
    ['port', `pos-1,,${'x'.repeat(65)},,,`],
  ])('a wrong %s is told with its line', (place, line) => {
    const { register, faults } = readRegister(readCsv(`${head}\npos-9,,,,,\n${line}\n`) ?? []);
    expect(faults.map((fault) => [fault.line, fault.place])).toEqual([[3, place]]);
    expect(register.nodes).toHaveLength(1);
  });

  test('a device twice, another head, a line too many', () => {
    const faultsOf = (text: string): string[] =>
      readRegister(readCsv(text) ?? []).faults.map(({ line, place }) => `${line} ${place}`);
    const lines = Array.from({ length: registerLimits.lines }, (_, i) => `d-${i},,,,,`);
    expect(faultsOf(`${head}\npos-1,,,,,\npos-1,,,,,\n`)).toEqual(['3 deviceId']);
    expect(faultsOf('id,up\npos-1,\n')).toEqual(['1 head']);
    expect(faultsOf([head, ...lines].join('\n'))).toEqual([]);
    expect(faultsOf([head, ...lines, 'more,,,,,'].join('\n'))).toEqual([`${registerLimits.lines + 2} lines`]);
  });
});
