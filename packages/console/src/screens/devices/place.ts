import type { DeviceDto } from '@cardwatch/contracts/api';

/** 校区 / 片区 / 楼宇 / 区域, as far as known, without saying the same twice. */
export function placeText(place: DeviceDto['place']): string {
  const parts = [place.campus, place.zone, place.building, place.area].filter((part) => part !== undefined && part !== '');
  return parts.filter((part, n) => part !== parts[n - 1]).join(' / ');
}

/** The most telling part first, for a row: the area, else the building or zone; the campus stands apart. */
export const areaText = ({ area, building, zone, campus }: DeviceDto['place']): string => area ?? building ?? zone ?? campus;

/** `modbus/cardwatch/ring-shower` is a folder; people say its last part. */
export const modelText = (profile: string): string => profile.split('/').at(-1) ?? profile;
