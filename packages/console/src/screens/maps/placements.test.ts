import { describe, expect, test } from 'vitest';
import { device } from '../../test-data/dto.ts';
import { isSame, keyMove, moved, type Placement, placed, taken, unplaced } from './placements.core.ts';

const spot = (deviceId: string, x: number, y: number): Placement => ({ deviceId: deviceId as Placement['deviceId'], x, y });

describe('placements', () => {
  const two = [spot('a', 10, 20), spot('b', 500, 500)];

  test.each([
    ['set down anew', placed(two, 'c', 1, 2), [...two, spot('c', 1, 2)]],
    ['set down elsewhere keeps its place in the list', placed(two, 'a', 999.6, 3), [spot('a', 1_000, 3), two[1]]],
    ['never beyond the picture', placed(two, 'a', -5, 1_200), [spot('a', 0, 1_000), two[1]]],
    ['moved by a step', moved(two, 'b', -2, 25), [two[0], spot('b', 498, 525)]],
    ['what is not there is not moved', moved(two, 'x', 1, 1), two],
    ['taken away', taken(two, 'a'), [two[1]]],
  ])('%s', (_, made, expected) => {
    expect(made).toEqual(expected);
  });

  test('sameness is of place, not of identity', () => {
    expect(isSame(two, [spot('a', 10, 20), spot('b', 500, 500)])).toBe(true);
    expect(isSame(two, moved(two, 'a', 1, 0))).toBe(false);
    expect(isSame(two, taken(two, 'a'))).toBe(false);
  });

  test.each([
    ['ArrowLeft', false, [-2, 0]],
    ['ArrowDown', true, [0, 25]],
    ['ArrowUp', false, [0, -2]],
    ['ArrowRight', true, [25, 0]],
    ['Enter', false, undefined],
  ])('%s moves', (key, isStride, by) => {
    expect(keyMove(key, isStride)).toEqual(by);
  });

  test('those of the area that are not on the map, by the register where it says something', () => {
    const at = (deviceId: string, campus: string, building?: string) =>
      device({ deviceId, name: deviceId, place: { campus, ...(building === undefined ? {} : { building }) } });
    const devices = [
      at('d10', 'main', '1'),
      at('d2', 'main', '1'),
      at('d3', 'main', '2'),
      at('d4', 'main', '2'),
      at('d5', 'main'),
    ];
    const places = [{ deviceId: 'd4' as Placement['deviceId'], area: 'main/1/hall', zone: null, cluster: null }];
    expect(unplaced(devices, places, 'main/1', []).map(({ deviceId }) => deviceId)).toEqual(['d2', 'd4', 'd10']);
    expect(unplaced(devices, places, 'main/1', [spot('d2', 0, 0)]).map(({ deviceId }) => deviceId)).toEqual(['d4', 'd10']);
    expect(unplaced(devices, places, 'main', []).length).toBe(5);
  });
});
