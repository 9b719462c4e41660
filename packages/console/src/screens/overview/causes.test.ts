import { expect, test } from 'vitest';
import { alarm } from '../../test-data/alarms.ts';
import { areasOfAlarms, speaks } from './causes.core.ts';

/** Alarms of one area each: its name, whether it is raised, and what explains it. */
const place = (area: string, raisedAt: number | null, causeId: string | null) =>
  alarm({
    alarmId: area,
    campus: '主校区',
    area: `主校区/第一食堂/${area}`,
    raisedAt,
    causeId,
    condition: 'active',
  });

test('an area is spoken of once an alarm of it is raised, or explained by another before that', () => {
  const alarms = [place('一楼', 1, null), place('二楼', null, 'a-1'), place('小吃街', null, null)];
  const { spoken, explained } = areasOfAlarms(alarms);
  expect([...spoken].map((name) => name.split('\n')[2])).toEqual(['一楼', '二楼']);
  expect([...explained].map((name) => name.split('\n')[2])).toEqual(['二楼']);
  const floor = { campus: '主校区', building: '第一食堂', area: '一楼' };
  expect([floor, { ...floor, building: '第二食堂' }].map((one) => speaks(spoken, one))).toEqual([true, false]);
});
