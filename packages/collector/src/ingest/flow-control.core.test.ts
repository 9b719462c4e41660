import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { DrainPermits } from './credit.core.ts';
import { speak } from './lease.core.ts';
import { ingestLimits } from './ports.ts';
import { type Lane, Schedule, type Waiting } from './schedule.core.ts';

const item = (agent: string, lane: Lane, records = 256, bytes = 200_000): Waiting => ({ agent, lane, records, bytes });
const by = (taken: readonly Waiting[]): string =>
  taken.map(({ agent, lane }) => `${agent}${lane === 'live' ? '' : '*'}`).join(' ');

describe('schedule', () => {
  test('serves agents in turn, however much one of them has', () => {
    const schedule = new Schedule(0.3);
    for (let i = 0; i < 6; i++) schedule.add(item('a', 'live'));
    schedule.add(item('b', 'live'));
    schedule.add(item('c', 'live'));
    expect(by(schedule.take(256 * 4))).toBe('a b c a');
    expect([schedule.records, schedule.bytes]).toEqual([4 * 256, 4 * 200_000]);
  });

  test('keeps three tenths of a commit for live, gives the rest to backlog, and lends what is not used', () => {
    const waiting = (live: number, backlog: number): Schedule<Waiting> => {
      const schedule = new Schedule(0.3);
      for (let i = 0; i < backlog; i++) schedule.add(item('b', 'backlog', 100, 10));
      for (let i = 0; i < live; i++) schedule.add(item('a', 'live', 100, 10));
      return schedule;
    };
    const count = (taken: readonly Waiting[], lane: Lane): number => taken.filter((one) => one.lane === lane).length;
    for (const [live, backlog, wantLive, wantBacklog] of [
      [10, 10, 3, 7],
      [2, 10, 2, 8],
      [10, 2, 8, 2],
      [0, 10, 0, 10],
      [20, 0, 10, 0],
    ] as const) {
      const taken = waiting(live, backlog).take(1_000);
      expect([count(taken, 'live'), count(taken, 'backlog')]).toEqual([wantLive, wantBacklog]);
    }
  });

  test('takes a batch that is larger than a turn, after some turns', () => {
    const schedule = new Schedule(0.3);
    schedule.add(item('a', 'live', 256, 500_000));
    schedule.add(item('b', 'live', 256, 10));
    expect(by(schedule.take(512))).toBe('b a');
    expect(schedule.records).toBe(0);
  });

  test('loses nothing and repeats nothing', () => {
    const schedule = new Schedule(0.3);
    for (let i = 0; i < 5_000; i++) schedule.add(item(`a${i % 7}`, i % 3 === 0 ? 'backlog' : 'live', 1 + (i % 256), 1 + i));
    const taken: Waiting[] = [];
    while (schedule.records > 0) taken.push(...schedule.take(1_000));
    expect([taken.length, new Set(taken).size, schedule.bytes]).toEqual([5_000, 5_000, 0]);
  });
});

describe('credit', () => {
  const { drainingAgents, drainPermitMs, credit, backlogRetryMs, queueBytes, creditMax } = ingestLimits;
  const backlog = (agent: string) => ({ agent, backlog: true, records: 256 });

  test('the seventeenth agent that drains waits until a permit is free', () => {
    const permits = new DrainPermits(ingestLimits);
    for (let i = 0; i < drainingAgents; i++) expect(permits.creditFor(backlog(`a${i}`), 0, 0).credit).toBe(credit);
    expect(permits.creditFor(backlog('late'), 0, 0)).toEqual({ credit: 1, retryAfterMs: backlogRetryMs });
    expect(permits.creditFor({ ...backlog('late'), backlog: false }, 0, 0).credit).toBe(credit);
    permits.release('a3');
    expect(permits.creditFor(backlog('late'), 0, 0).credit).toBe(credit);
    expect(permits.creditFor(backlog('later'), 0, drainPermitMs - 1).credit).toBe(1);
    expect(permits.creditFor(backlog('later'), 0, drainPermitMs).credit).toBe(credit);
    expect(permits.count(drainPermitMs)).toBe(1);
  });

  test.each([
    // records a batch, bytes queued, credit
    [256, 0, credit],
    [32, 0, 64],
    [1, 0, creditMax],
    [256, queueBytes / 2, credit],
    [256, queueBytes / 2 + 1, credit / 4],
    [1, queueBytes, credit / 4],
  ])('%d records a batch with %d bytes queued', (records, queued, wanted) => {
    expect(new DrainPermits(ingestLimits).creditFor({ agent: 'a', backlog: false, records }, queued, 0).credit).toBe(wanted);
  });
});

describe('lease', () => {
  const held = { instance: 'one', heardAt: epochMs(1_000) };
  test.each([
    [undefined, 'two', 5_000, true],
    [held, 'one', 900_000, true],
    [held, 'two', 1_000 + 44_999, false],
    [held, 'two', 1_000 + 45_000, true],
  ] as const)('%j asked by %s at %d', (lease, instance, now, wanted) => {
    const answer = speak(lease, instance, 45_000, epochMs(now));
    expect(answer.held).toBe(wanted);
    expect(answer.lease.instance).toBe(wanted ? instance : 'one');
    if (!answer.held) expect(answer.retryAfterMs).toBe(46_000 - now);
  });
});
