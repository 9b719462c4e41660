import { describe, expect, test } from 'vitest';
import { type AreaCount, groupAreas, worstOf, zeroByState } from './areas.core.ts';

const count = (area: string | null, state: AreaCount['state'], devices: number): AreaCount => ({
  campus: '鱼宝',
  building: '浴室楼',
  area,
  areaType: area === null ? null : 'bathhouse',
  state,
  devices,
});

describe('areas', () => {
  test('are summed by place, with every state named', () => {
    const areas = groupAreas([count('三号浴室', 'online', 7), count('三号浴室', 'offline', 1), count(null, 'maintenance', 2)]);
    expect(areas).toHaveLength(2);
    expect(areas[0]).toMatchObject({ area: '三号浴室', devices: 8, worst: 'offline' });
    expect(areas[0]?.byState).toEqual({ ...zeroByState(), online: 7, offline: 1 });
    expect(areas[1]).toMatchObject({ area: '', areaType: 'other', devices: 2, worst: 'maintenance' });
  });

  test('of one name in two buildings are two', () => {
    const one = count('一层大厅', 'online', 7);
    const areas = groupAreas([one, { ...one, building: '教学楼' }, { ...one, building: null }]);
    expect(areas.map(({ building, area, devices }) => [building, area, devices])).toEqual([
      ['浴室楼', '一层大厅', 7],
      ['教学楼', '一层大厅', 7],
      ['', '一层大厅', 7],
    ]);
  });

  test.each([
    [{ online: 5, degraded: 1 }, 'degraded'],
    [{ degraded: 5, unknown: 1 }, 'unknown'],
    [{ unknown: 5, sellingOffline: 1 }, 'sellingOffline'],
    [{ sellingOffline: 5, offline: 1 }, 'offline'],
    [{ online: 1, maintenance: 9 }, 'online'],
    [{ disabled: 9, maintenance: 1 }, 'maintenance'],
    [{}, 'unknown'],
  ] as const)('%j is %s at worst', (some, worst) => {
    expect(worstOf({ ...zeroByState(), ...some })).toBe(worst);
  });
});
