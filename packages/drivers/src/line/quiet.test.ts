import { describe, expect, test } from 'vitest';
import { Quiet, quietLimits } from './quiet.ts';

const budgetMs = 920;

const start = 1_000_000;

/** A line whose stations all answered within 40 and 90 ms, and then none. */
function fallen(stations: number): Quiet {
  const quiet = new Quiet();
  for (let n = 0; n < 20; n++) quiet.answered(`s${n}`, { firstByteMs: 40, rttMs: 90 }, start);
  for (let n = 0; n < stations; n++) quiet.unanswered(`s${n}`, start);
  return quiet;
}

describe('silence of a line', () => {
  test.each([
    // silent stations -> many are, first byte, whole reply
    [0, false, budgetMs, budgetMs],
    [2, false, budgetMs, budgetMs],
    [3, true, 130, 230],
    [15, true, 130, 230],
    [16, true, budgetMs, budgetMs],
    [17, true, 130, 230],
  ])('after %i stations in a row: %s, %i ms, %i ms', (stations, many, firstByteMs, wholeMs) => {
    const quiet = fallen(stations);
    expect(quiet.many(start)).toBe(many);
    expect(quiet.hurry('s19', budgetMs, start)).toEqual({ firstByteMs, wholeMs });
  });

  test('one station that is asked again and again is not many', () => {
    const quiet = fallen(1);
    for (let n = 0; n < 100; n++) quiet.unanswered('s0', start + n);
    expect(quiet.many(start + 100)).toBe(false);
  });

  test('behind a broken joint: many that fell silent just now, although others answer, for a minute', () => {
    const quiet = fallen(3);
    quiet.heard();
    expect(quiet.many(start)).toBe(true);
    expect(quiet.many(start + quietLimits.latelyMs - 1)).toBe(true);
    expect(quiet.many(start + quietLimits.latelyMs)).toBe(false);
  });

  test('stations that have been dead for long make nobody hurry', () => {
    const quiet = fallen(0);
    for (let n = 0; n < 10; n++) {
      quiet.unanswered(`s${n}`, start + quietLimits.latelyMs);
      quiet.heard();
    }
    expect(quiet.many(start + quietLimits.latelyMs)).toBe(false);
    expect(quiet.hurry('s19', budgetMs, start + quietLimits.latelyMs)).toEqual({ firstByteMs: budgetMs, wholeMs: budgetMs });
  });

  test('whoever answers again is silent no longer', () => {
    const quiet = fallen(3);
    quiet.answered('s1', { firstByteMs: 40, rttMs: 90 }, start + 10);
    expect(quiet.many(start + 10)).toBe(false);
  });

  test('a station that never answered gets its full time, one that is slow its own', () => {
    expect(fallen(3).hurry('new', budgetMs, start).firstByteMs).toBe(budgetMs);
    const slow = fallen(3);
    slow.answered('slow', { firstByteMs: 600, rttMs: 700 }, start);
    for (const station of ['a', 'b', 'c']) slow.unanswered(station, start);
    expect(slow.hurry('slow', budgetMs, start)).toEqual({ firstByteMs: budgetMs, wholeMs: budgetMs });
  });

  test('what was slow once fades with quick answers', () => {
    const quiet = new Quiet();
    quiet.answered('s', { firstByteMs: 400, rttMs: 450 }, start);
    for (let n = 0; n < 50; n++) quiet.answered('s', { firstByteMs: 20, rttMs: 60 }, start);
    for (const station of ['a', 'b', 'c']) quiet.unanswered(station, start);
    expect(quiet.hurry('s', budgetMs, start)).toEqual({ firstByteMs: 90, wholeMs: 170 });
  });

  test('remembers so many stations and no more', () => {
    const quiet = new Quiet();
    for (let n = 0; n < quietLimits.known + 1; n++) quiet.answered(`s${n}`, { firstByteMs: 40, rttMs: 90 }, start);
    for (const station of ['a', 'b', 'c']) quiet.unanswered(station, start);
    expect(quiet.hurry(`s${quietLimits.known - 1}`, budgetMs, start).firstByteMs).toBe(130);
    expect(quiet.hurry(`s${quietLimits.known}`, budgetMs, start).firstByteMs).toBe(budgetMs);
  });
});
