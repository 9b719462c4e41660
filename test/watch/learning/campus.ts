/** A small campus whose records lie in a real custody file, whole days at a time. */
import { join } from 'node:path';
import { openSqliteFeed } from '@cardwatch/collector/store';
import { dayMs, type EpochMs, epochMs, hourMs, minuteMs, SeededRandom, silentLogger } from '@cardwatch/kernel';
import { Learning, type LearningParts } from '../../../packages/collector/src/runner/learning.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import { type MachineRow, noSettings, type WatchStore } from '../../../packages/collector/src/store/watch/roles.ts';
import { type Bed, makeBed, newFolder } from '../../collector/support/bed.ts';
import { FakeJournal } from '../../collector/support/journal.ts';
import { hello, transaction } from '../../collector/support/records.ts';

/** 2026-11-23 00:00 in Shanghai, a Monday. */
export const monday = 1_795_363_200_000;
export const day = (offset: number): EpochMs => epochMs(monday + offset * dayMs);
export const clockOf = (offset: number, hour: number, minute = 0): EpochMs =>
  epochMs(day(offset) + hour * hourMs + minute * minuteMs);

export const devices = ['yb-b3-bath-01', 'yb-b3-bath-02'] as const;
export const area = '东区//3号浴室';
const home = { campus: '东区', area };

export interface Campus {
  readonly bed: Bed;
  readonly folder: string;
  readonly watch: WatchStore;
  readonly feed: ReturnType<typeof openSqliteFeed>;
  /** Sales of a device, one at each of these times. */
  sell(deviceId: string, times: readonly number[], amountFen?: number): Promise<void>;
  learning(more?: Partial<LearningParts>): Learning;
  close(): Promise<void>;
}

export async function openCampus(): Promise<Campus> {
  const folder = newFolder();
  const bed = makeBed({ folder });
  bed.send('yb-1', 'hello', hello({ devices }));
  await bed.pass(100);
  const journal = new FakeJournal({ agent: 'yb-1' });
  const numbers = new Map<string, number>();
  const watch = openSqliteWatch(join(folder, 'watch.db'), () => 0);
  const feed = openSqliteFeed(join(folder, 'cardwatch.db'), () => 0);
  let sent = 0;
  return {
    bed,
    folder,
    watch,
    feed,
    sell: async (device, times, amountFen = 500) => {
      for (const observedAt of times) {
        const no = (numbers.get(device) ?? 0) + 1;
        numbers.set(device, no);
        journal.append(transaction({ device, no, observedAt, amountFen }));
      }
      while (sent < journal.last) {
        const upto = Math.min(journal.last, sent + 250);
        bed.send('yb-1', 'money', journal.batch(sent + 1, upto));
        await bed.pass(500);
        sent = upto;
      }
    },
    learning: (more = {}) =>
      new Learning({ feed, store: watch, settings: noSettings, home: homeOf, mono: () => 0, log: silentLogger, ...more }),
    close: async () => {
      await feed.close();
      await watch.close();
      await bed.close();
    },
  };
}

const homeOf = (deviceId: string) => (devices.some((one) => one === deviceId) ? home : null);

/** `count` times within an hour of that day, by chance. */
export function within(offset: number, hour: number, count: number): readonly number[] {
  const random = new SeededRandom(offset + 1_000);
  return Array.from({ length: count }, () => Math.floor(clockOf(offset, hour) + random.next() * hourMs)).toSorted(
    (a, b) => a - b,
  );
}

/** Looks until it gives no more; what it gave, in order. */
export async function looks(learning: Learning, now: EpochMs, looksMax = 400): Promise<readonly MachineRow[]> {
  const rows: MachineRow[] = [];
  for (let no = 0; no < looksMax; no++) {
    const { machines } = await learning.look(now);
    if (machines.length === 0) return rows;
    rows.push(...machines);
  }
  throw new Error(`still learning after ${looksMax} looks`);
}
