import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { diskFaults, kinds, planChaos, type PlanOptions } from './plan.ts';

const wanted = { kill: 20, powerCut: 10, brokerKill: 5, stop: 4, network: 12, diskError: 5, partition: 3 };
const options: PlanOptions = { wanted, agents: ['a', 'b', 'c'], spreadMs: 150_000, missing: new Map(), broker: 'embedded' };
const planOf = (seed: number, change: Partial<PlanOptions> = {}) => planChaos(new SeededRandom(seed), { ...options, ...change });

describe('plan', () => {
  test('the same seed draws the same plan, another one another', () => {
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(7)).not.toEqual(planOf(8));
  });

  test('every strike that is wanted is in it, in order of time and within it', () => {
    const { strikes, skipped } = planOf(1);
    expect(skipped).toEqual([]);
    for (const kind of kinds) expect(strikes.filter(({ blow }) => blow.kind === kind)).toHaveLength(wanted[kind]);
    const times = strikes.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((at) => at >= 0 && at < options.spreadMs)).toBe(true);
  });

  test('each fault of disk and network, stops and partitions beyond the keep-alive, and power cuts of both sides are among them', () => {
    const { strikes } = planOf(1);
    const blows = strikes.map(({ blow }) => blow);
    expect(new Set(blows.flatMap((blow) => (blow.kind === 'diskError' ? [blow.fault] : [])))).toEqual(new Set(diskFaults));
    expect(new Set(blows.flatMap((blow) => (blow.kind === 'network' ? [blow.fault] : [])))).toEqual(
      new Set(['reset', 'silent', 'halfOpen', 'late', 'slow', 'cutAtByte']),
    );
    const long = strikes.filter(({ blow }) => (blow.kind === 'stop' || blow.kind === 'partition') && blow.ms > 45_000);
    const lanes = long.map(({ lane }) => (options.agents.includes(lane) ? 'agent' : lane));
    expect(lanes.sort()).toEqual(['agent', 'collector', 'partition']);
    const cuts = strikes.filter(({ blow }) => blow.kind === 'powerCut');
    expect(cuts.filter(({ lane }) => lane === 'collector')).toHaveLength(3);
  });

  test('Mosquitto is struck by itself, and so is the collector; the counts stay', () => {
    const { strikes } = planOf(1, { broker: 'mosquitto' });
    for (const kind of kinds) expect(strikes.filter(({ blow }) => blow.kind === kind)).toHaveLength(wanted[kind]);
    const struck = (lane: string) =>
      Object.groupBy(
        strikes.filter((strike) => strike.lane === lane),
        ({ blow }) => blow.kind,
      );
    const counts = (lane: string) => Object.entries(struck(lane)).map(([kind, all]) => `${kind} ${all.length}`);
    expect(counts('broker').sort()).toEqual(['brokerKill 5', 'stop 1']);
    expect(counts('collector').sort()).toEqual(['kill 5', 'powerCut 3', 'stop 2']);
    expect(planOf(1).strikes.filter(({ lane }) => lane === 'broker')).toEqual([]);
  });

  test('what this machine cannot do is told with its reason and changes nothing else in the counts', () => {
    const why = 'needs root';
    const { strikes, skipped } = planOf(1, {
      missing: new Map([
        ['images', why],
        ['strace', why],
        ['network', why],
      ]),
    });
    expect(skipped).toEqual([
      { kind: 'powerCut', count: 10, why },
      { kind: 'diskError', count: 5, why },
      { kind: 'partition', count: 3, why },
    ]);
    expect(strikes).toHaveLength(20 + 5 + 4 + 12);
  });
});
