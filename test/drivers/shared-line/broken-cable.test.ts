/**
 * A cable breaks: near ones answer on, all behind the break are dead. In virtual time, through the line arbiter and by the agent's own plan and device
 * states, with the usual time-out of 800 ms and one repetition. What counts is the time from the cut until people are told of each device.
 */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '@cardwatch/kernel';
import { type PlanTask, signsOfLife } from '../../../packages/agent/src/collect/slot.core.ts';
import { type Counts, type Onlooker, pollFor, stations, virtualLine } from './virtual-line.ts';

const second = 1_000;
const replyTimeoutMs = 800;
/** Issue 4: until a device is found. */
const foundMs = 25 * second;
const settledMs = 90 * second;

interface Scene {
  readonly counts: Counts;
  /** So many at the far end. */
  readonly dead: number;
  readonly periodMs: number;
  readonly seed: number;
  /** Of frames, each way. */
  readonly lossShare?: number;
  readonly forMs?: number;
  readonly healedAfterMs?: number;
}

interface Seen {
  readonly cutMs: number;
  /** From the cut until it was offline, each of the dead; from the end of the break until it was online again. */
  readonly foundMs: readonly number[];
  readonly backMs: readonly number[];
  /** Devices that answer and were called offline. */
  readonly wronged: readonly string[];
  /** Polls of the living that were answered, per second, before the cut and after it. */
  readonly rates: readonly [number, number];
  /** Longest time that a living device was not asked after the cut. */
  readonly gapMs: number;
  readonly turns: number;
}

async function play({ counts, dead, periodMs, seed, lossShare = 0, forMs = 60 * second, healedAfterMs }: Scene): Promise<Seen> {
  const list = stations(counts);
  const cutMs = settledMs + Math.floor(new SeededRandom(seed).next() * 13 * second);
  const line = await virtualLine(list, seed, replyTimeoutMs, lossShare);
  const gone = new Set(list.slice(list.length - dead).map(({ slave }) => slave.deviceId));
  let state: 'well' | 'cut' | 'healed' = 'well';
  const found = new Map<string, number>();
  const back = new Map<string, number>();
  const wronged: string[] = [];
  const polls: [number, number] = [0, 0];
  const askedMs = new Map<string, number>();
  let [gapMs, turns] = [0, 0];
  const onlooker: Onlooker = {
    before: (elapsedMs) => {
      if (state === 'well' && elapsedMs >= cutMs) {
        state = 'cut';
        for (const deviceId of gone) line.wire.strike(deviceId, 'silent', undefined);
      } else if (state === 'cut' && elapsedMs >= cutMs + (healedAfterMs ?? Number.POSITIVE_INFINITY)) {
        state = 'healed';
        for (const deviceId of gone) line.wire.heal(deviceId, 'silent');
      }
    },
    polled: (deviceId, answered, turn, elapsedMs) => {
      if (turn !== undefined) turns++;
      if (gone.has(deviceId)) return;
      if (state === 'cut') gapMs = Math.max(gapMs, elapsedMs - (askedMs.get(deviceId) ?? elapsedMs));
      askedMs.set(deviceId, elapsedMs);
      if (answered && elapsedMs >= settledMs / 2) polls[state === 'well' ? 0 : 1]++;
    },
    became: (deviceId, to, elapsedMs) => {
      if (to === 'offline' && state === 'cut' && gone.has(deviceId)) found.set(deviceId, elapsedMs - cutMs);
      else if (to === 'offline') wronged.push(`${deviceId} ${elapsedMs}`);
      else if (state === 'healed' && !back.has(deviceId)) back.set(deviceId, elapsedMs - cutMs - (healedAfterMs ?? 0));
    },
  };
  const tasks: readonly PlanTask[] = signsOfLife([{ name: 'live', periodMs, yields: 'readings' }]);
  const { foreign, elapsedMs } = await pollFor(list, line, cutMs + forMs, onlooker, tasks);
  await line.close();
  expect(foreign).toBe(0);
  return {
    cutMs,
    foundMs: [...found.values()],
    backMs: [...back.values()],
    wronged,
    rates: [(polls[0] * second) / (cutMs - settledMs / 2), (polls[1] * second) / (elapsedMs - cutMs)],
    gapMs,
    turns,
  };
}

