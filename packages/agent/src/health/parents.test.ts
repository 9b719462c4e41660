import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import {
  blameFor,
  newParents,
  parentLimits,
  parentsPlan,
  type ParentsEvent,
  type ParentsState,
  parentsStep,
} from './parents.step.ts';

const plan = (devices: Readonly<Record<string, readonly string[]>>) =>
  parentsPlan(Object.entries(devices).map(([id, parents]) => ({ id, parents })));

function begin(devices: Readonly<Record<string, readonly string[]>>): ParentsState {
  const made = plan(devices);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return newParents(made.value);
}

/** Effects as words. */
function run(state: ParentsState, event: ParentsEvent, atS: number): readonly [ParentsState, readonly string[]] {
  const [next, effects] = parentsStep(state, event, epochMs(atS * 1_000));
  const words = effects.map((effect) => {
    if (effect.type === 'probe') return `probe ${effect.ids.join(' ')}`;
    if (effect.type === 'verdict')
      return `${effect.id} ${effect.from}>${effect.to}${effect.causes.length === 0 ? '' : ` by ${effect.causes.join(' ')}`}`;
    return effect.type === 'isolated' ? `isolated ${effect.active}` : `${effect.id} flapping ${effect.active}`;
  });
  return [next, words];
}

/** `+id` answers, `-id` fails, `!up` and `!down` the uplink. */
function play(
  state: ParentsState,
  timeline: readonly (readonly [atS: number, event: string, ...effects: string[]])[],
): ParentsState {
  let now = state;
  timeline.forEach(([atS, event, ...expected], row) => {
    const id = event.slice(1);
    const given: ParentsEvent =
      event[0] === '!' ? { type: 'uplink', up: id === 'up' } : { type: event[0] === '+' ? 'answered' : 'failed', id };
    const [next, words] = run(now, given, atS);
    expect({ row, event, words }).toEqual({ row, event, words: expected });
    now = next;
  });
  return now;
}

const tree = { sw: [], gate: ['sw'], pos: ['sw'] };
const well = (state: ParentsState): ParentsState =>
  [...state.plan.parents.keys()]
    .flatMap((id) => [id, id])
    .reduce((now, id) => parentsStep(now, { type: 'answered', id }, epochMs(0))[0], state);

const eight = Object.fromEntries(Array.from({ length: 8 }, (_, at): [string, string[]] => [`p${at}`, []]));

describe('plan', () => {
  const rows: readonly (readonly [string, Readonly<Record<string, readonly string[]>>, string])[] = [
    ['a tree', tree, 'ok'],
    ['two ways', { a: [], b: [], g: ['a', 'b'] }, 'ok'],
    ['a parent named twice', { a: [], g: ['a', 'a'] }, 'ok'],
    ['no such parent', { g: ['sw'] }, 'g unknownParent sw'],
    ['its own parent', { g: ['g'] }, 'g itself g'],
    ['a circle', { a: ['c'], b: ['a'], c: ['b'], d: ['c'] }, 'a circle a > c > b > a'],
    ['nine parents', { ...eight, i: [], g: [...Object.keys(eight), 'i'] }, 'g tooMany 9'],
    ['eight parents', { ...eight, g: Object.keys(eight) }, 'ok'],
  ];
  test.each(rows)('%s', (_, devices, expected) => {
    const made = plan(devices);
    expect(made.ok ? 'ok' : made.error.map(({ id, kind, detail }) => `${id} ${kind} ${detail}`).join()).toBe(expected);
  });
  test('visits every row', () => expect(rows).toHaveLength(8));
});

