import { EpochNo } from '@cardwatch/contracts';
import { SeededRandom, type Range } from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  freshFrom,
  acknowledged,
  choose,
  expired,
  grown,
  type Life,
  openWindow,
  pending,
  sent,
  wakeMs,
  type Window,
  windowLimits,
} from './window.core.ts';

const one = EpochNo.parse(1);
const two = EpochNo.parse(2);
const life = (change: Partial<Life> = {}): Life => ({
  epoch: one,
  acked: 0,
  sparse: [],
  last: 1_000,
  liveFrom: 1_001,
  ...change,
});
const window = (lives: readonly Life[] = [life()], credit = 4): Window => openWindow('money', lives, credit);
const ack = (upto: number, sparse: readonly Range[] = [], credit = 4, retryAfterMs?: number) => ({
  contiguousUpto: upto,
  sparse,
  credit,
  retryAfterMs,
});

/** Sends all that may go now; the ranges in order. */
function drain(from: Window, nowMs: number): [Window, string[]] {
  let state = from;
  const ranges: string[] = [];
  for (let choice = choose(state, nowMs); choice !== undefined; choice = choose(state, nowMs)) {
    state = sent(state, choice, choice.to, nowMs, 0);
    ranges.push(`${choice.epoch}:${choice.from}-${choice.to} ${choice.lane}`);
    if (ranges.length > 1_000) throw new Error('a window never stops');
  }
  return [state, ranges];
}

