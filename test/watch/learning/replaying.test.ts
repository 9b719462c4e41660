/** Stored hours again with other parameters: from a real custody file and the states that the watch wrote down. */
import type { RuleId, RuleVersion } from '@cardwatch/contracts/watch';
import { ReplayDto } from '@cardwatch/contracts/api';
import { dayMs, type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultVersion } from '../../../packages/collector/src/core/rules/registry.core.ts';
import type { ReplayAsk } from '../../../packages/collector/src/core/watch/act.core.ts';
import { businessTimeOf } from '../../../packages/collector/src/core/world/business-time.core.ts';
import { createLearned, type LearnedParts } from '../../../packages/collector/src/core/world/learn.core.ts';
import { Replaying, type ReplayParts, replayingLimits } from '../../../packages/collector/src/runner/replaying.ts';
import { type Campus, devices, openCampus } from './campus.ts';

let campus: Campus;
let begun: EpochMs;
beforeEach(async () => {
  campus = await openCampus();
  begun = campus.bed.clock.now();
});
afterEach(() => campus.close());

const [first, second] = devices;
const parts: LearnedParts = { dayType: () => 'teaching', businessTime: businessTimeOf };
const now = (): EpochMs => campus.bed.clock.now();

async function replaying(more: Partial<ReplayParts> = {}): Promise<Replaying> {
  const world = createLearned(parts);
  for (const { fact } of await campus.feed.devices()) world.device({ ...fact, upstream: [] }, now());
  for (const agent of await campus.feed.agents()) world.agent(agent);
  const inForce = (rule: RuleId): RuleVersion | undefined => defaultVersion(rule, begun);
  return new Replaying({ feed: campus.feed, store: campus.watch, world, learned: parts, inForce, mono: () => 0, ...more });
}

