import { expect, test } from 'vitest';
import { levelLimits, levelOf } from './level.core.ts';

const nothing = { records: 0, fen: 0, estimated: false, oldestAt: null };
const ask = {
  rule: 3,
  importantEvent: false,
  exposure: nothing,
  scope: 1,
  symptom: null,
  person: null,
  limits: levelLimits,
  held: [],
} as const;

test.each([
  ['the rule alone', {}, 3, []],
  ['an important event', { importantEvent: true }, 2, ['importantEvent']],
  ['money behind it', { exposure: { ...nothing, fen: 100_000 } }, 2, ['money']],
  ['money that fell, while it holds', { exposure: { ...nothing, fen: 50_000 }, held: ['money'] }, 2, ['money']],
  ['money that fell below half', { exposure: { ...nothing, fen: 49_999 }, held: ['money'] }, 3, []],
  ['a symptom that is graver', { symptom: 1 }, 1, ['scope']],
  ['a symptom that is not', { rule: 2, symptom: 3 }, 2, []],
  ['a symptom beside many devices', { scope: 30, symptom: 1 }, 1, ['scope']],
  ['a person', { person: 1 }, 1, ['person']],
  ['a person who would lower', { rule: 1, person: 3 }, 1, []],
] as const)('%s', (_, over, level, raises) => {
  expect(levelOf({ ...ask, ...over })).toEqual({ level, raises });
});
