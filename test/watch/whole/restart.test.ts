/** The watch stops and starts again: nothing twice, nothing lost; the same facts give the same alarms. */
import { SeededRandom } from '@cardwatch/kernel';
import { afterEach, expect, test } from 'vitest';
import type { PlantedDevice } from './custody.ts';
import { people } from './people.ts';
import { VirtualWatch } from './virtual-watch.ts';
import { Forecast } from './weather.ts';

const children = Array.from({ length: 12 }, (_, n) => `behind-${n}`);
const devices: readonly PlantedDevice[] = [
  { deviceId: 'switch-1', kind: 'network' },
  ...children.map((deviceId) => ({ deviceId, parents: ['switch-1'] })),
  ...Array.from({ length: 30 }, (_, n) => ({ deviceId: `calm-${n}` })),
];

const open: VirtualWatch[] = [];
afterEach(async () => {
  for (const watch of open.splice(0)) await watch.close();
});

async function started(of: readonly PlantedDevice[]): Promise<VirtualWatch> {
  const watch = await VirtualWatch.open(of, people);
  open.push(watch);
  await watch.start();
  return watch;
}

async function restart(watch: VirtualWatch): Promise<void> {
  await watch.stop();
  await watch.start();
}

const toldOf = (watch: VirtualWatch): readonly string[] => {
  const subjects = new Map(watch.alarms().map(({ alarmId, subject }) => [alarmId as string, subject.id]));
  return watch
    .notices()
    .map(({ reason, recipient, state, alarmIds }) =>
      [reason, recipient, state, ...alarmIds.map((id) => subjects.get(id) ?? 'nobody')].join(' '),
    );
};

test('while a switch explains its devices: nothing is told twice, and what stays behind is told after all', async () => {
  const watch = await started(devices);
  await watch.run(5);
  watch.set(['switch-1'], 'offline');
  await watch.run(2);
  watch.set(children, 'offline');
  await watch.run(8);
  await restart(watch);
  await watch.run(30);
  const once = ['raised zhang sent switch-1'];
  expect(toldOf(watch)).toEqual(once);
  for (let times = 0; times < 5; times++) {
    await restart(watch);
    await watch.run(7);
  }
  const burning = watch.alarms().filter(({ condition }) => condition === 'active');
  expect(burning).toHaveLength(13);
  expect(burning.filter(({ suppressedBy }) => suppressedBy.some(({ suppressor }) => suppressor === 'upstream'))).toHaveLength(12);
  expect(toldOf(watch)).toEqual(once);
  watch.set(['switch-1', ...children.slice(1)], 'online');
  await watch.run(10);
  await restart(watch);
  await watch.run(700);
  expect(toldOf(watch)).toEqual([...once, 'cleared zhang sent switch-1', 'digest zhang sent behind-0']);
  await restart(watch);
  watch.set(['behind-0'], 'online');
  await watch.run(700);
  expect(toldOf(watch).slice(3)).toEqual(['digest zhang sent behind-0']);
  expect(watch.alarms().filter(({ condition }) => condition !== 'cleared')).toEqual([]);
  expect(watch.errors).toEqual([]);
}, 60_000);

const lengthMs = 240_000;

/** A storm by its timetable; stopped and started again where `stops` says so. */
async function lived(stops: SeededRandom | null): Promise<VirtualWatch> {
  const weather = new Forecast(new SeededRandom(3)).over(lengthMs);
  const watch = await started(weather.devices);
  let next = 0;
  let restarts = 0;
  for (let second = 0; second < lengthMs / 1_000 + 1_300; second++) {
    for (let change = weather.changes[next]; change !== undefined && change.atMs <= watch.atMs; change = weather.changes[next]) {
      watch.set(change.deviceIds, change.state);
      next++;
    }
    await watch.run(1);
    if (stops === null || stops.next() > 0.1 || second > lengthMs / 1_000) continue;
    await restart(watch);
    restarts++;
  }
  expect(next).toBe(weather.changes.length);
  if (stops !== null) expect(restarts).toBeGreaterThan(10);
  return watch;
}

test('the same facts give the same alarms and the same messages', async () => {
  const first = await lived(null);
  const again = await lived(null);
  expect(first.alarms().length).toBeGreaterThan(100);
  expect(again.alarms()).toEqual(first.alarms());
  expect(again.rung).toEqual(first.rung);
}, 60_000);

test('stopped and started at every tenth second, it comes to the same alarms at the same times', async () => {
  const whole = await lived(null);
  const broken = await lived(new SeededRandom(9));
  const setOf = (watch: VirtualWatch): readonly string[] =>
    watch
      .alarms()
      .filter(({ raisedAt }) => raisedAt !== null)
      .map(({ rule, subject, level, foundAt, raisedAt, clearedAt }) =>
        [subject.id, rule, level, foundAt - first(watch), (raisedAt ?? 0) - first(watch), (clearedAt ?? 0) - first(watch)].join(
          ' ',
        ),
      )
      .toSorted();
  expect(setOf(broken)).toEqual(setOf(whole));
  const told = (watch: VirtualWatch): readonly string[] => toldOf(watch).toSorted();
  expect(told(broken)).toEqual(told(whole));
}, 60_000);

const first = (watch: VirtualWatch): number => watch.clock.now() - watch.atMs;
