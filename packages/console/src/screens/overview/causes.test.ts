import { expect, test } from 'vitest';
import { alarm } from '../../test-data/alarms.ts';
import { areasOfAlarms } from './causes.core.ts';

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
  expect([...spoken].map((name) => name.split('\n')[1])).toEqual(['一楼', '二楼']);
  expect([...explained].map((name) => name.split('\n')[1])).toEqual(['二楼']);
});
