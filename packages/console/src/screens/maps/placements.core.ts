/** Where devices stand on a map, in thousandths of its picture. */
import type { DeviceDto, ResponseOf, TopologyDto } from '@cardwatch/contracts/api';

export type BuildingMap = ResponseOf<'maps'>['items'][number];
export type Placement = BuildingMap['placements'][number];

const sideMax = 1_000;
const within = (value: number): number => Math.min(sideMax, Math.max(0, Math.round(value)));

/** Sets a device down, anew or somewhere else. */
export function placed(placements: readonly Placement[], deviceId: string, x: number, y: number): readonly Placement[] {
  const spot = { deviceId: deviceId as Placement['deviceId'], x: within(x), y: within(y) };
  const at = placements.findIndex((one) => one.deviceId === deviceId);
  return at < 0 ? [...placements, spot] : placements.with(at, spot);
}

export function moved(placements: readonly Placement[], deviceId: string, dx: number, dy: number): readonly Placement[] {
  const one = placements.find((other) => other.deviceId === deviceId);
  return one === undefined ? placements : placed(placements, deviceId, one.x + dx, one.y + dy);
}

export const taken = (placements: readonly Placement[], deviceId: string): readonly Placement[] =>
  placements.filter((one) => one.deviceId !== deviceId);

export const isSame = (a: readonly Placement[], b: readonly Placement[]): boolean =>
  a.length === b.length && a.every((one, n) => one.deviceId === b[n]?.deviceId && one.x === b[n]?.x && one.y === b[n]?.y);

/** How an arrow key moves what is chosen: a step, with Shift a stride. */
export function keyMove(key: string, isStride: boolean): readonly [dx: number, dy: number] | undefined {
  const step = isStride ? 25 : 2;
  switch (key) {
    case 'ArrowLeft':
      return [-step, 0];
    case 'ArrowRight':
      return [step, 0];
    case 'ArrowUp':
      return [0, -step];
    case 'ArrowDown':
      return [0, step];
    default:
      return undefined;
  }
}

/** Devices that stand in the area of a map and not on it yet, by name. */
export function unplaced(
  devices: readonly DeviceDto[],
  places: TopologyDto['places'],
  area: string,
  placements: readonly Placement[],
): readonly DeviceDto[] {
  const onMap = new Set<string>(placements.map(({ deviceId }) => deviceId));
  const registered = new Map(places.map((place) => [place.deviceId as string, place.area]));
  return devices
    .filter(({ deviceId }) => !onMap.has(deviceId))
    .filter(({ deviceId, place }) => isInside(registered.get(deviceId) ?? declaredArea(place), area))
    .sort((a, b) => a.name.localeCompare(b.name, 'zh', { numeric: true }));
}

/** A hall without a building is its own building. */
const declaredArea = ({ campus, building, area }: DeviceDto['place']): string =>
  [campus, building ?? area, building === undefined ? undefined : area]
    .filter((part) => part !== undefined && part !== '')
    .join('/');

const isInside = (place: string, area: string): boolean => place === area || place.startsWith(`${area}/`);
