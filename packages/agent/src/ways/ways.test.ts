import { type DeviceDeclaration, DeviceId, type HealthLine } from '@cardwatch/contracts';
import { epochMs, minuteMs, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { AgentDevice } from '../agent.ts';
import type { Neighbourhood } from '../ports.ts';
import { isPlainIpv4 } from './address.core.ts';
import { Ways, wayTimes } from './ways.ts';
import { type Hop, ownersOf, parseArp, parseHop, wayLimits } from './ways.core.ts';

const table = (...rows: readonly string[]): string =>
  ['IP address       HW type     Flags       HW address            Mask     Device', ...rows].join('\n');

test.each<[string, string, readonly (readonly [string, string])[]]>([
  [
    'an entry',
    '10.7.1.31        0x1         0x2         02:00:5E:10:07:01     *        eth0',
    [['10.7.1.31', '02:00:5e:10:07:01']],
  ],
  ['one that was set by hand', '10.7.1.31 0x1 0x6 02:00:5e:10:07:01 * eth0', [['10.7.1.31', '02:00:5e:10:07:01']]],
  ['one without an answer', '10.7.1.31 0x1 0x0 00:00:00:00:00:00 * eth0', []],
  ['one that says complete and is nothing', '10.7.1.31 0x1 0x2 00:00:00:00:00:00 * eth0', []],
  ['no Ethernet', '10.7.1.31 0x20 0x2 80:00:02:08:fe:80 * ib0', []],
  ['no address', 'x 0x1 0x2 02:00:5e:10:07:01 * eth0', []],
  ['a row cut off', '10.7.1.31 0x1', []],
])('ARP: %s', (_, row, expected) => {
  expect([...parseArp(table(row))]).toEqual(expected);
});

test('an ARP table is read up to its limit', () => {
  const rows = Array.from(
    { length: wayLimits.arpRows + 9 },
    (_, no) => `10.${no >> 8}.${no & 255}.1 0x1 0x2 02:00:00:00:00:01 * e`,
  );
  expect(parseArp(table(...rows)).size).toBe(wayLimits.arpRows);
});

test.each<[string, string, Hop]>([
  [
    'a router',
    'PING 10.7.2.9 (10.7.2.9) 56(84) bytes of data.\nFrom 10.7.0.1 icmp_seq=1 Time to live exceeded\n',
    { kind: 'router', address: '10.7.0.1' },
  ],
  ['the host', '64 bytes from 10.7.2.9: icmp_seq=1 ttl=63 time=0.4 ms\n', { kind: 'arrived' }],
  ['another host', '64 bytes from 10.7.2.99: icmp_seq=1 ttl=63 time=0.4 ms\n', { kind: 'silent' }],
  ['not to be reached', 'From 10.7.0.1 icmp_seq=1 Destination Host Unreachable\n', { kind: 'silent' }],
  ['a name', 'From gw.campus.cn icmp_seq=1 Time to live exceeded\n', { kind: 'silent' }],
  ['nothing', '', { kind: 'silent' }],
])('hop: %s', (_, text, expected) => {
  expect(parseHop(text, '10.7.2.9')).toEqual(expected);
});

test.each([
  ['10.7.1.31', true],
  ['010.7.1.31', false],
  ['10.7.1.256', false],
  ['10.7.1', false],
  ['::1', false],
])('%s is a plain IPv4 address: %s', (text, expected) => {
  expect(isPlainIpv4(text)).toBe(expected);
});

test('of several at one address it is the serial server, and nobody where that cannot be told', () => {
  const hosted = (deviceId: string, host: string | undefined, isNetwork = false) => ({ deviceId, host, isNetwork });
  const owners = ownersOf([
    hosted('gate-1', '10.7.1.31'),
    hosted('server-1', '10.7.1.40', true),
    hosted('meter-1', '10.7.1.40'),
    hosted('meter-2', '10.7.1.41'),
    hosted('meter-3', '10.7.1.41'),
    hosted('here', '127.0.0.1'),
    hosted('serial', undefined),
  ]);
  expect([...owners]).toEqual([
    ['10.7.1.31', 'gate-1'],
    ['10.7.1.40', 'server-1'],
  ]);
});

describe('what is told', () => {
  const device = (id: string, host: string): AgentDevice =>
    ({ declaration: { deviceId: DeviceId.parse(id), kind: 'gate' } as DeviceDeclaration, host, lineKey: id }) as AgentDevice;

  async function watched(
    devices: readonly AgentDevice[],
    neighbourhood: Neighbourhood,
    forMs: number,
  ): Promise<readonly string[]> {
    const clock = new VirtualClock(epochMs(1_795_392_000_000));
    const told: string[] = [];
    const health = (line: HealthLine): void => {
      if (line.type === 'reading') told.push(`${line.deviceId} ${line.point} ${String(line.value)}`);
    };
    const stop = new AbortController();
    const run = new Ways({ devices: () => devices, neighbourhood, reporter: { health }, clock }).run(stop.signal);
    const end = clock.mono() + forMs;
    do await new Promise(setImmediate);
    while (clock.fireNext(end));
    stop.abort();
    await run;
    return told;
  }

  const ways: Readonly<Record<string, readonly Hop[]>> = {
    '10.8.1.1': [{ kind: 'router', address: '10.7.0.1' }, { kind: 'router', address: '10.8.0.1' }, { kind: 'arrived' }],
    '10.8.1.2': [{ kind: 'router', address: '10.7.0.1' }, { kind: 'silent' }, { kind: 'arrived' }],
    '10.8.1.3': [],
  };
  const seen = (asked: string[] = []): Neighbourhood => ({
    arp: async () => new Map([['10.7.1.31', '02:00:5e:10:07:01']]),
    hop: async (host, ttl) => {
      asked.push(`${host} ${ttl}`);
      return ways[host]?.[ttl - 1] ?? { kind: 'silent' };
    },
  });

  test('a neighbour by its hardware address, one behind routers by the last of them, one that cannot be told by its address alone', async () => {
    const asked: string[] = [];
    const devices = [
      device('gate-1', '10.7.1.31'),
      device('gate-2', '10.8.1.1'),
      device('gate-3', '10.8.1.2'),
      device('gate-4', '10.8.1.3'),
    ];
    expect(await watched(devices, seen(asked), wayTimes.firstMs + minuteMs)).toEqual([
      'gate-1 wireHost 10.7.1.31',
      'gate-1 wireMac 02:00:5e:10:07:01',
      'gate-2 wireHost 10.8.1.1',
      'gate-3 wireHost 10.8.1.2',
      'gate-4 wireHost 10.8.1.3',
      'gate-2 wireRouter 10.8.0.1',
    ]);
    expect(asked).toEqual([
      '10.8.1.1 1',
      '10.8.1.1 2',
      '10.8.1.1 3',
      '10.8.1.2 1',
      '10.8.1.2 2',
      '10.8.1.2 3',
      '10.8.1.3 1',
      '10.8.1.3 2',
    ]);
  });

  test('again after an hour, not with each look', async () => {
    const told = await watched([device('gate-1', '10.7.1.31')], seen(), wayTimes.firstMs + 2 * wayTimes.againMs + minuteMs);
    expect(told.length).toBe(6);
  });

  test('a hundred devices behind a router are traced a few at a time, each in its turn', async () => {
    const asked: string[] = [];
    const devices = Array.from({ length: 100 }, (_, no) => device(`far-${no}`, `10.9.0.${no + 1}`));
    await watched(devices, seen(asked), wayTimes.firstMs + 2 * wayTimes.everyMs + 5 * minuteMs);
    const traced = new Set(asked.map((each) => each.split(' ')[0]));
    expect(traced.size).toBe(3 * wayTimes.tracesPerTurn);
  });
});
