import { expect, test } from 'vitest';
import { groupsMax, type GraphNode } from './graph.core.ts';
import { mendsMax, soundGraph } from './sound.core.ts';

const node = (nodeId: string, ...upstream: string[][]): GraphNode => ({ nodeId, upstream, observer: null });
const parentsOf = (nodes: readonly GraphNode[], nodeId: string): string[] => {
  const graph = soundGraph(nodes)?.graph;
  return (graph?.groups[graph.indexOf.get(nodeId) ?? -1] ?? []).flat().map((index) => graph?.ids[index] ?? '');
};

test('a ring costs its own nodes their ways, and nobody else', () => {
  const nodes = [node('core'), node('a', ['b']), node('b', ['a']), node('pos', ['a']), node('gate', ['core'])];
  expect(soundGraph(nodes)?.mended).toEqual([{ why: { kind: 'cycle', nodes: ['a', 'b', 'a'] }, nodes: ['a', 'b'] }]);
  expect(['a', 'b', 'pos', 'gate'].map((id) => parentsOf(nodes, id))).toEqual([[], [], ['a'], ['core']]);
});

test.each<[string, GraphNode[]]>([
  ['too many groups', [node('core'), node('a', ...Array.from({ length: groupsMax + 1 }, () => ['core']))]],
  ['an empty group', [node('core'), node('a', [])]],
  ['a parent that nobody knows', [node('core'), node('a', ['z'])]],
])('%s: the one node', (_, nodes) => {
  expect(soundGraph(nodes)?.mended.map((each) => each.nodes)).toEqual([['a']]);
});

test('a sound graph is left alone; one id twice has no graph', () => {
  expect(soundGraph([node('a'), node('b', ['a'])])?.mended).toEqual([]);
  expect(soundGraph([node('a'), node('a')])).toBeNull();
});

test('beyond the limit of mends all ways are left out', () => {
  const nodes = [
    node('core'),
    node('gate', ['core']),
    ...Array.from({ length: mendsMax + 1 }, (_, index) => node(`n${index}`, [])),
  ];
  expect(soundGraph(nodes)?.mended).toHaveLength(mendsMax + 1);
  expect(parentsOf(nodes, 'gate')).toEqual([]);
  expect(parentsOf(nodes.slice(0, -1), 'gate')).toEqual(['core']);
});
