/** The book, told of changes alone, against one that judges everything anew by walking all ways, through random histories of random campuses. */
import { chance, type EpochMs, epochMs, intBetween, pick, SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { type Building, probableIn, type ProbableUpstream, probableUpstreamHead } from './building.core.ts';
import { CauseBook } from './cause-book.core.ts';
import type { Cut, Explained, NodeHealth } from './explain.core.ts';
import { type Grace, graceMsMax, graceMsMin } from './grace.core.ts';
import { buildGraph, type Graph, type GraphNode } from './graph.core.ts';
import { causeFromRows, type CauseRow, causeRows } from './rows.core.ts';
import { historyMs, type OutSpan, Spans } from './spans.core.ts';
import { causeAtStart, type NodeCause } from './state.core.ts';

interface Campus {
  readonly nodes: readonly GraphNode[];
  readonly graph: Graph;
  readonly buildings: readonly Building[];
}
interface Out extends Cut {
  readonly roots: readonly string[];
}
const params = { ...probableUpstreamHead.defaults, devicesMin: 3 };
const supposed = (by: string | null): boolean => by === null || by.startsWith('area/');

/** Everything anew at every look, by asking each node for all of its ways; no order, no index, nothing kept but what the rows keep. */
class Brute {
  nodes = new Map<string, NodeCause>();
  outs = new Map<string, readonly OutSpan[]>();
  probable: readonly ProbableUpstream[] = [];

  look({ nodes, graph, buildings }: Campus, health: ReadonlyMap<string, NodeHealth>, now: EpochMs): void {
    const of = new Map(nodes.map((node) => [node.nodeId, node]));
    const outOf = (id: string): Out | null => {
      const at = health.get(id);
      if (at?.state === 'up') return null;
      const by = cutOf(of.get(id)?.upstream ?? []);
      if (by !== null) return by;
      return at?.state === 'down' ? { since: epochMs(Math.min(at.since, now)), root: id, roots: [id] } : null;
    };
    const cutOf = (groups: GraphNode['upstream']): Out | null => {
      const gone = groups.flatMap((group): Out[] => {
        const outs = [...new Set(group)].map(outOf);
        const last = outs.reduce((a, b) => (a === null || b === null ? null : b.since > a.since ? b : a), outs[0] ?? null);
        if (last === null) return [];
        return [{ ...last, roots: [...new Set([last.root, ...outs.flatMap((each) => each?.roots ?? [])])].slice(0, 8) }];
      });
      return gone.reduce<Out | null>((a, b) => (a === null || b.since < a.since ? b : a), null);
    };
    const carriers = new Set(
      nodes.flatMap(({ upstream, observer }) => [...upstream.flat(), ...(observer === null ? [] : [observer])]),
    );
    this.#spans(carriers, outOf, health, now);
    const wanted = new Map<string, NodeCause>();
    const open = new Map<string, EpochMs>();
    for (const [id, at] of health) {
      const node = of.get(id);
      if (at.state === 'up' || node === undefined) continue;
      const by = (node.observer === null ? null : outOf(node.observer)) ?? cutOf(node.upstream);
      const cause =
        by === null
          ? this.#alone(id, at, { graph, health }, now)
          : { explainedBy: by.root, since: by.since, roots: by.roots, grace: null };
      wanted.set(id, cause);
      if (by === null && supposed(cause.explainedBy)) open.set(id, at.since);
    }
    this.#settle(wanted, this.#supposedIn(buildings, open));
  }

  #spans(
    carriers: ReadonlySet<string>,
    outOf: (id: string) => Out | null,
    health: ReadonlyMap<string, NodeHealth>,
    now: EpochMs,
  ): void {
    for (const id of new Set([...this.outs.keys(), ...carriers])) {
      const out = carriers.has(id) ? outOf(id) : null;
      const spans = this.outs.get(id) ?? [];
      const at = health.get(id);
      const end = out === null ? Math.min(at?.state === 'up' ? at.since : now, now) : now;
      const last = spans.at(-1);
      const goesOn = last !== undefined && last.to === null && out !== null && out.root === last.root;
      const closed = goesOn
        ? spans
        : spans.map((span) => (span.to === null ? { ...span, to: epochMs(Math.max(end, span.from)) } : span));
      const began = { from: last !== undefined && last.to === null ? now : (out?.since ?? now), to: null, root: out?.root ?? '' };
      const next = out === null || goesOn ? closed : [...closed, began];
      const kept = next.slice(-16).filter(({ to }) => to === null || to >= now - historyMs);
      if (kept.length === 0) this.outs.delete(id);
      else this.outs.set(id, kept);
    }
  }

  #alone(
    id: string,
    at: NodeHealth,
    { graph, health }: { readonly graph: Graph; readonly health: ReadonlyMap<string, NodeHealth> },
    now: EpochMs,
  ): NodeCause {
    const before = this.nodes.get(id);
    const alone: NodeCause = { explainedBy: null, since: epochMs(Math.min(at.since, now)), roots: [], grace: null };
    if (before?.explainedBy === null) return before;
    if (before !== undefined) {
      const root = health.get(before.explainedBy ?? '');
      const backAt = before.grace?.backAt ?? epochMs(Math.min(root?.state === 'up' ? root.since : now, now));
      const goesOn = before.grace !== null && before.grace.graceUntil <= now + graceMsMax;
      return over(before, { graceUntil: goesOn ? before.grace.graceUntil : epochMs(now + graceMsMax), backAt }, at, now);
    }
    const seen = new Spans(this.outs).cutWithin(graph, id, { from: at.goodAt, to: at.since });
    if (seen === null) return alone;
    const backAt = epochMs(Math.max(seen.clearedAt ?? 0, at.since));
    const cause = { explainedBy: seen.root, since: seen.since, roots: [seen.root] };
    return over(cause, { graceUntil: epochMs(Math.min(backAt, now) + graceMsMax), backAt }, at, now);
  }

  #supposedIn(
    buildings: readonly Building[],
    open: ReadonlyMap<string, EpochMs>,
  ): ReadonlyMap<string, { root: string; since: EpochMs }> {
    const active = new Set(this.probable.map(({ building }) => `area/${building}`));
    for (const { explainedBy, grace } of this.nodes.values())
      if (explainedBy !== null && grace === null && supposed(explainedBy)) active.add(explainedBy);
    const found = buildings.flatMap((building) => {
      const alone = new Map([...open].filter(([id]) => building.devices.includes(id)));
      return probableIn(building, alone, params) ?? [];
    });
    this.probable = found.filter(({ building, grade }) => grade === 'breach' || active.has(`area/${building}`));
    return new Map(
      this.probable.flatMap(({ building, devices, since }) =>
        devices.map((id) => [id, { root: `area/${building}`, since }] as const),
      ),
    );
  }

  #settle(wanted: ReadonlyMap<string, NodeCause>, dark: ReadonlyMap<string, { root: string; since: EpochMs }>): void {
    const nodes = new Map<string, NodeCause>();
    for (const [id, cause] of wanted) {
      const before = this.nodes.get(id);
      const building = supposed(cause.explainedBy) ? dark.get(id) : undefined;
      const under =
        building === undefined
          ? cause
          : { explainedBy: building.root, since: building.since, roots: [building.root], grace: null };
      if (before === undefined && under.explainedBy === null) continue;
      const key = ({ explainedBy, roots, grace }: NodeCause): string => JSON.stringify([explainedBy, roots, grace]);
      nodes.set(id, before !== undefined && key(before) === key(under) ? before : under);
    }
    this.nodes = nodes;
  }
}

