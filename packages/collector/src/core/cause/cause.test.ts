import { epochMs, type EpochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { buildingsOf, probableFinding, probableUpstreamHead } from './building.core.ts';
import { causeAtStart, type CauseEffect, type CauseState, causeStep, graceMsDefault, symptomsOf } from './cause.step.ts';
import type { NodeHealth } from './explain.core.ts';
import { buildGraph, type Graph, type GraphNode } from './graph.core.ts';
import { hold, parentsToProbe } from './hold.core.ts';
import { causeFromRows, type CauseRow, causeRows } from './rows.core.ts';

const start = 1_700_000_000_000;
const at = (seconds: number): EpochMs => epochMs(start + seconds * 1_000);

function graphOf(nodes: readonly GraphNode[]): Graph {
  const built = buildGraph(nodes);
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return built.value;
}
const node = (nodeId: string, upstream: string[][] = [], observer: string | null = null): GraphNode => ({
  nodeId,
  upstream,
  observer,
});

/** A house whose state goes through its rows between any two looks, as over a restart. */
function house(nodes: readonly GraphNode[], areas: Readonly<Record<string, string>> = {}) {
  const graph = graphOf(nodes);
  const health = new Map<string, NodeHealth>(
    nodes.map(({ nodeId }) => [nodeId, { state: 'up', since: at(-3_600), goodAt: at(-3_600) }]),
  );
  const buildings = buildingsOf(Object.entries(areas).map(([deviceId, area]) => ({ deviceId, area })));
  const disk = new Map<string, CauseRow>();
  let state: CauseState = causeAtStart;
  return {
    is(nodeId: string, to: NodeHealth['state'], since: number, goodAt = since): void {
      health.set(nodeId, { state: to, since: at(since), goodAt: at(goodAt) });
    },
    look(seconds: number): string[] {
      const before = state;
      const read = causeFromRows([...disk.values()]);
      expect(read.unreadable).toBe(0);
      const probable = probableUpstreamHead.defaults;
      const [after, effects] = causeStep(
        read.state,
        { graph, health, buildings, probable, graceMs: graceMsDefault },
        at(seconds),
      );
      const { rows, gone } = causeRows(read.state, after);
      for (const row of rows) disk.set(`${row.kind}/${row.key}`, row);
      for (const { kind, key } of gone) disk.delete(`${kind}/${key}`);
      const straight = causeStep(before, { graph, health, buildings, probable, graceMs: graceMsDefault }, at(seconds));
      expect(straight[1]).toEqual(effects);
      state = straight[0];
      return effects.map(told);
    },
    state: () => state,
    by: (nodeId: string) => state.nodes.get(nodeId)?.explainedBy,
  };
}

function told(effect: CauseEffect): string {
  switch (effect.type) {
    case 'explained':
      return `${effect.nodeId} explained by ${effect.by}`;
    case 'reassigned':
      return `${effect.nodeId} from ${effect.from} to ${effect.by}`;
    case 'graceBegan':
      return `${effect.nodeId} grace until ${(effect.until - start) / 1_000}`;
    case 'released':
      return `${effect.nodeId} released from ${effect.from}${effect.again ? ' again' : ''}`;
  }
}

const pair = [node('sw'), node('pos', [['sw']])];

describe('over time', () => {
  test('a cause clears: one grace cycle, then the child stands for itself', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    it.is('pos', 'down', 1);
    expect(it.look(2)).toEqual(['pos explained by sw']);
    expect(symptomsOf(it.state()).get('sw')).toEqual(['pos']);
    it.is('sw', 'up', 60);
    expect(it.look(61)).toEqual(['pos grace until 91']);
    expect(it.look(90)).toEqual([]);
    expect(it.by('pos')).toBe('sw');
    expect(it.look(91)).toEqual(['pos released from sw']);
    expect(it.by('pos')).toBeNull();
    expect(it.look(200)).toEqual([]);
  });

  test('back within its grace nothing is said of the child, and nothing is kept', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    it.is('pos', 'down', 1);
    it.look(2);
    it.is('sw', 'up', 60);
    it.look(61);
    it.is('pos', 'up', 70);
    expect(it.look(71)).toEqual([]);
    expect(it.state().nodes.size).toBe(0);
  });

  test('a parent that was down at any time in the failed window explains a child that is declared down later', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    expect(it.look(1)).toEqual([]);
    it.is('sw', 'up', 8);
    expect(it.look(9)).toEqual([]);
    it.is('pos', 'down', 12, -20);
    expect(it.look(12)).toEqual(['pos explained by sw', 'pos grace until 42']);
    expect(it.look(41)).toEqual([]);
    expect(it.look(42)).toEqual(['pos released from sw']);
    expect(it.look(43)).toEqual([]);
  });

  test('a parent that was down before the last good answer explains nothing', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    it.look(1);
    it.is('sw', 'up', 8);
    it.look(9);
    it.is('pos', 'down', 30, 10);
    expect(it.look(30)).toEqual([]);
    expect(it.by('pos')).toBeNull();
  });

  test('redundant parents: only a time at which both were out explains', () => {
    const dual = [node('left'), node('right'), node('pos', [['left', 'right']])];
    const blip = (rightUntil: number, leftFrom: number) => {
      const it = house(dual);
      it.is('right', 'down', 0);
      it.look(1);
      for (const change of [leftFrom, rightUntil].toSorted((a, b) => a - b)) {
        if (change === leftFrom) it.is('left', 'down', leftFrom);
        if (change === rightUntil) it.is('right', 'up', rightUntil);
        it.look(change);
      }
      it.is('left', 'up', 20);
      it.look(20);
      it.is('pos', 'down', 22, -5);
      it.look(22);
      return it.by('pos');
    };
    expect(blip(10, 6)).toBe('left');
    expect(blip(6, 10)).toBeNull();
  });

  test('DOWN, UNREACHABLE, DOWN: what was told of before is told of no more', () => {
    const it = house(pair);
    it.is('pos', 'down', 0);
    expect(it.look(0)).toEqual([]);
    it.is('sw', 'down', 600);
    expect(it.look(600)).toEqual(['pos explained by sw']);
    it.is('sw', 'up', 610);
    expect(it.look(610)).toEqual(['pos grace until 640']);
    expect(it.look(640)).toEqual(['pos released from sw again']);
  });

  test('a child that fails a moment before its parent was told to nobody: its release is news', () => {
    const it = house(pair);
    it.is('pos', 'down', 0);
    it.look(0);
    it.is('sw', 'down', 2);
    expect(it.look(2)).toEqual(['pos explained by sw']);
    it.is('sw', 'up', 10);
    it.look(10);
    expect(it.look(40)).toEqual(['pos released from sw']);
  });

  test('another cause is an edit', () => {
    const it = house([node('core'), node('sw', [['core']]), node('pos', [['sw']])]);
    it.is('sw', 'down', 0);
    it.is('pos', 'down', 1);
    expect(it.look(2)).toEqual(['pos explained by sw']);
    it.is('core', 'down', 30);
    expect(it.look(31)).toEqual(['sw explained by core', 'pos from sw to core']);
    it.is('core', 'up', 60);
    expect(it.look(60)).toEqual(['sw grace until 90', 'pos from core to sw']);
    expect(it.look(90)).toEqual(['sw released from core again']);
  });

  test('a lost agent: its devices are unknown and its own; what is down when it is back has one grace cycle', () => {
    const it = house([node('agent/a'), node('pos', [], 'agent/a'), node('gate', [], 'agent/a')]);
    it.is('agent/a', 'down', 0);
    it.is('pos', 'unknown', 0);
    it.is('gate', 'unknown', 0);
    expect(it.look(1)).toEqual(['pos explained by agent/a', 'gate explained by agent/a']);
    it.is('agent/a', 'up', 100);
    it.is('gate', 'up', 100);
    it.is('pos', 'down', 100, -10);
    expect(it.look(101)).toEqual(['pos grace until 131']);
    expect(it.look(131)).toEqual(['pos released from agent/a']);
  });
});

