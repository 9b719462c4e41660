import type { DeviceId } from '@cardwatch/contracts';
import { TopologySuggestion } from '@cardwatch/contracts/watch';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DeviceFact, PointFact } from '../world/world.core.ts';
import { identitiesOf, openSuggestionsMax, seenAgainMs, suggest, type Way, waysOf } from './suggest.core.ts';

type Points = Readonly<Record<string, Readonly<Record<string, string>>>>;
const at = epochMs(1_800_000_000_000);
const fact = (value: string): PointFact => ({ value, quality: 'good', observedAt: at, since: at });
const pointsOf = (points: Points) =>
  new Map(
    Object.entries(points).map(([id, own]) => [id, new Map(Object.entries(own).map(([name, value]) => [name, fact(value)]))]),
  );

function told(points: Points): string[] {
  const all = pointsOf(points);
  const kindOf = (id: string) => (/^(acc|agg|core)/.test(id) ? 'network' : 'pos');
  const devices = new Map([...all.keys()].map((deviceId) => [deviceId, { deviceId, kind: kindOf(deviceId) } as DeviceFact]));
  const ways = waysOf({ devices, points: all }, identitiesOf(all, all.keys()));
  return ways.map(({ deviceId, parent, port, evidence }) => `${deviceId} on ${parent} ${port} ${evidence}`).toSorted();
}

test.each<[string, Points, string[]]>([
  [
    'a station by its address',
    { 'acc-1': { port03Mac: '02:00:5e:10:07:01' }, 'pos-1': { mac: '02-00-5E-10-07-01' } },
    ['pos-1 on acc-1 03 fdb'],
  ],
  [
    'a serial that is an address',
    { 'acc-1': { port03Mac: '02:00:5e:10:07:01' }, 'pos-1': { serial: '0200.5e10.0701' } },
    ['pos-1 on acc-1 03 fdb'],
  ],
  ['several stations are nobody', { 'acc-1': { port03Mac: '4 devices' }, 'pos-1': { mac: '02:00:5e:10:07:01' } }, []],
  [
    'an address that two have is nobody',
    { 'acc-1': { port03Mac: '02:00:5e:10:07:01' }, 'pos-1': { mac: '02:00:5e:10:07:01' }, 'pos-2': { mac: '02:00:5e:10:07:01' } },
    [],
  ],
  [
    'access below aggregation, told from above',
    {
      'acc-1': { sysName: 'D7 ACC', port01Mac: '02:00:5e:10:07:01' },
      'agg-1': { sysName: 'D7-AGG', port07Neighbour: 'D7 ACC GigabitEthernet1/0/25' },
    },
    ['acc-1 on agg-1 07 lldp'],
  ],
  [
    'told from below the port is not known',
    {
      'acc-1': { port01Mac: '02:00:5e:10:07:01', port25Neighbour: 'D7-AGG Ten-GigabitEthernet1/0/7' },
      'agg-1': { sysName: 'D7-AGG' },
    },
    ['acc-1 on agg-1  lldp'],
  ],
  [
    'told from both sides it is one way',
    {
      'acc-1': { sysName: 'ACC', port01Mac: 'x', port25Neighbour: 'AGG 7' },
      'agg-1': { sysName: 'AGG', port07Neighbour: 'ACC 25', port26Neighbour: 'CORE 1' },
      'core-1': { sysName: 'CORE', port01Neighbour: 'AGG 26' },
    },
    ['acc-1 on agg-1 07 lldp', 'agg-1 on core-1 01 lldp'],
  ],
  [
    'two of one layer say nothing',
    {
      'acc-1': { sysName: 'A', port01Mac: 'x', port25Neighbour: 'B 25' },
      'acc-2': { sysName: 'B', port01Mac: 'y', port25Neighbour: 'A 25' },
    },
    [],
  ],
  [
    'a terminal that speaks LLDP',
    { 'acc-1': { port04Neighbour: '02:00:5e:10:07:01 eth0' }, 'pos-1': { mac: '02:00:5e:10:07:01' } },
    ['pos-1 on acc-1 04 lldp'],
  ],
  [
    'a terminal that does not tell its address, but its agent sees it',
    { 'acc-1': { port03Mac: '02:00:5e:10:07:01' }, 'pos-1': { wireHost: '10.7.1.31', wireMac: '02:00:5e:10:07:01' } },
    ['pos-1 on acc-1 03 arp'],
  ],
  [
    'the last router before a device, known by the address of its own',
    { 'core-1': { wireHost: '10.7.0.1' }, 'pos-1': { wireHost: '10.7.1.31', wireRouter: '10.7.0.1' } },
    ['pos-1 on core-1  trace'],
  ],
  ['a router that is none of ours', { 'pos-1': { wireRouter: '10.7.0.1' } }, []],
  [
    'an address that two sites use is nobody',
    {
      'core-1': { wireHost: '192.168.1.1' },
      'core-2': { wireHost: '192.168.1.1' },
      'pos-1': { wireRouter: '192.168.1.1' },
    },
    [],
  ],
  [
    'the port is worth more than the router',
    {
      'core-1': { wireHost: '10.7.0.1', port03Mac: '02:00:5e:10:07:01' },
      'pos-1': { mac: '02:00:5e:10:07:01', wireRouter: '10.7.0.1' },
    },
    ['pos-1 on core-1 03 fdb'],
  ],
  ['itself is nobody', { 'acc-1': { sysName: 'A', port04Neighbour: 'A 4' } }, []],
])('%s', (_, points, expected) => {
  expect(told(points)).toEqual(expected);
});

