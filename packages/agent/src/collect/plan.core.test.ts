import { describe, expect, test } from 'vitest';
import { restAfterRefusalMs } from './outcome.core.ts';
import { LinePlan, type OperateJob, planLimits, type PlanTask, type Work } from './plan.core.ts';

const readings = (periodMs: number): PlanTask => ({ name: 'live', periodMs, yields: 'readings' });
const records = (periodMs: number): PlanTask => ({ name: 'ring', periodMs, yields: 'records' });

interface Slave {
  readonly deviceId: string;
  readonly tasks: readonly PlanTask[];
  readonly tookMs?: number;
  /** undefined: always answers. */
  readonly deadFrom?: number;
  readonly deadUpto?: number;
  readonly moreUpto?: number;
  /** Its driver says that nothing at all came back. */
  readonly silent?: boolean;
}

interface Run {
  readonly atMs: number;
  readonly tookMs: number;
  readonly work: Work;
  readonly ok: boolean;
}

const timeoutMs = 800;

/** Plays a line in virtual time: each question takes its slave's time, a dead one the time-out. */
function play(
  slaves: readonly Slave[],
  untilMs: number,
  mayCollect: (id: string) => boolean = () => true,
  died: Map<string, number> = new Map(),
): Run[] {
  const plan = new LinePlan(
    slaves.map(({ deviceId }) => deviceId),
    0,
  );
  const runs: Run[] = [];
  let now = 0;
  while (now < untilMs) {
    const next = plan.next(now, mayCollect);
    if (next.kind === 'wait') {
      if (next.untilMs <= now) throw new Error('a plan that waits for the past stands still');
      now = Math.min(next.untilMs, untilMs);
      continue;
    }
    const slave = slaves.find(({ deviceId }) => deviceId === next.deviceId);
    const dead = slave?.deadFrom !== undefined && now >= slave.deadFrom && now < (slave.deadUpto ?? Number.POSITIVE_INFINITY);
    const tookMs = next.kind === 'open' ? 0 : dead ? timeoutMs : (slave?.tookMs ?? 50);
    if (next.kind === 'open') plan.opened(next.deviceId, slave?.tasks ?? [], now);
    const more = next.kind === 'task' && next.task === 'ring' && now < (slave?.moreUpto ?? 0);
    const failed = { ok: false, parentDown: false, ...(slave?.silent === true ? { silent: true } : {}) } as const;
    plan.finished(next, dead && next.kind !== 'open' ? failed : { ok: true, more }, now, now + tookMs);
    for (const id of slaves.map(({ deviceId }) => deviceId)) if (plan.isDead(id) && !died.has(id)) died.set(id, now + tookMs);
    if (next.kind !== 'open') runs.push({ atMs: now, tookMs, work: next, ok: !dead });
    now += tookMs;
  }
  return runs;
}

const of = (runs: readonly Run[], deviceId: string): readonly Run[] => runs.filter(({ work }) => work.deviceId === deviceId);
const meanPeriod = (runs: readonly Run[]): number => ((runs.at(-1)?.atMs ?? 0) - (runs[0]?.atMs ?? 0)) / (runs.length - 1);

