import { describe, expect, test } from 'vitest';
import { at, findingsOf, found, SampleWorld } from '../sample-world.core.ts';

const world = (): SampleWorld => new SampleWorld().agent('agent-a');
type Table = readonly (readonly [string, SampleWorld, string, string])[];

describe('deviceOffline', () => {
  const off = (clock: string) => ({ state: 'offline', cause: 'noReply', since: at(clock) }) as const;
  test.each([
    ['online', world().device('pos-1'), '12:05', ''],
    ['a terminal in a meal', world().device('pos-1', off('12:04')), '12:05', 'breach 2 device:pos-1'],
    ['a shop has no meal', world().device('pos-1', { ...off('12:04'), areaType: 'shop' }), '12:05', 'breach 3 device:pos-1'],
    ['a lane', world().device('gate-1', { ...off('03:00'), kind: 'gate', areaType: 'dorm' }), '03:05', 'breach 3 device:gate-1'],
    [
      'a controller',
      world().device('sh-1', { ...off('21:00'), kind: 'shower', areaType: 'bathhouse' }),
      '21:05',
      'breach 3 device:sh-1',
    ],
    ['switched off just before closing', world().device('pos-1', off('13:20')), '13:25', ''],
    ['switched off after closing', world().device('pos-1', off('13:35')), '14:00', ''],
    ['still off when it opens', world().device('pos-1', off('13:35')), '16:40', ''],
    ['still off a quarter of an hour later', world().device('pos-1', off('13:35')), '16:46', 'breach 2 device:pos-1'],
    ['failed in the meal, closed since', world().device('pos-1', off('12:04')), '14:00', 'band 3 device:pos-1'],
    ['in maintenance', world().device('pos-1', { ...off('12:04'), maintenance: true }), '12:05', ''],
    ['switched off for good', world().device('pos-1', { state: 'disabled' }), '12:05', ''],
    ['its agent is lost', world().device('pos-1', { state: 'unknown', cause: 'agentLost' }), '12:05', 'unknown 2 device:pos-1'],
    ['a switch is another rule', world().device('sw-1', { ...off('12:04'), kind: 'network' }), '12:05', ''],
    ['sells alone is another rule', world().device('pos-1', { state: 'sellingOffline' }), '12:05', ''],
  ] satisfies Table)('%s', (_what, drawn, clock, wanted) => {
    expect(found('deviceOffline', drawn, at(clock))).toBe(wanted);
  });

  test('a school may want level 3 in meals too, and a closing time of its own', () => {
    const drawn = world().device('pos-1', off('13:20'));
    expect(found('deviceOffline', drawn, at('13:25'), { posMealLevel: 3, closingMinutes: 5 })).toBe('breach 3 device:pos-1');
  });
});

describe('agentLost', () => {
  const lost = { state: 'offline', since: at('12:00') } as const;
  const two = (count: number) => new SampleWorld().devices('pos', count).device('far-1', { agentId: 'agent-b' }).agent('agent-b');
  test.each([
    ['online', two(3).agent('agent-a'), '12:05', ''],
    ['lost', two(3).agent('agent-a', lost), '12:05', 'breach 2 agent:agent-a'],
    ['never seen', two(3).agent('agent-a', { state: 'neverSeen' }), '12:05', ''],
    ['suspended by a person', two(3).agent('agent-a', { state: 'suspended' }), '12:05', ''],
    ['of 199 devices', two(199).agent('agent-a', lost), '12:05', 'breach 2 agent:agent-a'],
    ['of 200 devices', two(200).agent('agent-a', lost), '12:05', 'breach 1 agent:agent-a'],
    ['a whole campus', new SampleWorld().devices('pos', 10).agent('agent-a', lost), '12:05', 'breach 1 agent:agent-a'],
    ['a whole campus of nine', new SampleWorld().devices('pos', 9).agent('agent-a', lost), '12:05', 'breach 2 agent:agent-a'],
  ] satisfies Table)('%s', (_what, drawn, clock, wanted) => {
    expect(found('agentLost', drawn, at(clock))).toBe(wanted);
  });
});

