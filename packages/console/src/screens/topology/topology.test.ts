import type { AlarmDto, DeviceDto } from '@cardwatch/contracts/api';
import { describe, expect, test } from 'vitest';
import { device } from '../../test-data/dto.ts';
import { childrenOf, graphLimits, graphOf } from './graph.core.ts';
import { deviceNodeId, pathTo, rowsOf, type TreeNode, treeOf } from './tree.core.ts';
import { networkOf, waysOf } from './ways.core.ts';

type Node = Parameters<typeof waysOf>[1][number];
const id = (text: string): Node['deviceId'] => text as Node['deviceId'];
const node = (deviceId: string, ...groups: readonly (readonly string[])[]): Node => ({
  deviceId: id(deviceId),
  upstream: groups.map((parents, n) => ({ name: `g${n}`, parents: parents.map(id) })),
  port: null,
  source: 'person',
});
const at = (deviceId: string, state: DeviceDto['state'], parents: readonly string[] = [], building = 'A'): DeviceDto =>
  device({
    deviceId,
    name: deviceId,
    state,
    parents: [...parents],
    place: { campus: 'main', building },
    agentId: 'a',
    line: 'lan',
  });
const alarm = (subjectId: string, change: Partial<AlarmDto> & { readonly kind?: 'device' | 'area' } = {}): AlarmDto => {
  const { kind = 'device', ...rest } = change;
  const row = {
    alarmId: subjectId,
    subject: { kind, id: subjectId },
    level: 2,
    condition: 'active',
    causeId: null,
    suppressedBy: [],
    ...rest,
  };
  return row as unknown as AlarmDto;
};
const facts = { nodes: [], alarms: [], silentAgents: new Set<string>() };
const told = (devices: readonly DeviceDto[], nodes: readonly Node[] = [], alarms: readonly AlarmDto[] = []) => {
  const { standing, failures } = networkOf({ ...facts, devices, nodes: [...nodes], alarms });
  const explained = [...standing].filter(([, one]) => one.isExplained).map(([key]) => key);
  return { explained, failures: failures.map(({ id: top, below }) => `${top}>${below.join()}`) };
};

describe('what explains what', () => {
  const fall = [
    at('core', 'online'),
    at('sw', 'offline', ['core']),
    at('p1', 'offline', ['sw', 'core']),
    at('p2', 'online', ['sw']),
  ];

  test.each([
    ['a switch that is down explains what hangs on it, not itself', told(fall), { explained: ['p1'], failures: ['sw>p1'] }],
    [
      'the topmost one is blamed, through all hops',
      told([at('core', 'offline'), at('sw', 'offline', ['core']), at('p1', 'unknown', ['sw'])]),
      { explained: ['sw', 'p1'], failures: ['core>sw,p1'] },
    ],
    [
      'an alternative that stands keeps it reachable: its silence is its own',
      told([at('s1', 'offline'), at('s2', 'online'), at('p', 'offline')], [node('p', ['s1', 's2'])]),
      { explained: [], failures: [] },
    ],
    [
      'both alternatives down',
      told([at('s1', 'offline'), at('s2', 'offline'), at('p', 'offline')], [node('p', ['s1', 's2'])]),
      { explained: ['p'], failures: ['s1>p'] },
    ],
    [
      'of two that are needed one down is enough',
      told([at('s1', 'online'), at('s2', 'offline'), at('p', 'offline')], [node('p', ['s1'], ['s2'])]),
      { explained: ['p'], failures: ['s2>p'] },
    ],
    [
      'the register counts before the agent',
      told([at('s1', 'offline'), at('s2', 'online'), at('p', 'offline', ['s1'])], [node('p', ['s2'])]),
      { explained: [], failures: [] },
    ],
    [
      'a ring of ways ends',
      told([at('x', 'offline', ['y']), at('y', 'degraded', ['x'])]),
      { explained: ['y'], failures: ['x>y'] },
    ],
    [
      'an alarm under an alarm of something else is explained',
      told([at('p', 'offline')], [], [alarm('p', { causeId: 'hall' as AlarmDto['alarmId'] }), alarm('hall', { kind: 'area' })]),
      { explained: ['p'], failures: [] },
    ],
    [
      'under an alarm of its own it is not',
      told([at('p', 'offline')], [], [alarm('p', { causeId: 'p' as AlarmDto['alarmId'] })]),
      { explained: [], failures: [] },
    ],
  ])('%s', (_, made, expected) => {
    expect(made).toEqual(expected);
  });

  test('an agent that is not heard explains its devices', () => {
    const { standing, failures } = networkOf({
      ...facts,
      devices: [at('p', 'unknown'), at('q', 'online')],
      silentAgents: new Set(['a']),
    });
    expect([standing.get('p')?.isExplained, standing.get('q')?.isExplained, failures]).toEqual([
      true,
      false,
      [{ kind: 'agent', id: 'a', below: ['p'] }],
    ]);
  });
});

