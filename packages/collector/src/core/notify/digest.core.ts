/** What can wait is told together: one message per recipient at odd minutes, away from the full and half hours that robots dislike. */
import { type DigestItem, type PlannedNotice, planNotice, rebased, type Timer } from './notice.core.ts';
import type { BinAsk } from './plan-state.core.ts';
import type { AlarmLevel } from '@cardwatch/contracts/watch';
import { epochMs, minuteMs, type EpochMs } from '@cardwatch/kernel';

/** Lines of one recipient's next digest; more than `digestItemsMax` open a second one. */
export interface DigestBin {
  readonly recipient: string;
  readonly items: readonly DigestItem[];
  readonly ask: BinAsk;
  readonly due: Timer;
}

/** Lines of one digest; its row names the first `alarmsPerNoticeMax` of their alarms. */
export const digestItemsMax = 5_000;
/** The digest that a recipient gets next is at most this much later. */
export const digestEveryMsMax = 10 * minuteMs;
/** Slots lie at three minutes past: `:03 :13 :23…` for ten minutes. */
const slotOffsetMinutes = 3;

/** The next odd minute at the pace, at most `everyMs` (and ten minutes for level 3) after `now`. */
export function nextDigestAt(everyMs: number, now: EpochMs): EpochMs {
  const minutes = Math.max(2, Math.floor(everyMs / minuteMs / 2) * 2);
  const passed = now / minuteMs - slotOffsetMinutes;
  return epochMs(((Math.floor(passed / minutes) + 1) * minutes + slotOffsetMinutes) * minuteMs);
}

/** Adds a line; of one alarm the latest word counts, and the more urgent terms hold for all. */
export function addToBin(
  bin: DigestBin | null,
  line: { readonly recipient: string; readonly item: DigestItem; readonly ask: BinAsk },
  now: EpochMs,
): DigestBin {
  const due = { at: nextDigestAt(Math.min(line.ask.everyMs, digestEveryMsMax), now), setAt: now };
  if (bin === null) return { recipient: line.recipient, items: [line.item], ask: line.ask, due };
  const kept = bin.items.filter((item) => item.alarmId !== line.item.alarmId);
  const ask = line.ask.level < bin.ask.level ? line.ask : bin.ask;
  const soonest = rebased(bin.due, now);
  return { ...bin, items: [...kept, line.item], ask, due: soonest.at <= due.at ? soonest : due };
}

/** Takes a raised line out again; null when the bin is empty now. A cleared line stays: somebody was told. */
export function takeFromBin(bin: DigestBin, alarmId: string): DigestBin | null {
  const items = bin.items.filter((item) => item.alarmId !== alarmId || item.what === 'cleared');
  return items.length === 0 ? null : { ...bin, items };
}

/** The digest of what lies in the bin, and what did not fit into it. */
export function cutDigest(
  bin: DigestBin,
  noticeId: string,
  now: EpochMs,
): { readonly planned: PlannedNotice; readonly rest: DigestBin | null } {
  const items = bin.items.slice(0, digestItemsMax);
  const over = bin.items.slice(digestItemsMax);
  const { channels, fallbackAfterMs, quiet, hasty } = bin.ask;
  const level: AlarmLevel = bin.ask.level === 1 ? 2 : bin.ask.level;
  const planned = planNotice(
    {
      noticeId,
      alarmIds: items.map((item) => item.alarmId),
      reason: 'digest',
      telling: now,
      level,
      recipient: bin.recipient,
      terms: { channels, fallbackAfterMs, quiet, hasty, items },
    },
    now,
  );
  const due = { at: epochMs(bin.due.at + 2 * minuteMs), setAt: now };
  return { planned, rest: over.length === 0 ? null : { ...bin, items: over, due } };
}

export const digestMachineKind = 'digest';
/** Rows of this kind are written by `JSON.stringify` of a `DigestBin` alone. */
export const binFromRow = (row: { readonly state: string }): DigestBin => JSON.parse(row.state) as DigestBin;