function ask(rule: RuleId, more: Partial<ReplayAsk> = {}): ReplayAsk {
  const version = defaultVersion(rule, begun);
  return {
    rule,
    timing: version?.timing ?? { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
    params: {},
    from: begun,
    to: now(),
    ...more,
  };
}

/** Showers may cost twenty yuan at most; here thirty and fifteen. */
async function twoSales(): Promise<void> {
  await campus.sell(first, [now()], 3_000);
  await campus.bed.pass(5 * minuteMs);
  await campus.sell(second, [now()], 1_500);
  await campus.bed.pass(5 * minuteMs);
}
const lower = { hardFen: { canteen: 10_000, shop: 30_000, shower: 1_000, other: 30_000 } };

describe('parameters on trial', () => {
  test('what they would have found, beside the version in force', async () => {
    await twoSales();
    const replayed = await (await replaying()).replay(ask('amountHigh', { params: lower }), now());
    if (!replayed.ok) throw new Error(replayed.error.kind);
    const { value } = replayed;
    expect(ReplayDto.parse(value)).toEqual(value);
    expect(value.alarms.map(({ subject }) => subject.id)).toEqual([first, second]);
    expect(value).toMatchObject({ raised: 2, levels: [{ raised: 0 }, { raised: 0 }, { level: 3, raised: 2 }] });
    expect(value.against).toEqual({ version: 1, raised: 1, both: 1, onlyInForce: 0, onlyTried: 1, gone: [] });
    expect(new Set(value.alarms.map(({ alsoInForce }) => alsoInForce))).toEqual(new Set([false, true]));
    expect(value.alarms.length).toBe(2);
    const [one] = value.alarms;
    expect(one?.raisedAt).toBeGreaterThanOrEqual(begun);
    expect((one?.raisedAt ?? 0) - begun).toBeLessThan(minuteMs);
  });

  test('facts before the time that is asked about are learned and raise nothing', async () => {
    await twoSales();
    const from = epochMs(begun + 60 * minuteMs);
    await campus.bed.pass(70 * minuteMs);
    const replayed = await (await replaying()).replay(ask('amountHigh', { params: lower, from }), now());
    expect(replayed).toMatchObject({ ok: true, value: { raised: 0, keptFrom: from, alarms: [] } });
  });

  test('the same is answered again, and nothing is written', async () => {
    await twoSales();
    const before = await campus.watch.load();
    const replays = await replaying();
    const question = ask('amountHigh', { params: lower });
    expect(await replays.replay(question, now())).toEqual(await replays.replay(question, now()));
    expect(await campus.watch.load()).toEqual(before);
  });
});

describe('states', () => {
  test('a device that was away is found as long as it was away', async () => {
    await campus.bed.pass(60 * minuteMs);
    const at = (minutes: number): number => begun + minutes * minuteMs;
    const state = (minutes: number, name: string) => ({
      subjectKind: 'device' as const,
      subjectId: first,
      at: at(minutes),
      state: name,
      cause: name === 'offline' ? 'noReply' : null,
    });
    await campus.sell(second, [now()]);
    await campus.watch.commit({ states: [state(-60, 'online'), state(10, 'offline'), state(40, 'online')] });
    const learned = { ...parts, businessTime: () => ({ open: true, peak: null, untilPeakMs: dayMs }) };
    const replays = await replaying({ learned, feed: { ...campus.feed, keptFrom: async () => at(-60) } });
    const replayed = await replays.replay(ask('deviceOffline'), now());
    if (!replayed.ok) throw new Error(replayed.error.kind);
    const [one] = replayed.value.alarms;
    expect(replayed.value.raised).toBe(1);
    expect(one?.subject).toEqual({ kind: 'device', id: first });
    expect(one?.raisedAt).toBeGreaterThan(at(10));
    expect(one?.raisedAt).toBeLessThan(at(40));
    expect(one?.clearedAt).toBeGreaterThan(at(40));
    expect(replayed.value.keptFrom).toBe(begun);
  });

  test('where no change was ever written down nothing is known of states', async () => {
    await twoSales();
    const replayed = await (await replaying()).replay(ask('deviceOffline'), now());
    expect(replayed).toMatchObject({ ok: true, value: { raised: 0, keptFrom: now() } });
  });
});

describe('limits', () => {
  test('it begins where the store begins', async () => {
    await twoSales();
    const stored = Number(campus.bed.rows('SELECT min(ingested_at) AS at FROM record')[0]?.['at']);
    const replayed = await (await replaying()).replay(ask('amountHigh', { from: epochMs(begun - dayMs), params: lower }), now());
    expect(replayed).toMatchObject({ ok: true, value: { from: begun - dayMs, keptFrom: stored, raised: 2 } });
  });

  test('an empty store answers that it has nothing', async () => {
    await campus.bed.pass(minuteMs);
    const replayed = await (await replaying()).replay(ask('amountHigh'), now());
    expect(replayed).toMatchObject({ ok: true, value: { raised: 0, keptFrom: now() } });
  });

  test.each([
    ['a rule whose facts are not kept', { rule: 'deadLetters' as const }, { kind: 'refused', why: 'notKept' }],
    ['a parameter that does not fit', { params: { zMax: 'x' } }, { kind: 'invalid', place: 'params.zMax' }],
    ['the wrong way round', { from: epochMs(4e12) }, { kind: 'invalid', place: 'body.from' }],
  ])('%s', async (_what, more, failure) => {
    await twoSales();
    expect(await (await replaying()).replay(ask('amountHigh', more), now())).toMatchObject({ ok: false, error: failure });
  });

  test.each([
    [0, true],
    [1, false],
  ])('ninety days and %d ms', async (moreMs, fits) => {
    await campus.sell(first, [now()]);
    const from = epochMs(now() - replayingLimits.spanMs - moreMs);
    expect((await (await replaying()).replay(ask('amountHigh', { from }), now())).ok).toBe(fits);
  });

  test('one at a time, and the next when it is over', async () => {
    await twoSales();
    const replays = await replaying();
    const [one, two] = await Promise.all([replays.replay(ask('amountHigh'), now()), replays.replay(ask('amountHigh'), now())]);
    expect(one.ok).toBe(true);
    expect(two).toEqual({ ok: false, error: { kind: 'full', limit: 1 } });
    expect((await replays.replay(ask('amountHigh'), now())).ok).toBe(true);
  });

  test('others have their turn in between', async () => {
    await twoSales();
    let [monoMs, turns] = [0, 0];
    const replays = await replaying({ mono: () => (monoMs += replayingLimits.stretchMs / 2) });
    const running = replays.replay(ask('amountHigh', { from: epochMs(now() - hourMs) }), now());
    let over = false;
    void running.then(() => {
      over = true;
    });
    while (!over) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await running).ok).toBe(true);
    expect(turns).toBeGreaterThan(20);
  });

  test('one that takes too long is given up', async () => {
    await twoSales();
    let monoMs = 0;
    const replays = await replaying({ mono: () => (monoMs += replayingLimits.runMs / 4) });
    const replayed = await replays.replay(ask('amountHigh'), now());
    expect(replayed).toEqual({ ok: false, error: { kind: 'full', limit: replayingLimits.runMs } });
  });

  test('a watch that closes gives up what runs', async () => {
    await twoSales();
    let monoMs = 0;
    const replays = await replaying({ mono: () => (monoMs += replayingLimits.stretchMs) });
    const running = replays.replay(ask('amountHigh'), now());
    replays.close();
    replays.close();
    expect(await running).toEqual({ ok: false, error: { kind: 'down' } });
    expect(await replays.replay(ask('amountHigh'), now())).toEqual({ ok: false, error: { kind: 'down' } });
  });
});
