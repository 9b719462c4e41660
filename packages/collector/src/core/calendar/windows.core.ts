/** 维护窗口 and 重要活动: which of them hold at a time, for what. Both end by themselves. */
import type { ImportantEvent, MaintenanceWindow } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, epochMs } from '@cardwatch/kernel';
import { contains, type Span } from './span.core.ts';

/** Occurrences of one weekly window that are listed at most: ten years of them. */
export const occurrencesMax = 520;

const weekMs = 7 * dayMs;

/** What something is known by: its own id and that of its campus, area, agent, switch; an area also by every area that it lies in. */
export type Names = readonly string[];

/** Spans of a window that overlap `[from, to)`, cut off where it was ended early or repeats no more; at most `occurrencesMax`. */
export function occurrences(window: MaintenanceWindow, from: EpochMs, to: EpochMs): readonly Span[] {
  const ends = Math.min(window.endedAt ?? Number.POSITIVE_INFINITY, lastEnd(window));
  const firstNo = window.weekly ? Math.max(0, Math.floor((from - window.to) / weekMs)) : 0;
  const lastNo = window.weekly ? Math.max(0, Math.floor((to - window.from) / weekMs)) : 0;
  const spans: Span[] = [];
  for (let no = firstNo; no <= lastNo && spans.length < occurrencesMax; no++) {
    const begins = epochMs(window.from + no * weekMs);
    const span: Span = { from: begins, to: epochMs(Math.min(window.to + no * weekMs, ends)) };
    if (span.to > span.from && span.from < to && span.to > from) spans.push(span);
  }
  return spans;
}

/** Windows that hold now for anything of these names: `upstream`-like suppression names the first. */
export function maintenanceAt(windows: readonly MaintenanceWindow[], names: Names, at: EpochMs): readonly MaintenanceWindow[] {
  return windows.filter((window) => activeAt(window, at) && covers(window.subjects, names));
}

/** Whether a window or an event holds at this instant, whatever it is about. */
export function activeAt(one: MaintenanceWindow | ImportantEvent, at: EpochMs): boolean {
  if ('windowId' in one) return occurrences(one, at, epochMs(at + 1)).length > 0;
  return contains({ from: epochMs(one.from), to: epochMs(one.to) }, at);
}

/** Important events that hold now in one of these areas (`campus`, `campus/building/area`). An event without areas holds everywhere. */
export function eventsAt(events: readonly ImportantEvent[], names: Names, at: EpochMs): readonly ImportantEvent[] {
  return events.filter((event) => activeAt(event, at) && (event.areas.length === 0 || covers(event.areas, names)));
}

/** One is covered by itself and by what it lies in: `main/canteen-3` covers `main/canteen-3/hall`, not `main/canteen-31`. */
export function covers(subjects: readonly string[], names: Names): boolean {
  return names.some((name) => subjects.some((subject) => name === subject || name.startsWith(`${subject}/`)));
}

const lastEnd = (window: MaintenanceWindow): number =>
  window.weekly && window.until !== null ? window.until : Number.POSITIVE_INFINITY;
