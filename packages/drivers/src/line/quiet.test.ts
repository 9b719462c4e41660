import { describe, expect, test } from 'vitest';
import { Quiet, quietLimits } from './quiet.ts';

const [requestMs, budgetMs] = [10, 920];

const start = 1_000_000;

/** A line whose stations all answered within 40 and 90 ms, and then none. */
function fallen(stations: number): Quiet {
  const quiet = new Quiet();
  for (let n = 0; n < 20; n++) quiet.answered(`s${n}`, { turnaroundMs: 30, rttMs: 90 }, start);
  for (let n = 0; n < stations; n++) quiet.unanswered(`s${n}`, start);
  return quiet;
}

describe('silence of a line', () => {
  test.each([
    // silent stations -> many are, first byte, whole reply
    [0, false, budgetMs, budgetMs],
    [2, false, budgetMs, budgetMs],
    [3, true, 120, 230],
    [31, true, 120, 230],
    [32, true, budgetMs, budgetMs],
    [33, true, 120, 230],
  ])('after %i stations in a row: %s, %i ms, %i ms', (stations, many, firstByteMs, wholeMs) => {
    const quiet = fallen(stations);
    expect(quiet.many(start)).toBe(many);
    expect(quiet.hurry('s19', { requestMs, budgetMs }, start)).toEqual({ firstByteMs, wholeMs });
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
    expect(quiet.hurry('s19', { requestMs, budgetMs }, start + quietLimits.latelyMs)).toEqual({
      firstByteMs: budgetMs,
      wholeMs: budgetMs,
    });
  });

  test('whoever answers again is silent no longer', () => {
    const quiet = fallen(3);
    quiet.answered('s1', { turnaroundMs: 30, rttMs: 90 }, start + 10);
    expect(quiet.many(start + 10)).toBe(false);
  });

  test('a station that never answered gets its full time, one that is slow its own', () => {
    expect(fallen(3).hurry('new', { requestMs, budgetMs }, start).firstByteMs).toBe(budgetMs);
    const slow = fallen(3);
    slow.answered('slow', { turnaroundMs: 600, rttMs: 700 }, start);
    for (const station of ['a', 'b', 'c']) slow.unanswered(station, start);
    expect(slow.hurry('slow', { requestMs, budgetMs }, start)).toEqual({ firstByteMs: budgetMs, wholeMs: budgetMs });
  });

  test('what was slow once fades with quick answers', () => {
    const quiet = new Quiet();
    quiet.answered('s', { turnaroundMs: 400, rttMs: 450 }, start);
    for (let n = 0; n < 50; n++) quiet.answered('s', { turnaroundMs: 20, rttMs: 60 }, start);
    for (const station of ['a', 'b', 'c']) quiet.unanswered(station, start);
    expect(quiet.hurry('s', { requestMs, budgetMs }, start)).toEqual({ firstByteMs: 100, wholeMs: 170 });
  });

  test('remembers so many stations and no more', () => {
    const quiet = new Quiet();
    for (let n = 0; n < quietLimits.known + 1; n++) quiet.answered(`s${n}`, { turnaroundMs: 30, rttMs: 90 }, start);
    for (const station of ['a', 'b', 'c']) quiet.unanswered(station, start);
    expect(quiet.hurry(`s${quietLimits.known - 1}`, { requestMs, budgetMs }, start).firstByteMs).toBe(120);
    expect(quiet.hurry(`s${quietLimits.known}`, { requestMs, budgetMs }, start).firstByteMs).toBe(budgetMs);
  });

  test('says how many questions in a row a station left without an answer, and whether to repeat one', () => {
    const quiet = fallen(0);
    const later = start + quietLimits.talkingMs + 1;
    expect(quiet.unanswered('s0', later)).toMatchObject({ unanswered: 1, manySilent: false });
    expect(quiet.unanswered('s0', later)).toMatchObject({ unanswered: 2, manySilent: false });
    expect(quiet.unanswered('s1', later)).toMatchObject({ unanswered: 1, manySilent: true });
    quiet.answered('s0', { turnaroundMs: 30, rttMs: 90 }, later);
    expect(quiet.unanswered('s0', later)).toMatchObject({ unanswered: 1, manySilent: false });
  });

  test('in the middle of a conversation a frame was lost: it is asked again whoever else is silent', () => {
    const quiet = fallen(5);
    quiet.answered('s9', { turnaroundMs: 30, rttMs: 90 }, start + 60_000);
    expect(quiet.unanswered('s9', start + 61_000).manySilent).toBe(false);
  });

  test('an answer that came too late: the station lives, and gets that time from then on', () => {
    const quiet = fallen(4);
    quiet.late('s0', 200, start + 300);
    expect(quiet.unanswered('s0', start + 400).unanswered).toBe(1);
    expect(quiet.hurry('s0', { requestMs, budgetMs }, start + 500).firstByteMs).toBe(10 + 50 + 2 * 200);
  });

  test('a station that has been dead for long gets its full time once in four questions', () => {
    const quiet = fallen(0);
    const given = Array.from({ length: 12 }, (_, n) => {
      const { firstByteMs } = quiet.hurry('s0', { requestMs, budgetMs }, start + 100_000 + n);
      quiet.unanswered('s0', start + 100_000 + n);
      return firstByteMs === budgetMs;
    });
    expect(given).toEqual([true, true, true, true, true, false, false, false, true, false, false, false]);
  });
});
