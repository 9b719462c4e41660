/** A switch fails for a while and comes back: who hears of what was there before, of what came meanwhile, and of what is slow to be asked. */
import { afterEach, describe, expect, test } from 'vitest';
import { person, policy } from '../notify/campus-desk.ts';
import type { PlantedDevice } from '../whole/custody.ts';
import { VirtualWatch } from '../whole/virtual-watch.ts';

const people = {
  policies: [policy({ policyId: 'all', levels: [1, 2, 3], channels: ['wecom'] })],
  recipients: [person('zhang', 'wecom')],
};
const under = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
const [old, fresh, well] = [under('old', 2), under('fresh', 2), under('well', 3)];
const devices = (children: readonly string[]): readonly PlantedDevice[] => [
  { deviceId: 'core', kind: 'network' },
  { deviceId: 'switch', kind: 'network', parents: ['core'] },
  ...children.map((deviceId) => ({ deviceId, parents: ['switch'] })),
  ...under('calm', 40).map((deviceId) => ({ deviceId })),
];

const open: VirtualWatch[] = [];
afterEach(async () => {
  for (const watch of open.splice(0)) await watch.close();
});

/** `at` of the restarts in seconds since its start. */
async function started(children: readonly string[], restarts: readonly number[] = []) {
  const watch = await VirtualWatch.open(devices(children), people);
  open.push(watch);
  await watch.start();
  let second = 0;
  return {
    watch,
    /** Up to this second. */
    async to(until: number): Promise<void> {
      for (; second < until; second++) {
        if (restarts.includes(second)) {
          await watch.stop();
          await watch.start();
        }
        await watch.run(1);
      }
    },
    told(): readonly string[] {
      const subjects = new Map(watch.alarms().map(({ alarmId, subject }) => [alarmId as string, subject.id]));
      return watch.notices().map(({ reason, state, alarmIds, sentAt }) => {
        const at = Math.round(((sentAt ?? 0) - (watch.clock.now() - watch.atMs)) / 1_000);
        return `${at}s ${reason} ${state} ${alarmIds.map((id) => subjects.get(id) ?? 'storm').join(' ')}`;
      });
    },
  };
}

const timeless = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/^\S+ /, '')).toSorted();

describe('a blip', () => {
  const story = async (restarts: readonly number[]) => {
    const it = await started([...old, ...fresh, ...well], restarts);
    await it.to(5);
    it.watch.set(old, 'offline');
    await it.to(60);
    it.watch.set(['switch'], 'offline');
    await it.to(62);
    it.watch.set([...fresh, ...well], 'offline');
    await it.to(100);
    const ways = it.watch
      .alarms()
      .flatMap(({ subject, causeWay }) => (causeWay === undefined ? [] : [[subject.id, ...causeWay].join(' ')]));
    it.watch.set(['switch'], 'online');
    await it.to(105);
    it.watch.set(well, 'online');
    await it.to(110);
    it.watch.asked([...old, ...fresh]);
    await it.to(400);
    it.watch.set([...old, ...fresh], 'online');
    await it.to(450);
    expect(it.watch.errors).toEqual([]);
    expect(it.watch.alarms().every(({ condition }) => condition === 'cleared')).toBe(true);
    return { told: it.told(), ways };
  };

  test.each([
    ['without a restart', []],
    ['with one in the outage', [90]],
    ['with one in the grace', [120]],
    ['with one at every turn', [10, 30, 61, 63, 90, 101, 106, 112, 125, 131, 140, 200]],
  ])(
    '%s: what was told before is not told again, what came meanwhile and stays is told once',
    async (_, restarts) => {
      const { told, ways } = await story(restarts);
      expect(timeless(told)).toEqual(
        [...old, ...fresh, 'switch'].flatMap((id) => [`raised sent ${id}`, `cleared sent ${id}`]).toSorted(),
      );
      const released = told.filter((line) => line.includes('raised sent fresh'));
      for (const line of released) expect(Number.parseInt(line, 10)).toBeGreaterThanOrEqual(130);
      for (const line of released) expect(Number.parseInt(line, 10)).toBeLessThanOrEqual(145);
      expect(ways.toSorted()).toEqual([...old, ...fresh, ...well].map((id) => `${id} ${id} switch`).toSorted());
    },
    60_000,
  );

  test('shorter than it takes to call a thing down: what is called down after it is still a symptom', async () => {
    const it = await started(['late'], [15, 40]);
    await it.to(5);
    it.watch.set(['switch'], 'offline');
    await it.to(13);
    it.watch.set(['switch'], 'online');
    await it.to(17);
    it.watch.set(['late'], 'offline');
    await it.to(90);
    const late = it.watch.alarms().find(({ subject }) => subject.id === 'late');
    expect([late?.causeWay, late?.suppressedBy.map(({ suppressor }) => suppressor)]).toEqual([['late', 'switch'], ['upstream']]);
    it.watch.set(['late'], 'online');
    await it.to(400);
    expect(timeless(it.told())).toEqual(['cleared sent switch', 'raised sent switch']);
  }, 60_000);

  test('many faults that were told of before are no storm when their switch is back', async () => {
    const many = under('old', 25);
    const it = await started(many);
    for (const [no, id] of many.entries()) {
      it.watch.set([id], 'offline');
      await it.to(10 * (no + 1));
    }
    await it.to(300);
    it.watch.set(['switch'], 'offline');
    await it.to(330);
    it.watch.set(['switch'], 'online');
    await it.to(340);
    it.watch.asked(many);
    await it.to(600);
    expect(timeless(it.told())).toEqual(
      [...many.map((id) => `raised sent ${id}`), 'raised sent switch', 'cleared sent switch'].toSorted(),
    );
    expect(it.watch.alarms().filter(({ suppressedBy }) => suppressedBy.length > 0)).toEqual([]);
    expect(it.watch.errors).toEqual([]);
  }, 60_000);
});

test('after a repair a thing is given until it was asked, two minutes at most', async () => {
  const it = await started(['quick', 'slow', 'never', 'heals']);
  await it.to(5);
  it.watch.set(['switch'], 'offline');
  await it.to(7);
  it.watch.set(['quick', 'slow', 'never', 'heals'], 'offline');
  await it.to(60);
  it.watch.set(['switch'], 'online');
  await it.to(65);
  it.watch.asked(['quick']);
  await it.to(130);
  it.watch.asked(['slow']);
  it.watch.set(['heals'], 'online');
  await it.to(400);
  const raised = it.told().filter((line) => line.includes('raised') && !line.includes('switch'));
  const at = Object.fromEntries(raised.map((line) => [line.split(' ').at(-1), Number.parseInt(line, 10)]));
  expect(Object.keys(at).toSorted()).toEqual(['never', 'quick', 'slow']);
  expect(at['quick']).toBeGreaterThanOrEqual(90);
  expect(at['quick']).toBeLessThanOrEqual(97);
  expect(at['slow']).toBeGreaterThanOrEqual(130);
  expect(at['slow']).toBeLessThanOrEqual(137);
  expect(at['never']).toBeGreaterThanOrEqual(180);
  expect(at['never']).toBeLessThanOrEqual(187);
  expect(it.watch.errors).toEqual([]);
}, 60_000);