describe('a building goes dark', () => {
  const ids = Array.from({ length: 10 }, (_, index) => `pos-${index}`);
  const areas = Object.fromEntries(ids.map((id, index) => [id, `yb/b3/${index % 2 === 0 ? 'hall' : 'kitchen'}`]));
  const dark = (it: ReturnType<typeof house>, count: number, from: number, spread = 1): void =>
    ids.slice(0, count).forEach((id, index) => it.is(id, 'down', from + index * spread));

  test.each([
    [4, 1, 0],
    [5, 1, 1],
    [5, 300, 0],
  ])('%i of 10, %i s apart: %i findings', (count, spread, findings) => {
    const it = house(
      ids.map((id) => node(id)),
      areas,
    );
    dark(it, count, 0, spread);
    it.look(count * spread);
    expect(it.state().probable).toHaveLength(findings);
  });

  test('it explains its devices, is kept in the band and lets go below it', () => {
    const it = house(
      ids.map((id) => node(id)),
      areas,
    );
    dark(it, 6, 0);
    expect(it.look(10)).toEqual(ids.slice(0, 6).map((id) => `${id} explained by area/yb/b3`));
    const found = it.state().probable[0];
    expect(found).toEqual({ building: 'yb/b3', grade: 'breach', devices: ids.slice(0, 6), total: 10, since: at(0) });
    if (found === undefined) return;
    expect(probableFinding(found, probableUpstreamHead.defaults, at(60))).toMatchObject({
      subject: { kind: 'area', id: 'yb/b3' },
      level: 2,
      reason: { code: 'probableUpstream', values: { count: 6, total: 10, pct: 60, minutes: 1 } },
      campus: 'yb',
      area: 'yb/b3',
    });
    it.is('pos-0', 'up', 20);
    it.is('pos-1', 'up', 20);
    expect(it.look(20)).toEqual([]);
    expect(it.by('pos-2')).toBe('area/yb/b3');
    for (const id of ['pos-2', 'pos-3', 'pos-4']) it.is(id, 'up', 40);
    expect(it.look(40)).toEqual(['pos-5 grace until 70']);
    expect(it.look(70)).toEqual(['pos-5 released from area/yb/b3']);
  });

  test('a modelled cause leaves nothing to suppose', () => {
    const it = house([node('sw'), ...ids.map((id) => node(id, [['sw']]))], areas);
    it.is('sw', 'down', 0);
    dark(it, 10, 1);
    it.look(15);
    expect(it.state().probable).toEqual([]);
    expect(symptomsOf(it.state()).get('sw')).toHaveLength(10);
  });

  test('the modelled cause that shows later takes over', () => {
    const it = house([node('sw'), ...ids.map((id) => node(id, [['sw']]))], areas);
    dark(it, 10, 0);
    it.look(15);
    expect(it.by('pos-0')).toBe('area/yb/b3');
    it.is('sw', 'down', 16);
    expect(it.look(17)).toEqual(ids.map((id) => `${id} from area/yb/b3 to sw`));
    expect(it.state().probable).toEqual([]);
  });
});