describe('line plan', () => {
  test('asks each task once a period when there is time', () => {
    const runs = play([{ deviceId: 'a', tasks: [readings(1_000), records(2_000)] }], 60_000);
    expect(runs.filter(({ work }) => work.kind === 'task' && work.task === 'live')).toHaveLength(60);
    expect(runs.filter(({ work }) => work.kind === 'task' && work.task === 'ring')).toHaveLength(30);
  });

  test('an overloaded line goes round robin', () => {
    const slaves = ['a', 'b', 'c', 'd'].map((deviceId) => ({ deviceId, tasks: [readings(100)], tookMs: 100 }));
    const counts = slaves.map(({ deviceId }) => of(play(slaves, 60_000), deviceId).length);
    // One more at each end of the run: who began it and who ended it.
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(600);
  });

  test.each([
    ['an easy line', 1_000, 20],
    ['a full line', 400, 100],
  ])('dead slaves change the period of the others by less than 5 %%: %s', (_, periodMs, tookMs) => {
    const living = ['a', 'b', 'c', 'd'].map((deviceId) => ({ deviceId, tasks: [readings(periodMs)], tookMs }));
    const dead = ['x', 'y', 'z'].map((deviceId) => ({ deviceId, tasks: [readings(periodMs)], deadFrom: 0 }));
    const alone = play(living, 1_200_000);
    const together = play([...living, ...dead], 1_200_000);
    for (const { deviceId } of living)
      expect(meanPeriod(of(together, deviceId)) / meanPeriod(of(alone, deviceId))).toBeLessThan(1.05);
    for (const { deviceId } of dead) expect(of(together, deviceId).length).toBeGreaterThan(5);
  });

  test('a dead slave is asked after 5 s, 10 s … 5 min', () => {
    const runs = play([{ deviceId: 'x', tasks: [readings(1_000)], deadFrom: 0 }], 1_300_000);
    const pauses = runs.slice(1).map(({ atMs }, index) => atMs - (runs[index]?.atMs ?? 0) - timeoutMs);
    expect(pauses.slice(2, 9).map((pause) => Math.round(pause / 1_000))).toEqual([5, 10, 20, 40, 80, 160, 300]);
  });

  test('a slave that comes back is asked in its period again, one that flaps rests at once', () => {
    const runs = play([{ deviceId: 'x', tasks: [readings(1_000)], deadFrom: 10_000, deadUpto: 30_000 }], 60_000);
    const after = of(runs, 'x').filter(({ atMs, ok }) => ok && atMs > 30_000);
    expect(after.length).toBeGreaterThan(10);
    expect(meanPeriod(after)).toBeCloseTo(1_000, -2);
  });

  test.each([
    // slaves, behind the broken cable -> questions until all are found, found within
    // the first ones are asked a third time before the others bear them out
    [16, 8, 18, 25_000],
    [16, 4, 10, 25_000],
    [32, 8, 18, 25_000],
    // two silent ones bear nobody out: three questions each
    [16, 2, 6, 25_000],
  ])('of %i slaves the last %i behind a broken cable are found by %i questions', (count, lost, questions, withinMs) => {
    const breaks = 61_300;
    const slaves = Array.from(
      { length: count },
      (_, n): Slave => ({
        deviceId: `s${n}`,
        tasks: [readings(5_000), { ...records(5_000), name: 'records' }],
        ...(n >= count - lost ? { deadFrom: breaks, silent: true } : {}),
      }),
    );
    const died = new Map<string, number>();
    const runs = play(slaves, breaks + 60_000, undefined, died);
    const found = [...died.values()];
    expect(died.size).toBe(lost);
    expect(Math.max(...found) - breaks).toBeLessThan(withinMs);
    expect(runs.filter(({ ok, atMs }) => !ok && atMs < Math.max(...found))).toHaveLength(questions);
    // the living keep their turns
    const living = of(runs, 's0').filter(({ work }) => work.kind === 'task' && work.task === 'live');
    expect(meanPeriod(living)).toBeLessThan(5_600);
  });

  test('at most one probe of a dead slave between two rounds of the living', () => {
    const living = ['a', 'b'].map((deviceId) => ({ deviceId, tasks: [readings(500)], tookMs: 100 }));
    const dead = Array.from({ length: 10 }, (_, index) => ({ deviceId: `x${index}`, tasks: [readings(500)], deadFrom: 0 }));
    const runs = play([...living, ...dead], 300_000).filter(({ atMs }) => atMs > 60_000);
    let probesInRow = 0;
    for (const { work } of runs) {
      probesInRow = work.deviceId.startsWith('x') ? probesInRow + 1 : 0;
      expect(probesInRow).toBeLessThanOrEqual(1);
    }
    expect(runs.length).toBeGreaterThan(100);
  });

  test('more records are asked for soon, and the others keep their turn', () => {
    const slaves: Slave[] = [
      { deviceId: 'full', tasks: [records(5_000)], tookMs: 100, moreUpto: 60_000 },
      { deviceId: 'b', tasks: [readings(1_000)], tookMs: 50 },
    ];
    const runs = play(slaves, 60_000);
    expect(of(runs, 'full').length).toBeGreaterThan(500);
    expect(of(runs, 'b').length).toBeGreaterThanOrEqual(59);
  });

  test('records rest while they may not be taken over, readings go on', () => {
    const runs = play([{ deviceId: 'a', tasks: [readings(1_000), records(1_000)] }], 10_000, () => false);
    expect(runs.map(({ work }) => (work.kind === 'task' ? work.task : work.kind))).toEqual(
      Array.from({ length: 10 }, () => 'live'),
    );
  });

  test('poll now reaches a dead slave at once', () => {
    const plan = new LinePlan(['x'], 0);
    const open: Work = { kind: 'open', deviceId: 'x' };
    for (let failures = 0; failures < planLimits.failuresUntilDead; failures++)
      plan.finished(open, { ok: false, parentDown: false }, failures * 1_000, failures * 1_000 + 10);
    expect(plan.isDead('x')).toBe(true);
    expect(plan.next(3_000, () => true).kind).toBe('wait');
    expect(plan.pollNow('x', 3_000)).toBe(true);
    expect(plan.next(3_000, () => true)).toEqual(open);
    expect(plan.pollNow('unknown', 3_000)).toBe(false);
  });

  test('when a line comes back all its devices are asked at once', () => {
    const plan = new LinePlan(['a', 'b', 'c'], 0);
    for (const deviceId of ['a', 'b', 'c'])
      for (let failures = 0; failures < 8; failures++)
        plan.finished({ kind: 'open', deviceId }, { ok: false, parentDown: true }, failures, failures);
    plan.opened('a', [readings(1_000)], 10_000);
    plan.finished({ kind: 'open', deviceId: 'a' }, { ok: true, more: false }, 10_000, 10_000);
    const woken: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const next = plan.next(10_001, () => true);
      if (next.kind === 'wait') break;
      woken.push(next.deviceId);
      plan.opened(next.deviceId, [readings(1_000)], 10_001);
      plan.finished(next, { ok: true, more: false }, 10_001, 10_001);
    }
    expect(new Set(woken)).toEqual(new Set(['a', 'b', 'c']));
  });

  test('a recollection goes in chunks between the other work; the queue has a limit', () => {
    const plan = new LinePlan(['a'], 0);
    plan.opened('a', [readings(1_000)], 0);
    const job = (index: number) => ({ id: `j${index}`, from: index, to: index });
    const taken = Array.from({ length: planLimits.recollectsPerDevice + 1 }, (_, index) => plan.addRecollect('a', job(index), 0));
    expect(taken.filter(Boolean)).toHaveLength(planLimits.recollectsPerDevice);
    expect(taken.at(-1)).toBe(false);
    const kinds: string[] = [];
    for (let now = 0; now < 2_000; now += 10) {
      const next = plan.next(now, () => true);
      if (next.kind === 'wait') continue;
      kinds.push(next.kind);
      const rest = next.kind === 'recollect' && next.job.from < 3 ? { rest: { ...next.job, from: next.job.from + 100 } } : {};
      plan.finished(next, { ok: true, more: false, ...rest }, now, now + 10);
    }
    expect(kinds.filter((kind) => kind === 'recollect')).toHaveLength(planLimits.recollectsPerDevice + 3);
    expect(kinds.filter((kind) => kind === 'task')).toHaveLength(2);
  });
});

