import { SeededRandom, VirtualClock, epochMs, err, ok } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { elapse } from '../scripted/stream.ts';
import type { Told } from './observed.core.ts';
import { RelayQueue, queueLimits } from './relay-queue.ts';

function open() {
  const clock = new VirtualClock(epochMs(0));
  const taken: Told[] = [];
  const failures: string[] = [];
  const state = { ill: false };
  const queue = new RelayQueue({
    clock,
    random: new SeededRandom(1),
    take: (told) => {
      if (state.ill) return Promise.resolve(err({ kind: 'notTaken' as const, detail: 'ill' }));
      taken.push(told);
      return Promise.resolve(ok(undefined));
    },
    failed: ({ kind }) => void failures.push(kind),
  });
  return { clock, taken, failures, state, queue };
}

describe('what was seen and waits to be kept', () => {
  test('waits for as long as the journal is ill, in order, and the recovery is told', async () => {
    const { clock, taken, failures, state, queue } = open();
    state.ill = true;
    for (const point of ['a', 'b', 'c']) queue.add(() => ({ readings: [{ point, raw: 1 }] }), true);
    await elapse(clock, 120_000);
    expect(taken).toEqual([]);
    expect(failures.length).toBeGreaterThan(3);
    state.ill = false;
    await elapse(clock, 60_000);
    expect(taken.map(({ readings }) => readings?.[0]?.point)).toEqual(['a', 'b', 'c']);
    expect(taken.map(({ events }) => events?.map(({ alarm, active }) => `${alarm} ${active}`))).toEqual([
      ['relayNotKept false'],
      undefined,
      undefined,
    ]);
  });

  test('at the limit it is full, what comes beyond is counted and told', async () => {
    const { clock, taken, state, queue } = open();
    state.ill = true;
    for (let i = 0; i < queueLimits.waiting; i++) queue.add(() => ({}), true);
    expect({ waiting: queue.waiting, dropped: queue.dropped }).toEqual({ waiting: queueLimits.waiting, dropped: 0 });
    queue.add(() => ({}), true);
    expect({ waiting: queue.waiting, dropped: queue.dropped }).toEqual({ waiting: queueLimits.waiting, dropped: 1 });
    state.ill = false;
    await elapse(clock, 60_000);
    for (let i = 0; i < 40; i++) await elapse(clock, 1);
    expect(taken[0]?.events).toMatchObject([
      { alarm: 'relayNotKept', active: true, detail: '1000 waited for the journal, 1 found no place' },
    ]);
  });

  test('signs of life are not stored up, and are not tried again', async () => {
    const { clock, taken, state, queue } = open();
    state.ill = true;
    for (let i = 0; i < 50; i++) queue.add(() => ({}), false);
    expect(queue.waiting).toBe(queueLimits.signs);
    await elapse(clock, 1_000);
    expect(queue.waiting).toBe(0);
    expect(taken).toEqual([]);
  });
});