function over(cause: Explained, grace: Grace, { askedAt }: NodeHealth, now: EpochMs): NodeCause {
  const asked = askedAt !== null && askedAt > grace.backAt;
  const ends = asked ? grace.graceUntil - graceMsMax + graceMsMin : grace.graceUntil;
  return now < ends
    ? { explainedBy: cause.explainedBy, since: cause.since, roots: cause.roots, grace }
    : { explainedBy: null, since: epochMs(ends), roots: [], grace: null };
}

function campusOf(random: SeededRandom): Campus {
  const count = intBetween(random, 3, 30);
  const agents = ['agent/a', 'agent/b'];
  const nodes: GraphNode[] = agents.map((nodeId) => ({ nodeId, upstream: [], observer: null }));
  for (let index = 0; index < count; index++) {
    const groups = index === 0 || chance(random, 0.3) ? 0 : intBetween(random, 1, 2);
    const parent = (): string => `n${intBetween(random, 0, index - 1)}`;
    const upstream = Array.from({ length: groups }, () => Array.from({ length: intBetween(random, 1, 2) }, parent));
    nodes.push({ nodeId: `n${index}`, upstream, observer: chance(random, 0.3) ? pick(random, agents) : null });
  }
  const built = buildGraph(nodes.toSorted(() => random.next() - 0.5));
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  const ids = nodes.slice(agents.length).map(({ nodeId }) => nodeId);
  const half = Math.ceil(ids.length / 2);
  return {
    nodes,
    graph: built.value,
    buildings: [
      { id: 'yb/b1', devices: ids.slice(0, half) },
      { id: 'yb/b2', devices: ids.slice(half) },
    ],
  };
}