describe('send window', () => {
  test('keeps one slot of four for the live lane', () => {
    const [full, ranges] = drain(window(), 0);
    expect(ranges).toEqual(['1:1-256 backlog', '1:257-512 backlog', '1:513-768 backlog']);
    const [, live] = drain(grown(full, one, 1_010), 1);
    expect(live).toEqual(['1:1001-1010 live']);
  });

  test('live fills all slots when there is no backlog, and leaves one when there is', () => {
    expect(drain(window([life({ last: 9_000, liveFrom: 1 })]), 0)[1]).toHaveLength(4);
    const [, mixed] = drain(window([life({ last: 9_000, liveFrom: 5_000 })]), 0);
    expect(mixed.filter((range) => range.endsWith('live'))).toHaveLength(3);
    expect(mixed.filter((range) => range.endsWith('backlog'))).toHaveLength(1);
  });

  test('with one slot the lanes take turns', () => {
    let state = window([life({ last: 9_000, liveFrom: 5_000 })], 1);
    const lanes: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const choice = choose(state, 0);
      if (choice === undefined) break;
      lanes.push(choice.lane);
      state = sent(state, choice, choice.to, 0, 0);
      expect(choose(state, 0)).toBeUndefined();
      state = acknowledged(state, one, ack(0, [[choice.from, choice.to]], 1), 0);
    }
    expect(lanes).toEqual(['live', 'backlog', 'live', 'backlog', 'live', 'backlog']);
  });

  test('is released by acknowledgements alone, and re-sends after ten seconds', () => {
    const [full] = drain(window([life({ last: 10, liveFrom: 11 })]), 0);
    expect(wakeMs(full, 0)).toBe(10_000);
    expect(expired(full, 9_999).flights).toHaveLength(1);
    const late = expired(full, 10_000);
    expect(late.flights).toHaveLength(0);
    expect(drain(late, 10_000)[1]).toEqual(['1:1-10 backlog']);
    expect(pending(late)).toBe(10);
    const done = acknowledged(late, one, ack(10), 10_001);
    expect(pending(done)).toBe(0);
    expect(drain(done, 10_001)[1]).toEqual([]);
  });

  test.each([
    [0, 10_000, 20_000],
    [1, 10_000, 40_000],
    [2, 10_000, 60_000],
    [9, 10_000, 60_000],
  ])('after %i re-sends the next comes within %i to %i ms', (resends, low, high) => {
    const choice = { epoch: one, from: 1, to: 10, lane: 'backlog' } as const;
    const due = (draw: number) => sent({ ...window(), resends }, choice, 10, 0, draw).flights[0]?.dueMs;
    expect([due(0), due(1)]).toEqual([low, high]);
  });

  test('committed ranges are not sent again; a partly committed flight is sent in its rest', () => {
    const [full] = drain(window([life({ last: 300, liveFrom: 301 })]), 0);
    expect(full.flights).toHaveLength(2);
    const partly = acknowledged(full, one, ack(100, [[201, 256]]), 1);
    expect(partly.flights.map(({ first, last }) => [first, last])).toEqual([
      [1, 256],
      [257, 300],
    ]);
    expect(drain(expired(partly, 20_000), 20_000)[1]).toEqual(['1:101-200 backlog', '1:257-300 backlog']);
    const whole = acknowledged(partly, one, ack(100, [[101, 200]]), 2);
    expect(whole.lives[0]?.acked).toBe(256);
    expect(whole.flights).toHaveLength(1);
  });

  test('an old acknowledgement takes nothing back, one beyond our last number claims nothing', () => {
    const ahead = acknowledged(window(), one, ack(500), 0);
    expect(acknowledged(ahead, one, ack(200), 1).lives[0]?.acked).toBe(500);
    expect(acknowledged(ahead, one, ack(99_999), 1).lives[0]?.acked).toBe(1_000);
    expect(acknowledged(ahead, two, ack(700), 1).lives[0]?.acked).toBe(500);
    expect(acknowledged(ahead, one, ack(500, [[2_000, 3_000]]), 1).lives[0]?.sparse).toEqual([]);
  });

  test('an older epoch is drained as backlog, before the present one', () => {
    const old = life({ last: 5, liveFrom: Number.POSITIVE_INFINITY });
    const now = life({ epoch: two, last: 3, liveFrom: 1 });
    expect(drain(window([old, now]), 0)[1]).toEqual(['2:1-3 live', '1:1-5 backlog']);
  });

  test('without credit nothing goes before the time that was asked for, then one', () => {
    const stopped = acknowledged(window(), one, ack(0, [], 0, 5_000), 0);
    expect(drain(stopped, 4_999)[1]).toHaveLength(0);
    expect(wakeMs(stopped, 0)).toBe(5_000);
    expect(drain(stopped, 5_000)[1]).toHaveLength(1);
    const silent = acknowledged(window(), one, ack(0, [], 0), 0);
    expect(wakeMs(silent, 0)).toBe(windowLimits.noCreditMs);
  });

  test('a pause with credit holds the backlog alone', () => {
    const paused = acknowledged(window([life({ last: 1_010 })]), one, ack(0, [], 1, 5_000), 0);
    expect(drain(paused, 0)[1]).toEqual(['1:1001-1010 live']);
  });

  test('more credit than ours is cut to ours', () => {
    expect(drain(window([life({ last: 99_999, liveFrom: 1 })], 64), 0)[1]).toHaveLength(windowLimits.creditMax);
  });
});

interface Step {
  readonly afterMs: number;
  readonly grow: number;
  readonly lose: boolean;
  readonly ackLost: boolean;
  readonly credit: number;
}

const steps = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 1, max: 15_000 }),
    grow: fc.integer({ min: 0, max: 600 }),
    lose: fc.boolean(),
    ackLost: fc.boolean(),
    credit: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 60 },
);

