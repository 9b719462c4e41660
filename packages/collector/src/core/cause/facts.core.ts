/** From the world to the graph and its health, and from causes to the alarms that stand for them. */
import type { Alarm, RuleId, Subject, TopologyNode } from '@cardwatch/contracts/watch';
import { epochMs, type EpochMs, minuteMs } from '@cardwatch/kernel';
import type { Explanation, OpenAlarm } from '../alarm/suppression.core.ts';
import { inService } from '../rules/finding.core.ts';
import type { AgentFact, DeviceFact, World } from '../world/world.core.ts';
import type { CauseBook } from './cause-book.core.ts';
import type { Health, NodeHealth } from './explain.core.ts';
import { agentNode, buildingNode, type GraphNode } from './graph.core.ts';
import type { CauseState, NodeCause } from './state.core.ts';

/** Three polls of 30 s: what a device needs to be declared down, where its last good answer is not known. */
export const failedWindowMs = 1.5 * minuteMs;

/** Nodes for `buildGraph`: every device by the world's own ways, every agent. Parents that nobody knows become passive nodes, so that one bad line blinds nothing. */
export function graphNodesOf(world: Pick<World, 'devices' | 'agents'>): GraphNode[] {
  const nodes = new Map<string, GraphNode>();
  for (const agentId of agentIds(world)) {
    const nodeId = agentNode(agentId);
    nodes.set(nodeId, { nodeId, upstream: [], observer: null });
  }
  for (const { deviceId, agentId, upstream } of world.devices.values())
    nodes.set(deviceId, { nodeId: deviceId, upstream: filled(upstream), observer: agentNode(agentId) });
  const parents = new Set<string>();
  for (const { upstream } of nodes.values()) for (const group of upstream) for (const parent of group) parents.add(parent);
  for (const parent of parents) if (!nodes.has(parent)) nodes.set(parent, { nodeId: parent, upstream: [], observer: null });
  return [...nodes.values()];
}

const filled = (upstream: GraphNode['upstream']): GraphNode['upstream'] => upstream.filter((group) => group.length > 0);

const agentIds = ({ devices, agents }: Pick<World, 'devices' | 'agents'>): ReadonlySet<string> =>
  new Set([...agents.keys(), ...[...devices.values()].map(({ agentId }) => agentId)]);

/** Nodes for the check at edit time: strict, unknown parents are a failure. `known`: devices that need no way of their own. */
export function graphNodesOfTopology(topology: readonly TopologyNode[], known: Iterable<string>): GraphNode[] {
  const own = topology.map(({ deviceId, upstream }) => ({
    nodeId: deviceId as string,
    upstream: upstream.map(({ parents }) => parents),
    observer: null,
  }));
  const drawn = new Set(own.map(({ nodeId }) => nodeId));
  return [
    ...own,
    ...[...new Set(known)].filter((id) => !drawn.has(id)).map((nodeId) => ({ nodeId, upstream: [], observer: null })),
  ];
}

/** Of everything that has one. */
export function healthOf(world: Pick<World, 'devices' | 'agents'>): Health {
  const health = new Map<string, NodeHealth>();
  for (const agent of world.agents.values()) {
    const at = agentHealth(agent);
    if (at !== null) health.set(agentNode(agent.agentId), at);
  }
  for (const device of world.devices.values()) {
    const at = deviceHealth(device, world.agents.get(device.agentId));
    if (at !== null) health.set(device.deviceId, at);
  }
  return health;
}

/** Null: nobody waits for it. It speaks by itself: it is not asked. */
export function agentHealth({ state, since }: AgentFact): NodeHealth | null {
  if (state === 'neverSeen' || state === 'suspended') return null;
  return { state: state === 'online' ? 'up' : 'down', since, goodAt: since, askedAt: null };
}

/** A device of a lost agent is unknown, never down. What is switched off, in maintenance or was never seen has no health. */
export function deviceHealth(device: DeviceFact, agent: AgentFact | undefined): NodeHealth | null {
  if (!inService(device) || device.cause === 'neverSeen') return null;
  const { since, lastRecordAt, askedAt = null } = device;
  if (agent?.state === 'offline') return { state: 'unknown', since: later(since, agent.since), goodAt: agent.since, askedAt };
  const state = device.state === 'offline' ? 'down' : device.state === 'unknown' ? 'unknown' : 'up';
  const window = since - failedWindowMs;
  return { state, since, goodAt: epochMs(Math.min(since, Math.max(window, lastRecordAt ?? window))), askedAt };
}

const later = (a: EpochMs, b: EpochMs): EpochMs => (a > b ? a : b);

type Asked = Pick<Alarm, 'rule' | 'subject' | 'devices' | 'suppressedBy'>;
type Causes = Pick<CauseBook, 'state' | 'way'>;

/**
 * What `SuppressionAsk.explain` takes, for one look. In grace it says nothing of what is held back already: the alarm side goes on holding it.
 */
