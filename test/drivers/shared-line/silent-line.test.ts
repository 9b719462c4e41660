/** A whole line falls silent, and comes back: in virtual time, through the line arbiter and by the agent's own plan, at 9600 baud with the usual time-outs. */
import { describe, expect, test } from 'vitest';
import { type Counts, type Onlooker, pollFor, type Station, stations, type VirtualLine, virtualLine } from './virtual-line.ts';

const second = 1_000;
const replyTimeoutMs = 800;
const [cutMs, healedMs, endMs] = [60 * second, 180 * second, 240 * second];

interface Seen {
  /** From the cut to the verdict about the line. */
  readonly fellAfterMs: number | undefined;
  /** From the cut to each device's first unanswered question. */
  readonly unansweredAfterMs: readonly number[];
  /** From the end of the silence to the first answer of anybody, and of each device. */
  readonly roseAfterMs: number | undefined;
  readonly answeredAfterMs: readonly number[];
  readonly foreign: number;
  readonly turns: readonly string[];
}

/** Cuts those that `isCut` names, heals them again, and looks on. */
async function cut(list: readonly Station[], isCut: (index: number) => boolean): Promise<Seen> {
  const line: VirtualLine = await virtualLine(list, 11, replyTimeoutMs);
  const gone = list.filter((_, index) => isCut(index)).map(({ slave }) => slave.deviceId);
  const unanswered = new Map<string, number>();
  const answered = new Map<string, number>();
  const turns: { readonly turn: string; readonly atMs: number }[] = [];
  let state: 'well' | 'cut' | 'healed' = 'well';
  const onlooker: Onlooker = {
    before: (elapsedMs) => {
      if (state === 'well' && elapsedMs >= cutMs) {
        state = 'cut';
        for (const deviceId of gone) line.wire.strike(deviceId, 'silent', undefined);
      } else if (state === 'cut' && elapsedMs >= healedMs) {
        state = 'healed';
        for (const deviceId of gone) line.wire.heal(deviceId, 'silent');
      }
    },
    polled: (deviceId, ok, turn, elapsedMs) => {
      if (turn !== undefined) turns.push({ turn, atMs: elapsedMs });
      if (state === 'cut' && !ok && !unanswered.has(deviceId)) unanswered.set(deviceId, elapsedMs - cutMs);
      if (state === 'healed' && ok && gone.includes(deviceId) && !answered.has(deviceId))
        answered.set(deviceId, elapsedMs - healedMs);
    },
  };
  const polled = await pollFor(list, line, endMs, onlooker);
  await line.close();
  const after = (turn: string, sinceMs: number): number | undefined => {
    const found = turns.find((each) => each.turn === turn && each.atMs >= sinceMs);
    return found === undefined ? undefined : found.atMs - sinceMs;
  };
  return {
    fellAfterMs: after('fell', cutMs),
    unansweredAfterMs: gone.flatMap((deviceId) => unanswered.get(deviceId) ?? []),
    roseAfterMs: after('rose', healedMs),
    answeredAfterMs: gone.flatMap((deviceId) => answered.get(deviceId) ?? []),
    foreign: polled.foreign,
    turns: turns.map(({ turn }) => turn),
  };
}

const all = (): boolean => true;

describe('a line of which nobody answers', () => {
  test.each<[string, Counts, number]>([
    ['3 slaves', { cjt188: 0, dlt645: 0, modbus: 3 }, 3],
    ['16 slaves', { cjt188: 0, dlt645: 0, modbus: 16 }, 16],
    ['64 slaves', { cjt188: 0, dlt645: 0, modbus: 64 }, 64],
    ['32 slaves of three protocols', { cjt188: 12, dlt645: 4, modbus: 16 }, 32],
  ])('%s: found within 25 s, heard again within 20 s, each of them', async (_, counts, devices) => {
    const seen = await cut(stations(counts), all);
    expect(seen.turns).toEqual(['fell', 'rose']);
    expect(seen.fellAfterMs).toBeLessThan(20 * second);
    expect(seen.unansweredAfterMs).toHaveLength(devices);
    expect(Math.max(...seen.unansweredAfterMs)).toBeLessThan(20 * second);
    expect(seen.roseAfterMs).toBeLessThan(4 * second);
    expect(seen.answeredAfterMs).toHaveLength(devices);
    expect(Math.max(...seen.answeredAfterMs)).toBeLessThan(20 * second);
    expect(seen.foreign).toBe(0);
  });

  test.each<[string, (index: number) => boolean, number]>([
    ['one of them', (index) => index === 5, 1],
    ['eight side by side', (index) => index >= 8 && index < 16, 8],
    ['all but the first', (index) => index > 0, 63],
    ['all but the last', (index) => index < 63, 63],
    ['all but one in the middle', (index) => index !== 31, 63],
    ['the far half', (index) => index >= 32, 32],
  ])('a line of 64 is not silent while somebody answers: silent are %s', async (_, isCut, gone) => {
    const seen = await cut(stations({ cjt188: 0, dlt645: 0, modbus: 64 }), isCut);
    expect(seen.turns).toEqual([]);
    expect(seen.unansweredAfterMs).toHaveLength(gone);
    expect(seen.foreign).toBe(0);
  });
});
