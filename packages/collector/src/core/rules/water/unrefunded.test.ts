import { minuteMs, epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { MoneyFact } from '../../world/world.core.ts';
import { at, moneyOf, SampleWorld, told, watching } from '../sample-world.core.ts';

const shower = { kind: 'shower', areaType: 'bathhouse', area: 'main/bath', line: 'bus-1' } as const;
const record = (deviceId: string, kind: string, cardRef: string, clock: number): MoneyFact =>
  moneyOf(deviceId, epochMs(clock), { kind, cardRef });

/** Showers of ten minutes on two controllers, the last `forgotten` of them without a release. */
function evening(showers: number, forgotten: number) {
  const drawn = new SampleWorld().devices('sh', 2, shower);
  const watch = watching('unrefunded');
  for (let no = 0; no < showers; no++) {
    const began = at('17:00') + Math.floor(no / 2) * 2 * minuteMs;
    const tell = (kind: string, after: number) => {
      const fact = record(`sh-${(no % 2) + 1}`, kind, `card-${no}`, began + after);
      watch.money(fact, drawn.world, fact.ingestedAt);
    };
    tell('waterHold', 0);
    tell('waterContinue', 30_000);
    if (no < showers - forgotten) tell('waterRelease', 60_000);
  }
  return { watch, drawn };
}

describe('unrefunded', () => {
  test.each([
    ['none forgotten', 100, 0, ''],
    ['29 showers are too few', 29, 29, ''],
    ['7 of 100 are surely 3.4 %', 100, 7, 'band 3 line:agent-a/bus-1'],
    ['9 of 100 are surely 4.8 %', 100, 9, 'band 3 line:agent-a/bus-1'],
    ['10 of 100 are surely 5.5 %', 100, 10, 'breach 3 line:agent-a/bus-1'],
  ])('%s', (_what, showers, forgotten, wanted) => {
    const { watch, drawn } = evening(showers, forgotten);
    expect(told(watch.look(drawn.world, at('21:00')))).toBe(wanted);
  });

  test('counts sessions, not records, and says so', () => {
    const { watch, drawn } = evening(100, 10);
    expect(watch.look(drawn.world, at('21:00'))[0]?.reason.values).toMatchObject({
      value: 5.5,
      unit: '%',
      expected: 5,
      count: 10,
      of: 100,
    });
  });

  test('the last one counts only when its time is over', () => {
    const { watch, drawn } = evening(40, 2);
    const count = (clock: string) => watch.look(drawn.world, at(clock)).map(({ reason }) => reason.values['count']);
    // The two last holds are of 17:38:30.
    expect(count('18:08')).toEqual([]);
    expect(count('18:09')).toEqual([]);
    const more = evening(40, 6);
    expect(more.watch.look(more.drawn.world, at('18:08')).map(({ reason }) => reason.values['count'])).toEqual([4]);
    expect(more.watch.look(more.drawn.world, at('18:09')).map(({ reason }) => reason.values['count'])).toEqual([6]);
  });

  test('a release that comes late takes it back', () => {
    const { watch, drawn } = evening(40, 6);
    expect(watch.look(drawn.world, at('18:30'))[0]?.reason.values['count']).toBe(6);
    for (const no of [38, 39]) {
      const fact = record(`sh-${(no % 2) + 1}`, 'waterRelease', `card-${no}`, at('17:39'));
      watch.money(fact, drawn.world, at('19:00'));
    }
    expect(watch.look(drawn.world, at('19:00'))[0]?.reason.values['count']).toBe(4);
  });

  test('each day begins anew', () => {
    const { watch, drawn } = evening(100, 20);
    expect(told(watch.look(drawn.world, at('23:59')))).toBe('breach 3 line:agent-a/bus-1');
    expect(told(watch.look(drawn.world, at('24:00')))).toBe('');
  });
});
