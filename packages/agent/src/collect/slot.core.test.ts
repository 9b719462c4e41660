import { expect, test } from 'vitest';
import { lifeMs, type PlanTask, signsOfLife } from './slot.core.ts';

const readings = (periodMs: number): PlanTask => ({ name: `live ${periodMs}`, periodMs, yields: 'readings' });
const records = (periodMs: number): PlanTask => ({ name: `records ${periodMs}`, periodMs, yields: 'records' });

test.each<[string, readonly PlanTask[], readonly number[]]>([
  ['asked often anyway', [readings(5_000), records(60_000)], [5_000, 60_000]],
  ['asked each minute', [readings(60_000)], [lifeMs]],
  ['readings before records', [records(30_000), readings(60_000)], [30_000, lifeMs]],
  ['records where there is nothing else', [records(30_000)], [lifeMs]],
  ['spared by whoever configured it', [readings(900_000), records(3_600_000)], [900_000, 3_600_000]],
])('signs of life of a device that is %s', (_, tasks, expected) => {
  expect(signsOfLife(tasks).map(({ periodMs }) => periodMs)).toEqual(expected);
});
