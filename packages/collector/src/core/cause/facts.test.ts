import type { AlarmId } from '@cardwatch/contracts/watch';
import { epochMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { AgentFact, DeviceFact } from '../world/world.core.ts';
import { causeAtStart, type NodeCause } from './cause.step.ts';
import { alarmExplainer, graphNodesOf, healthOf } from './facts.core.ts';
import { buildGraph } from './graph.core.ts';

const device = (deviceId: string, over: Partial<DeviceFact> = {}): DeviceFact => ({
  deviceId,
  agentId: 'a1',
  name: deviceId,
  kind: 'pos',
  profile: 'pos/generic/ring',
  line: 'l1',
  campus: 'yb',
  area: null,
  areaType: null,
  state: 'online',
  cause: null,
  since: epochMs(1_000_000),
  lastRecordAt: null,
  uncollected: null,
  freeRecords: null,
  blacklistVersion: null,
  parameterVersion: null,
  driftMs: null,
  busErrors: null,
  rttMs: null,
  maintenance: false,
  upstream: [],
  ...over,
});
const agent = (state: AgentFact['state'], since: number): AgentFact => ({
  agentId: 'a1',
  state,
  since: epochMs(since),
  backlogRecords: 0,
  backlogOldestAt: null,
  storage: null,
  diskFreeBytes: null,
  clockQuality: null,
  duplicateIdentity: false,
  lines: [],
});
const worldOf = (agents: readonly AgentFact[], devices: readonly DeviceFact[]) => ({
  agents: new Map(agents.map((each) => [each.agentId, each])),
  devices: new Map(devices.map((each) => [each.deviceId, each])),
});

test.each<[string, Partial<DeviceFact>, AgentFact['state'], string | undefined]>([
  ['online', { state: 'online' }, 'online', 'up'],
  ['selling offline answers', { state: 'sellingOffline' }, 'online', 'up'],
  ['offline', { state: 'offline' }, 'online', 'down'],
  ['unknown', { state: 'unknown' }, 'online', 'unknown'],
  ['offline behind a lost agent is unknown', { state: 'offline' }, 'offline', 'unknown'],
  ['online behind a lost agent is unknown', { state: 'online' }, 'offline', 'unknown'],
  ['in maintenance', { state: 'offline', maintenance: true }, 'online', undefined],
  ['switched off', { state: 'disabled' }, 'online', undefined],
  ['never seen', { state: 'unknown', cause: 'neverSeen' }, 'online', undefined],
])('%s', (_, over, agentState, expected) => {
  const health = healthOf(worldOf([agent(agentState, 2_000_000)], [device('d', over)]));
  expect(health.get('d')?.state).toBe(expected);
});

test('the failed window begins with the last record, at most three polls back', () => {
  const goodAt = (lastRecordAt: number | null) =>
    healthOf(
      worldOf(
        [agent('online', 0)],
        [device('d', { state: 'offline', lastRecordAt: lastRecordAt === null ? null : epochMs(lastRecordAt) })],
      ),
    ).get('d')?.goodAt;
  expect([goodAt(null), goodAt(950_000), goodAt(1), goodAt(1_200_000)]).toEqual([910_000, 950_000, 910_000, 1_000_000]);
});

test('devices, agents and parents that nobody knows become nodes', () => {
  const nodes = graphNodesOf(worldOf([], [device('d', { upstream: [['sw-1', 'sw-2'], []] })]));
  expect(nodes.map(({ nodeId, observer }) => [nodeId, observer])).toEqual([
    ['agent/a1', null],
    ['d', 'agent/a1'],
    ['sw-1', null],
    ['sw-2', null],
  ]);
  expect(buildGraph(nodes).ok).toBe(true);
});

test('the alarm of the first root that has one; none in grace, none for what does not follow from a lost way', () => {
  const cause = (over: Partial<NodeCause>): NodeCause => ({
    explainedBy: 'sw-2',
    roots: ['sw-2', 'agent/a1', 'area/yb/b3'],
    since: epochMs(5),
    graceUntil: null,
    stoodSince: null,
    told: false,
    ...over,
  });
  const open = new Map([
    ['agentLost agent a1', 'alarm-a'],
    ['probableUpstream area yb/b3', 'alarm-b'],
  ]);
  const ask = (rule: 'deviceOffline' | 'doorForced', over: Partial<NodeCause> = {}) =>
    alarmExplainer({ ...causeAtStart, nodes: new Map([['d', cause(over)]]) })(
      { rule, subject: { kind: 'device', id: 'd' }, devices: ['d'] },
      (id, subject) => (open.get(`${id} ${subject.kind} ${subject.id}`) as AlarmId | undefined) ?? null,
    );
  expect(ask('deviceOffline')).toEqual({ explainedBy: 'alarm-a', since: 5 });
  expect(ask('deviceOffline', { roots: ['area/yb/b3'] })).toEqual({ explainedBy: 'alarm-b', since: 5 });
  expect(ask('deviceOffline', { roots: ['sw-2'] })).toBeNull();
  expect(ask('deviceOffline', { graceUntil: epochMs(9) })).toBeNull();
  expect(ask('doorForced')).toBeNull();
});

test('a place follows from the cause of more than half of what failed in it', () => {
  const cut: NodeCause = {
    explainedBy: 'sw-1',
    roots: ['sw-1'],
    since: epochMs(5),
    graceUntil: null,
    stoodSince: null,
    told: false,
  };
  const state = { ...causeAtStart, nodes: new Map(['a', 'b', 'c'].map((id) => [id, cut])) };
  const ask = (...devices: string[]) =>
    alarmExplainer(state)({ rule: 'areaDegraded', subject: { kind: 'area', id: 'yb/b3/1' }, devices }, (rule) =>
      rule === 'upstreamDown' ? ('alarm-s' as AlarmId) : null,
    );
  expect(ask('a', 'b', 'c', 'd')).toEqual({ explainedBy: 'alarm-s', since: 5 });
  expect(ask('a', 'x')).toBeNull();
  expect(ask()).toBeNull();
});
