import { describe, expect, test } from 'vitest';
import { incidentStates, isOver, isRunning, missingFor, needsNote, stepsFrom, verbOf } from './workflow.core.ts';

const empty = { time: '', place: '', symptom: '', cause: '', handling: '', result: '' };
const assessed = (level: 1 | 3) => [
  { severity: 0, scope: 0, urgency: 0, bump: 0, score: 0, hardRule: null, level, by: 'watch', reason: '', at: 0 },
];

describe('the workflow of an incident', () => {
  test('names every state once, and no step into what is an act of its own', () => {
    expect(Object.keys(stepsFrom).toSorted()).toEqual([...incidentStates].toSorted());
    expect(Object.values(stepsFrom).flat()).not.toContain('merged');
  });

  test.each([
    ['accepted', 'working', 'working'],
    ['onHold', 'working', 'resume'],
    ['restored', 'working', 'reopen'],
    ['closed', 'working', 'reopen'],
    ['new', 'accepted', 'accepted'],
  ] as const)('from %s to %s is called %s', (from, to, verb) => {
    expect(verbOf(from, to)).toBe(verb);
  });

  test('asks for words where something is undone or said to be cured', () => {
    expect(needsNote('working', 'restored')).toBe(true);
    expect(needsNote('resolved', 'working')).toBe(true);
    expect(needsNote('onHold', 'working')).toBe(false);
  });

  test.each([
    [3, 'resolved', ['cause', 'handling']],
    [3, 'closed', ['result']],
    [1, 'closed', ['time', 'place', 'symptom', 'cause', 'handling', 'result', 'rootCause']],
    [1, 'restored', []],
  ] as const)('at level %i the step to %s waits for %j', (level, to, missing) => {
    expect(missingFor({ record: empty, rootCause: null, assessments: assessed(level) }, to)).toEqual(missing);
  });

  test('runs until it is restored, and is over when it is closed, merged or a false alarm', () => {
    expect(incidentStates.filter((state) => isRunning({ state }))).toEqual(['new', 'accepted', 'working', 'onHold']);
    expect(incidentStates.filter((state) => isOver({ state }))).toEqual(['closed', 'falseAlarm', 'merged']);
  });
});
