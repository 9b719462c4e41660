import type { DeviceDto, WindowsDto } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import type { Between } from './ribbon.core.ts';

export type MaintenanceWindow = WindowsDto['windows'][number];

/** What windows may name a device by: itself, its agent, its way up, its campus, building and area. */
export function namesOf({ deviceId, agentId, parents, place }: DeviceDto): readonly string[] {
  const { campus, building = '', area = '' } = place;
  const paths = [campus, `${campus}/${building}`, `${campus}/${building}/${area}`];
  return [deviceId, agentId, ...parents, ...paths];
}

export const windowsOf = (windows: readonly MaintenanceWindow[], device: DeviceDto): readonly MaintenanceWindow[] => {
  const names = new Set(namesOf(device));
  return windows.filter(({ subjects }) => subjects.some((subject) => names.has(subject)));
};

const weekMs = 7 * dayMs;

/** When it holds within a time; a weekly one at the same hours of each week until it ends. */
export function spansOf({ from, to, weekly, until, endedAt }: MaintenanceWindow, whole: Between): readonly Between[] {
  const last = Math.min(until ?? Number.POSITIVE_INFINITY, endedAt ?? Number.POSITIVE_INFINITY);
  const firstWeek = weekly ? Math.max(0, Math.floor((whole.from - to) / weekMs)) : 0;
  const lastWeek = weekly ? Math.max(0, Math.floor((whole.to - from) / weekMs)) : 0;
  const spans: Between[] = [];
  for (let week = firstWeek; week <= lastWeek; week++) {
    const span = { from: from + week * weekMs, to: Math.min(to + week * weekMs, last) };
    if (span.to > span.from && span.from < whole.to && span.to > whole.from) spans.push(span);
  }
  return spans;
}