function healthAt(random: SeededRandom, now: EpochMs): NodeHealth {
  const since = epochMs(now + (chance(random, 0.05) ? 20_000 : -intBetween(random, 0, 20_000)));
  const goodAt = epochMs(since - intBetween(random, 0, 60_000));
  const askedAt = chance(random, 0.5) ? epochMs(now - intBetween(random, 0, 5_000)) : null;
  return { state: pick(random, ['up', 'up', 'down', 'unknown'] as const), since, goodAt, askedAt };
}

test('told of changes alone, restarted and rewired at any time, the book comes to what judging everything anew comes to', () => {
  const seen = { explained: 0, graced: 0, letGo: 0, supposed: 0, spans: 0, looks: 0 };
  for (let seed = 1; seed <= 60; seed++) {
    const random = new SeededRandom(seed);
    let campus = campusOf(random);
    let now = epochMs(1_700_000_000_000);
    const health = new Map<string, NodeHealth>();
    for (const { nodeId } of campus.nodes)
      if (!chance(random, 0.1)) health.set(nodeId, { ...healthAt(random, now), state: 'up' });
    const brute = new Brute();
    let book = new CauseBook(causeAtStart, { ...campus, health }, params);
    const disk = new Map<string, CauseRow>();
    for (let turn = 0; turn < 60; turn++) {
      now = epochMs(now + pick(random, [0, 500, 1_000, 7_000, 31_000, 45_000, 130_000, -200_000]));
      for (let change = intBetween(random, 0, 4); change > 0; change--) {
        const id = pick(random, campus.nodes).nodeId;
        const next = chance(random, 0.05) ? null : healthAt(random, now);
        if (next === null) health.delete(id);
        else health.set(id, next);
        book.hear(id, next);
      }
      if (chance(random, 0.05)) {
        campus = campusOf(random);
        book.reshape({ ...campus, health });
      }
      if (chance(random, 0.1)) {
        const read = causeFromRows([...disk.values()]);
        expect(read.unreadable).toEqual([]);
        book = new CauseBook(read.state, { ...campus, health }, params);
        brute.probable = [];
      }
      const { rows, gone } = causeRows(book.state, book.look(now));
      for (const row of rows) disk.set(`${row.kind} ${row.key}`, row);
      for (const { kind, key } of gone) disk.delete(`${kind} ${key}`);
      brute.look(campus, health, now);
      const { nodes, outs, probable } = book.state;
      const where = `seed ${seed} turn ${turn}`;
      expect(nodes, where).toEqual(brute.nodes);
      expect(outs, where).toEqual(brute.outs);
      expect(probable, where).toEqual(brute.probable);
      expect(causeFromRows([...disk.values()]).state, where).toEqual({ nodes, outs, probable: [] });
      seen.looks++;
      seen.spans += outs.size;
      seen.supposed += probable.length;
      for (const { explainedBy, grace } of nodes.values())
        if (explainedBy === null) seen.letGo++;
        else if (grace === null) seen.explained++;
        else seen.graced++;
    }
  }
  expect(seen.looks).toBe(60 * 60);
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(500);
}, 60_000);