describe('verdicts', () => {
  test('a device alone is down after three failures and up after two answers', () => {
    play(begin({ x: [] }), [
      [0, '+x', 'x unknown>up'],
      [1, '+x'],
      [2, '-x'],
      [3, '-x'],
      [4, '-x', 'x up>down'],
      [5, '-x'],
      [6, '+x'],
      [7, '+x', 'x down>up'],
    ]);
  });

  test('a child that fails has its parent probed at once, and is judged when the parent answered', () => {
    play(well(begin(tree)), [
      [0, '-gate', 'probe sw'],
      [1, '-gate'],
      [2, '-gate'],
      [3, '-gate'],
      [4, '+sw', 'gate up>down'],
      [5, '-pos', 'probe sw'],
    ]);
  });

  test('a parent that fails is asked again while others wait for it; then all of them are unreachable', () => {
    const state = play(well(begin(tree)), [
      [0, '-gate', 'probe sw'],
      [1, '-sw', 'probe sw'],
      [2, '-pos'],
      [3, '-sw', 'probe sw'],
      [4, '-sw', 'sw up>down', 'gate up>unreachable by sw', 'pos up>unreachable by sw'],
      [5, '-gate'],
    ]);
    expect([blameFor(state, 'sw'), blameFor(state, 'gate'), blameFor(state, 'nobody')]).toEqual(['self', 'parents', 'self']);
  });

  test('when the parent is back its children are asked anew before anything is said of them', () => {
    play(well(begin(tree)), [
      [0, '-gate', 'probe sw'],
      [1, '-sw', 'probe sw'],
      [2, '-sw', 'probe sw'],
      [3, '-sw', 'sw up>down', 'gate up>unreachable by sw'],
      [60, '+sw'],
      [61, '+sw', 'sw down>up', 'gate unreachable>unknown', 'probe gate'],
      [62, '-gate', 'probe sw'],
      [63, '+sw'],
      [64, '-gate'],
      [65, '-gate', 'gate unknown>down'],
    ]);
  });

  test('one of two ways alive: the device itself is judged', () => {
    play(well(begin({ a: [], b: [], g: ['a', 'b'] })), [
      [0, '-g', 'probe a b'],
      [1, '-a', 'probe a'],
      [2, '+b'],
      [3, '-g'],
      [4, '-g', 'g up>down'],
      [5, '-a', 'probe a'],
      [6, '-a', 'a up>down'],
      [7, '-b', 'probe b'],
      [8, '-b', 'probe b'],
      [9, '-b', 'b up>down', 'g down>unreachable by a b'],
    ]);
  });

  test('held: the parent fails too, but not yet often enough', () => {
    const state = play(well(begin(tree)), [
      [0, '-gate', 'probe sw'],
      [1, '-gate'],
      [2, '-gate'],
      [3, '-sw', 'probe sw'],
    ]);
    expect(blameFor(state, 'gate')).toBe('held');
    play(state, [[4, '+sw', 'gate up>down']]);
  });

  test('three deep: the root cause is the first that is down', () => {
    play(well(begin({ core: [], sw: ['core'], g: ['sw'] })), [
      [0, '-g', 'probe sw'],
      [1, '-sw', 'probe core sw'],
      [2, '-core', 'probe core'],
      [3, '-core', 'probe core'],
      [4, '-core', 'core up>down', 'sw up>unreachable by core', 'g up>unreachable by core'],
    ]);
  });

  test('a dead switch with twenty children: one device down, twenty unreachable, at the moment when the switch is', () => {
    const names = Array.from({ length: 20 }, (_, at) => `g${at}`);
    let state = well(begin({ sw: [], ...Object.fromEntries(names.map((name) => [name, ['sw']])) }));
    const told: string[] = [];
    for (const [at, name] of [...names, 'sw', 'sw', 'sw'].entries()) {
      const [next, words] = run(state, { type: 'failed', id: name }, at);
      state = next;
      told.push(...words);
    }
    expect(told.filter((word) => word === 'probe sw')).toHaveLength(3);
    expect(told.filter((word) => word.endsWith('>down'))).toEqual(['sw up>down']);
    expect(told.filter((word) => word.endsWith('up>unreachable by sw'))).toHaveLength(20);
    expect(told).toHaveLength(24);
  });
});

describe('flapping', () => {
  const cycle = (atS: number): readonly (readonly [number, string, ...string[]])[] => [
    [atS, '-x'],
    [atS + 1, '-x'],
    [atS + 2, '-x', 'x up>down'],
    [atS + 3, '+x'],
  ];
  test('four changes in half an hour are told once, and end after a quiet half hour', () => {
    const state = play(well(begin({ x: [] })), [
      ...cycle(0),
      [4, '+x', 'x down>up'],
      ...cycle(100),
      [104, '+x', 'x down>up', 'x flapping true'],
      ...cycle(200),
      [204, '+x', 'x down>up'],
      [1_000, '+x'],
      [204 + parentLimits.flapMs / 1_000 - 1, '+x'],
      [204 + parentLimits.flapMs / 1_000, '+x', 'x flapping false'],
      [9_000, '+x'],
    ]);
    expect(state.nodes.get('x')?.flapping).toBe(false);
  });

  test('three are not enough', () => {
    play(well(begin({ x: [] })), [...cycle(0), [4, '+x', 'x down>up'], ...cycle(100), [1_904, '+x', 'x down>up']]);
  });
});

