import { expect, test } from 'vitest';
import { areaPaths } from './areas.core.ts';

const node = (id: string, parentId: string | null, level: 'campus' | 'zone' | 'building' | 'area' | 'line', name: string) => ({
  id,
  parentId,
  level,
  name,
});

test('paths of buildings and areas leave out zones and lines', () => {
  const nodes = [
    node('c', null, 'campus', '主校区'),
    node('z', 'c', 'zone', '东区'),
    node('b', 'z', 'building', '第1食堂'),
    node('a', 'b', 'area', '一楼'),
    node('l', 'a', 'line', 'ct01'),
    node('y', null, 'campus', '宜宾校区'),
    node('d', 'y', 'building', '浴室楼'),
  ];
  expect(areaPaths(nodes, undefined)).toEqual(['主校区/第1食堂', '主校区/第1食堂/一楼', '宜宾校区/浴室楼']);
  expect(areaPaths(nodes, '宜宾校区')).toEqual(['宜宾校区/浴室楼']);
});
