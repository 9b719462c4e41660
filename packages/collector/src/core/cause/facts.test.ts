import type { AlarmId } from '@cardwatch/contracts/watch';
import { epochMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { AgentFact, DeviceFact } from '../world/world.core.ts';

import { alarmExplainer, alarmGrace, graphNodesOf, healthOf } from './facts.core.ts';
import { buildGraph } from './graph.core.ts';
import { causeAtStart, type NodeCause } from './state.core.ts';

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

const causesOf = (...nodes: readonly (readonly [string, NodeCause])[]) => ({
  state: { ...causeAtStart, nodes: new Map(nodes) },
  way: (nodeId: string, root: string) => [nodeId, root],
});
const grace = { graceUntil: epochMs(9), backAt: epochMs(8) };

test('the alarm of the first root that has one; in grace of what is not held back yet; none for what does not follow from a lost way', () => {
  const cause = (over: Partial<NodeCause>): NodeCause => ({
    explainedBy: 'sw-2',
    roots: ['sw-2', 'agent/a1', 'area/yb/b3'],
    since: epochMs(5),
    grace: null,
    ...over,
  });
  const open = new Map([
    ['agentLost agent a1', 'alarm-a'],
    ['probableUpstream area yb/b3', 'alarm-b'],
  ]);
  const ask = (rule: 'deviceOffline' | 'doorForced', over: Partial<NodeCause> = {}, held = false) => {
    const found = alarmExplainer(causesOf(['d', cause(over)]))(
      {
        rule,
        subject: { kind: 'device', id: 'd' },
        devices: ['d'],
        suppressedBy: held ? [{ suppressor: 'upstream', by: 'alarm-a', since: 1 }] : [],
      },
      (id, subject) => (open.get(`${id} ${subject.kind} ${subject.id}`) as AlarmId | undefined) ?? null,
    );
    return found === null ? null : [found.explainedBy, found.since, found.way?.().join(' ')].join(', ');
  };
  expect(ask('deviceOffline')).toBe('alarm-a, 5, d agent/a1');
  expect(ask('deviceOffline', { roots: ['area/yb/b3'] })).toBe('alarm-b, 5, d area/yb/b3');
  expect(ask('deviceOffline', { roots: ['sw-2'] })).toBeNull();
  expect(ask('deviceOffline', { explainedBy: null, roots: [] })).toBeNull();
  expect([ask('deviceOffline', { grace }), ask('deviceOffline', { grace }, true)]).toEqual(['alarm-a, 5, d agent/a1', null]);
  expect(ask('doorForced')).toBeNull();
});

const cut: NodeCause = { explainedBy: 'sw-1', roots: ['sw-1'], since: epochMs(5), grace: null };

test('a place follows from the cause of more than half of what failed in it', () => {
  const ask = (...devices: string[]) => {
    const causes = causesOf(['a', cut], ['b', cut], ['c', cut]);
    const alarm = { rule: 'areaDegraded' as const, subject: { kind: 'area' as const, id: 'yb/b3/1' }, devices, suppressedBy: [] };
    return (
      alarmExplainer(causes)(alarm, (rule) => (rule === 'upstreamDown' ? ('alarm-s' as AlarmId) : null))?.explainedBy ?? null
    );
  };
  expect([ask('a', 'b', 'c', 'd'), ask('a', 'x'), ask()]).toEqual(['alarm-s', null, null]);
});

test('in grace: the thing itself, a place with more than half of its devices', () => {
  const inGrace = alarmGrace(causesOf(['a', { ...cut, grace }], ['b', { ...cut, grace }], ['c', cut]).state);
  const device = (rule: 'deviceOffline' | 'doorForced', id: string) =>
    inGrace({ rule, subject: { kind: 'device', id }, devices: [id], suppressedBy: [] });
  const place = (...devices: string[]) =>
    inGrace({ rule: 'areaDegraded', subject: { kind: 'area', id: 'yb/b3/1' }, devices, suppressedBy: [] });
  expect([device('deviceOffline', 'a'), device('deviceOffline', 'c'), device('doorForced', 'a')]).toEqual([true, false, false]);
  expect([place('a', 'b', 'c'), place('a', 'c'), place()]).toEqual([true, false, false]);
});