describe('cut off', () => {
  test('no uplink and no first hop: nothing is judged, and after that all is unknown until it is asked', () => {
    const state = play(well(begin(tree)), [
      [0, '!down'],
      [1, '-gate', 'probe sw'],
      [2, '-sw', 'isolated true'],
      [3, '-sw'],
      [4, '-sw'],
      [5, '-gate'],
      [6, '-gate'],
      [7, '-gate'],
    ]);
    expect(blameFor(state, 'gate')).toBe('held');
    const after = play(state, [[8, '+sw', 'isolated false', 'sw unknown>up']]);
    expect(after.nodes.get('gate')).toMatchObject({ verdict: 'unknown', failures: 0 });
    play(after, [[9, '+gate', 'gate unknown>up']]);
  });

  test('the uplink alone, or the first hop alone, is no isolation', () => {
    play(well(begin(tree)), [
      [0, '!down'],
      [1, '-gate', 'probe sw'],
      [2, '+sw'],
      [3, '!up'],
      [4, '-sw', 'probe sw'],
      [5, '-sw', 'probe sw'],
      [6, '-sw', 'sw up>down', 'gate up>unreachable by sw'],
    ]);
  });

  test('the uplink comes back first', () => {
    play(well(begin({ x: [] })), [
      [0, '-x'],
      [1, '!down', 'isolated true'],
      [2, '!up', 'isolated false'],
      [3, '+x', 'x unknown>up'],
    ]);
  });
});

test('what answers all the time costs nothing: the state is the same object', () => {
  const state = well(begin(tree));
  expect(parentsStep(state, { type: 'answered', id: 'gate' }, epochMs(1))[0]).toBe(state);
});

/** Any order of outcomes: nobody is unreachable with a parent that is up, nobody is judged before its parents were asked. */
test('10,000 outcomes in any order keep the rules', () => {
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 0x80000000;
    return Math.floor((seed / 0x80000000) * below);
  };
  const devices = { a: [], b: [], c: ['a'], d: ['a', 'b'], e: ['c', 'd'], f: ['e'] };
  const ids = Object.keys(devices);
  let state = begin(devices);
  let verdicts = 0;
  for (let at = 0; at < 10_000; at++) {
    const id = ids[next(ids.length)] ?? 'a';
    const event: ParentsEvent =
      next(50) === 0 ? { type: 'uplink', up: next(2) === 0 } : { type: next(3) === 0 ? 'answered' : 'failed', id };
    const [after, effects] = parentsStep(state, event, epochMs(at * 10_000));
    state = after;
    verdicts += effects.filter(({ type }) => type === 'verdict').length;
    for (const [each, node] of state.nodes) {
      const parents = (state.plan.parents.get(each) ?? []).map((parent) => state.nodes.get(parent));
      if (node.verdict === 'unreachable' && !state.isolated)
        expect(parents.every((parent) => parent?.verdict === 'down' || parent?.verdict === 'unreachable')).toBe(true);
      if (node.verdict === 'unreachable') expect(parents.length).toBeGreaterThan(0);
      if (node.verdict === 'up') expect(node.failures).toBeLessThan(1_000);
    }
  }
  expect(verdicts).toBeGreaterThan(500);
});

test('what answers again has what it is reached through asked at once, and once', () => {
  let state = begin({ sw: [], a: ['sw'], b: ['sw'] });
  const feed = (words: string): string[] => {
    const said: string[] = [];
    for (const word of words.split(' ')) {
      const [next, effects] = run(state, { type: word[0] === '+' ? 'answered' : 'failed', id: word.slice(1) }, 1);
      state = next;
      said.push(...effects);
    }
    return said;
  };
  feed('+sw +sw +a +a +b +b');
  expect(feed('-a -sw -a -sw -a -sw -b -sw')).toContain('sw up>down');
  expect(feed('+a').filter((effect) => effect === 'probe sw')).toHaveLength(1);
  expect(feed('+a +b +b').filter((effect) => effect === 'probe sw')).toHaveLength(0);
  expect(feed('+sw +sw')).toContain('sw down>up');
});