export function alarmExplainer(causes: Causes): (alarm: Asked, open: OpenAlarm) => Explanation | null {
  const { nodes } = causes.state;
  if (nodes.size === 0) return explainsNothing;
  const alarms = new RootAlarms();
  return (alarm, open) => {
    const graced = alarm.suppressedBy.length === 0 || !alarm.suppressedBy.some(({ suppressor }) => suppressor === 'upstream');
    const roots = alarms.in(open);
    if (explainable.has(alarm.rule)) return explainNode(nodeOf(alarm.subject), causes, roots, graced);
    return ofPlaces.has(alarm.rule) ? explainPlace(alarm.devices, causes, roots, graced) : null;
  };
}

const explainsNothing = (): null => null;

/** What `SuppressionAsk.inGrace` takes: the cause is gone, and nobody has asked the thing itself since. Of a place: more than half of what failed in it. */
export function alarmGrace({ nodes }: Pick<CauseState, 'nodes'>): (alarm: Asked) => boolean {
  const isGraced = (nodeId: string): boolean => (nodes.get(nodeId)?.grace ?? null) !== null;
  return ({ rule, subject, devices }) => {
    if (ofPlaces.has(rule)) return devices.filter(isGraced).length * 2 > devices.length;
    return explainable.has(rule) && isGraced(nodeOf(subject));
  };
}

/** Alarms of causes, each looked up once among the same open alarms: many symptoms have one cause. */
class RootAlarms {
  #open: OpenAlarm | undefined;
  readonly #known = new Map<string, Alarm['alarmId'] | null>();

  in(open: OpenAlarm): this {
    if (open !== this.#open) this.#known.clear();
    this.#open = open;
    return this;
  }

  of(root: string): Alarm['alarmId'] | null {
    let alarmId = this.#known.get(root);
    if (alarmId === undefined) {
      alarmId = this.#open === undefined ? null : alarmOf(root, this.#open);
      this.#known.set(root, alarmId);
    }
    return alarmId;
  }
}

/** The way is asked for where the cause is another one, and made then. */
class Blamed implements Explanation {
  readonly explainedBy: Alarm['alarmId'];
  readonly since: EpochMs;
  readonly #node: string;
  readonly #root: string;
  readonly #causes: Causes;

  constructor(explainedBy: Alarm['alarmId'], cause: Pick<NodeCause, 'since'>, node: string, root: string, causes: Causes) {
    this.explainedBy = explainedBy;
    this.since = cause.since;
    this.#node = node;
    this.#root = root;
    this.#causes = causes;
  }

  way(): readonly string[] {
    return this.#causes.way(this.#node, this.#root);
  }
}

/** What `PlanContext.awaits` takes: a cause of it may yet show itself. */
export const alarmAwaits =
  (causes: Pick<CauseBook, 'awaits'>): ((alarm: Pick<Alarm, 'rule' | 'subject'>) => boolean) =>
  ({ rule, subject }) =>
    explainable.has(rule) && causes.awaits(nodeOf(subject));

/** `graced`: also by a cause that is gone. */
function explainNode(nodeId: string, causes: Causes, roots: RootAlarms, graced: boolean): Explanation | null {
  const cause = causes.state.nodes.get(nodeId);
  if (cause === undefined || cause.explainedBy === null || (cause.grace !== null && !graced)) return null;
  for (const root of cause.roots) {
    const explainedBy = roots.of(root);
    if (explainedBy !== null) return new Blamed(explainedBy, cause, nodeId, root, causes);
  }
  return null;
}

/** A place follows from the cause that explains more than half of what failed in it. */
function explainPlace(devices: readonly string[], causes: Causes, roots: RootAlarms, graced: boolean): Explanation | null {
  const counts = new Map<string, { count: number; readonly by: Explanation }>();
  for (const deviceId of devices) {
    const by = explainNode(deviceId, causes, roots, graced);
    if (by === null) continue;
    const known = counts.get(by.explainedBy) ?? { count: 0, by };
    known.count++;
    counts.set(by.explainedBy, known);
  }
  for (const { count, by } of counts.values()) if (count * 2 > devices.length) return by;
  return null;
}

/** Found of a place, because of the devices in it. */
const ofPlaces: ReadonlySet<RuleId> = new Set<RuleId>(['areaDegraded', 'areaSilent', 'campusSilent']);

/** Only what says "cannot be reached" follows from a lost way; a forced door behind a dead switch is still forced. */
const explainable: ReadonlySet<RuleId> = new Set<RuleId>([
  'deviceOffline',
  'offlineSelling',
  'upstreamDown',
  'agentLost',
  'terminalSilent',
  'gateSilent',
]);

const nodeOf = ({ kind, id }: Subject): string => (kind === 'agent' ? agentNode(id) : id);

const [agentPrefix, areaPrefix] = [agentNode(''), buildingNode('')];

function alarmOf(root: string, open: OpenAlarm): Alarm['alarmId'] | null {
  if (root.startsWith(agentPrefix)) return open('agentLost', { kind: 'agent', id: root.slice(agentPrefix.length) });
  if (root.startsWith(areaPrefix)) return open('probableUpstream', { kind: 'area', id: root.slice(areaPrefix.length) });
  const subject: Subject = { kind: 'device', id: root };
  return open('upstreamDown', subject) ?? open('deviceOffline', subject);
}
