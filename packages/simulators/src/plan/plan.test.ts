import { assert } from '@cardwatch/kernel';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Plan, readPlan } from './plan.ts';
import { planOfScale, type Scale } from './scales.core.ts';

describe('scales', () => {
  it.each([
    ['s', 4, 46, 10, 36, 3],
    ['m', 40, 460, 60, 205, 21],
    ['l', 200, 2_300, 280, 910, 100],
  ] as const)(
    '%s has %i lines with %i controllers, %i clusters with %i devices, %i agents, and is a valid plan',
    (scale: Scale, lineCount, controllers, clusterCount, devices, agents) => {
      const read = readPlan(stringify(planOfScale({ scale, basePort: 20_000 }), { aliasDuplicateObjects: false }));
      assert(read.ok, 'a scale is a plan');
      const { lines, clusters } = read.value;
      expect([lines.length, lines.flatMap((line) => line.devices).length]).toEqual([lineCount, controllers]);
      expect([clusters.length, clusters.flatMap((cluster) => cluster.devices).length]).toEqual([clusterCount, devices]);
      const groups = [...lines, ...clusters];
      expect(new Set(groups.map(({ agent }) => agent)).size).toBe(agents);
      const names = groups.flatMap((group) => group.devices.map(({ name }) => name));
      expect(new Set(names).size).toBe(controllers + devices);
      expect(new Set(groups.map((group) => ('port' in group ? group.port : 0))).size).toBe(lineCount + clusterCount);
    },
  );

  it('s is the Yibin campus, with a serial line when a port is given', () => {
    const plan = Plan.parse(planOfScale({ scale: 's', basePort: 20_000, serialPath: '/dev/ttyUSB0' }));
    expect(plan.lines.map((line) => [line.name, line.kind, line.agent, line.devices.length, line.paceBytes])).toEqual([
      ['yb-a1', 'rtuOverTcp', 'yb-a', 16, true],
      ['yb-a2', 'modbusTcp', 'yb-a', 12, false],
      ['yb-b1', 'rtuOverTcp', 'yb-a', 12, true],
      ['yb-b2', 'modbusTcp', 'yb-a', 6, false],
      ['yb-s1', 'serial', 'yb-a', 4, true],
    ]);
    expect(plan.lines[0]?.devices[6]).toMatchObject({ deviceId: 'yb-a1-07', name: '竹苑1栋浴室-07', unit: 7 });
    expect(plan.lines[3]?.devices.every((device) => device.model === 'plain-shower')).toBe(true);
  });
});

describe('a plan with a mistake', () => {
  const base = (): Record<string, unknown> & { lines: Record<string, unknown>[] } =>
    structuredClone(planOfScale({ scale: 's', basePort: 0, showersOnly: true })) as never;
  const device = (plan: ReturnType<typeof base>): Record<string, unknown> =>
    (plan.lines[0]?.['devices'] as Record<string, unknown>[] | undefined)?.[3] ?? {};
  const cases: readonly (readonly [what: string, spoil: (plan: ReturnType<typeof base>) => void, said: RegExp])[] = [
    ['unit 300', (plan) => void (device(plan)['unit'] = 300), /lines\[0\]\.devices\[3\]\.unit: 300; .*247/],
    [
      'a model nobody has',
      (plan) => void (device(plan)['model'] = 'x'),
      /lines\[0\]\.devices\[3\]\.model: "x"; .*ring-shower.*plain-shower/,
    ],
    ['an unknown key', (plan) => void (plan.lines[1] = { ...plan.lines[1], parity: 'even' }), /lines\[1\]: .*parity/],
    ['a kind nobody has', (plan) => void (plan.lines[1] = { ...plan.lines[1], kind: 'udp' }), /lines\[1\]\.kind: "udp"/],
    ['no lines', (plan) => void (plan.lines = []), /lines: \[\]/],
    ['a device twice', (plan) => void (device(plan)['deviceId'] = 'yb-a1-01'), /deviceId yb-a1-01 stands there twice/],
    ['a unit twice', (plan) => void (device(plan)['unit'] = 1), /lines\[0\]\.devices: .*unit 1 stands there twice/],
  ];
  it.each(cases)('%s is named with path, value and what is allowed', (_, spoil, said) => {
    const plan = base();
    spoil(plan);
    const read = readPlan(stringify(plan));
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.error.problems.join('\n')).toMatch(said);
  });

  it('is told when it is no YAML', () => {
    const read = readPlan('a: [');
    expect(read.ok ? '' : read.error.problems[0]).toMatch(/not YAML/);
  });
});