describe('hold', () => {
  const graph = graphOf([...pair, node('alone')]);
  test.each([
    ['pos', 0, [], { state: 'held', until: at(3), why: 'causeWindow' }],
    ['pos', 2.999, ['sw'], { state: 'held', until: at(3), why: 'causeWindow' }],
    ['pos', 3, [], { state: 'free', why: 'windowOver' }],
    ['pos', 3, ['sw'], { state: 'held', until: at(8), why: 'parentProbe' }],
    ['pos', 8, ['sw'], { state: 'free', why: 'probeTooLong' }],
    ['alone', 0, [], { state: 'free', why: 'noParent' }],
  ])('%s after %f s, asking %j', (nodeId, seconds, probing, expected) => {
    expect(hold(graph, { nodeId, raisedAt: at(0), probing: new Set(probing) }, at(seconds))).toEqual(expected);
  });

  test('parents worth asking: those that seem up, the one with most failed children first', () => {
    const wide = graphOf([
      node('a'),
      node('b'),
      node('c'),
      node('x', [['a']]),
      node('y', [['a']]),
      node('z', [['b']]),
      node('w', [['c']]),
    ]);
    const up: NodeHealth = { state: 'up', since: at(0), goodAt: at(0) };
    const health = new Map<string, NodeHealth>([
      ['a', up],
      ['b', up],
      ['c', { ...up, state: 'down' }],
    ]);
    expect(parentsToProbe(wide, ['z', 'x', 'y', 'w'], health)).toEqual(['a', 'b']);
  });
});

test('rows that are not ours are counted, others passed over', () => {
  const row = (kind: string, state: string): CauseRow => ({ kind, key: 'k', state, dueAt: null });
  expect(causeFromRows([row('cause', '{'), row('causeWay', '[]'), row('escalation', '{')])).toEqual({
    state: { nodes: new Map(), outs: new Map(), probable: [] },
    unreadable: 2,
  });
});
