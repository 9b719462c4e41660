/** Cells that mean more than their text. */
import type { UpstreamGroup } from '@cardwatch/contracts/watch';
import { DeviceId } from '@cardwatch/contracts';
import { dayMs, epochFromShanghai, type EpochMs, epochMs } from '@cardwatch/kernel';
import { groupsMax, parentsMax } from '../cause/graph.core.ts';
import { dayText } from './register.core.ts';

export const upstreamExample = 'sw-1|sw-2; ups-1';
export const dateExample = '2026-09-01';

/** `sw-1|sw-2; power=ups-1`: groups by semicolon, alternatives by bar, a name before `=`. null: cannot be read. */
export function upstreamOf(text: string): readonly UpstreamGroup[] | null {
  const groups = text
    .replaceAll('；', ';')
    .replaceAll('｜', '|')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(groupOf);
  const whole = groups.filter((group) => group !== null);
  return whole.length === groups.length && whole.length > 0 && whole.length <= groupsMax ? whole : null;
}

function groupOf(text: string): UpstreamGroup | null {
  const [, name = '', rest = ''] = /^(?:([^=|]{1,64})=)?(.+)$/.exec(text) ?? [];
  const ids = rest.split('|').map((id) => DeviceId.safeParse(id.trim()));
  const parents = [...new Set(ids.flatMap((id) => (id.success ? [id.data] : [])))];
  if (ids.some((id) => !id.success) || parents.length === 0 || parents.length > parentsMax) return null;
  return { name: name.trim(), parents };
}

export const upstreamText = (upstream: readonly UpstreamGroup[]): string =>
  upstream.map(({ name, parents }) => `${name === '' ? '' : `${name}=`}${parents.join('|')}`).join('; ');

const datePattern = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{3}))?)?)?$/;

/** Asia/Shanghai; a day is its midnight. null: no date. */
export function instantOf(text: string): { readonly at: EpochMs; readonly wholeDay: boolean } | null {
  const [, year, month, day, hour, minute, second, millis] = datePattern.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const [of, at] = [Number, (part: string | undefined): number => Number(part ?? 0)];
  const whole = epochFromShanghai({
    year: of(year),
    month: at(month),
    day: at(day),
    hour: at(hour),
    minute: at(minute),
    second: at(second),
  });
  if (whole === undefined || whole < 0) return null;
  return { at: epochMs(whole + at(millis)), wholeDay: hour === undefined };
}

/** `有效期至` names the last day; with a time of day it is the moment itself. */
export function endOf(text: string): EpochMs | null {
  const instant = instantOf(text);
  if (instant === null) return null;
  return instant.wholeDay ? epochMs(instant.at + dayMs) : instant.at;
}

export function endText(validTo: number): string {
  const text = dayText(validTo);
  return text.includes(' ') ? text : dayText(validTo - dayMs);
}

/** Up to three known ids within two edits, the nearest first. */
export function nearest(id: string, known: Iterable<string>): string {
  const near: { readonly id: string; readonly edits: number }[] = [];
  for (const each of known) {
    if (Math.abs(each.length - id.length) > 2) continue;
    const edits = editsBetween(id, each);
    if (edits <= 2) near.push({ id: each, edits });
  }
  return near
    .toSorted((a, b) => a.edits - b.edits || (a.id < b.id ? -1 : 1))
    .slice(0, 3)
    .map((each) => each.id)
    .join(', ');
}

function editsBetween(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const swap = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
