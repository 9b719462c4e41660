import { epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { alarmOf, at, doorOf, moneyOf, passOf, SampleWorld } from '../rules/sample-world.core.ts';
import { businessTimeOf } from './business-time.core.ts';
import { createLearned, worldLimits } from './learn.core.ts';
import { publishedKey } from './world.core.ts';

const sample = (): SampleWorld => new SampleWorld();
const now = at('12:05');

describe('devices', () => {
  test('the whole fact replaces the one before', () => {
    const { world } = sample().device('pos-1', { uncollected: 7 }).device('pos-1', { state: 'offline' });
    expect(world.devices.get('pos-1')).toMatchObject({ state: 'offline', uncollected: null });
  });

  test('one that is gone takes all that was known of it along', () => {
    const drawn = sample().device('pos-1', { blacklistVersion: 3 }).point('pos-1', 'flow', 1, now);
    drawn
      .event(alarmOf('pos-1', 'leak', true, now))
      .event(doorOf('pos-1', 'contact', 'open', now))
      .money(moneyOf('pos-1', now));
    const { world } = drawn;
    world.deviceGone('pos-1', now);
    expect([world.devices.size, world.points.size, world.deviceAlarms.size, world.doors.size, world.published.size]).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(world.figures('pos-1', at('12:00'), at('12:10')).records).toBe(0);
  });

  test('beyond the limit they are refused and counted', () => {
    const drawn = sample();
    for (let no = 0; no <= worldLimits.devices; no++) drawn.device(`d-${no}`);
    expect([drawn.world.devices.size, drawn.world.refused.devices]).toEqual([worldLimits.devices, 1]);
    drawn.device('d-0', { state: 'offline' });
    expect(drawn.world.devices.get('d-0')?.state).toBe('offline');
  });
});

describe('published versions', () => {
  const pos = { blacklistVersion: 11 } as const;
  const shown = (drawn: SampleWorld): string => {
    const device = drawn.world.devices.get('pos-1');
    const latest = device === undefined ? undefined : drawn.world.published.get(publishedKey(device, 'blacklist'));
    return latest === undefined ? 'none' : `${latest.version} since ${(latest.since - at('00:00')) / hourMs}`;
  };
  test('the highest that any device shows, since the first showed it', () => {
    const drawn = sample().device('pos-1', pos, at('06:00')).device('pos-2', pos, at('07:00'));
    expect(shown(drawn)).toBe('11 since 6');
    drawn.device('pos-2', { blacklistVersion: 12 }, at('08:00'));
    expect(shown(drawn)).toBe('12 since 8');
    drawn.device('pos-1', { blacklistVersion: 12 }, at('09:00'));
    expect(shown(drawn)).toBe('12 since 8');
  });
  test('a damaged number counts no longer than its device shows it', () => {
    const drawn = sample().device('pos-1', pos, at('06:00')).device('pos-2', { blacklistVersion: 65_535 }, at('07:00'));
    expect(shown(drawn)).toBe('65535 since 7');
    drawn.device('pos-2', pos, at('08:00'));
    expect(shown(drawn)).toBe('11 since 6');
  });
  test('each campus and kind for itself', () => {
    const drawn = sample().device('pos-1', pos, at('06:00'));
    drawn.device('yb-1', { blacklistVersion: 40, campus: 'yibin' }).device('g-1', { blacklistVersion: 90, kind: 'gate' });
    expect([shown(drawn), drawn.world.published.size]).toEqual(['11 since 6', 3]);
  });
});

describe('points', () => {
  const since = (drawn: SampleWorld) => drawn.world.points.get('sh-1')?.get('valveOpen');
  test('since stays while the value does', () => {
    const drawn = sample().point('sh-1', 'valveOpen', true, at('12:00')).point('sh-1', 'valveOpen', true, at('12:01'));
    expect(since(drawn)).toMatchObject({ value: true, since: at('12:00'), observedAt: at('12:01') });
    expect(since(drawn.point('sh-1', 'valveOpen', false, at('12:02')))).toMatchObject({ value: false, since: at('12:02') });
  });
  test('one that comes late changes nothing', () => {
    const drawn = sample().point('sh-1', 'valveOpen', true, at('12:00')).point('sh-1', 'valveOpen', false, at('11:59'));
    expect(since(drawn)).toMatchObject({ value: true, observedAt: at('12:00') });
  });
  test('beyond the limit they are refused and counted', () => {
    const drawn = sample();
    for (let no = 0; no <= worldLimits.pointsPerDevice; no++) drawn.point('sh-1', `p${no}`, 1, now);
    expect([drawn.world.points.get('sh-1')?.size, drawn.world.refused.points]).toEqual([worldLimits.pointsPerDevice, 1]);
  });
});

describe('events', () => {
  test('alarms of devices: since the first word, until the last; what comes late undoes nothing', () => {
    const drawn = sample();
    const active = () => drawn.world.deviceAlarms.get('sh-1')?.get('leak');
    const seen = (
      [
        ['12:00', true],
        ['12:01', true],
        ['12:05', false],
        ['12:03', true],
        ['12:06', true],
        ['12:04', false],
      ] as const
    ).map(([clock, on]) => {
      drawn.event(alarmOf('sh-1', 'leak', on, at(clock)));
      return active();
    });
    expect(seen).toEqual([at('12:00'), at('12:00'), undefined, undefined, at('12:06'), at('12:06')]);
  });

  test('doors: each point its state and since when', () => {
    const drawn = sample();
    for (const [state, clock] of [
      ['open', '12:00'],
      ['open', '12:01'],
      ['closed', '12:02'],
      ['open', '12:01'],
    ] as const)
      drawn.event(doorOf('g-1', 'contact', state, at(clock)));
    drawn.event(doorOf('g-1', 'fireInput', 'inactive', at('12:00')));
    expect(Object.fromEntries(drawn.world.doors.get('g-1') ?? [])).toEqual({
      contact: { state: 'closed', since: at('12:02') },
      fireInput: { state: 'inactive', since: at('12:00') },
    });
  });

  test('passes go into the slots', () => {
    const drawn = sample();
    for (const result of ['granted', 'taken', 'denied', 'notTaken', 'unknown']) drawn.event(passOf('g-1', result, now));
    expect(drawn.world.figures('g-1', now, epochMs(now + minuteMs))).toMatchObject({ passes: 2, denied: 1 });
  });

  test('alarms beyond the limit are refused and counted', () => {
    const drawn = sample();
    for (let no = 0; no <= worldLimits.alarmsPerDevice; no++) drawn.event(alarmOf('sh-1', `alarm${no}`, true, now));
    expect([drawn.world.deviceAlarms.get('sh-1')?.size, drawn.world.refused.alarms]).toEqual([worldLimits.alarmsPerDevice, 1]);
  });
});

describe('money', () => {
  const hour = (drawn: SampleWorld, clock: string) => drawn.world.figures('pos-1', at(clock), epochMs(at(clock) + minuteMs));
  test('stands in the minute of its own time, however late it came', () => {
    const drawn = sample().money(moneyOf('pos-1', at('12:00:30'), { ingestedAt: at('15:00'), offline: true }));
    expect(hour(drawn, '12:00')).toMatchObject({ records: 1, offline: 1, late: 1, amountFen: 1_200, cards: 1 });
    expect(hour(drawn, '15:00').records).toBe(0);
  });
  test('what is given back is taken off, a top-up is no turnover', () => {
    const drawn = sample();
    const kinds = [
      ['consume', 1_000],
      ['reversal', 300],
      ['recharge', 5_000],
      ['waterHold', 60],
      ['waterRelease', 20],
    ] as const;
    for (const [kind, amountFen] of kinds) drawn.money(moneyOf('pos-1', at('12:00'), { kind, amountFen }));
    expect(hour(drawn, '12:00')).toMatchObject({ records: 5, amountFen: 740, late: 0 });
  });
  test('grey and forged ones are failures', () => {
    const drawn = sample()
      .money(moneyOf('pos-1', at('12:00'), { grey: true }))
      .money(moneyOf('pos-1', at('12:00'), { tac: 'bad' }));
    expect(hour(drawn, '12:00').failures).toBe(2);
  });
  test.each([
    ['26 h ago', -26 * hourMs, 0],
    ['longer ago', -26 * hourMs - 1, 1],
    ['an hour ahead', hourMs, 0],
    ['further ahead', hourMs + 1, 1],
  ])('a time %s', (_what, offset, refused) => {
    const drawn = sample().money(moneyOf('pos-1', epochMs(now + offset), { ingestedAt: now }));
    expect(drawn.world.refused.slots).toBe(refused);
  });
  test('is forgotten after its time', () => {
    const drawn = sample().money(moneyOf('pos-1', at('12:00')));
    drawn.world.forget(epochMs(at('12:00') + worldLimits.keepMs));
    expect(hour(drawn, '12:00').records).toBe(1);
    drawn.world.forget(epochMs(at('12:01') + worldLimits.keepMs));
    expect(hour(drawn, '12:00').records).toBe(0);
  });
});

test('gaps and dead letters are what is open now', () => {
  const { world } = sample();
  const gap = { agentId: 'agent-a', deviceId: 'pos-1', records: 2, estimateFen: null, openedAt: at('11:00') };
  world.gaps([gap, { ...gap, records: 3, estimateFen: 900, openedAt: at('10:00') }, { ...gap, deviceId: null }]);
  expect(Object.fromEntries(world.openGaps)).toEqual({
    'pos-1': { records: 5, estimateFen: 900, openedAt: at('10:00') },
    'agent-a': { records: 2, estimateFen: null, openedAt: at('11:00') },
  });
  world.gaps([]);
  world.deadLetters(new Map([['agent-a', 4]]));
  world.deadLetters(new Map([['agent-b', 1]]));
  expect([world.openGaps.size, [...world.openDeadLetters]]).toEqual([0, [['agent-b', 1]]]);
});

test('expects nothing until somebody knows better', () => {
  const world = createLearned({ dayType: () => 'weekend', businessTime: businessTimeOf });
  expect([world.expected('pos-1', 'records', at('12:00'), now), world.dayType(now)]).toEqual([null, 'weekend']);
  expect(world.businessTime('canteen', now).peak).toBe('lunch');
});
