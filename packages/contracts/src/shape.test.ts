import { expect, test } from 'vitest';
import { z } from 'zod';
import { readShape } from './shape.ts';

const named = z.strictObject({ name: z.string().max(8) });

test.each<[string, unknown, boolean]>([
  ['what fits', { name: 'pos-07' }, true],
  ['what does not', { name: 7 }, false],
  ['nothing', undefined, false],
  ['a length that has no text', JSON.parse('{"name":{"length":[[{"toString":""}]]}}'), false],
  ['a length that is no number', { name: { length: Symbol.iterator } }, false],
])('%s', (_, value, fits) => {
  const read = readShape(named, value);
  expect([read.success, (read.error?.issues.length ?? 0) > 0]).toEqual([fits, !fits]);
});
