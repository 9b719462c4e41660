/** What a device told once and has not ended stands over restarts and over changes of its rule, however long ago it was told. */
import type { Act } from '../../../packages/collector/src/core/watch/act.core.ts';
import { hourMs } from '@cardwatch/kernel';
import { afterEach, expect, test } from 'vitest';
import { people } from './people.ts';
import { VirtualWatch } from './virtual-watch.ts';

let watch: VirtualWatch;
afterEach(() => watch.close());

const alarms = (): readonly string[] =>
  watch.alarms().map(({ rule, subject, condition }) => `${subject.id} ${rule} ${condition}`);

/** It stands still for so long: nobody looks, then it starts again. */
async function sleeps(hours: number): Promise<void> {
  await watch.stop();
  watch.clock.advance(hours * hourMs);
  await watch.start();
  await watch.run(40);
}

async function begun(): Promise<void> {
  watch = await VirtualWatch.open(
    [
      { deviceId: 'switch-1', kind: 'network' },
      { deviceId: 'gate-1', kind: 'gate' },
    ],
    people,
  );
  await watch.start();
  await watch.run(2);
}
const tells = (deviceId: string, alarm: string, active: boolean): void =>
  watch.custody.told(deviceId, { alarm, active }, watch.clock.now());

const shorter = (basedOn: number): Act => ({
  kind: 'saveRule',
  basedOn,
  version: {
    rule: 'portDown',
    enabled: true,
    params: { level: 3, holdHours: 700 },
    timing: { raiseAfterMs: 15_000, clearAfterMs: 15_000, nOfM: null },
    author: 'chen.zj',
    reason: 'test',
    basis: 'manual',
    savedAt: watch.clock.now(),
  },
  by: 'chen.zj',
  at: watch.clock.now(),
  idempotencyKey: 'a-key-of-this-test',
});

test('of a look and of a watcher', async () => {
  // at     event                    -> alarms
  await begun();
  tells('switch-1', 'port07Down', true);
  tells('gate-1', 'fire', true);
  await watch.run(40);
  const stand = ['gate-1 fireInput active', 'switch-1 portDown active'];
  const found = watch.alarms().map(({ alarmId }) => alarmId);
  expect(alarms().toSorted()).toEqual(stand);
  // +30 h   restart                  -> the same, and nobody is told again
  const told = watch.notices().length;
  for (let times = 0; times < 3; times++) await sleeps(30);
  expect([alarms().toSorted(), watch.alarms().map(({ alarmId }) => alarmId)]).toEqual([stand, found]);
  expect(watch.notices().filter(({ reason }) => reason === 'raised' || reason === 'cleared')).toHaveLength(told);
  // +90 h   the rule is changed      -> the same
  expect(await watch.act(shorter(0))).toMatchObject({ ok: true });
  await watch.run(40);
  expect(alarms().toSorted()).toEqual(stand);
  // +90 h   one ends while it stands still -> cleared, the other stands
  await watch.stop();
  tells('switch-1', 'port07Down', false);
  await watch.start();
  await watch.run(40);
  expect(alarms().toSorted()).toEqual(['gate-1 fireInput active', 'switch-1 portDown cleared']);
  await sleeps(30);
  // +120 h  the other ends           -> cleared, and nothing comes back
  tells('gate-1', 'fire', false);
  await watch.run(400);
  await sleeps(30);
  expect(alarms().toSorted()).toEqual(['gate-1 fireInput cleared', 'switch-1 portDown cleared']);
  expect(watch.errors).toEqual([]);
}, 30_000);