describe('upstreamDown', () => {
  const off = { state: 'offline', cause: 'noReply', since: at('12:00') } as const;
  const tree = (deviceId: string, more = {}) => world().device(deviceId, { kind: 'network', ...more });
  const behind = (...groups: readonly (readonly string[])[]) => ({ upstream: groups });
  test.each([
    ['online', tree('sw-1').devices('pos', 5, behind(['sw-1'])), '15:05', ''],
    ['nothing behind', tree('sw-1', off), '15:05', 'breach 3 device:sw-1'],
    ['two behind', tree('sw-1', off).devices('pos', 2, behind(['sw-1'])), '15:05', 'breach 3 device:sw-1'],
    ['three behind', tree('sw-1', off).devices('pos', 3, behind(['sw-1'])), '15:05', 'breach 2 device:sw-1'],
    ['a hundred behind', tree('sw-1', off).devices('pos', 100, behind(['sw-1'])), '15:05', 'breach 1 device:sw-1'],
    [
      'two of two terminals of a canteen in its meal',
      tree('sw-1', off).devices('pos', 2, behind(['sw-1'])),
      '12:05',
      'breach 1 device:sw-1',
    ],
    ['unknown', tree('sw-1', { state: 'unknown' }), '15:05', 'unknown 3 device:sw-1'],
    [
      'another way up',
      tree('sw-1', off)
        .device('sw-2', { kind: 'network' })
        .devices('pos', 3, behind(['sw-1', 'sw-2'])),
      '15:05',
      'breach 3 device:sw-1',
    ],
    [
      'both ways down',
      tree('sw-1', off)
        .device('sw-2', { kind: 'network', ...off })
        .devices('pos', 3, behind(['sw-1', 'sw-2'])),
      '15:05',
      'breach 2 device:sw-1, breach 2 device:sw-2',
    ],
    [
      'through a switch that is behind itself',
      tree('sw-1', off)
        .device('sw-2', { kind: 'network', ...off, ...behind(['sw-1']) })
        .devices('pos', 3, behind(['sw-2'])),
      '15:05',
      'breach 2 device:sw-1, breach 2 device:sw-2',
    ],
  ] satisfies Table)('%s', (_what, drawn, clock, wanted) => {
    expect(found('upstreamDown', drawn, at(clock))).toBe(wanted);
  });

  test('names what is behind, each once, and not what is in maintenance', () => {
    const drawn = tree('sw-1', off)
      .device('sw-2', { kind: 'network', upstream: [['sw-1']] })
      .device('pos-1', behind(['sw-2'], ['sw-1']))
      .device('pos-2', { ...behind(['sw-2']), maintenance: true });
    expect(findingsOf('upstreamDown', drawn, at('12:05'))[0]?.devices).toEqual(['sw-1', 'sw-2', 'pos-1']);
  });
});

