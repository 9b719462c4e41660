/** Bounded queues, fairness, and a store that fails: nothing is acknowledged that is not committed, and everything is in the end. */
import { afterEach, describe, expect, test } from 'vitest';
import { deadLetterLimits } from '../../packages/collector/src/store/sqlite/ingest/dead-letters.ts';
import { type Bed, failing, makeBed } from './support/bed.ts';
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

describe('open dead letters of one agent', () => {
  const fill = async (bed: Bed, agent: string, count: number): Promise<FakeJournal> => {
    const lines = new FakeJournal({ agent }).append(...Array.from({ length: count }, (_, i) => `not JSON ${i}`));
    for (let first = 1; first <= count; first += 256) bed.send(agent, 'money', lines.batch(first, Math.min(count, first + 255)));
    await bed.pass(1_000);
    return lines;
  };
  const open = (): unknown => bed.rows("SELECT count(*) AS n FROM dead_letter WHERE state = 'open'")[0]?.['n'];

  test('end at their limit: the next is withheld and not acknowledged, what is good beside it is booked', async () => {
    bed = makeBed();
    const full = deadLetterLimits.openPerAgent;
    const lines = await fill(bed, 'yb-1', full);
    expect([open(), bed.acks('yb-1').at(-1)?.contiguousUpto]).toEqual([full, full]);
    const [good1, good2] = records(1, 2);
    lines.append(good1, 'not JSON either', good2);
    bed.send('yb-1', 'money', lines.batch(full + 1, full + 3));
    await bed.pass(500);
    expect(bed.acks('yb-1').at(-1)).toMatchObject({ contiguousUpto: full + 1, sparse: [[full + 3, full + 3]], reject: [] });
    expect([open(), bed.rows('SELECT count(*) AS n FROM record')[0]?.['n']]).toEqual([full, 2]);
    expect(bed.ingest.stats()).toMatchObject({ withheldTotal: 1, lastWithheldAt: expect.any(Number) });
    expect(bed.audited.map(({ action }) => action)).toEqual(['deadLettersFull']);
  });

  test('of another agent are another matter', async () => {
    bed = makeBed();
    await fill(bed, 'yb-1', deadLetterLimits.openPerAgent + 1);
    await fill(bed, 'yb-2', 3);
    expect([open(), bed.acks('yb-2').at(-1)?.contiguousUpto]).toEqual([deadLetterLimits.openPerAgent + 3, 3]);
    expect(bed.rows("SELECT DISTINCT topic, key FROM outbox WHERE topic = 'deadLetter' ORDER BY key")).toEqual([
      { topic: 'deadLetter', key: 'yb-1' },
      { topic: 'deadLetter', key: 'yb-2' },
    ]);
  });
});

test('events of one agent beyond its hour are refused with a pause and booked in the next; others go on, and so does its money', async () => {
  bed = makeBed({ ports: { limits: { eventsPerAgentHour: 10 } } });
  const events = (agent: string): FakeJournal =>
    new FakeJournal({ agent, stream: 'event' }).append(
      ...Array.from({ length: 15 }, (_, i) => ({
        type: 'agentNotice',
        notice: 'started',
        detail: `${agent} ${i}`,
        recordedAt: bed.clock.now(),
      })),
    );
  const one = events('yb-1');
  bed.send('yb-1', 'event', one.batch(1, 10));
  await bed.pass(500);
  const before = bed.acks('yb-1').length;
  bed.send('yb-1', 'event', one.batch(11, 15));
  bed.send('yb-1', 'money', new FakeJournal({ agent: 'yb-1' }).append(...records(1, 2)).batch(1, 2));
  bed.send('yb-2', 'event', events('yb-2').batch(1, 10));
  await bed.pass(500);
  const [pause, money] = bed.acks('yb-1').slice(before);
  expect(pause).toMatchObject({ stream: 'event', contiguousUpto: 10, credit: 1, retryAfterMs: 60_000 });
  expect([money?.stream, money?.contiguousUpto, bed.acks('yb-2').at(-1)?.contiguousUpto]).toEqual(['money', 2, 10]);
  expect(bed.ingest.stats()).toMatchObject({ deferredTotal: 1, shedTotal: 0 });
  expect(bed.audited).toEqual([{ agent: 'yb-1', action: 'eventQuota', reason: 'over 10 events in an hour' }]);
  bed.clock.advance(3_600_000);
  await bed.ingest.idle();
  bed.send('yb-1', 'event', one.batch(11, 15));
  await bed.pass(500);
  expect(bed.acks('yb-1').at(-1)).toMatchObject({ stream: 'event', contiguousUpto: 15 });
});
