import { epochMs, type EpochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { buildingsOf, probableFinding, probableUpstreamHead } from './building.core.ts';
import { CauseBook } from './cause-book.core.ts';
import type { NodeHealth } from './explain.core.ts';
import { buildGraph, type Graph, type GraphNode } from './graph.core.ts';
import { causeFromRows, type CauseRow, causeRows } from './rows.core.ts';
import { causeAtStart, type NodeCause } from './state.core.ts';

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

const probable = probableUpstreamHead.defaults;

/** A house with two books: one goes on, the other is restored from its rows before every look, as over a restart. Both come to the same. */
function house(nodes: readonly GraphNode[], areas: Readonly<Record<string, string>> = {}) {
  const health = new Map<string, NodeHealth>(
    nodes.map(({ nodeId }) => [nodeId, { state: 'up', since: at(-3_600), goodAt: at(-3_600), askedAt: null }]),
  );
  const buildings = buildingsOf(Object.entries(areas).map(([deviceId, area]) => ({ deviceId, area })));
  const ground = { graph: graphOf(nodes), buildings, health };
  const book = new CauseBook(causeAtStart, ground, probable);
  const disk = new Map<string, CauseRow>();
  return {
    is(nodeId: string, to: NodeHealth['state'], since: number, goodAt = since, askedAt: number | null = null): void {
      const of = { state: to, since: at(since), goodAt: at(goodAt), askedAt: askedAt === null ? null : at(askedAt) };
      health.set(nodeId, of);
      book.hear(nodeId, of);
    },
    asked(nodeId: string, seconds: number): void {
      const known = health.get(nodeId);
      if (known === undefined) throw new Error(nodeId);
      health.set(nodeId, { ...known, askedAt: at(seconds) });
      book.hear(nodeId, { ...known, askedAt: at(seconds) });
    },
    look(seconds: number): string[] {
      const read = causeFromRows([...disk.values()]);
      expect(read.unreadable).toEqual([]);
      const before = read.state.nodes;
      const restored = new CauseBook(read.state, ground, probable);
      const { rows, gone } = causeRows(restored.state, restored.look(at(seconds)));
      for (const row of rows) disk.set(`${row.kind}/${row.key}`, row);
      for (const { kind, key } of gone) disk.delete(`${kind}/${key}`);
      book.look(at(seconds));
      expect(book.state).toEqual(restored.state);
      return nodes.flatMap(({ nodeId }) => said(nodeId, before.get(nodeId), book.state.nodes.get(nodeId)));
    },
    state: () => book.state,
    by: (nodeId: string) => book.state.nodes.get(nodeId)?.explainedBy ?? null,
    awaits: (nodeId: string) => book.awaits(nodeId),
    way: (nodeId: string, root: string) => book.way(nodeId, root).join(' '),
  };
}

const secondsOf = (ms: number): number => (ms - start) / 1_000;

function said(nodeId: string, before: NodeCause | undefined, after: NodeCause | undefined): string[] {
  const [from, by] = [before?.explainedBy ?? null, after?.explainedBy ?? null];
  if (after === undefined) return [];
  if (by === null) return from === null ? [] : [`${nodeId} released from ${from}`];
  const lines = from === by ? [] : [from === null ? `${nodeId} explained by ${by}` : `${nodeId} from ${from} to ${by}`];
  const { grace } = after;
  if (grace !== null && before?.grace?.graceUntil !== grace.graceUntil)
    lines.push(`${nodeId} grace until ${secondsOf(grace.graceUntil)} at the latest`);
  return lines;
}

const pair = [node('sw'), node('pos', [['sw']])];

describe('over time', () => {
  test.each<[what: string, askedAt: number | null, released: number]>([
    ['asked after the recovery and silent: after half a minute', 65, 91],
    ['asked at the very end of its grace', 150, 150],
    ['asked before the recovery alone: after two minutes', 59, 181],
    ['never known to be asked: after two minutes', null, 181],
  ])('a cause clears, the child does not answer; %s', (_, askedAt, released) => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    it.is('pos', 'down', 1);
    expect(it.look(2)).toEqual(['pos explained by sw']);
    expect(it.way('pos', 'sw')).toBe('pos sw');
    it.is('sw', 'up', 60);
    expect(it.look(61)).toEqual(['pos grace until 181 at the latest']);
    const heard: number[] = [];
    for (let seconds = 62; seconds < 400; seconds++) {
      if (askedAt !== null && seconds === Math.max(askedAt, 62)) it.asked('pos', askedAt);
      for (const line of it.look(seconds)) {
        expect(line).toBe('pos released from sw');
        heard.push(seconds);
      }
    }
    expect(heard).toEqual([released]);
    expect(it.by('pos')).toBeNull();
    it.is('pos', 'up', 400);
    expect(it.look(400)).toEqual([]);
    expect(it.state().nodes.size).toBe(0);
  });

  test('back within its grace nothing is said of the child, and nothing is kept', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    it.is('pos', 'down', 1);
    it.look(2);
    it.is('sw', 'up', 60);
    it.look(61);
    it.is('pos', 'up', 150);
    expect(it.look(151)).toEqual([]);
    expect(it.state().nodes.size).toBe(0);
  });

  test('a clock that is set back lengthens no grace', () => {
    const it = house(pair);
    it.is('sw', 'down', 4_000);
    it.is('pos', 'down', 4_001);
    it.look(4_002);
    it.is('sw', 'up', 4_060);
    expect(it.look(4_061)).toEqual(['pos grace until 4181 at the latest']);
    expect(it.look(500)).toEqual(['pos grace until 620 at the latest']);
    expect(it.look(619)).toEqual([]);
    expect(it.look(620)).toEqual(['pos released from sw']);
  });

  test('a parent that was down at any time in the failed window explains a child that is declared down later', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    expect(it.look(1)).toEqual([]);
    it.is('sw', 'up', 8);
    expect(it.look(9)).toEqual([]);
    it.is('pos', 'down', 12, -20, 12);
    expect(it.look(12)).toEqual(['pos explained by sw', 'pos grace until 132 at the latest']);
    it.asked('pos', 20);
    expect(it.look(41)).toEqual([]);
    expect(it.look(42)).toEqual(['pos released from sw']);
    it.asked('pos', 60);
    expect(it.look(60)).toEqual([]);
    expect(it.look(200)).toEqual([]);
  });

  test('a parent that was down before the last good answer explains nothing', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    it.look(1);
    it.is('sw', 'up', 8);
    it.look(9);
    it.is('pos', 'down', 30, 10);
    expect(it.look(30)).toEqual([]);
    expect(it.state().nodes.size).toBe(0);
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

  test('another cause is an edit', () => {
    const it = house([node('core'), node('sw', [['core']]), node('pos', [['sw']])]);
    it.is('sw', 'down', 0);
    it.is('pos', 'down', 1);
    expect(it.look(2)).toEqual(['pos explained by sw']);
    it.is('core', 'down', 30);
    expect(it.look(31)).toEqual(['sw explained by core', 'pos from sw to core']);
    expect(it.way('pos', 'core')).toBe('pos sw core');
    it.is('core', 'up', 60);
    expect(it.look(60)).toEqual(['sw grace until 180 at the latest', 'pos from core to sw']);
    it.asked('sw', 61);
    expect(it.look(90)).toEqual(['sw released from core']);
  });

  test('a lost agent: its devices are unknown and its own; what is down when it is back has its grace', () => {
    const it = house([node('agent/a'), node('pos', [], 'agent/a'), node('gate', [], 'agent/a')]);
    it.is('agent/a', 'down', 0);
    it.is('pos', 'unknown', 0);
    it.is('gate', 'unknown', 0);
    expect(it.look(1)).toEqual(['pos explained by agent/a', 'gate explained by agent/a']);
    expect(it.way('gate', 'agent/a')).toBe('gate agent/a');
    it.is('agent/a', 'up', 100);
    it.is('gate', 'up', 100);
    it.is('pos', 'down', 100, -10, 99);
    expect(it.look(101)).toEqual(['pos grace until 221 at the latest']);
    it.asked('pos', 110);
    expect(it.look(131)).toEqual(['pos released from agent/a']);
  });

  test('a cause may yet show itself: a way that another agent asks and has not asked since', () => {
    const agents = [node('agent/a'), node('agent/b')];
    const it = house([...agents, node('sw', [], 'agent/b'), node('own', [], 'agent/a'), node('pos', [['sw', 'own']], 'agent/a')]);
    const awaits = (swAsked: number | null, ownAsked: number | null, pos: NodeHealth['state'] = 'down'): boolean => {
      it.is('sw', 'up', -100, -100, swAsked);
      it.is('own', 'up', -100, -100, ownAsked);
      it.is('pos', pos, 10);
      return it.awaits('pos');
    };
    expect([awaits(9, 9), awaits(10, 9), awaits(null, 9), awaits(9, 9, 'up')]).toEqual([true, false, false, false]);
  });

  test('what did not change is not looked at', () => {
    const it = house(pair);
    it.is('sw', 'down', 0);
    it.is('pos', 'down', 1);
    it.look(2);
    const { nodes, outs } = it.state();
    const [entry, spans] = [nodes.get('pos'), outs.get('sw')];
    it.is('pos', 'down', 1, 1, 300);
    it.look(300);
    expect([it.state().nodes.get('pos') === entry, it.state().outs.get('sw') === spans]).toEqual([true, true]);
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
    expect(it.look(40)).toEqual(['pos-5 grace until 160 at the latest']);
    it.asked('pos-5', 50);
    expect(it.look(70)).toEqual(['pos-5 released from area/yb/b3']);
  });

  test('a modelled cause leaves nothing to suppose', () => {
    const it = house([node('sw'), ...ids.map((id) => node(id, [['sw']]))], areas);
    it.is('sw', 'down', 0);
    dark(it, 10, 1);
    it.look(15);
    expect(it.state().probable).toEqual([]);
    expect(ids.map(it.by)).toEqual(ids.map(() => 'sw'));
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

test('rows that are not ours are named, others passed over', () => {
  const row = (kind: string, state: string): CauseRow => ({ kind, key: 'k', state, dueAt: null });
  expect(causeFromRows([row('cause', '{'), row('causeWay', '[]'), row('escalation', '{')])).toEqual({
    state: { nodes: new Map(), outs: new Map(), probable: [] },
    unreadable: [
      { kind: 'cause', key: 'k' },
      { kind: 'causeWay', key: 'k' },
    ],
  });
});
