/** Two thousand devices lost at once, through the whole watch: how much people hear of it. */
import { afterEach, expect, test } from 'vitest';
import type { PlantedDevice } from './custody.ts';
import { minuteMs } from '@cardwatch/kernel';
import type { Alarm } from '@cardwatch/contracts/watch';
import { people } from './people.ts';
import { policy } from '../notify/campus-desk.ts';
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

/** Zhang is called first, li five minutes later; and everything once more after an acknowledgement of ten minutes. */
const escalating = {
  recipients: people.recipients,
  policies: [
    policy({
      policyId: 'one',
      levels: [1],
      channels: ['wecom'],
      remindEveryMs: null,
      acknowledgeForMs: 10 * minuteMs,
      steps: [
        { afterMs: 0, who: ['zhang'] },
        { afterMs: 5 * minuteMs, who: ['li'] },
      ],
    }),
    ...people.policies.slice(1),
  ],
};

async function stormOf(started: VirtualWatch): Promise<Alarm> {
  await started.start();
  await started.run(5);
  started.set(gone.slice(0, 100), 'offline');
  await started.run(180);
  const storm = stormNow(started);
  expect([storm.handling, calls(started)]).toEqual(['new', ['zhang']]);
  return storm;
}

function stormNow(started: VirtualWatch): Alarm {
  const storm = started.alarms().find(({ reason }) => reason.code === 'storm');
  if (storm === undefined) throw new Error('no storm');
  return storm;
}

/** Who was called for level 1, in order. */
const calls = (started: VirtualWatch): readonly string[] =>
  started.rung.filter(({ message }) => message.level === 1).map(({ message }) => message.address.slice('wecom:'.length));

const byZhang = (started: VirtualWatch, key: number) => ({
  by: 'zhang',
  at: started.clock.now(),
  idempotencyKey: `00000000-0000-4000-9000-00000000000${key}`,
});

test.each(['console', 'link'] as const)(
  'acknowledged by %s, the alarm of a storm escalates no further until that runs out',
  async (way) => {
    watch = await VirtualWatch.open(devices, escalating, true);
    const { alarmId } = await stormOf(watch);
    const token = watch.rung[0]?.message.acknowledgeLink?.split('/a/')[1] ?? '';
    const move = { type: 'acknowledge', forMs: 10 * minuteMs } as const;
    const done = await watch.act(
      way === 'link'
        ? { ...byZhang(watch, 1), kind: 'acknowledgeByLink', token }
        : { ...byZhang(watch, 1), kind: 'handleAlarms', alarmIds: [alarmId], move, note: '' },
    );
    expect(done).toEqual({ ok: true, value: { ids: [alarmId], refused: [] } });
    expect([stormNow(watch).handling, stormNow(watch).owner]).toEqual(['acknowledged', 'zhang']);
    // its counts are renewed meanwhile, and the watch is started anew
    await watch.run(60);
    await watch.stop();
    await watch.start();
    await watch.run(240);
    expect([stormNow(watch).handling, calls(watch)]).toEqual(['acknowledged', ['zhang']]);
    await watch.run(300);
    expect([stormNow(watch).handling, calls(watch)]).toEqual(['new', ['zhang', 'zhang']]);
    await watch.run(180);
    expect(calls(watch)).toEqual(['zhang', 'zhang', 'li']);
    expect(watch.errors).toEqual([]);
  },
  60_000,
);

test('whoever works on the alarm of a storm is not overwritten by its counts, and is not called again', async () => {
  watch = await VirtualWatch.open(devices, escalating, true);
  const { alarmId } = await stormOf(watch);
  const done = await watch.act({
    ...byZhang(watch, 2),
    kind: 'handleAlarms',
    alarmIds: [alarmId],
    move: { type: 'start' },
    note: '',
  });
  expect(done.ok).toBe(true);
  await watch.run(600);
  expect([stormNow(watch).handling, stormNow(watch).owner, calls(watch)]).toEqual(['working', 'zhang', ['zhang']]);
  expect(watch.errors).toEqual([]);
}, 60_000);
