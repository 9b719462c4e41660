import type { DeviceDto, OverviewDto } from '@cardwatch/contracts/api';
import { epochMs, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { OutboxRow, ReadRole } from '../../store/read/roles.ts';
import { LiveHub, liveLimits } from './hub.ts';

/** A store of outbox rows alone, and a hub that follows it in virtual time. */
function openHub() {
  const clock = new VirtualClock(epochMs(0));
  const rows: OutboxRow[] = [];
  let asked = 0;
  let broken = false;
  const read = {
    outboxSpan: async () => ({ first: rows[0]?.position ?? 1, last: rows.at(-1)?.position ?? 0 }),
    outboxAfter: async (position: number, limit: number) => {
      asked += 1;
      if (broken) throw new Error('disk');
      return rows.filter((row) => row.position > position).slice(0, limit);
    },
    devicesById: async (ids: readonly string[]) => ids.map((deviceId) => ({ deviceId }) as DeviceDto),
    agentsById: async () => [],
    gapsById: async () => [],
    latestReadings: async () => [],
    flowMinutes: async () => [],
    passMinutes: async () => [],
    overview: async () => ({}) as OverviewDto,
  } as unknown as ReadRole;
  const hub = new LiveHub({ read, clock, log: silentLogger });
  const note = (key: string): void => {
    rows.push({ position: rows.length + 1, topic: 'device', key, at: 0 });
    hub.wake();
  };
  const join = (after?: number): { texts: string[]; ended: () => boolean; leave: () => void } => {
    const texts: string[] = [];
    let ended = false;
    const leave = hub.join({
      client: { areas: null, write: (text) => void texts.push(text), end: () => void (ended = true) },
      after,
    });
    return { texts, ended: () => ended, leave };
  };
  return { clock, hub, note, join, asked: () => asked, breakDisk: () => void (broken = true) };
}

/** Lets every promise that can go on go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

const devicesIn = (texts: readonly string[]): string[] =>
  [...texts.join('').matchAll(/"deviceId":"(\w+)"/g)].map((match) => match[1] ?? '');

describe('the hub', () => {
  test('tells changes at most four times a second, however often ingest commits', async () => {
    const { clock, hub, note, join } = openHub();
    const { texts } = join();
    await settle();
    for (let ms = 0; ms < 1_000; ms += 10) {
      note(`d${ms % 20}`);
      clock.advance(10);
      await settle();
    }
    expect(texts.filter((text) => text.includes('"device"'))).toHaveLength(1_000 / liveLimits.stepMs);
    await hub.close();
  });

  test('looks by itself when ingest says nothing, and never when nobody listens', async () => {
    const { clock, hub, join, asked } = openHub();
    const one = join();
    await settle();
    const before = asked();
    for (let i = 0; i < 10; i++) {
      clock.advance(liveLimits.pollMs);
      await settle();
      clock.advance(0);
      await settle();
    }
    expect(asked() - before).toBeGreaterThanOrEqual(5);
    one.leave();
    one.leave();
    await settle();
    const after = asked();
    for (let i = 0; i < 10; i++) {
      clock.advance(liveLimits.pollMs);
      await settle();
    }
    expect([asked(), hub.size, clock.nextDueMs()]).toEqual([after, 0, undefined]);
  });

  test('welcomes a newcomer at once and gives it what it missed', async () => {
    const { clock, hub, note, join } = openHub();
    const first = join();
    await settle();
    for (const key of ['a', 'b', 'a', 'c']) note(key);
    clock.advance(liveLimits.stepMs);
    await settle();
    const second = join(1);
    await settle();
    expect(devicesIn(second.texts)).toEqual(['b', 'a', 'c']);
    expect(second.texts.join('')).toMatch(/id: 4\ndata: [^\n]*"overview"/);
    expect(devicesIn(first.texts)).toEqual(['a', 'b', 'c']);
    await hub.close();
  });

  test('gives every client every change, whatever the others do', async () => {
    const { clock, hub, note, join } = openHub();
    const all = [join(), join(), join()];
    await settle();
    note('a');
    clock.advance(liveLimits.stepMs);
    await settle();
    all[1]?.leave();
    note('b');
    clock.advance(liveLimits.stepMs);
    await settle();
    expect(all.map(({ texts }) => devicesIn(texts))).toEqual([['a', 'b'], ['a'], ['a', 'b']]);
    await hub.close();
  });

  test('ends its clients when the store fails, and serves those that come again', async () => {
    const { clock, note, join, breakDisk } = openHub();
    const one = join();
    await settle();
    breakDisk();
    note('a');
    clock.advance(liveLimits.stepMs);
    await settle();
    expect(one.ended()).toBe(true);
    expect(join().ended()).toBe(false);
  });

  test('ends everything when it is closed, also who comes later', async () => {
    const { clock, hub, join } = openHub();
    const one = join();
    await settle();
    await hub.close();
    await hub.close();
    expect([one.ended(), join().ended(), clock.nextDueMs()]).toEqual([true, true, undefined]);
  });
});
