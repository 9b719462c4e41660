import type { z } from 'zod';
import type { Plan } from './plan.ts';
import { clustersOf } from './scale-clusters.core.ts';

export type Scale = 's' | 'm' | 'l';
export const scales: readonly Scale[] = ['s', 'm', 'l'];

export interface ScaleOptions {
  readonly scale: Scale;
  /** First TCP port; the lines take it and the ones that follow. 0: every line takes a free one. */
  readonly basePort: number;
  /** One end of a pty pair or a real port: adds a serial line. */
  readonly serialPath?: string;
  readonly showersOnly?: boolean;
}

type PlanInput = z.input<typeof Plan>;
type LineInput = NonNullable<PlanInput['lines']>[number];
type DeviceInput = LineInput['devices'][number];

const gardens = ['竹苑', '梅苑', '兰苑', '菊苑', '松苑'] as const;
const groupsOf: Readonly<Record<Scale, number>> = { s: 1, m: 10, l: 50 };
const canteensOf: Readonly<Record<Scale, number>> = { s: 1, m: 5, l: 20 };
const dormsOf: Readonly<Record<Scale, number>> = { s: 1, m: 6, l: 30 };

/**
 * A main campus with canteens and dorms, and the Yibin campus with bath houses. A bath house has four lines of 16, 12, 12 and 6 controllers and one agent.
 * `showersOnly`: the bath houses alone, without their meters.
 */
export function planOfScale(options: ScaleOptions): PlanInput {
  const { scale, basePort } = options;
  const groups = Array.from({ length: groupsOf[scale] }, (_, index) => index);
  const lines = groups.flatMap((group) => groupLines(options, group));
  const serial = options.serialPath === undefined ? [] : [serialLine(options.serialPath)];
  const counts = { canteens: canteensOf[scale], dorms: dormsOf[scale], bathHouses: groupsOf[scale] };
  const clusters =
    options.showersOnly === true ? [] : clustersOf(counts, (index) => (basePort === 0 ? 0 : basePort + lines.length + index));
  return { v: 1, name: '模拟校区', lines: [...lines, ...serial], clusters: [...clusters] };
}

function groupLines({ scale, basePort }: ScaleOptions, group: number): readonly LineInput[] {
  const site = scale === 's' ? 'yb' : `yb${String(group + 1).padStart(2, '0')}`;
  const port = (offset: number): number => (basePort === 0 ? 0 : basePort + 4 * group + offset);
  const building = (offset: number): number => 2 * Math.floor(group / gardens.length) + offset;
  const garden = gardens[group % gardens.length] ?? gardens[0];
  const one = { garden, building: building(1) };
  const two = { garden, building: building(2) };
  return [
    {
      kind: 'rtuOverTcp',
      name: `${site}-a1`,
      agent: `${site}-a`,
      port: port(0),
      paceBytes: true,
      devices: heads(`${site}-a1`, 16, one, 1),
    },
    { kind: 'modbusTcp', name: `${site}-a2`, agent: `${site}-a`, port: port(1), devices: heads(`${site}-a2`, 12, one, 17) },
    {
      kind: 'rtuOverTcp',
      name: `${site}-b1`,
      agent: `${site}-a`,
      port: port(2),
      paceBytes: true,
      devices: heads(`${site}-b1`, 12, two, 1),
    },
    {
      kind: 'modbusTcp',
      name: `${site}-b2`,
      agent: `${site}-a`,
      port: port(3),
      devices: heads(`${site}-b2`, 6, two, 13).map((device): DeviceInput => ({ ...device, model: 'plain-shower' })),
    },
  ];
}

const serialLine = (path: string): LineInput => ({
  kind: 'serial',
  name: 'yb-s1',
  agent: 'yb-a',
  path,
  devices: heads('yb-s1', 4, { garden: '竹苑', building: 3 }, 1),
});

interface House {
  readonly garden: string;
  readonly building: number;
}

function heads(line: string, count: number, { garden, building }: House, firstNo: number): DeviceInput[] {
  return Array.from({ length: count }, (_, index) => ({
    unit: index + 1,
    deviceId: `${line}-${String(index + 1).padStart(2, '0')}`,
    model: 'ring-shower',
    name: `${garden}${building}栋浴室-${String(firstNo + index).padStart(2, '0')}`,
    place: {
      campus: '宜宾校区',
      zone: garden,
      building: `${garden}${building}号楼`,
      area: `${building}号楼浴室`,
      areaType: 'bathhouse',
    },
    temperatureSensor: (index + 1) % 11 !== 0,
  }));
}
