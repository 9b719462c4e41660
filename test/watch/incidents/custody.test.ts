/** What an evidence pack reads of a real custody store and a real trail: who is near, within its time, and nothing that names a person. */
import { join } from 'node:path';
import { epochMs, hourMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { custodyFacts } from '../../../packages/collector/src/runner/incident-custody.ts';
import { factLimits, type FactsAsk, unread } from '../../../packages/collector/src/runner/incident-facts.ts';
import { openSqlitePeople } from '../../../packages/collector/src/store/sqlite/people/people.ts';
import { openSqliteTrail } from '../../../packages/collector/src/store/sqlite/people/trail.ts';
import { openSqliteReader } from '../../../packages/collector/src/store/sqlite/read/reader.ts';
import { type Bed, makeBed, newFolder } from '../../collector/support/bed.ts';
import { FakeJournal } from '../../collector/support/journal.ts';
import { deviceGap, heartbeat, hello, morning, reading } from '../../collector/support/records.ts';

const device = 'yb-b3-bath-01';
let folder: string;
let bed: Bed;
beforeEach(() => {
  folder = newFolder();
  bed = makeBed({ folder });
});
afterEach(() => bed.close());

const ask = (more: Partial<FactsAsk> = {}): FactsAsk => ({
  devices: [device],
  nodes: ['yb-1'],
  agents: ['yb-1'],
  from: epochMs(morning - 24 * hourMs),
  to: epochMs(morning + hourMs),
  ...more,
});
const told = { deviceId: device, observedAt: morning, recordedAt: morning } as const;

async function facts() {
  bed.send('yb-1', 'hello', hello());
  await bed.pass(100);
  const health = new FakeJournal({ agent: 'yb-1', stream: 'health' }).append(
    heartbeat(device, { state: 'offline', cause: 'noReply', uncollected: 7, parameterVersion: 4, firmware: '2.1' }),
    reading(device, 'flow', 4.2),
  );
  bed.send('yb-1', 'health', health.batch(1, 2));
  const events = new FakeJournal({ agent: 'yb-1', stream: 'event' }).append(
    deviceGap(3_000, 3_009),
    { type: 'deviceAlarm', ...told, alarm: 'supplyLow', active: true, detail: 'supply voltage low' },
    { type: 'deviceAudit', ...told, action: 'stationMoved', actor: '王工', detail: '00:11:22:33:44:55 from port 3 to port 9' },
  );
  bed.send('yb-1', 'event', events.batch(1, 3));
  await bed.pass(1_000);
  const file = join(folder, 'people.db');
  const people = openSqlitePeople(file);
  const entry = { ip: '10.0.0.7', result: 'ok', object: device };
  await people.appendAudit({
    ...entry,
    at: morning - 30 * hourMs,
    actor: 'li',
    action: 'device.operate',
    detail: '{"name":"old"}',
  });
  const detail = JSON.stringify({ name: 'resetValve', reason: '张三报修 13812345678', card: '6222021234567890123' });
  await people.appendAudit({ ...entry, at: morning - 60_000, actor: 'li.ming', action: 'device.operate', detail });
  await people.appendAudit({
    ...entry,
    at: morning,
    actor: 'wang',
    action: 'record.reveal',
    detail: '{"card":"6222021234567890123"}',
  });
  const read = openSqliteReader(join(folder, 'cardwatch.db'), () => 0);
  const trail = openSqliteTrail(file, () => 0);
  const own = () => Promise.resolve({ ...unread, health: [], alarms: [], changes: [] });
  const close = (): void => [read, trail, people].forEach((one) => one.close());
  return { read, trail, own, close };
}

test('gaps, alarms and measures of the device, what was done at it, what operators did, without people', async () => {
  const { close, ...parts } = await facts();
  const found = await custodyFacts({ ...parts, mono: () => 0 })(ask());
  close();
  expect(found.gaps).toMatchObject([{ what: { deviceId: device, first: 3_000, last: 3_009, records: 10, state: 'open' } }]);
  expect(found.health?.map(({ what }) => what)).toEqual([
    { alarm: 'supplyLow', active: true, detail: 'supply voltage low' },
    expect.objectContaining({ point: 'flow', value: 4.2 }),
  ]);
  expect(found.changes?.map(({ what, touches }) => [what, touches])).toEqual([
    [{ atDevice: 'stationMoved', detail: '00:11:22:33:44:55 from port 3 to port 9' }, [device, '00:11:22:33:44:55']],
    [
      { actor: 'l***', action: 'device.operate', object: device, result: 'ok', detail: { name: 'resetValve', card: '****0123' } },
      [device],
    ],
  ]);
  expect(found.now.get(device)).toMatchObject({ state: 'offline', uncollected: 7, parameterVersion: 4, firmware: '2.1' });
  expect([found.deadLetters, found.trail]).toMatchObject([[], { first: 1, last: 3, intact: true }]);
  expect(JSON.stringify([found.changes, found.health])).not.toMatch(/张三|13812345678|622202|王工|li\.ming/);
});

test('nothing of devices that are not near, and a broken trail says so', async () => {
  const { close, ...parts } = await facts();
  const broken = {
    since: async (from: number, limit: number) => {
      const read = await parts.trail.since(from, limit);
      return { ...read, proof: read.proof === null ? null : { ...read.proof, intact: false } };
    },
  };
  const found = await custodyFacts({ ...parts, trail: broken, mono: () => 0 })(
    ask({ devices: ['stranger'], nodes: [], agents: [] }),
  );
  close();
  expect([found.gaps, found.health, found.deadLetters, found.trail?.intact]).toEqual([[], [], [], false]);
});

test('what does not answer is missing, what there is no time for is counted', async () => {
  const { close, ...parts } = await facts();
  const gone = () => Promise.reject(new Error('gone'));
  let ms = 0;
  const slow = custodyFacts({
    own: parts.own,
    read: { ...parts.read, gaps: gone, deadLetters: gone, devicesById: gone },
    trail: null,
    mono: () => (ms += factLimits.buildMs / 2),
  });
  const found = await slow(ask({ devices: [device, 'd-2', 'd-3'], nodes: [] }));
  close();
  expect([found.gaps, found.deadLetters, found.changes, found.trail, found.now.size]).toEqual([null, null, null, null, 0]);
  expect(found.leftOut.health).toBe(2);
});