describe('suggestions', () => {
  const id = (text: string): DeviceId => text as DeviceId;
  const idOf = (): string => '00000000-0000-4000-8000-000000000001';
  const way = (over: Partial<Way> = {}): Way => ({
    deviceId: id('pos-1'),
    parent: id('acc-1'),
    port: '03',
    evidence: 'fdb',
    ...over,
  });
  const [first] = suggest({ ways: [way()], topology: [], known: [], idOf }, at);

  test('fit the contract', () => {
    expect(TopologySuggestion.parse(first)).toEqual(first);
    expect(first).toMatchObject({ state: 'open', port: '03', evidence: 'fdb', firstSeenAt: at, lastSeenAt: at });
  });

  test('what is drawn is not proposed, on any port', () => {
    const topology = [
      {
        deviceId: id('pos-1'),
        upstream: [{ name: '', parents: [id('acc-2'), id('acc-1')] }],
        port: null,
        source: 'person' as const,
      },
    ];
    expect(suggest({ ways: [way()], topology, known: [], idOf }, at)).toEqual([]);
  });

  test.each<[string, 'open' | 'confirmed' | 'rejected', Partial<Way>, number, number]>([
    ['seen again at once', 'open', {}, 1, 0],
    ['seen again after a while', 'open', {}, seenAgainMs, 1],
    ['on another port', 'open', { port: '04' }, 1, 1],
    ['told without a port', 'open', { port: '' }, 1, 0],
    ['rejected before', 'rejected', { port: '04' }, seenAgainMs, 0],
    ['confirmed before', 'confirmed', { port: '04' }, seenAgainMs, 0],
  ])('%s', (_, state, over, later, count) => {
    const known = first === undefined ? [] : [{ ...first, state }];
    const written = suggest({ ways: [way(over)], topology: [], known, idOf }, epochMs(at + later));
    expect(written).toHaveLength(count);
    for (const each of written) expect(each).toMatchObject({ port: over.port ?? '03', firstSeenAt: at, lastSeenAt: at + later });
  });

  test('beyond the limit nothing new is proposed', () => {
    const ways = Array.from({ length: openSuggestionsMax + 1 }, (_, index) => way({ deviceId: id(`pos-${index}`) }));
    expect(suggest({ ways, topology: [], known: [], idOf }, at)).toHaveLength(openSuggestionsMax);
    const known = first === undefined ? [] : [first];
    expect(suggest({ ways: ways.slice(2), topology: [], known, idOf }, at)).toHaveLength(openSuggestionsMax - 1);
  });
});
