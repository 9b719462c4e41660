import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { FrameLoss, frameLossLimits } from './frame-loss.core.ts';

/** Stations that live, on a line that loses so many exchanges. */
function heard(lossShare: number, exchanges: number, seed: number, loss = new FrameLoss()): FrameLoss {
  const random = new SeededRandom(seed);
  let lost = 0;
  for (let n = 0; n < exchanges; n++)
    if (random.next() < lossShare) lost++;
    else {
      loss.answered(lost, 2_000);
      lost = 0;
    }
  return loss;
}

describe('frames that a line loses', () => {
  test.each([
    [0, 0, 0],
    [0.02, 0.01, 0.1],
    [0.1, 0.07, 0.25],
    [0.3, 0.25, 0.5],
  ])('%f of them: told as %f to %f', (share, least, most) => {
    for (let seed = 1; seed <= 20; seed++) {
      const told = heard(share, 2_000, seed).share;
      expect(told).toBeGreaterThanOrEqual(least);
      expect(told).toBeLessThanOrEqual(most);
    }
  });

  test('noise that begins is known within seconds, and one that ended is forgotten', () => {
    const loss = heard(0, 1_000, 1);
    expect(heard(0.2, 60, 2, loss).share).toBeGreaterThan(0.1);
    expect(heard(0, 4_000, 3, loss).share).toBeLessThan(0.01);
  });

  test('a station that was away lost no frames', () => {
    const loss = new FrameLoss();
    loss.answered(frameLossLimits.awayQuestions + 1, 5_000);
    loss.answered(3, frameLossLimits.awayMs + 1);
    expect(loss.share).toBe(0);
    loss.answered(frameLossLimits.awayQuestions, frameLossLimits.awayMs);
    expect(loss.share).toBeGreaterThan(0.5);
  });
});
