import type { TopologyDto } from '@cardwatch/contracts/api';
import { describe, expect, test } from 'vitest';
import { device } from '../../test-data/dto.ts';
import { areaPaths } from '../maps/area-paths.core.ts';
import { shownText } from './edit-text.core.ts';
import { isAbout, type PlaceNode, placePath, registerRows, standsAt } from './stand.core.ts';

const words = { nothing: '无', open: '长期', zone: '片区', cluster: '集群', port: '端口' };
const noon = Date.UTC(2026, 10, 23, 4);

describe('what a change did, in a line', () => {
  test.each([
    ['places', null, '无'],
    ['places', { area: '主校区/第一食堂', zone: '北区', cluster: null }, '主校区/第一食堂 · 片区 北区'],
    ['topology', { upstream: [{ parents: ['a', 'b'] }, { parents: ['c'] }], port: '03' }, 'a | b; c · 端口 03'],
    ['topology', { upstream: [], port: null }, '无'],
    ['bindings', { merchantId: 'M1', merchantName: '面点', validFrom: noon, validTo: null }, 'M1 面点 2026-11-23 – 长期'],
    ['topology', { upstream: 'garbage', port: 7 }, '无'],
  ] as const)('%s %j', (table, row, line) => {
    expect(shownText(table, row, words)).toBe(line);
  });
});

describe('the register’s list', () => {
  const devices = [
    device({
      deviceId: 'p1',
      name: '一号窗口',
      agentId: 'ag',
      line: 'lan',
      place: { campus: 'main', building: 'A', area: '1F' },
      parents: ['sw', 'core'],
    }),
    device({ deviceId: 'sw', name: '交换机', agentId: 'ag', line: 'lan', place: { campus: 'main', building: 'A' }, parents: [] }),
  ];
  const brand = <T>(row: unknown): T => row as T;
  const topology = brand<TopologyDto>({
    nodes: [{ deviceId: 'p1', upstream: [{ name: '', parents: ['sw', 'x'] }], port: '3', source: 'person' }],
    bindings: [
      { deviceId: 'p1', merchantId: 'M0', merchantName: '旧', validFrom: 0, validTo: noon },
      { deviceId: 'p1', merchantId: 'M1', merchantName: '新', validFrom: noon, validTo: null },
    ],
    places: [{ deviceId: 'p1', area: 'main/B/2F', zone: 'N', cluster: null }],
  });

  test('the register counts before the agent; the merchant is that of now', () => {
    const [one, two] = registerRows(devices, topology, noon);
    expect(one).toMatchObject({
      building: 'B',
      area: '2F',
      zone: 'N',
      upstream: '交换机 | x',
      port: '3',
      merchant: '新',
      isPlaced: true,
    });
    expect(two).toMatchObject({ building: 'A', area: '', upstream: '', merchant: '', isPlaced: false });
    expect(registerRows(devices, topology, noon - 1)[0]?.merchant).toBe('旧');
  });

  test('a place of the tree narrows it, a text finds', () => {
    const nodes: readonly PlaceNode[] = [
      { id: 'c', parentId: null, level: 'campus', name: 'main', devices: 2 },
      { id: 'z', parentId: 'c', level: 'zone', name: 'N', devices: 1 },
      { id: 'b', parentId: 'z', level: 'building', name: 'B', devices: 1 },
      { id: 'k', parentId: 'b', level: 'cluster', name: 'ag', devices: 1 },
    ];
    const rows = registerRows(devices, topology, noon);
    const at = (id: string | undefined) =>
      rows.filter((row) => standsAt(row, placePath(nodes, id))).map((row) => row.device.deviceId);
    expect([at(undefined), at('c'), at('b'), at('k'), at('gone')]).toEqual([
      ['p1', 'sw'],
      ['p1', 'sw'],
      ['p1'],
      ['p1'],
      ['p1', 'sw'],
    ]);
    expect(rows.filter((row) => isAbout(row, ' 新 ')).length).toBe(1);
    expect(areaPaths(nodes)).toEqual(['main', 'main/B']);
  });
});
