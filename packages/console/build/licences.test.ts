import { expect, test } from 'vitest';
import { licencesOf } from './licences.ts';

test('every package that runs has a name, a version and a licence, and none of our own is listed', () => {
  const licences = licencesOf(new URL('../../..', import.meta.url).pathname);
  const names = licences.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['react', 'antd', 'zod', 'hono']));
  expect(names.filter((name) => name.startsWith('@cardwatch/'))).toEqual([]);
  expect(licences.filter(({ version, licence }) => version === '' || licence === '?')).toEqual([]);
  expect(licences.length).toBeGreaterThan(30);
});
