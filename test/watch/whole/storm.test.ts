/** Two thousand devices lost at once, through the whole watch: how much people hear of it. */
import { afterEach, expect, test } from 'vitest';
import type { PlantedDevice } from './custody.ts';
import { people } from './people.ts';
import { VirtualWatch } from './virtual-watch.ts';

const lost = 2_000;
/** A hundred buildings of forty-five, twenty of each are lost: no building is dark, nothing in the model explains it. */
const devices: readonly PlantedDevice[] = Array.from({ length: 4_500 }, (_, n) => ({
  deviceId: `pos-${n}`,
  place: [`b-${n % 100}`, 'hall'],
}));
const gone = devices.slice(0, lost).map(({ deviceId }) => deviceId);

let watch: VirtualWatch | undefined;
afterEach(() => watch?.close());

test('one message of level 1 for each person on duty, and one digest', async () => {
  watch = await VirtualWatch.open(devices, people);
  await watch.start();
  await watch.run(5);
  expect(watch.rung).toEqual([]);
  watch.set(gone, 'offline');
  await watch.run(240);
  const told = watch.notices().map(({ reason, level, recipient, state }) => `${reason} ${level} ${recipient} ${state}`);
  expect(told.toSorted()).toEqual(['digest 3 zhang sent', 'storm 1 li sent', 'storm 1 zhang sent']);
  expect(watch.rung.map(({ message }) => [message.level, message.address])).toEqual([
    [1, 'wecom:zhang'],
    [1, 'wecom:li'],
    [3, 'wecom:zhang'],
  ]);
  const offline = watch.alarms().filter(({ rule }) => rule === 'deviceOffline');
  expect(offline.filter(({ condition, raisedAt }) => condition === 'active' && raisedAt !== null)).toHaveLength(lost);
  expect(watch.errors).toEqual([]);
}, 60_000);
