import { describe, expect, test } from 'vitest';
import { soonMs, standingOf, usedShare, worstOf } from './due.core.ts';

const now = 1_000_000_000;
const clock = (
  state: 'running' | 'paused' | 'met' | 'breached' | 'notNeeded',
  dueIn: number | null,
  stoppedAt: number | null = null,
) => ({
  state,
  dueAt: dueIn === null ? null : now + dueIn,
  stoppedAt,
});

describe('clocks near their end', () => {
  test.each([
    ['running', soonMs + 1, null, 'running'],
    ['running', soonMs, null, 'soon'],
    ['running', 0, null, 'overdue'],
    ['running', null, null, 'running'],
    ['paused', -1, null, 'paused'],
    ['breached', -1, null, 'overdue'],
    ['breached', -1, now - 1, 'missed'],
    ['met', null, now - 1, 'met'],
    ['notNeeded', null, now - 1, 'notNeeded'],
  ] as const)('%s, due in %s ms, stopped at %s: %s', (state, dueIn, stoppedAt, standing) => {
    expect(standingOf(clock(state, dueIn, stoppedAt), now)).toBe(standing);
  });

  test('the worst that still runs is told', () => {
    expect(worstOf([clock('met', null, 1), clock('running', 5, null)], now)).toBe('soon');
    expect(worstOf([clock('running', 5, null), clock('breached', -5, null)], now)).toBe('overdue');
    expect(worstOf([clock('breached', -5, 1)], now)).toBeUndefined();
  });

  test('a share never leaves its bar', () => {
    expect(usedShare({ elapsedMs: 30, limitMs: 60 })).toBe(0.5);
    expect(usedShare({ elapsedMs: 90, limitMs: 60 })).toBe(1);
    expect(usedShare({ elapsedMs: 0, limitMs: 0 })).toBe(1);
  });
});
