import { describe, expect, test } from 'vitest';
import { csvLine } from './csv.core.ts';

describe('a CSV line', () => {
  test.each([
    [['a', 1, null], 'a,1,'],
    [['x,y', 'say "x"'], '"x,y","say ""x"""'],
    [['two\nlines'], '"two\nlines"'],
    [["=cmd|' /C calc'!A0"], "'=cmd|' /C calc'!A0"],
    [['+1'], "'+1"],
    [['-1+2'], "'-1+2"],
    [['@SUM(A1)'], "'@SUM(A1)"],
    [['\t=1'], "'\t=1"],
    [['＝1+1'], "'＝1+1"],
    [[' ＠SUM(A1)'], "' ＠SUM(A1)"],
    [['竹苑3栋'], '竹苑3栋'],
    [[-25], '-25'],
  ] as const)('%j is %s', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});