describe('a device that refused our credentials', () => {
  test('rests for the time of its kind, then is asked once', () => {
    const plan = new LinePlan(['a'], 0);
    plan.opened('a', [readings(1_000)], 0);
    const restMs = restAfterRefusalMs.gate;
    let now = 0;
    const asked: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const next = plan.next(now, () => true);
      if (next.kind === 'wait') {
        now = next.untilMs;
        continue;
      }
      asked.push(now);
      plan.finished(next, { ok: false, parentDown: false, restMs }, now, now + 100);
      now += 100;
    }
    expect(asked).toEqual([0, restMs + 100]);
  });
});

describe('operations', () => {
  test('go before all other work of an open device, in order, each once, and no more than the limit', () => {
    const plan = new LinePlan(['a', 'b'], 0);
    const job = (n: number): OperateJob => ({ id: `o${n}`, name: 'valveClose' });
    expect(plan.addOperation('nobody', job(0))).toBe(false);
    const taken = Array.from({ length: planLimits.operationsPerDevice + 1 }, (_, n) => plan.addOperation('b', job(n)));
    expect(taken.filter(Boolean)).toHaveLength(planLimits.operationsPerDevice);
    plan.dropOperation('b', 'o3');
    expect(plan.next(0, () => true)).toMatchObject({ kind: 'open' });
    plan.opened('a', [readings(1_000)], 0);
    plan.opened('b', [readings(1_000)], 0);
    const done: string[] = [];
    for (;;) {
      const next = plan.next(0, () => false);
      if (next.kind !== 'operate') break;
      done.push(next.job.id);
      plan.finished(next, { ok: true, more: false }, 0, 0);
    }
    expect(done).toEqual(['o0', 'o1', 'o2', 'o4', 'o5', 'o6', 'o7']);
  });

  test('reach a device that is dead, when its session stands', () => {
    const plan = new LinePlan(['a'], 0);
    plan.opened('a', [readings(1_000)], 0);
    const ask: Work = { kind: 'task', deviceId: 'a', task: 'live' };
    for (let turn = 0; turn < planLimits.failuresUntilDead; turn++)
      plan.finished(ask, { ok: false, parentDown: false }, 0, timeoutMs);
    expect(plan.isDead('a')).toBe(true);
    plan.addOperation('a', { id: 'o1', name: 'valveClose' });
    expect(plan.next(timeoutMs, () => true)).toMatchObject({ kind: 'operate' });
  });
});