describe('send window, whatever the network does', () => {
  /** A collector that commits whole batches, in any order, and tells its ranges. */
  class Collector {
    committed = new Set<number>();
    commit(first: number, last: number): void {
      for (let seq = first; seq <= last; seq++) this.committed.add(seq);
    }
    upto(): number {
      let upto = 0;
      while (this.committed.has(upto + 1)) upto++;
      return upto;
    }
    sparse(last: number): Range[] {
      const found: [number, number][] = [];
      for (let seq = this.upto() + 1; seq <= last; seq++) {
        if (!this.committed.has(seq)) continue;
        const open = found.at(-1);
        if (open?.[1] === seq - 1) open[1] = seq;
        else found.push([seq, seq]);
      }
      return found;
    }
  }

  test('releases nothing that is not committed, keeps within the credit, sends no committed number again, and ends empty', () => {
    fc.assert(
      fc.property(steps, fc.integer(), (plan, seed) => {
        const random = new SeededRandom(seed);
        const collector = new Collector();
        let last = 700;
        let now = 0;
        let state = window([life({ last, liveFrom: 701 })]);
        const turn = (step: Step): void => {
          now += step.afterMs;
          last += step.grow;
          state = expired(grown(state, one, last), now);
          for (let choice = choose(state, now); choice !== undefined; choice = choose(state, now)) {
            const slots = state.credit > 0 ? Math.min(state.credit, windowLimits.creditMax) : 1;
            expect(state.flights.length).toBeLessThan(slots);
            expect(choice.to - choice.from).toBeLessThan(windowLimits.records);
            const told = state.lives[0];
            for (const [a, b] of told?.sparse ?? []) expect(choice.to < a || choice.from > b).toBe(true);
            expect(choice.from).toBeGreaterThan(told?.acked ?? 0);
            for (const flight of state.flights) expect(choice.to < flight.first || choice.from > flight.last).toBe(true);
            state = sent(state, choice, choice.to, now, random.next());
            if (!step.lose) collector.commit(choice.from, choice.to);
          }
          if (!step.ackLost) state = acknowledged(state, one, ack(collector.upto(), collector.sparse(last), step.credit), now);
          const acked = state.lives[0]?.acked ?? 0;
          for (let seq = 1; seq <= acked; seq++)
            if (!collector.committed.has(seq)) throw new Error(`${seq} was released unbooked`);
        };
        for (const step of plan) turn(step);
        for (let calm = 0; calm < 40 && pending(state) > 0; calm++)
          turn({ afterMs: 61_000, grow: 0, lose: false, ackLost: false, credit: 4 });
        expect(pending(state)).toBe(0);
        expect(state.flights).toHaveLength(0);
      }),
      { numRuns: 200 },
    );
  });

  test('a live record waits for no more than one round trip, however long the backlog is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 16 }), fc.integer({ min: 1, max: 50 }), (credit, atTurn) => {
        const roundTripMs = 200;
        let state = window([life({ last: 100_000, liveFrom: 100_001 })], credit);
        let now = 0;
        let bornAt: number | undefined;
        let sentAt: number | undefined;
        const committed: Range[] = [];
        for (let turn = 0; turn < 60 && sentAt === undefined; turn++) {
          if (turn === atTurn) {
            state = grown(state, one, 100_001);
            bornAt = now;
          }
          for (let choice = choose(state, now); choice !== undefined; choice = choose(state, now)) {
            if (choice.lane === 'live') sentAt ??= now;
            state = sent(state, choice, choice.to, now, 0);
          }
          now += roundTripMs / 4;
          const oldest = state.flights[0];
          if (oldest !== undefined) {
            committed.push([oldest.first, oldest.last]);
            state = acknowledged(state, one, ack(0, [[oldest.first, oldest.last]], credit), now);
          }
        }
        expect(sentAt).toBeDefined();
        expect((sentAt ?? 0) - (bornAt ?? 0)).toBeLessThanOrEqual(roundTripMs);
      }),
      { numRuns: 100 },
    );
  });
});

test.each([
  [0, 1],
  [windowLimits.freshRecords - 1, 1],
  [windowLimits.freshRecords, 1],
  [windowLimits.freshRecords + 1, 2],
  [200_000, 200_001 - windowLimits.freshRecords],
])('with %i records at the hello the live lane begins at %i', (last, from) => {
  expect(freshFrom(last)).toBe(from);
});
