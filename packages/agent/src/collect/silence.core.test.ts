import { describe, expect, test } from 'vitest';
import { LinePlan, planLimits, type Work } from './plan.core.ts';
import { type Heard, LineSilence, silenceLimits } from './silence.core.ts';

const devices = ['a', 'b', 'c', 'd', 'e'];
const second = 1_000;

describe('silence of a line', () => {
  test.each<[string, readonly (readonly [number, string, Heard])[], string]>([
    // at second, device, heard -> turns at
    ['all, one after the other', devices.map((id, n) => [2 * (n + 1), id, 'nothing'] as const), '10 fell'],
    ['all but one', devices.slice(0, 4).map((id, n) => [2 * (n + 1), id, 'nothing'] as const), ''],
    [
      'all, but one was heard in between',
      [
        [2, 'a', 'nothing'],
        [4, 'b', 'nothing'],
        [6, 'c', 'something'],
        [8, 'c', 'nothing'],
        [10, 'd', 'nothing'],
        [12, 'e', 'nothing'],
      ],
      '',
    ],
    ['one again and again', Array.from({ length: 20 }, (_, n) => [n, 'a', 'nothing'] as const), ''],
    ['all within a blink', devices.map((id) => [1, id, 'nothing'] as const), ''],
    ['all within a blink, and one later', [...devices.map((id) => [1, id, 'nothing'] as const), [5, 'a', 'nothing']], '5 fell'],
    [
      'the port is gone',
      [
        [3, 'a', 'cut'],
        [6, 'b', 'cut'],
      ],
      '6 fell',
    ],
    [
      'the port is gone for one device',
      [
        [3, 'a', 'cut'],
        [6, 'a', 'cut'],
        [9, 'b', 'something'],
      ],
      '',
    ],
    [
      'fell, and somebody spoke',
      [...devices.map((id, n) => [2 * (n + 1), id, 'nothing'] as const), [20, 'c', 'nothing'], [22, 'd', 'something']],
      '10 fell 22 rose',
    ],
  ])('%s', (_, timeline, turns) => {
    const silence = new LineSilence(0);
    const seen = timeline.flatMap(([at, deviceId, heard]) => {
      const turn = silence.note(heard, deviceId, devices, at * second);
      return turn === undefined ? [] : [`${at} ${turn}`];
    });
    expect(seen.join(' ')).toBe(turns);
  });

  test('the others are asked from both ends of the line', () => {
    const silence = new LineSilence(0);
    const asked: string[] = [];
    for (const id of ['c', 'd', 'e']) silence.note('nothing', id, devices, 0);
    for (let next = silence.sweep(devices); next !== undefined; next = silence.sweep(devices)) {
      asked.push(next);
      silence.note('nothing', next, devices, 0);
    }
    expect(asked.toSorted()).toEqual(['a', 'b']);
    const long = Array.from({ length: 9 }, (_, n) => `s${n}`);
    const wide = new LineSilence(0);
    for (const id of ['s3', 's4', 's5']) wide.note('nothing', id, long, 0);
    const first = wide.sweep(long) ?? '';
    wide.note('nothing', first, long, 0);
    expect(new Set([first, wide.sweep(long)])).toEqual(new Set(['s0', 's8']));
  });

  test('a line with two living devices is never judged as a whole', () => {
    const silence = new LineSilence(0);
    for (let at = 10; at < 100; at++)
      expect(silence.note('nothing', at % 2 === 0 ? 'a' : 'b', ['a', 'b'], at * second)).toBeUndefined();
  });

  test('a dead device says nothing about its line', () => {
    const silence = new LineSilence(0);
    for (let at = 10; at < 100; at++) expect(silence.note('nothing', `x${at}`, ['a', 'b', 'c'], at * second)).toBeUndefined();
    expect(silence.suspect).toBe(false);
  });

  test('devices that leave a fallen line are forgotten; with the last one it stands', () => {
    const silence = new LineSilence(0);
    for (const [n, id] of devices.entries()) silence.note('nothing', id, devices, (n + 2) * 2 * second);
    expect(silence.fallen?.size).toBe(5);
    for (const id of devices) silence.forget(id);
    expect(silence.fallen).toBeUndefined();
  });
});

/** A plan whose devices are open, with one task of a second each. */
function openPlan(count: number): LinePlan {
  const ids = Array.from({ length: count }, (_, n) => `s${n}`);
  const plan = new LinePlan(ids, 0);
  for (const deviceId of ids) {
    plan.finished({ kind: 'open', deviceId }, { ok: true, more: false }, 0, 0);
    plan.opened(deviceId, [{ name: 'live', periodMs: second, yields: 'readings' }], 0);
  }
  return plan;
}

