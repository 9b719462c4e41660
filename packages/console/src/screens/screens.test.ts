import { areaName, areaSearch } from './overview/area-name.core.ts';
import { describe, expect, test } from 'vitest';
import { device, gap, noKinds, noStates, overview, reading, record } from '../test-data/dto.ts';
import { sparkline } from './device/sparkline.core.ts';
import { ordered } from './devices/order.core.ts';
import { safeNext } from './entry/safe-next.ts';
import { findingsOf } from './overview/findings.core.ts';
import { chainOf } from './records/chain.core.ts';

const area = (name: string, states: Partial<typeof noStates>, worst: keyof typeof noStates) => ({
  campus: '宜宾',
  building: '浴室楼',
  area: name,
  areaType: 'bathhouse',
  devices: 24,
  byState: { ...noStates, ...states },
  worst,
});

describe('the sentence of the overview', () => {
  const kinds = (change: Parameters<typeof overview>[0]) => findingsOf(overview(change)).map(({ kind }) => kind);

  test('says that all is well, also with devices set aside on purpose', () => {
    const devices = {
      total: 10,
      byState: { ...noStates, online: 8, maintenance: 1, disabled: 1 },
      byKind: { ...noKinds, shower: 10 },
    };
    const areas = [area('一', { online: 8, maintenance: 1, disabled: 1 }, 'maintenance')];
    expect(findingsOf(overview({ devices, areas }))).toEqual([{ kind: 'well', online: 8, setAside: 2 }]);
  });

  test('says that there is nothing yet', () => {
    expect(kinds({ devices: { total: 0, byState: noStates, byKind: noKinds } })).toEqual(['nothingYet']);
  });

  test('names the two worst areas and counts the others', () => {
    const areas = [
      area('甲', { online: 20, degraded: 4 }, 'degraded'),
      area('乙', { online: 16, offline: 8 }, 'offline'),
      area('丙', { online: 22, sellingOffline: 2 }, 'sellingOffline'),
      area('丁', { unknown: 24 }, 'unknown'),
    ];
    expect(findingsOf(overview({ areas }))).toEqual([
      { kind: 'area', campus: '宜宾', building: '浴室楼', area: '乙', name: '乙', state: 'offline', devices: 8 },
      { kind: 'area', campus: '宜宾', building: '浴室楼', area: '丙', name: '丙', state: 'sellingOffline', devices: 2 },
      { kind: 'moreAreas', areas: 2, devices: 28 },
    ]);
  });

  test('does not take records that are on their way for a backlog', () => {
    const at = (ageMs: number) =>
      kinds({ asOf: 1_000_000, backlog: { records: 3, agentsBehind: 1, oldestAt: 1_000_000 - ageMs } });
    expect([at(180_000), at(180_001)]).toEqual([['well'], ['backlog']]);
  });

  test('goes from lost agents to what is missing', () => {
    const change = {
      asOf: 1_000_000,
      agents: { total: 3, online: 1 },
      backlog: { records: 9, agentsBehind: 1, oldestAt: 5 },
      openGaps: 2,
      openDeadLetters: 1,
    };
    expect(kinds(change)).toEqual(['agents', 'backlog', 'gaps', 'deadLetters']);
  });
});

describe('the chain of records', () => {
  const show = (numbers: readonly number[], gaps: Parameters<typeof chainOf>[1] = []) =>
    chainOf(
      numbers.map((n) => record(n)),
      gaps,
    ).map((link) => (link.type === 'record' ? link.record.recordNo : link.chainBreak));

  test('is unbroken when the numbers follow, however they arrive', () => {
    expect(show([3, 5, 4])).toEqual([5, 4, 3]);
  });

  test('breaks where numbers are missing, with what the gap says of them', () => {
    const covering = gap({ id: 'g', first: 4, last: 6, estimateFen: 180 });
    expect(show([7, 3], [covering])).toEqual([7, { first: 4, last: 6, missing: 3, estimateFen: 180, gap: covering }, 3]);
    expect(show([7, 3], [gap({ id: 'other', generation: 2, first: 4, last: 6 })])).toEqual([
      7,
      { first: 4, last: 6, missing: 3, estimateFen: null, gap: undefined },
      3,
    ]);
  });

  test('breaks by known gaps alone where numbers do not count records', () => {
    const types = (gaps: Parameters<typeof chainOf>[1]) =>
      chainOf([record(8), record(6), record(2)], gaps, false).map((link) => link.type);
    expect(types([])).toEqual(['record', 'record', 'record']);
    expect(types([gap({ id: 'g', first: 3, last: 5 })])).toEqual(['record', 'record', 'break', 'record']);
  });

  test('does not break between two lives of a counter', () => {
    const links = chainOf([record(1, { generation: 2 }), record(900)], []);
    expect(links.map((link) => link.type)).toEqual(['record', 'record']);
  });
});

describe('the order of devices', () => {
  const devices = [
    device({ deviceId: 'c', name: '10号', state: 'online', uncollected: 3 }),
    device({ deviceId: 'a', name: '2号', state: 'offline', uncollected: null }),
    device({ deviceId: 'b', name: '2号', state: 'online', uncollected: 3 }),
  ];
  test.each([
    ['name', false, 'a b c'],
    ['name', true, 'c a b'],
    ['state', false, 'a b c'],
    ['uncollected', true, 'b c a'],
  ] as const)('by %s, down %s', (order, down, expected) => {
    expect(
      ordered(devices, order, down)
        .map(({ deviceId }) => deviceId)
        .join(' '),
    ).toBe(expected);
  });
});

describe('the course of a point', () => {
  test('needs two numbers', () => {
    expect(sparkline([], { width: 100, height: 20 })).toBeUndefined();
    expect(sparkline([reading({ observedAt: 1 })], { width: 100, height: 20 })).toBeUndefined();
    expect(
      sparkline([reading({ observedAt: 1, value: 'on' }), reading({ observedAt: 0, value: 'off' })], { width: 100, height: 20 }),
    ).toBeUndefined();
  });

  test('goes from left to right and breaks where a reading is missing', () => {
    const newestFirst = [4, 3, 2, 1, 0].map((at) => reading({ observedAt: at, value: at === 2 ? null : at }));
    const line = sparkline(newestFirst, { width: 106, height: 26 });
    expect(line).toEqual({ path: 'M3 23L28 18M78 8L103 3', last: { x: 103, y: 3 }, low: 0, high: 4, from: 0 });
  });
});

test('areas are told apart by their building where the name does not', () => {
  const [hall, other, nameless] = [
    { campus: '主', building: '一食堂', area: '大厅' },
    { campus: '主', building: '二食堂', area: '大厅' },
    { campus: '主', building: '三食堂', area: '' },
  ] as const;
  const names = [hall, other, nameless].map((one) => areaName(one, [hall, other, nameless]));
  expect(names).toEqual(['一食堂 大厅', '二食堂 大厅', '三食堂']);
  expect(areaName(hall, [hall, { ...other, campus: '东' }])).toBe('大厅');
  expect(areaSearch(nameless)).toEqual({ campus: '主', building: '三食堂' });
});

test.each([
  [undefined, '/'],
  ['/devices?q=1', '/devices?q=1'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['/sign-in?next=/sign-in', '/'],
])('after signing in, %j leads to %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected);
});
