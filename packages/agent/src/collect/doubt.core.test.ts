import { describe, expect, test } from 'vitest';
import { doubtLimits, proofOf, questionsFor } from './doubt.core.ts';

const silence = (unanswered: number, lossShare: number) =>
  ({ kind: 'timeout', afterMs: 800, manySilent: false, unanswered, lossShare }) as const;

describe('what silence proves', () => {
  test.each([
    // share lost -> questions alone, with others
    [0, 3, 2],
    [0.01, 3, 2],
    [0.02, 4, 3],
    [0.05, 5, 4],
    [0.1, 6, 4],
    [0.19, 9, 6],
    [0.36, doubtLimits.questionsMax, 10],
    [1, doubtLimits.questionsMax, doubtLimits.questionsMax],
  ])('a line that loses %f: %i questions alone, %i with others', (lossShare, alone, together) => {
    expect(questionsFor(doubtLimits.chance, lossShare)).toBe(alone);
    expect(questionsFor(doubtLimits.chanceTogether, lossShare)).toBe(together);
    expect(proofOf(silence(alone, lossShare))).toBe('alone');
    expect(proofOf(silence(together - 1, lossShare))).toBe('none');
    if (together < alone) expect(proofOf(silence(alone - 1, lossShare))).toBe('together');
  });

  test('one lost frame proves nothing on any line', () => {
    for (const lossShare of [0, 0.001, 0.1, 1]) expect(proofOf(silence(1, lossShare))).toBe('none');
  });

  test('of a line of one, and of what is no silence, nothing is known', () => {
    expect(proofOf({ kind: 'timeout', afterMs: 800 })).toBeUndefined();
    expect(proofOf({ kind: 'refused', deviceCode: 2, detail: '' })).toBeUndefined();
  });
});