/** Plays the plan: each question takes its time, and the line is dead within [from, to). */
function play(plan: LinePlan, untilMs: number, dead: readonly [number, number], took = { well: 60, dead: 200 }): string[] {
  const told: string[] = [];
  let now = 0;
  while (now < untilMs) {
    const next = plan.next(now, () => true);
    if (next.kind === 'wait') {
      now = Math.min(untilMs, Math.max(now + 1, next.untilMs));
      continue;
    }
    const gone = now >= dead[0] && now < dead[1];
    const ended = now + (gone ? took.dead : took.well);
    const turn = plan.finished(
      next,
      gone ? { ok: false, parentDown: false, silent: true } : { ok: true, more: false },
      now,
      ended,
    );
    told.push(`${gone ? 'silent' : 'heard'} ${next.deviceId} ${ended}${turn === undefined ? '' : ` ${turn}`}`);
    now = ended;
  }
  return told;
}

describe('a plan of a line that falls', () => {
  test('asks every device once, then one every two seconds, and all of them when one answers', () => {
    const plan = openPlan(10);
    const told = play(plan, 120_000, [30_000, 90_000]);
    const at = (line: string | undefined): number => Number(line?.split(' ')[2]);
    const silent = told.filter((line) => line.startsWith('silent'));
    const fell = silent.findIndex((line) => line.endsWith('fell'));
    expect(new Set(silent.slice(0, fell + 1).map((line) => line.split(' ')[1])).size).toBe(10);
    expect(at(silent[fell])).toBeLessThan(30_000 + silenceLimits.silentMs + 2_000);
    const probes = silent.slice(fell + 1);
    expect(probes.length).toBeGreaterThan(20);
    for (const [index, line] of probes.slice(1).entries())
      expect(at(line) - at(probes[index])).toBeCloseTo(silenceLimits.probeEveryMs + 200, 6);
    expect(new Set(probes.slice(0, 10).map((line) => line.split(' ')[1])).size).toBe(10);
    const back = told.findIndex((line) => line.endsWith('rose'));
    expect(at(told[back])).toBeLessThan(90_000 + silenceLimits.probeEveryMs + 400);
    // The sweep: every other device before any device twice.
    expect(new Set(told.slice(back, back + 10).map((line) => line.split(' ')[1])).size).toBe(10);
    expect(plan.fallen).toBeUndefined();
  });

  test('afterwards every device has its period again', () => {
    const told = play(openPlan(10), 180_000, [30_000, 90_000]).filter((line) => Number(line.split(' ')[2]) > 120_000);
    for (let n = 0; n < 10; n++) expect(told.filter((line) => line.includes(` s${n} `)).length).toBeGreaterThan(55);
  });

  test('does what a person wants meanwhile', () => {
    const plan = openPlan(5);
    play(plan, 40_000, [10_000, 60_000]);
    expect(plan.fallen?.size).toBe(5);
    plan.addOperation('s3', { id: 'o1', name: 'valveClose' });
    const next = plan.next(40_000, () => true);
    expect(next).toMatchObject({ kind: 'operate', deviceId: 's3' });
    if (next.kind === 'operate') plan.finished(next, { ok: true, more: false }, 40_000, 40_100);
    plan.pollNow('s4', 40_100);
    expect(plan.next(40_100, () => true)).toMatchObject({ kind: 'task', deviceId: 's4' });
  });

  test('a refusal is an answer: the line stands', () => {
    const plan = openPlan(3);
    const ask = (deviceId: string): Work => ({ kind: 'task', deviceId, task: 'live' });
    for (let at = 0; at < 60; at++)
      expect(
        plan.finished(ask(`s${at % 3}`), { ok: false, parentDown: false, silent: false }, at * second, at * second + 100),
      ).toBeUndefined();
  });

  test('a device that was dead before is not asked with the others', () => {
    const plan = openPlan(6);
    const work: Work = { kind: 'task', deviceId: 's5', task: 'live' };
    for (let n = 0; n < planLimits.failuresUntilDead; n++)
      plan.finished(work, { ok: false, parentDown: false, silent: true }, 0, 10);
    expect(plan.isDead('s5')).toBe(true);
    plan.finished({ ...work, deviceId: 's0' }, { ok: true, more: false }, 10, 20);
    play(plan, 40_000, [0, 60_000]);
    expect([...(plan.fallen ?? [])].toSorted()).toEqual(['s0', 's1', 's2', 's3', 's4']);
  });
});
