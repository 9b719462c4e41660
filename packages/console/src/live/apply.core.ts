/**
 * Live events laid over what the query cache holds. Pure: (key, data, event) -> data, the same reference when nothing changed. A list row is
 * replaced where it stands and is never taken out here: what no longer fits the filter is hidden by the screen once the pointer has left.
 */
import type { DeviceDto, GapDto, LiveEvent, ReadingDto, ResponseOf } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import { type DeviceFilter, type GapFilter, pageLimits } from '../api/keys.ts';
import { applyAlarms } from './alarms.core.ts';
import { fitsDevice, fitsGap } from './fits.core.ts';

export interface Pages<T> {
  readonly pages: readonly { readonly items: readonly T[]; readonly nextCursor: string | null }[];
  readonly pageParams: readonly unknown[];
}

/** `data` is what the cache holds under `key`; a key that live events do not touch comes back as it was. */
export function applyLive(key: readonly unknown[], data: unknown, event: LiveEvent): unknown {
  if (data === undefined) return data;
  switch (event.type) {
    case 'overview':
      return key[0] === 'overview' ? event.overview : data;
    case 'device':
      return applyDevice(key, data, event.device);
    case 'agent':
      return key[0] === 'agents' ? upsertAgent(data as ResponseOf<'agents'>, event.agent) : data;
    case 'readings':
      return applyReadings(key, data, event.readings);
    case 'flow':
      return key[0] === 'flow' ? mergeFlow(data as ResponseOf<'flow'>, event.points, key[1] as number) : data;
    case 'passes':
      return key[0] === 'passFlow' ? mergeFlow(data as ResponseOf<'passFlow'>, event.points, key[1] as number) : data;
    case 'gap':
      return key[0] === 'gaps' ? upsertGap(data as Pages<GapDto>, event.gap, key[1] as GapFilter) : data;
    case 'alarms':
      return event.alarms === null ? data : applyAlarms(key, data, event.alarms);
    default:
      return data;
  }
}

function applyDevice(key: readonly unknown[], data: unknown, device: DeviceDto): unknown {
  if (key[0] === 'device') return key[1] === device.deviceId ? device : data;
  if (key[0] !== 'devices') return data;
  const list = data as Pages<DeviceDto>;
  const replaced = replace(list, device, (other) => other.deviceId === device.deviceId);
  if (replaced !== undefined) return replaced;
  return fitsDevice(device, key[1] as DeviceFilter) ? append(list, device) : data;
}

function upsertGap(list: Pages<GapDto>, gap: GapDto, filter: GapFilter): Pages<GapDto> {
  const replaced = replace(list, gap, (other) => other.id === gap.id);
  if (replaced !== undefined) return replaced;
  return fitsGap(gap, filter) ? prepend(list, gap) : list;
}

function upsertAgent(list: ResponseOf<'agents'>, agent: ResponseOf<'agent'>): ResponseOf<'agents'> {
  const at = list.items.findIndex((other) => other.agentId === agent.agentId);
  return { items: at < 0 ? [...list.items, agent] : list.items.with(at, agent) };
}

function applyReadings(key: readonly unknown[], data: unknown, readings: readonly ReadingDto[]): unknown {
  const mine = readings.filter((reading) => reading.deviceId === key[1]);
  if (mine.length === 0) return data;
  if (key[0] === 'readings') return mine.reduce(latest, data as ResponseOf<'deviceReadings'>);
  if (key[0] !== 'history') return data;
  return mine.filter((reading) => reading.point === key[2]).reduce(appendHistory, data as ResponseOf<'deviceReadings'>);
}

function latest(list: ResponseOf<'deviceReadings'>, reading: ReadingDto): ResponseOf<'deviceReadings'> {
  const at = list.items.findIndex((other) => other.point === reading.point);
  if (at < 0) return { ...list, items: [...list.items, reading] };
  return (list.items[at]?.observedAt ?? 0) > reading.observedAt ? list : { ...list, items: list.items.with(at, reading) };
}

/** History is kept newest first, bounded like the page that it came from. */
function appendHistory(list: ResponseOf<'deviceReadings'>, reading: ReadingDto): ResponseOf<'deviceReadings'> {
  if ((list.items[0]?.observedAt ?? 0) >= reading.observedAt) return list;
  return { ...list, items: [reading, ...list.items].slice(0, pageLimits.history) };
}

/** Minutes are replaced or added in order; what left the window of `minutes` is dropped. */
export function mergeFlow<T extends { readonly minute: number }>(
  flow: { readonly items: readonly T[] },
  points: readonly T[],
  minutes: number,
): { readonly items: readonly T[] } {
  const byMinute = new Map(flow.items.map((point) => [point.minute, point]));
  for (const point of points) byMinute.set(point.minute, point);
  const items = [...byMinute.values()].sort((a, b) => a.minute - b.minute);
  const newest = items.at(-1)?.minute ?? 0;
  return { items: items.filter((point) => point.minute > newest - minutes * minuteMs) };
}

function replace<T>(list: Pages<T>, item: T, same: (other: T) => boolean): Pages<T> | undefined {
  for (const [n, page] of list.pages.entries()) {
    const at = page.items.findIndex(same);
    if (at >= 0) return { ...list, pages: list.pages.with(n, { ...page, items: page.items.with(at, item) }) };
  }
  return undefined;
}

function prepend<T>(list: Pages<T>, item: T): Pages<T> {
  const first = list.pages[0];
  return first === undefined ? list : { ...list, pages: list.pages.with(0, { ...first, items: [item, ...first.items] }) };
}

/** A new row goes to the end, and only when the end is loaded: before that, its page brings it. */
function append<T>(list: Pages<T>, item: T): Pages<T> {
  const last = list.pages.at(-1);
  if (last === undefined || last.nextCursor !== null) return list;
  return { ...list, pages: list.pages.with(-1, { ...last, items: [...last.items, item] }) };
}
