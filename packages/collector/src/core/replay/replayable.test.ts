import { RuleId } from '@cardwatch/contracts/watch';
import { expect, test } from 'vitest';
import { replayNeeds } from './replayable.core.ts';

test('rules by what a replay of them needs', () => {
  const of = (needs: ReturnType<typeof replayNeeds>): readonly RuleId[] =>
    RuleId.options.filter((id) => replayNeeds(id) === needs);
  expect(of('facts')).toHaveLength(25);
  expect(of('facts')).toEqual(expect.arrayContaining(['unrefunded', 'doorForced', 'denyRatio', 'amountHigh', 'recordClock']));
  expect(of('states')).toHaveLength(7);
  expect(of(null)).toEqual(expect.arrayContaining(['doorHeld', 'leak', 'recordGap', 'clockDrift', 'probableUpstream']));
});
