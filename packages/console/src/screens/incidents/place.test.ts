import { expect, test } from 'vitest';
import { placeOf } from './place.core.ts';

const scope = (areas: string[]) => ({ campus: '主校区', areas, devices: [], deviceClasses: [], rules: [] });
const record = (place: string) => ({ time: '', place, symptom: '', cause: '', handling: '', result: '' });

test.each([
  [['主校区/第1食堂/一楼', '主校区/第1食堂/二楼'], '', '第1食堂'],
  [['主校区/第1食堂/一楼'], '', '第1食堂 一楼'],
  [['主校区/第1食堂/一楼', '主校区/1号楼/一楼'], '', '主校区'],
  [['主校区/第1食堂/一楼', '宜宾/第1食堂/一楼'], '', '主校区'],
  [[], '校医院', '校医院'],
  [[], '', '主校区'],
])('%j and “%s” is %s', (areas, written, place) => {
  expect(placeOf({ scope: scope(areas), record: record(written) })).toBe(place);
});
