/** States as they changed: whatever agents say of earlier times, the rows of one device never step back and the last one holds. */
import { afterEach, expect, test } from 'vitest';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import { people } from './people.ts';
import { noon, VirtualWatch } from './virtual-watch.ts';

let watch: VirtualWatch;
afterEach(() => watch.close());

async function rowsOf(deviceId: string): Promise<readonly string[]> {
  const store = openSqliteWatch(watch.watchFile);
  const rows = await store.states({ subjectId: deviceId, from: 0, to: Number.MAX_SAFE_INTEGER });
  await store.close();
  return rows.map(({ at, state, cause }) => `${(at - noon) / 1_000} ${state} ${cause}`);
}

async function begun(): Promise<void> {
  watch = await VirtualWatch.open([{ deviceId: 'pos-1' }], people);
  await watch.start();
}
const shows = (state: string, cause: string | null, sinceS: number): void =>
  watch.custody.show('pos-1', { state, cause, since: noon + sinceS * 1_000 }, watch.clock.now());

test('what an agent says of a time before its hello follows the hello', async () => {
  await begun();
  await watch.run(10);
  shows('unknown', 'neverSeen', 10);
  await watch.run(1);
  shows('online', null, 9.5);
  await watch.run(1);
  expect(await rowsOf('pos-1')).toEqual(['10 unknown neverSeen', '12 online null']);
});

test.each([
  ['while the watch looks', 0],
  ['while the watch stands still', 1],
] as const)('a device that was there all along is back with its agent, %s', async (_when, stands) => {
  await begun();
  await watch.run(10);
  shows('unknown', 'agentLost', 5);
  await watch.run(60);
  if (stands === 1) await watch.stop();
  // the agent's word is of an hour ago: it never lost the device
  shows('online', null, -3_600);
  if (stands === 1) await watch.start();
  await watch.run(2);
  shows('offline', 'noReply', 71.5);
  await watch.run(2);
  const back = stands === 1 ? '70 online null' : '71 online null';
  expect(await rowsOf('pos-1')).toEqual(['5 unknown agentLost', back, '71.5 offline noReply']);
});

test('a clock of an agent that is ahead writes nothing of the future, and a start writes nothing twice', async () => {
  await begun();
  shows('offline', 'noReply', 3_600);
  await watch.run(3);
  shows('online', null, 3_601);
  await watch.run(3);
  for (let times = 0; times < 3; times++) {
    await watch.stop();
    await watch.start();
    await watch.run(2);
  }
  expect(await rowsOf('pos-1')).toEqual(['1 offline noReply', '4 online null']);
});