describe('areaDegraded', () => {
  const off = { state: 'offline', cause: 'noReply', since: at('12:00') } as const;
  const gate = { kind: 'gate', areaType: 'dorm', area: 'main/d1' } as const;
  const shower = { kind: 'shower', areaType: 'bathhouse', area: 'main/bath', line: 'bus-1' } as const;
  const canteen = (failed: number, of: number, more = {}) =>
    world()
      .devices('off', failed, { ...off, ...more })
      .devices('on', of - failed);
  const area = 'area:main/b3/canteen';
  test.each([
    ['all sell', canteen(0, 40), '12:05', ''],
    ['1 of 40', canteen(1, 40), '12:05', ''],
    ['2 of 40 is 5 %', canteen(2, 40), '12:05', `band 2 ${area}`],
    ['3 of 40 is 7.5 %', canteen(3, 40), '12:05', `band 2 ${area}`],
    ['4 of 40 is 10 %', canteen(4, 40), '12:05', `breach 2 ${area}`],
    ['11 of 40 is 27.5 %', canteen(11, 40), '12:05', `breach 2 ${area}`],
    ['12 of 40 is 30 %', canteen(12, 40), '12:05', `breach 1 ${area}`],
    ['one of three is one', canteen(1, 3), '12:05', ''],
    ['outside of meals', canteen(12, 40), '14:30', ''],
    ['not yet switched on', canteen(12, 40, { since: at('09:10') }), '10:35', ''],
    ['not switched on at all', canteen(12, 40, { since: at('09:10') }), '10:46', `breach 1 ${area}`],
    ['selling alone', canteen(12, 40, { state: 'sellingOffline' }), '12:05', ''],
    ['agent lost', world().devices('pos', 40, { state: 'unknown' }), '12:05', `unknown 2 ${area}`],
    [
      'a dorm with one lane left',
      world()
        .devices('lane', 2, { ...gate, ...off })
        .device('lane-3', gate),
      '23:00',
      '',
    ],
    ['a dorm without any lane', world().devices('lane', 2, { ...gate, ...off }), '23:00', 'breach 2 area:main/d1'],
    ['a dorm nobody hears of', world().devices('lane', 2, { ...gate, state: 'unknown' }), '23:00', 'unknown 2 area:main/d1'],
    ['a shower bus at nine', world().devices('sh', 4, { ...shower, ...off }), '21:00', 'breach 2 line:agent-a/bus-1'],
    ['a shower bus at ten to five', world().devices('sh', 4, { ...shower, ...off }), '16:50', ''],
    [
      'a shower bus with one that answers',
      world()
        .devices('sh', 4, { ...shower, ...off })
        .device('sh-5', shower),
      '21:00',
      '',
    ],
  ] satisfies Table)('%s', (_what, drawn, clock, wanted) => {
    expect(found('areaDegraded', drawn, at(clock))).toBe(wanted);
  });

  test('says what share of what', () => {
    const [finding] = findingsOf('areaDegraded', canteen(4, 40), at('12:05'));
    expect(finding?.reason).toEqual({
      code: 'areaDegraded',
      values: {
        name: 'main/b3/canteen',
        area: 'main/b3/canteen',
        what: 'canteen',
        value: 10,
        unit: '%',
        count: 4,
        of: 40,
        expected: 10,
      },
    });
    expect(finding?.devices).toEqual(['off-1', 'off-2', 'off-3', 'off-4']);
  });
});

describe('campusSilent', () => {
  const gone = { state: 'unknown', cause: 'agentLost' } as const;
  test.each([
    ['one is heard', world().devices('pos', 5, gone).device('gate-1'), '03:00', ''],
    ['none is heard', world().devices('pos', 5, gone), '03:00', 'breach 1 campus:main'],
    [
      'lost and silent ones',
      world().devices('pos', 4, gone).device('x', { state: 'offline', areaType: 'other' }),
      '03:00',
      'breach 1 campus:main',
    ],
    ['switched off at closing', world().devices('pos', 5, { state: 'offline', since: at('-1:00') }), '03:00', ''],
    ['lost in the meal', world().devices('pos', 5, { state: 'offline', since: at('12:00') }), '12:05', 'breach 1 campus:main'],
    ['four devices are no campus', world().devices('pos', 4, gone), '03:00', ''],
    ['never seen', world().devices('pos', 5, { state: 'unknown', cause: 'neverSeen' }), '03:00', ''],
    [
      'the other campus',
      world()
        .devices('pos', 5)
        .devices('yb', 5, { ...gone, campus: 'yibin' }),
      '03:00',
      'breach 1 campus:yibin',
    ],
  ] satisfies Table)('%s', (_what, drawn, clock, wanted) => {
    expect(found('campusSilent', drawn, at(clock))).toBe(wanted);
  });
});
