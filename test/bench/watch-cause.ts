/** What a look at the causes costs: 10,000 devices behind a dual-homed access layer of 420 network nodes, a tenth of them down, against one poll a second. */
import { epochMs, SeededRandom } from '@cardwatch/kernel';
import {
  buildGraph,
  causeAtStart,
  causeStep,
  explain,
  type GraphNode,
  type NodeHealth,
  probableUpstreamHead,
} from '../../packages/collector/src/core/cause/index.core.ts';

export interface CauseFigures {
  readonly nodes: number;
  readonly down: number;
  readonly explained: number;
  /** Of the graph alone, median of the looks. */
  readonly explainMs: number;
  /** Of the whole step with its memory, median. */
  readonly stepMs: number;
  /** Of the step in which everything fails at once. */
  readonly stormMs: number;
}

const devices = 10_000;
const looks = 200;

/** 4 core, 16 distribution and 400 access switches; every access switch hangs on two of distribution, every device on one of access. */
export function campusNodes(): readonly GraphNode[] {
  const core = Array.from({ length: 4 }, (_, index) => ({ nodeId: `core-${index}`, upstream: [], observer: null }));
  const middle = Array.from({ length: 16 }, (_, index) => ({
    nodeId: `dist-${index}`,
    upstream: [[`core-${index % 4}`, `core-${(index + 1) % 4}`]],
    observer: null,
  }));
  const access = Array.from({ length: 400 }, (_, index) => ({
    nodeId: `acc-${index}`,
    upstream: [[`dist-${index % 16}`, `dist-${(index + 1) % 16}`]],
    observer: null,
  }));
  const leaves = Array.from({ length: devices }, (_, index) => ({
    nodeId: `pos-${index}`,
    upstream: [[`acc-${index % 400}`]],
    observer: null,
  }));
  return [...core, ...middle, ...access, ...leaves];
}

/** Runs `looks` looks of each kind on one thread. */
export function benchWatchCause(): CauseFigures {
  const nodes = campusNodes();
  const built = buildGraph(nodes);
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  const graph = built.value;
  const random = new SeededRandom(4);
  const now = epochMs(1_800_000_000_000);
  const health = new Map<string, NodeHealth>(
    nodes.map(({ nodeId }) => [
      nodeId,
      { state: random.next() < 0.1 ? 'down' : 'up', since: epochMs(now - 60_000), goodAt: epochMs(now - 90_000) },
    ]),
  );
  const look = { graph, health, buildings: [], probable: probableUpstreamHead.defaults, graceMs: 30_000 };
  const found = explain(graph, health, now);
  const explainMs = median(looks, () => explain(graph, health, now));
  const [storm] = causeStep(causeAtStart, look, now);
  let state = storm;
  const stepMs = median(looks, (index) => ([state] = causeStep(state, look, epochMs(now + index))));
  const stormMs = median(20, () => causeStep(causeAtStart, look, now));
  const explained = [...found.nodes.values()].filter(({ explainedBy }) => explainedBy !== null).length;
  return { nodes: nodes.length, down: found.nodes.size, explained, explainMs, stepMs, stormMs };
}

function median(times: number, run: (index: number) => unknown): number {
  const taken = Array.from({ length: times }, (_, index) => {
    const from = performance.now();
    run(index);
    return performance.now() - from;
  });
  return Math.round((taken.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? 0) * 1_000) / 1_000;
}
