/** The console shows only steps that the workflow takes: its table against the one that decides. */
import { expect, test } from 'vitest';
import { moves } from '../../../packages/collector/src/core/incident/workflow.step.ts';
import { levelOneFrom, levelTwoFrom, hardRules as rules } from '../../../packages/collector/src/core/incident/assess.core.ts';
import { hardRules, levelFrom } from '../../../packages/console/src/screens/incidents/assess.core.ts';
import { incidentStates, stepsFrom } from '../../../packages/console/src/screens/incidents/workflow.core.ts';

test('each state offers every step that it has, but for what is an act of its own', () => {
  expect(incidentStates.toSorted()).toEqual(Object.keys(moves).toSorted());
  for (const state of incidentStates) {
    const asked = moves[state].filter((to) => to !== 'merged' && to !== 'new');
    expect(stepsFrom[state].toSorted()).toEqual(asked.toSorted());
  }
});

test('levels begin at the same scores and are forced by the same rules', () => {
  expect(levelFrom).toEqual({ one: levelOneFrom, two: levelTwoFrom });
  expect(hardRules).toEqual(rules);
});
