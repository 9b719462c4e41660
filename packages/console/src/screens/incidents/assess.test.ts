import { expect, test } from 'vitest';
import { levelBy, scoreOf, whyAssessed } from './assess.core.ts';

test.each([
  [{ severity: 3, scope: 3, urgency: 0, bump: 0 }, null, 21, 2],
  [{ severity: 2, scope: 3, urgency: 3, bump: 0 }, null, 23, 1],
  [{ severity: 1, scope: 1, urgency: 2, bump: 0 }, null, 11, 3],
  [{ severity: 0, scope: 0, urgency: 0, bump: 0 }, 'collectorDown', 0, 1],
] as const)('%j with rule %s scores %i and is level %i', (factors, rule, score, level) => {
  expect(scoreOf(factors)).toBe(score);
  expect(levelBy(score, rule)).toBe(level);
});

test('codes of the watch are told from what a person wrote', () => {
  expect(whyAssessed('score:23')).toEqual({ kind: 'score' });
  expect(whyAssessed('hardRule:campusSilent')).toEqual({ kind: 'hardRule', rule: 'campusSilent' });
  expect(whyAssessed('split:GZ-1')).toEqual({ kind: 'split', number: 'GZ-1' });
  expect(whyAssessed('openedByHand')).toEqual({ kind: 'byHand' });
  expect(whyAssessed('score of the match')).toEqual({ kind: 'written', text: 'score of the match' });
});
