/** Bounded queues, fairness, and a store that fails: nothing is acknowledged that is not committed, and everything is in the end. */
import type { IngestStore } from '@cardwatch/collector/store';
import { afterEach, describe, expect, test } from 'vitest';
import { type Bed, makeBed } from './support/bed.ts';
import { FakeJournal } from './support/journal.ts';
import { heartbeat, records } from './support/records.ts';

let bed: Bed;
afterEach(() => bed.close());

describe('a full queue', () => {
  const bytes = 100_000;
  const money = (agent: string, first: number, last: number): FakeJournal =>
    new FakeJournal({ agent }).append(...records(first, last));

  test('sheds health first, then backlog, money last, and takes them when they come again', async () => {
    bed = makeBed({ ports: { limits: { queueBytes: bytes, agentQueueShare: 1 } } });
    const live = money('yb-1', 1, 100);
    const health = new FakeJournal({ agent: 'yb-1', stream: 'health' }).append(heartbeat('d-1'));
    bed.send('yb-1', 'money', live.batch(1, 74));
    expect(bed.ingest.stats().queueBytes).toBeGreaterThan(0.6 * bytes);
    bed.send('yb-1', 'health', health.batch(1, 1));
    expect(bed.ingest.stats()).toMatchObject({ shedTotal: 1, lastShedAt: bed.clock.now() });
    bed.send('yb-1', 'money', live.batch(75, 85));
    bed.send('yb-1', 'money', live.batch(86, 86, { lane: 'backlog' }));
    expect(bed.ingest.stats()).toMatchObject({ shedTotal: 2, queueRecords: 85 });
    bed.send('yb-1', 'money', live.batch(86, 100));
    for (let i = 0; i < 9 && bed.ingest.stats().shedTotal < 3; i++) bed.send('yb-1', 'money', live.batch(91, 100));
    expect(bed.ingest.stats().shedTotal).toBe(3);
    expect(bed.ingest.stats().queueBytes).toBeGreaterThanOrEqual(bytes);
    expect(bed.ingest.stats().queueBytes).toBeLessThan(1.1 * bytes);
    await bed.pass(500);
    expect(bed.acks('yb-1').map(({ stream, contiguousUpto }) => [stream, contiguousUpto])).toEqual([['money', 100]]);
    bed.send('yb-1', 'health', health.batch(1, 1));
    await bed.pass(500);
    expect(bed.acks('yb-1').at(-1)).toMatchObject({ stream: 'health', contiguousUpto: 1 });
  });

  test('is never filled by one agent', async () => {
    bed = makeBed({ ports: { limits: { queueBytes: bytes } } });
    const greedy = money('yb-1', 1, 60);
    for (let first = 1; first <= 60; first += 10) bed.send('yb-1', 'money', greedy.batch(first, first + 9));
    bed.send('yb-2', 'money', money('yb-2', 101, 105).batch(1, 5));
    expect(bed.ingest.stats()).toMatchObject({ shedTotal: 3, queueRecords: 35 });
    await bed.pass(500);
    expect(bed.acks('yb-2').at(-1)?.contiguousUpto).toBe(5);
  });
});

test('sixteen agents drain at full credit, the others one batch at a time', async () => {
  bed = makeBed();
  for (let i = 1; i <= 18; i++) {
    const lines = new FakeJournal({ agent: `yb-${i}` }).append(...records(1, 2, { device: `d-${i}` }));
    bed.send(`yb-${i}`, 'money', lines.batch(1, 2, { lane: 'backlog' }));
  }
  await bed.pass(500);
  const credits = Array.from({ length: 18 }, (_, at) => bed.acks(`yb-${at + 1}`)[0]);
  expect(credits.filter((ack) => (ack?.credit ?? 0) > 1)).toHaveLength(16);
  expect(credits.filter((ack) => ack?.credit === 1 && ack.retryAfterMs === 1_000)).toHaveLength(2);
  expect(bed.ingest.stats().drainingAgents).toBe(16);
});

/** Fails every commit that `fails` says, before anything is done. */
const failing =
  (fails: (batches: number) => boolean) =>
  (store: IngestStore): IngestStore =>
    new Proxy(store, {
      get: (target, name) =>
        name === 'commit'
          ? (batches: Parameters<IngestStore['commit']>[0]) =>
              fails(batches.length) ? Promise.reject(new Error('database is locked')) : target.commit(batches)
          : Reflect.get(target, name).bind(target),
    });

test('a commit that fails acknowledges nothing; what comes again is booked once', async () => {
  let commits = 0;
  bed = makeBed({ through: failing(() => ++commits <= 3) });
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 20));
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(bed.acks('yb-1')).toEqual([]);
    bed.send('yb-1', 'money', lines.batch(1, 10));
    bed.send('yb-1', 'money', lines.batch(11, 20));
    await bed.pass(500);
  }
  expect(bed.ingest.stats()).toMatchObject({ commitFailuresTotal: 3, recordsTotal: 20 });
  expect(bed.acks('yb-1').at(-1)?.contiguousUpto).toBe(20);
  expect(bed.rows('SELECT count(*) AS n FROM record')).toEqual([{ n: 20 }]);
});

test('one batch that cannot be written does not hold the others', async () => {
  bed = makeBed({ through: failing((batches) => batches > 1) });
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 20));
  for (let attempt = 0; attempt < 2; attempt++) {
    bed.send('yb-1', 'money', lines.batch(1, 10));
    bed.send('yb-1', 'money', lines.batch(11, 20));
    await bed.pass(500);
  }
  expect(bed.acks('yb-1').at(-1)?.contiguousUpto).toBe(20);
  expect(bed.ingest.stats().commitFailuresTotal).toBe(1);
});