const linesOf = (
  devices: readonly DeviceDto[],
  ...find: Parameters<typeof rowsOf> extends [unknown, unknown, infer F] ? [F?] : never
) => {
  const network = networkOf({ ...facts, devices });
  const { roots } = treeOf(devices, [], network);
  const all = new Set<string>();
  const open = (nodes: readonly TreeNode[]): void => nodes.forEach((one) => (all.add(one.id), open(one.children)));
  if (find.length === 0) open(roots);
  return rowsOf(roots, all, find[0] ?? {}).map(({ node: { name }, depth }) => `${' '.repeat(depth)}${name}`);
};

describe('the tree', () => {
  const campus = [
    at('sw', 'online'),
    at('p10', 'online', ['sw']),
    at('p9', 'offline', ['sw']),
    at('lone', 'online'),
    at('far', 'online', ['sw'], 'B'),
  ];

  test('campus, building, switch with what hangs on it, line of the rest; a parent elsewhere carries nothing here', () => {
    expect(linesOf(campus)).toEqual([
      'main',
      ' A',
      '  sw',
      '   p9',
      '   p10',
      '  a · lan',
      '   lone',
      ' B',
      '  a · lan',
      '   far',
    ]);
  });

  test('a search opens the way to what it finds', () => {
    expect(linesOf(campus, { q: 'P10' })).toEqual(['main', ' A', '  sw', '   p10']);
    expect(linesOf(campus, { q: 'nothing' })).toEqual([]);
  });

  test('what is wrong alone', () => {
    expect(linesOf(campus, { isTroubled: true })).toEqual(['main', ' A', '  sw', '   p9']);
  });

  test('tallies and the worst rise to the top; the register moves a device', () => {
    const devices = [...campus, at('bad', 'degraded', [], 'B')];
    const places = [{ deviceId: id('bad'), area: 'south/C', zone: 'Z', cluster: null }];
    const { roots, byId } = treeOf(
      devices,
      places,
      networkOf({ ...facts, devices, alarms: [alarm('main/A/hall', { kind: 'area', level: 1 })] }),
    );
    expect(roots.map(({ name, tally, worst, level }) => [name, tally, worst?.state, level])).toEqual([
      ['main', { devices: 5, own: 1, explained: 0 }, 'offline', 1],
      ['south', { devices: 1, own: 1, explained: 0 }, 'degraded', null],
    ]);
    expect(pathTo(byId, deviceNodeId('bad'))).toEqual([
      'campus:south',
      'campus:south/zone:Z',
      'campus:south/zone:Z/building:C',
      'campus:south/zone:Z/building:C/line:a:lan',
      'device:bad',
    ]);
  });

  test('ten thousand devices in well under a second', () => {
    const many = Array.from({ length: 10_000 }, (_, n) =>
      at(`d${n}`, n % 97 === 0 ? 'offline' : 'online', n % 50 === 0 ? [] : [`d${n - (n % 50)}`], `B${Math.floor(n / 500)}`),
    );
    const begun = performance.now();
    const { roots } = treeOf(many, [], networkOf({ ...facts, devices: many }));
    expect(rowsOf(roots, new Set(), { q: 'd99' }).length).toBeGreaterThan(100);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(roots[0]?.tally.devices).toBe(10_000);
  });
});

describe('the neighbourhood', () => {
  const many = Array.from({ length: 30 }, (_, n) => `c${n}`);
  const ways = waysOf([], [node('p', ['s1', 's2'], ['dc']), node('s1', ['core']), ...many.map((one) => node(one, ['p']))]);

  test('what it is reached through above, itself, what hangs on it below, so many at once', () => {
    const graph = graphOf('p', ways, childrenOf(ways).get('p') ?? []);
    const row = (y: number): readonly string[] =>
      graph.boxes.filter((box) => box.y === y * graphLimits.rowPx).map((box) => box.id);
    expect([row(0), row(1), row(2), row(3)]).toEqual([['core'], ['s1', 's2', 'dc'], ['p'], ['c0', 'c1', 'c2']]);
    expect(graph.left).toBe(30 - graphLimits.below);
    expect(graph.lines.filter(({ isAlternative }) => isAlternative).map(({ from, to }) => `${from}-${to}`)).toEqual([
      's1-p',
      's2-p',
    ]);
    expect(graph.lines).toHaveLength(4 + graphLimits.below);
  });

  test('every box stands within the picture', () => {
    const { boxes, heightPx } = graphOf('p', ways, many);
    const { widthPx, boxPx, heightPx: high } = graphLimits;
    expect(boxes.filter(({ x, y }) => x < 0 || x + boxPx > widthPx || y + high > heightPx)).toEqual([]);
  });
});
