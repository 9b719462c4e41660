/** `broker/limits.md` names every limit with its value, and tests that are there. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brokerLimits } from '@cardwatch/collector/broker';
import { expect, test } from 'vitest';
import { apiLimits } from '../../packages/collector/src/api/limits.ts';

const root = new URL('../..', import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
const rows = read('packages/collector/src/broker/limits.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.test.ts`: '))
  .map((line) => line.slice(2, -2).split(' | '));

test.each([
  ['MQTT', brokerLimits],
  ['HTTP', apiLimits],
] as const)('every limit of %s with its value', (_what, limits) => {
  const told = rows.map(([name, value]) => `${name} ${value}`);
  const missing = Object.entries(limits).filter(([name, value]) => !told.includes(`\`${name}\` ${value}`));
  expect([Object.keys(limits).length > 10, missing]).toEqual([true, []]);
});

test('every test that shows one is there', () => {
  const missing = rows.flatMap((cells) => {
    const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(cells.at(-1) ?? '') ?? [];
    return read(file).includes(name) ? [] : [`${file}: ${name}`];
  });
  expect([rows.length, missing]).toEqual([62, []]);
});