const modbus = (count: number): Counts => ({ cjt188: 0, dlt645: 0, modbus: count });
const water = (count: number): Counts => ({ cjt188: count, dlt645: 0, modbus: 0 });
const power = (count: number): Counts => ({ cjt188: 0, dlt645: count, modbus: 0 });

describe('behind a broken cable', () => {
  test.each<[string, Counts, number, number, number]>([
    // line, slaves, dead, period s, longest time that a living one is not asked s
    ['showers at 9600', modbus(16), 1, 10, 25],
    ['showers at 9600', modbus(16), 2, 10, 25],
    ['showers at 9600', modbus(16), 8, 10, 25],
    ['showers at 9600', modbus(16), 12, 10, 25],
    ['showers at 9600', modbus(32), 16, 10, 25],
    ['showers at 9600', modbus(32), 31, 10, 25],
    ['showers at 9600', modbus(64), 8, 10, 25],
    ['showers at 9600', modbus(64), 48, 10, 25],
    ['a line that is never idle', modbus(64), 48, 0.1, 25],
    ['water meters at 2400', water(16), 1, 60, 40],
    ['water meters at 2400', water(32), 16, 60, 40],
    ['water meters at 2400', water(32), 31, 60, 40],
    ['electricity meters at 2400', power(16), 8, 60, 40],
    ['all of them on one line', { cjt188: 8, dlt645: 4, modbus: 12 }, 14, 60, 40],
  ])('%s: of %o the last %i are offline within 25 s, whenever it breaks', async (_, counts, dead, periodS, gapS) => {
    for (const seed of [1, 2, 3]) {
      const seen = await play({ counts, dead, periodMs: periodS * second, seed });
      expect(seen.foundMs).toHaveLength(dead);
      expect(Math.max(...seen.foundMs), `seed ${seed}, cut at ${seen.cutMs}`).toBeLessThan(foundMs);
      expect(seen.wronged).toEqual([]);
      expect(seen.turns).toBe(0);
      expect(seen.gapMs).toBeLessThan(gapS * second);
    }
  });

  test('the living of an idle line are polled as before', async () => {
    const { rates } = await play({ counts: modbus(16), dead: 8, periodMs: 5 * second, seed: 4, forMs: 300 * second });
    expect(rates[1] / rates[0]).toBeGreaterThan(0.95);
  });

  test.each([
    [16, 8, 30],
    [16, 8, 240],
    [64, 48, 30],
    [64, 48, 240],
  ])('of %i the last %i come back after %i s: the first is heard within 30 s, all within 45 s', async (count, dead, afterS) => {
    const scene = { counts: modbus(count), dead, periodMs: 5 * second, healedAfterMs: afterS * second };
    for (const seed of [5, 6]) {
      const seen = await play({ ...scene, seed, forMs: (afterS + 60) * second });
      expect(seen.backMs).toHaveLength(dead);
      expect(Math.min(...seen.backMs)).toBeLessThan(30 * second);
      expect(Math.max(...seen.backMs)).toBeLessThan(45 * second);
      expect(seen.wronged).toEqual([]);
    }
  });
});

describe('a line that loses frames', () => {
  test.each<[string, Counts, number, number, number]>([
    // line, slaves, share lost each way, minutes, seed
    ['16 showers', modbus(16), 0.05, 30, 1],
    ['16 showers', modbus(16), 0.1, 30, 2],
    ['16 showers', modbus(16), 0.1, 30, 3],
    ['64 showers', modbus(64), 0.1, 15, 4],
    ['three protocols', { cjt188: 8, dlt645: 2, modbus: 6 }, 0.1, 30, 5],
  ])('%s: of %o nobody is called offline who answers, %f lost each way', async (_, counts, lossShare, minutes, seed) => {
    const seen = await play({ counts, dead: 0, periodMs: 5 * second, seed, lossShare, forMs: minutes * 60 * second });
    expect(seen.wronged).toEqual([]);
    expect(seen.turns).toBe(0);
    expect(seen.rates[1]).toBeGreaterThan(0.5);
  });

  test.each([
    [16, 8],
    [32, 16],
  ])('and of %i the last %i behind a break are found within 25 s all the same', async (count, dead) => {
    for (const seed of [6, 7]) {
      const seen = await play({ counts: modbus(count), dead, periodMs: 5 * second, seed, lossShare: 0.1 });
      expect(seen.foundMs).toHaveLength(dead);
      expect(Math.max(...seen.foundMs)).toBeLessThan(foundMs);
      expect(seen.wronged).toEqual([]);
    }
  });
});
