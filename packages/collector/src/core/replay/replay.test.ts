import type { RuleId } from '@cardwatch/contracts/watch';
import { chance, type EpochMs, epochMs, hourMs, intBetween, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { Settled } from '../rules/registry.core.ts';
import { at, moneyOf, ruleWith, SampleWorld } from '../rules/sample-world.core.ts';
import { compared } from './compare.core.ts';
import { moneyAgain, Replay, type ReplayFact, replayed, replayLimits } from './replay.core.ts';
import type { TrialAlarm, TrialResult } from './trial.core.ts';

const canteen = (terminals = 3, perMinute = 2): SampleWorld => {
  const world = new SampleWorld().agent('agent-a').devices('pos', terminals);
  for (let no = 1; no <= terminals; no++) world.expects(`pos-${no}`, 'records', perMinute * 60);
  return world;
};

/** A record of each terminal every half minute, but not of the silent one in its silence. */
function lunch(from: EpochMs, to: EpochMs, silence: { readonly from: EpochMs; readonly to: EpochMs }): ReplayFact[] {
  const facts: ReplayFact[] = [];
  for (let now: number = from; now < to; now += 30_000)
    for (const no of [1, 2, 3])
      if (no !== 1 || now < silence.from || now >= silence.to)
        facts.push(moneyAgain(moneyOf(`pos-${no}`, epochMs(now), { recordNo: now / 1_000, cardRef: `card-${now}-${no}` })));
  return facts;
}

function run(
  facts: Iterable<ReplayFact>,
  trials: readonly Settled[],
  span: readonly [EpochMs, EpochMs],
  world = canteen(),
): readonly TrialResult[] {
  const replay = replayed(facts, { world: world.world, trials, from: span[0], to: span[1] });
  for (;;) {
    const step = replay.next();
    if (step.done === true) return step.value;
  }
}

/** `pos-1 12:05:00 - 12:21:00`. */
const shown = ({ subject, raisedAt, clearedAt }: TrialAlarm): string =>
  `${subject.id} ${clock(raisedAt)} - ${clearedAt === null ? '' : clock(clearedAt)}`;
const clock = (when: number): string => {
  const seconds = Math.round((when - at('00:00')) / 1_000);
  return [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
};
const silence = { from: at('12:00'), to: at('12:20') };

describe('timelines', () => {
  test('a terminal that dies at noon and comes back', () => {
    const [result] = run(lunch(at('11:00'), at('13:00'), silence), [ruleWith('terminalSilent')], [at('11:00'), at('13:00')]);
    expect(result?.alarms.map(shown)).toEqual(['pos-1 12:05:00 - 12:21:00']);
    expect(result?.alarms[0]).toMatchObject({ rule: 'terminalSilent', version: 1, level: 2, reason: { code: 'terminalSilent' } });
  });

  test('still up at the end has no end', () => {
    const [result] = run(lunch(at('11:00'), at('12:10'), silence), [ruleWith('terminalSilent')], [at('11:00'), at('12:10')]);
    expect(result?.alarms.map(shown)).toEqual(['pos-1 12:05:00 - ']);
  });

  test('a terminal that was out of reach then is not silent: stored states are heard again', () => {
    const facts = lunch(at('11:00'), at('13:00'), silence);
    const offline: ReplayFact = { type: 'deviceState', at: at('12:01'), deviceId: 'pos-1', state: 'offline', cause: 'noReply' };
    const online: ReplayFact = { type: 'deviceState', at: at('12:20'), deviceId: 'pos-1', state: 'online', cause: null };
    const told = [...facts, offline, online].toSorted((a, b) => a.at - b.at);
    expect(run(told, [ruleWith('terminalSilent')], [at('11:00'), at('13:00')])[0]?.alarms).toEqual([]);
  });

  test('an agent that was away hides what is behind it, until two minutes after it came back', () => {
    const away: ReplayFact = { type: 'agentState', at: at('12:01'), agentId: 'agent-a', state: 'offline' };
    const back: ReplayFact = { type: 'agentState', at: at('12:10'), agentId: 'agent-a', state: 'online' };
    const told = [...lunch(at('11:00'), at('13:00'), silence), away, back].toSorted((a, b) => a.at - b.at);
    const [result] = run(told, [ruleWith('terminalSilent')], [at('11:00'), at('13:00')]);
    expect(result?.alarms.map(shown)).toEqual(['pos-1 12:12:00 - 12:21:00']);
  });

  test('facts before the span are learned and told, and alarm nobody', () => {
    const early = moneyAgain(moneyOf('pos-1', at('11:50'), { amountFen: 20_000 }));
    const [result] = run([early], [ruleWith('amountHigh')], [at('12:00'), at('12:30')]);
    expect(result?.alarms.map(shown)).toEqual(['pos-1 12:00:00 - 12:20:00']);
  });

  test('a version that is switched off finds nothing', () => {
    const settled = ruleWith('amountHigh');
    const off = { ...settled, version: { ...settled.version, enabled: false } };
    const fact = moneyAgain(moneyOf('pos-1', at('12:00'), { amountFen: 20_000 }));
    expect(run([fact], [off], [at('12:00'), at('12:10')])[0]?.alarms).toEqual([]);
  });
});

/** A day with dirt of every kind that the money rules look for. */
function dirtyDay(seed: number): readonly ReplayFact[] {
  const random = new SeededRandom(seed);
  const facts = Array.from({ length: 6_000 }, (_, recordNo) => {
    const observedAt = epochMs(at('06:30') + intBetween(random, 0, 16 * hourMs));
    const card = intBetween(random, 0, 400);
    return moneyOf(`pos-${intBetween(random, 1, 5)}`, observedAt, {
      recordNo,
      amountFen: chance(random, 0.01) ? intBetween(random, 9_000, 40_000) : intBetween(random, 0, 2_500),
      cardRef: `card-${card}`,
      cardTail: String(card).padStart(4, '0'),
      cardCounter: intBetween(random, 0, 3_000),
      balanceAfterFen: chance(random, 0.003) ? -10 : 5_000,
      grey: chance(random, 0.01),
      tac: chance(random, 0.003) ? 'bad' : 'ok',
      ingestedAt: epochMs(observedAt + (chance(random, 0.05) ? intBetween(random, 0, 3 * hourMs) : 800)),
    });
  });
  return facts.map(moneyAgain).toSorted((a, b) => a.at - b.at);
}

const everyRule: readonly RuleId[] = [
  'amountHigh',
  'terminalSilent',
  'tacInvalid',
  'chainFork',
  'offHours',
  'greyRecords',
  'negativeBalance',
  'areaSilent',
];
const wholeDay = [at('06:30'), at('23:30')] as const;

describe('determinism', () => {
  test('the same day with the same versions gives the identical alarms', () => {
    const once = (): readonly TrialResult[] =>
      run(
        dirtyDay(3),
        everyRule.map((rule) => ruleWith(rule)),
        wholeDay,
        canteen(5, 1),
      );
    const first = once();
    expect(first.map((result) => result.rule)).toEqual(everyRule);
    const counts = first.map((result) => result.alarms.length);
    expect(counts.filter((count) => count > 0).length).toBeGreaterThanOrEqual(6);
    expect(JSON.stringify(once())).toBe(JSON.stringify(first));
  });

  test('in slices of any size, by generator or by hand', () => {
    const trials = (): readonly Settled[] => everyRule.map((rule) => ruleWith(rule));
    const replay = new Replay({ world: canteen(5, 1).world, trials: trials(), from: wholeDay[0], to: wholeDay[1] });
    for (const fact of dirtyDay(4)) replay.take(fact);
    expect(JSON.stringify(replay.finish())).toBe(JSON.stringify(run(dirtyDay(4), trials(), wholeDay, canteen(5, 1))));
  });

  test('a slice has at most its number of facts and ticks, and the days are all done', () => {
    const world = canteen(5, 1).world;
    const replay = replayed(dirtyDay(5), { world, trials: [ruleWith('amountHigh')], from: wholeDay[0], to: wholeDay[1] });
    let [done, slices] = [0, 0];
    for (let step = replay.next(); step.done !== true; step = replay.next()) {
      const now = step.value.facts + step.value.ticks;
      expect(now - done).toBe(replayLimits.stepsPerSlice);
      done = now;
      slices++;
    }
    const ticks = (wholeDay[1] - wholeDay[0]) / replayLimits.tickMs + 1;
    expect(slices).toBe(Math.floor((6_000 + ticks) / replayLimits.stepsPerSlice));
  });

  test('no more than eight versions at once', () => {
    const trials = Array.from({ length: 9 }, () => ruleWith('tacInvalid'));
    expect(run([], trials, [at('12:00'), at('12:01')])).toHaveLength(replayLimits.trials);
  });
});

describe('two versions over the same day', () => {
  const sale = (when: string, amountFen: number, deviceId: string): ReplayFact =>
    moneyAgain(moneyOf(deviceId, at(when), { amountFen }));
  const day = [
    sale('11:00', 12_000, 'pos-1'),
    sale('11:30', 9_000, 'pos-2'),
    sale('12:00', 20_000, 'pos-3'),
    sale('13:00', 20_000, 'pos-3'),
  ];

  test('a higher limit: what would not have come, what would have come all the same', () => {
    const hardFen = { canteen: 15_000, shop: 30_000, shower: 2_000, other: 30_000 };
    const [old, next] = run(day, [ruleWith('amountHigh'), ruleWith('amountHigh', { hardFen })], [at('11:00'), at('14:00')]);
    const comparison = compared(old as TrialResult, next as TrialResult);
    expect(comparison.onlyInOld.map(shown)).toEqual(['pos-1 11:00:00 - 11:30:00']);
    expect(comparison.onlyInNew).toEqual([]);
    expect(comparison.both.map(({ old: one }) => shown(one))).toEqual(['pos-3 12:00:00 - 12:30:00', 'pos-3 13:00:00 - 13:30:00']);
    expect(comparison.fires).toEqual({ old: 3, next: 2 });
  });

  test('a lower limit: what would have come besides', () => {
    const hardFen = { canteen: 8_000, shop: 30_000, shower: 2_000, other: 30_000 };
    const [old, next] = run(day, [ruleWith('amountHigh'), ruleWith('amountHigh', { hardFen })], [at('11:00'), at('14:00')]);
    const comparison = compared(old as TrialResult, next as TrialResult);
    expect(comparison.onlyInNew.map(shown)).toEqual(['pos-2 11:30:00 - 12:00:00']);
    expect(comparison.onlyInOld).toEqual([]);
    expect(comparison.both).toHaveLength(3);
  });

  test('earlier or later is the same alarm, once each', () => {
    const one = (raised: string, cleared: string | null, id = 'pos-1'): TrialAlarm => ({
      rule: 'amountHigh',
      version: 1,
      subject: { kind: 'device', id },
      level: 3,
      raisedAt: at(raised),
      clearedAt: cleared === null ? null : at(cleared),
      reason: { code: 'amountHigh', values: {} },
    });
    const result = (...alarms: readonly TrialAlarm[]): TrialResult => ({
      rule: 'amountHigh',
      version: 1,
      alarms,
      overflowed: false,
    });
    const comparison = compared(
      result(one('11:00', '12:00'), one('13:00', '13:10'), one('15:00', null)),
      result(one('11:50', '12:30'), one('12:40', '12:50'), one('16:00', null), one('11:00', '12:00', 'pos-2')),
    );
    expect(comparison.both).toHaveLength(2);
    expect(comparison.onlyInOld.map(shown)).toEqual(['pos-1 13:00:00 - 13:10:00']);
    expect(comparison.onlyInNew.map(shown)).toEqual(['pos-1 12:40:00 - 12:50:00', 'pos-2 11:00:00 - 12:00:00']);
  });
});

test('a span of a minute has a tick at both ends', () => {
  const replay = new Replay({ world: canteen().world, trials: [], from: at('12:00'), to: epochMs(at('12:00') + minuteMs) });
  replay.finish();
  expect(replay.progress.ticks).toBe(7);
});
