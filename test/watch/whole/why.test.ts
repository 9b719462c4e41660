/** "Why was nobody told?": what the watch knows of an alarm's way to people, from its finding to its end. */
import { afterEach, expect, test } from 'vitest';
import { whyNobody } from '../../../packages/collector/src/core/alarm/why.core.ts';
import { people } from './people.ts';
import { VirtualWatch } from './virtual-watch.ts';

let watch: VirtualWatch;
afterEach(() => watch.close());

/** Codes for the one alarm of the device, as the API answers them. */
async function whys(): Promise<readonly string[]> {
  const alarm = watch.alarms().find(({ rule }) => rule === 'deviceOffline');
  if (alarm === undefined) return [];
  const view = await watch.policyView(alarm.alarmId);
  const known = (view.ok ? view.value : null) ?? { raiseAfterMs: null, policy: null };
  const notices = watch.notices().filter(({ alarmIds }) => alarmIds.includes(alarm.alarmId));
  return whyNobody({ alarm, ...known, notices }, watch.clock.now()).map(({ code }) => code);
}

test('goes from the duration that is not over, over the digest, to the message', async () => {
  watch = await VirtualWatch.open([{ deviceId: 'pos-1' }, { deviceId: 'pos-2' }], people);
  await watch.start();
  await watch.run(60);
  watch.set(['pos-1'], 'offline');
  watch.asked(['pos-1', 'pos-2']);
  const seen = new Set<string>();
  for (let second = 0; second < 1_500; second += 5) {
    await watch.run(5);
    const [first] = await whys();
    if (first !== undefined) seen.add(first);
  }
  expect([...seen]).toEqual(['stillPending', 'waitsForDigest', 'messageSent']);
  watch.set(['pos-1'], 'online');
  await watch.run(600);
  expect((await whys())[0]).toBe('alreadyCleared');
});

test('an alarm that there is not has no way', async () => {
  watch = await VirtualWatch.open([], people);
  await watch.start();
  expect(await watch.policyView('00000000-0000-4000-8000-000000000099')).toEqual({ ok: true, value: null });
});
