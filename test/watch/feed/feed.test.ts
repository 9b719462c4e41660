/** What the watch reads of the custody store: facts in commit order, found again by cursor and by time. */
import { join } from 'node:path';
import { openSqliteFeed } from '@cardwatch/collector/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bed, makeBed, newFolder } from '../../collector/support/bed.ts';
import { FakeJournal } from '../../collector/support/journal.ts';
import { agentHealth, deviceGap, heartbeat, hello, morning, reading, records } from '../../collector/support/records.ts';

let folder: string;
let bed: Bed;
beforeEach(() => {
  folder = newFolder();
  bed = makeBed({ folder });
});
afterEach(() => bed.close());

async function filled(): Promise<ReturnType<typeof openSqliteFeed>> {
  bed.send('yb-1', 'hello', hello());
  await bed.pass(100);
  const money = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 2_500));
  for (let first = 1; first < 2_500; first += 250) {
    bed.send('yb-1', 'money', money.batch(first, first + 249));
    await bed.pass(1_000);
  }
  const health = new FakeJournal({ agent: 'yb-1', stream: 'health' }).append(
    heartbeat('yb-b3-bath-01', { state: 'offline', cause: 'noReply', askedAt: morning + 5, uncollected: 7, driftMs: -900 }),
    reading('yb-b3-bath-01', 'flow', 4.2),
    agentHealth(12),
  );
  bed.send('yb-1', 'health', health.batch(1, 3));
  const events = new FakeJournal({ agent: 'yb-1', stream: 'event' }).append(deviceGap(3_000, 3_009));
  bed.send('yb-1', 'event', events.batch(1, 1));
  await bed.pass(1_000);
  return openSqliteFeed(join(folder, 'cardwatch.db'), () => 0);
}

test('devices, agents, points and gaps as they stand', async () => {
  const feed = await filled();
  const [device] = await feed.devices(['yb-b3-bath-01']);
  expect(device?.fact).toMatchObject({
    agentId: 'yb-1',
    kind: 'shower',
    state: 'offline',
    cause: 'noReply',
    askedAt: morning + 5,
    uncollected: 7,
    driftMs: -900,
    maintenance: false,
  });
  expect(await feed.devices(['nobody'])).toEqual([]);
  expect((await feed.agents()).find(({ agentId }) => agentId === 'yb-1')).toMatchObject({ state: 'online', storage: 'ok' });
  expect(await feed.points()).toMatchObject([{ point: 'flow', value: 4.2, quality: 'good' }]);
  expect(await feed.openGaps()).toMatchObject([{ deviceId: 'yb-b3-bath-01', records: 10 }]);
  expect((await feed.outboxAfter(0)).length).toBe((await feed.outboxSpan()).last);
  await feed.close();
});

test('records and events in slices, each once', async () => {
  const feed = await filled();
  const numbers: number[] = [];
  let slices = 0;
  for (let at = 0; ; slices++) {
    const slice = await feed.recordsAfter(at);
    if (slice.length === 0) break;
    numbers.push(...slice.map(({ fact }) => fact.recordNo));
    at = slice.at(-1)?.id ?? at;
  }
  expect(slices).toBe(2);
  expect(numbers).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
  expect((await feed.recordsAfter(0))[0]?.fact).toMatchObject({
    kind: 'waterHold',
    amountFen: 60,
    offline: false,
    purseNo: 1,
    grey: false,
  });
  expect((await feed.eventsAfter(0)).map(({ fact }) => fact.type)).toEqual(['gap']);
  await feed.close();
});

test('a look back begins behind the last fact that was ingested before its time', async () => {
  const feed = await filled();
  const times = bed.rows('SELECT id, ingested_at AS at FROM record ORDER BY id');
  const first = Number(times[0]?.['at']);
  const border = times.find((row) => row['at'] !== first);
  expect(border).toBeDefined();
  expect(await feed.recordBefore(Number(border?.['at']))).toBe(Number(border?.['id']) - 1);
  expect(await feed.recordBefore(first)).toBe(0);
  expect(await feed.recordBefore(morning * 2)).toBe(2_500);
  expect(await feed.eventBefore(0)).toBe(0);
  await feed.close();
});
