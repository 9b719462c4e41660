/** A watch that is behind the custody store: it takes the thing before what is told of it. */
import { expect, test } from 'vitest';
import { people } from './people.ts';
import { VirtualWatch } from './virtual-watch.ts';

test('devices by the thousand join and each tells a fault at once: every fault is an alarm', async () => {
  const watch = await VirtualWatch.open([{ deviceId: 'switch-1', kind: 'network' }], people);
  try {
    await watch.start();
    await watch.run(35);
    const joining = Array.from({ length: 5_000 }, (_, n) => ({ deviceId: `gate-${n}`, kind: 'gate' as const }));
    watch.custody.joined(joining, watch.clock.now());
    const faulty = joining.filter((_, n) => n % 10 === 9).map(({ deviceId }) => deviceId);
    for (const deviceId of faulty) watch.custody.told(deviceId, { alarm: 'readerOffline', active: true }, watch.clock.now());
    await watch.run(60);
    const found = watch.alarms().filter(({ rule }) => rule === 'readerOffline');
    expect(found.map(({ subject }) => subject.id).toSorted()).toEqual(faulty.toSorted());
    expect(watch.errors).toEqual([]);
  } finally {
    await watch.close();
  }
});
